/* flood - tests: hot writers are hot, and end well
 *
 * SPDX-License-Identifier: MIT
 */
#include "../flood.h"

#include "../deadline.h"
#include "caught.h"
#include "child.h"
#include "faults.h"
#include "server.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MIB       (UINT64_C(1) << 20)
#define AHEAD     (256 * MIB)
#define IMPATIENT 0.1 /* where silence is what is waited for */

TestSuite(flood, .init = child_backstop);

/* Slower than any client, however busy the machine is. */
static void serve_slowly(int fd)
{
	static char buffer[65536];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		poll(NULL, 0, 1);
		server_give(fd, buffer, (size_t)n);
	}
}

Test(flood, is_hot_and_echoed)
{
	struct stream *set[3];
	struct flood *flood;
	uint64_t before[3];

	server_use(serve_slowly, 1);
	stream_open_all(set, 3);
	flood = flood_start(set, 3);
	cr_expect(stream_until(flood_is_hot, flood));
	cr_expect(stream_until(flood_is_echoed, flood));
	for (int i = 0; i < 3; i++)
		before[i] = flood_sent(flood, (size_t)i);
	stream_hold(200);
	cr_expect(flood_is_hot(flood));
	for (size_t i = 0; i < 3; i++) {
		cr_expect_gt(flood_sent(flood, i), before[i]);
		cr_expect_leq(flood_echoed(flood, i), flood_sent(flood, i));
	}
	flood_stop(flood);
	for (int i = 0; i < 3; i++)
		cr_expect_leq(stream_server_state(set[i]), 0, "it has been closed");
}

static bool is_far_ahead(void *flood)
{
	return flood_sent(flood, 0) >= AHEAD;
}

static atomic_bool *opened; /* shared with the server */

/* Takes everything, and gives back as much once it is opened. */
static void serve_when_opened(int fd)
{
	static char buffer[65536];
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t owed = 0, piece;
	ssize_t n;

	while ((n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) != 0) {
		if (n > 0)
			owed += (size_t)n;
		else
			poll(&ready, 1, 10);
		for (; *opened && owed > 0; owed -= piece) {
			piece = owed < sizeof(buffer) ? owed : sizeof(buffer);
			server_give(fd, buffer, piece);
		}
	}
}

/* The flood goes no further ahead of its echo, and here is none. */
Test(flood, is_not_hot_for_one_that_takes_all)
{
	struct stream *s;
	struct flood *flood;

	opened = mmap(NULL, sizeof(*opened), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(opened, MAP_FAILED);
	server_use(serve_when_opened, 1);
	s = stream_open();
	flood = flood_start(&s, 1);
	cr_expect(stream_until(is_far_ahead, flood));
	cr_expect(stream_until(stream_is_read, s) && !flood_is_hot(flood));
	cr_expect_eq(flood_echoed(flood, 0), 0);
	cr_expect_lt(flood_sent(flood, 0), AHEAD + 2 * MIB);
	deadline_set_scale(IMPATIENT);
	cr_expect_not(stream_until(flood_is_echoed, flood));
	deadline_set_scale(1);
	*opened = true;
	flood_stop(flood);
}

static void flood_shortly(void)
{
	struct stream *s = stream_open();
	struct flood *flood = flood_start(&s, 1);

	stream_until(flood_is_echoed, flood);
	flood_stop(flood);
}

Test(flood, that_is_echoed_passes)
{
	server_use(serve_echo, 1);
	cr_expect_eq(caught(SAMPLE_MUST, flood_shortly).verdict, VERDICT_PASS);
}

Test(flood, that_is_not_echoed_is_hang)
{
	struct message message;

	server_use(serve_sink, IMPATIENT);
	message = caught(SAMPLE_MUST, flood_shortly);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_HANG);
	cr_expect_not_null(strstr(message.seen, "never came"), "%s", message.seen);
}

/* sendfile(2) raises SIGPIPE, which must not kill the case. */
Test(flood, that_is_cut_is_reset)
{
	struct message message;

	server_use(serve_resetting, 1);
	message = caught(SAMPLE_MUST, flood_shortly);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_RESET);
}
