/* stall - tests: hard conditions are reached, and not just believed in
 *
 * SPDX-License-Identifier: MIT
 */
#include "../deadline.h"
#include "../stream.h"
#include "child.h"
#include "faults.h"
#include "segments.h"
#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#define MIB       (UINT64_C(1) << 20)
#define IMPATIENT 0.1 /* where silence is what is waited for */

TestSuite(stall, .init = child_backstop);

Test(stall, overfill_stalls_before_one_that_does_not_read)
{
	struct stream *s;

	server_use(serve_nothing, 1);
	s = stream_open();
	cr_expect(stream_overfill(s, 256 * MIB));
	cr_expect_gt(s->sent, 0);
	cr_expect_lt(s->sent, 256 * MIB);
	cr_expect_gt(stream_server_unread(s), 0);
}

Test(stall, overfill_stalls_before_an_echo_that_blocks)
{
	struct stream *s;
	uint64_t sent;

	server_use(serve_echo, 1);
	s = stream_open();
	cr_assert(stream_overfill(s, 256 * MIB));
	sent = s->sent;
	cr_expect_eq(s->received, 0, "it reads nothing meanwhile");
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, sent);
}

Test(stall, overfill_does_not_stall_before_one_that_takes_all)
{
	struct stream *s;

	server_use(serve_sink, 1);
	s = stream_open();
	cr_expect_not(stream_overfill(s, 64 * MIB));
	cr_expect_eq(s->sent, 64 * MIB);
}

static void serve_slowly(int fd)
{
	static char buffer[262144];

	while (read(fd, buffer, sizeof(buffer)) > 0)
		poll(NULL, 0, 30);
}

Test(stall, overfill_is_not_fooled_by_one_that_is_slow)
{
	struct stream *s;

	server_use(serve_slowly, 5);
	s = stream_open();
	cr_expect_not(stream_overfill(s, 16 * MIB));
	cr_expect_eq(s->sent, 16 * MIB);
}

Test(stall, overfill_ends_with_the_connection)
{
	struct stream *s;

	server_use(serve_resetting, 1);
	s = stream_open();
	cr_expect_not(stream_overfill(s, 256 * MIB));
	cr_expect_eq(s->end, STREAM_RESET);
}

Test(stall, a_burst_reads_nothing_meanwhile)
{
	struct stream *set[3];

	server_use(serve_echo, 1);
	stream_open_all(set, 3);
	stream_burst(set, 3, MIB);
	for (int i = 0; i < 3; i++) {
		cr_expect_gt(set[i]->sent, 0);
		cr_expect_leq(set[i]->sent, MIB);
		cr_expect_eq(set[i]->received, 0);
	}
	stream_receive_echo(set, 3);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(set[i]->received, set[i]->sent);
}

Test(stall, a_stall_is_what_the_server_holds_back)
{
	struct stream *s;

	server_use(serve_echo, 5); /* an echo that is late is no stall yet */
	s = stream_open();
	cr_assert(stream_stall(s, 100000));
	cr_expect_gt(s->sent, 100000);
	cr_expect_eq(s->received, 0);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, s->sent);
}

Test(stall, it_is_seen_while_it_lasts)
{
	struct stream *s;

	server_use(serve_echo, 5);
	s = stream_open_narrow();
	stream_ping(s, 64);
	cr_expect_not(stream_is_stalled(s));
	cr_assert(stream_stall(s, 100000));
	cr_expect(stream_is_stalled(s));
	stream_receive_echo(&s, 1);
	cr_expect_not(stream_is_stalled(s));
}

Test(stall, what_the_server_has_read_is_known)
{
	struct stream *s;

	server_use(serve_sink, 1);
	s = stream_open();
	stream_send(s, MIB);
	cr_expect(stream_until(stream_is_read, s));
}

Test(stall, what_the_server_has_not_read_is_known)
{
	struct stream *s;

	server_use(serve_nothing, IMPATIENT);
	s = stream_open();
	stream_send(s, 1000);
	cr_expect_not(stream_until(stream_is_read, s));
}

Test(stall, a_server_settles_when_it_has_read_everything)
{
	struct stream *s;

	server_use(serve_sink, 1);
	s = stream_open();
	stream_send(s, MIB);
	stream_fin(s);
	cr_expect(stream_settles(s));
	cr_expect_leq(stream_server_unread(s), 0);
}

Test(stall, a_server_settles_when_it_reads_no_more)
{
	int64_t start = deadline_now();
	struct stream *s;

	server_use(serve_nothing, 1);
	s = stream_open();
	stream_send(s, 1000);
	cr_expect_not(stream_settles(s));
	cr_expect_lt(deadline_now() - start, deadline_patience());
}

static bool all_arrived(void *stream)
{
	return stream_arrived(stream) == 1000;
}

Test(stall, a_shut_reading_side_gets_what_comes_and_then_an_end)
{
	struct stream *s;

	server_use(serve_echo, 1);
	s = stream_open();
	stream_shut_read(s);
	s->paused = true;
	stream_send(s, 1000);
	cr_assert(stream_until(all_arrived, s));
	stream_receive(&s, 1, UINT64_MAX);
	cr_expect_eq(s->received, 1000);
	cr_expect_eq(s->end, STREAM_EOF);
}

Test(stall, a_peek_waits_for_what_it_does_not_read)
{
	struct stream *s;

	server_use(serve_echo, 1);
	s = stream_open();
	s->paused = true;
	cr_expect_eq(stream_arrived(s), 0);
	stream_send(s, 10000);
	stream_peek(s);
	cr_expect_gt(stream_arrived(s), 0);
	cr_expect_eq(s->received, 0);
	s->paused = false;
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, 10000);
}

Test(stall, send_fin_is_one_segment)
{
	struct stream *one, *two;
	unsigned before;

	server_use(serve_nothing, 1);
	one = stream_open();
	before = segments_sent(one->fd);
	stream_send_fin(one, 1000);
	cr_expect_eq(segments_sent(one->fd), before + 1);
	cr_expect_eq(one->sent, 1000);
	cr_expect(one->fin_sent);
	two = stream_open();
	before = segments_sent(two->fd);
	stream_send(two, 1000);
	stream_fin(two);
	cr_expect_eq(segments_sent(two->fd), before + 2, "the figure counts segments");
}

static bool half_closed(void *stream)
{
	return stream_server_state(stream) == TCP_CLOSE_WAIT;
}

static bool acknowledged(void *stream)
{
	return stream_unacknowledged(stream) == 0;
}

Test(stall, the_servers_side_is_seen)
{
	struct stream *s;

	server_use(serve_nothing, 1);
	s = stream_open();
	stream_send_fin(s, 100);
	cr_assert(stream_until(half_closed, s));
	cr_expect_eq(stream_server_unread(s), 100 + 1, "the FIN counts as a byte");
	cr_expect(stream_until(acknowledged, s));
}

Test(stall, reset_reaches_the_server)
{
	struct stream *s;
	char byte;
	int listener = server_listen(AF_INET, 0), fd;

	server_attach(listener, 0, 1);
	s = stream_open();
	fd = accept(listener, NULL, NULL);
	stream_reset(s);
	cr_expect_eq(read(fd, &byte, 1), -1);
	cr_expect_eq(errno, ECONNRESET);
	close(fd);
}

static bool never(void *data)
{
	return ++*(int *)data < 0;
}

Test(stall, until_gives_up_after_the_patience)
{
	int looks = 0;

	deadline_set_scale(IMPATIENT);
	cr_expect_not(stream_until(never, &looks));
	cr_expect_gt(looks, 10);
}
