/* port - tests: ports that nobody else takes
 *
 * SPDX-License-Identifier: MIT
 */
#include "../port.h"

#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <sys/socket.h>
#include <unistd.h>

/* A search begins where the clock says, in microseconds: so many searches go round all
 * ports, some 20,000, and meet so many of them. */
#define MANY 500
#define LOOK 5000

TestSuite(port, .init = child_backstop);

static struct port ports[MANY];
static bool taken[65536];

static void reserve_many(void)
{
	for (int i = 0; i < MANY; i++) {
		cr_assert_eq(port_reserve(&ports[i]), 0);
		taken[ports[i].number] = true;
	}
}

/* The rest of the ports, again and again: none that is taken may be among them. */
static void look_around(void)
{
	struct port port;

	for (int i = 0; i < LOOK; i++) {
		cr_assert_eq(port_reserve(&port), 0);
		cr_expect_not(taken[port.number], "%u", port.number);
		port_release(&port);
	}
}

Test(port, reservations_differ)
{
	reserve_many();
	look_around();
}

Test(port, a_server_can_listen_on_it)
{
	cr_assert_eq(port_reserve(&ports[0]), 0);
	cr_expect_neq(server_listen(AF_INET, ports[0].number), -1);
	cr_assert_eq(port_reserve(&ports[1]), 0);
	cr_expect_neq(server_listen(AF_INET6, ports[1].number), -1);
}

static noreturn void reserve_and_tell(int fd)
{
	struct port port;

	for (int i = 0; i < LOOK; i++) {
		if (port_reserve(&port) == -1 || write(fd, &port.number, 2) != 2)
			_exit(1);
		port_release(&port);
	}
	_exit(0);
}

Test(port, another_process_gets_other_ones)
{
	int result[2];
	uint16_t theirs;

	cr_assert_eq(pipe(result), 0);
	reserve_many();
	if (child_fork() == 0)
		reserve_and_tell(result[1]);
	for (int i = 0; i < LOOK; i++) {
		cr_assert_eq(read(result[0], &theirs, 2), 2);
		cr_expect_not(taken[theirs], "%u", theirs);
	}
}

static void read_range(int *low, int *high)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	cr_assert_not_null(file);
	cr_assert_eq(fscanf(file, "%d %d", low, high), 2);
	fclose(file);
}

Test(port, no_outgoing_connection_can_take_it)
{
	int low, high;

	read_range(&low, &high);
	for (int i = 0; i < LOOK; i++) {
		struct port port;

		cr_assert_eq(port_reserve(&port), 0);
		cr_expect(port.number < low || port.number > high, "%u", port.number);
		port_release(&port);
	}
}

Test(port, ports_in_use_are_passed_over)
{
	reserve_many();
	for (int i = 0; i < MANY; i++) {
		server_listen(AF_INET, ports[i].number);
		close(ports[i].lock);
	}
	look_around();
}

Test(port, without_descriptors_it_says_so_at_once)
{
	child_spare_descriptors(0);
	cr_expect_eq(port_reserve(&ports[0]), -1);
	cr_expect_eq(errno, EMFILE, "the number cannot be held");
	child_spare_descriptors(1);
	cr_expect_eq(port_reserve(&ports[0]), -1);
	cr_expect_eq(errno, EMFILE, "nor tried");
}

Test(port, a_released_one_leaves_nothing_behind)
{
	int before = dup(0);

	look_around();
	cr_expect_eq(dup(0), before + 1);
}
