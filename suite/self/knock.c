/* knock - tests: connections come without pause, and a SYN comes alone
 *
 * SPDX-License-Identifier: MIT
 */
#include "../knock.h"

#include "../deadline.h"
#include "../stream.h"
#include "../target.h"
#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(knock, .init = child_backstop);

static bool a_thousand(void *knocks)
{
	return knock_count(knocks) >= 1000;
}

Test(knock, a_flood_is_thousands_of_connections)
{
	int listener = server_listen(AF_INET, 0), accepted = 0, fd;
	struct knocks *knocks;

	server_attach(listener, 0, 1);
	knocks = knock_start();
	while (!a_thousand(knocks) && (fd = accept(listener, NULL, NULL)) != -1) {
		close(fd);
		accepted++;
	}
	knock_stop(knocks);
	cr_expect_gt(accepted, 800);
}

static uint32_t queued(void)
{
	struct diag_row row;

	cr_assert_eq(target_listener(&row), 0);
	return row.receive;
}

static bool some_wait(void *least)
{
	return queued() >= *(uint32_t *)least;
}

Test(knock, a_flood_leaves_no_more_than_some_to_accept)
{
	int listener = server_listen(AF_INET, 0);
	struct knocks *knocks;

	server_attach(listener, 0, 1);
	knocks = knock_start();
	cr_expect(stream_until(some_wait, &(uint32_t){250}));
	stream_hold(50);
	cr_expect_leq(queued(), 256);
	knock_stop(knocks);
	close(listener);
}

static int syn(void)
{
	int result = knock_syn();

	if (result == -1 && errno == EPERM)
		cr_skip_test("needs CAP_NET_RAW");
	return result;
}

Test(knock, a_syn_is_answered_and_never_accepted)
{
	int listener = server_listen(AF_INET, 0);

	server_attach(listener, 0, 1);
	for (int i = 0; i < 10; i++)
		cr_expect_eq(syn(), 0, "%s", strerror(errno));
	cr_expect_eq(queued(), 0);
	close(listener);
}

Test(knock, a_syn_where_nobody_listens_is_not_answered)
{
	int listener = server_listen(AF_INET, 0);

	server_attach(listener, 0, 0.1);
	close(listener);
	cr_expect_eq(syn(), -1);
	cr_expect_eq(errno, ETIMEDOUT);
}

Test(knock, no_syn_goes_to_ipv6)
{
	server_attach(server_listen(AF_INET6, 0), 0, 1);
	cr_expect_eq(knock_syn(), -1);
	cr_expect_eq(errno, EAFNOSUPPORT);
}
