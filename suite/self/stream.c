/* stream - tests: what the client end makes of servers, right and wrong
 *
 * SPDX-License-Identifier: MIT
 */
#include "../stream.h"

#include "../deadline.h"
#include "child.h"
#include "faults.h"
#include "segments.h"
#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MIB       (UINT64_C(1) << 20)
#define IMPATIENT 0.1 /* where silence is what is waited for */

/* Sends and receives so many bytes through such a server. */
static struct stream *exchange(serve_fn *serve, uint64_t n, double scale)
{
	struct stream *s;

	server_use(serve, scale);
	s = stream_open();
	cr_assert(s->connected);
	stream_send(s, n);
	stream_receive_echo(&s, 1);
	return s;
}

TestSuite(stream, .init = child_backstop);

/* --- right servers ------------------------------------------------------------------ */

Test(stream, a_correct_echo_comes_back_whole)
{
	struct stream *s = exchange(serve_echo, MIB, 1);

	cr_expect_eq(s->end, STREAM_OPEN);
	cr_expect_eq(s->received, MIB);
	stream_fin(s);
	stream_receive(&s, 1, UINT64_MAX);
	cr_expect_eq(s->end, STREAM_EOF);
	cr_expect_eq(s->received, MIB);
}

/* A server that blocks in send reads nothing more: the client has to read while it
 * sends. */
Test(stream, sixty_four_mebibytes_do_not_deadlock)
{
	struct stream *s = exchange(serve_echo, 64 * MIB, 1);

	cr_expect_eq(s->sent, 64 * MIB);
	cr_expect_eq(s->received, 64 * MIB);
}

Test(stream, ragged_pieces_are_the_same_stream)
{
	struct stream *s;

	server_use(serve_echo, 1);
	s = stream_open();
	s->ragged = true;
	s->piece = 997;
	stream_send(s, MIB);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, MIB);
}

Test(stream, fixed_content_is_what_goes_out)
{
	int listener = server_listen(AF_INET, 0), fd;
	char got[7] = "";
	struct stream *s;

	server_attach(listener, 0, 1);
	s = stream_open();
	fd = accept(listener, NULL, NULL);
	stream_use(s, "echo\n", 5);
	stream_send(s, sizeof(got));
	cr_assert_eq(read(fd, got, sizeof(got)), 7);
	cr_expect_arr_eq(got, "echo\nec", 7);
	cr_assert_eq(write(fd, got, sizeof(got)), 7);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, 7);
	close(fd);
}

Test(stream, a_window_limits_what_is_out)
{
	struct stream *s;

	server_use(serve_sink, IMPATIENT);
	s = stream_open();
	s->window = 1000;
	stream_send(s, 100000);
	cr_expect_eq(s->sent, 1000);
}

Test(stream, a_window_is_opened_by_the_echo)
{
	struct stream *s;

	server_use(serve_echo, 1);
	s = stream_open();
	s->window = 1000;
	stream_send(s, MIB);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, MIB);
}

Test(stream, many_at_once_keep_to_their_own)
{
	struct stream *set[40];

	server_use(serve_echo, 1);
	stream_open_all(set, 40);
	stream_send_all(set, 40, 10007);
	stream_receive_echo(set, 40);
	for (int i = 0; i < 40; i++)
		cr_expect_eq(set[i]->received, 10007);
}

Test(stream, a_narrow_one_is_served_too)
{
	struct stream *s;

	server_use(serve_echo, 1);
	s = stream_open_narrow();
	stream_send(s, 20000);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, 20000);
}

Test(stream, ping_is_a_time)
{
	struct stream *s;
	int64_t rtt;

	server_use(serve_echo, 1);
	s = stream_open();
	rtt = stream_ping(s, 64);
	cr_expect_gt(rtt, 0);
	cr_expect_lt(rtt, 3000000);
}

Test(stream, a_cork_keeps_small_pieces_back)
{
	struct stream *s;
	unsigned before;

	server_use(serve_echo, 1);
	s = stream_open();
	before = segments_sent(s->fd);
	stream_cork(s, true);
	s->piece = 1;
	stream_send(s, 100);
	cr_expect_eq(s->sent, 100);
	cr_expect_eq(segments_sent(s->fd), before);
	stream_cork(s, false);
	cr_expect_eq(segments_sent(s->fd), before + 1);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, 100);
}

Test(stream, random_numbers_are_its_own)
{
	struct stream *one, *two;

	server_use(serve_echo, 1);
	one = stream_open();
	two = stream_open();
	cr_expect_neq(stream_random(one), stream_random(two));
	cr_expect_neq(stream_random(one), stream_random(one));
}

Test(stream, another_address_of_the_host_is_reached)
{
	server_use(serve_echo, 1);
	cr_expect_gt(stream_ping(stream_open_at("127.0.0.1"), 64), 0);
	cr_expect_gt(stream_ping(stream_open_at("::ffff:127.0.0.1"), 64), 0);
	cr_expect_eq(stream_open_at("::1")->end, STREAM_REFUSED);
	cr_expect_eq(stream_open_at("127.0.0.2")->end, STREAM_REFUSED);
}

/* Whether it does depends on the kernel; the transfer may not. */
Test(stream, a_fast_one_is_served_in_any_case)
{
	struct stream *s = NULL;

	server_use(serve_echo, 1);
	for (int i = 0; i < 2; i++) {
		s = stream_open_fast();
		stream_send(s, 1000);
		stream_receive_echo(&s, 1);
		cr_expect_eq(s->received, 1000);
	}
	cr_expect_not(stream_was_fast(stream_open()));
}

Test(stream, nibbles_are_as_small_as_they_should_be)
{
	int listener = server_listen(AF_INET, 0), fd;
	struct stream *s;
	char bytes[1000];

	server_attach(listener, 0, 1);
	s = stream_open();
	fd = accept(listener, NULL, NULL);
	stream_nibble(s, 1000, 1000);
	cr_expect_eq(s->sent, 1000);
	cr_expect_eq(s->received, 0, "it waits for nothing");
	server_take(fd, bytes, sizeof(bytes));
	server_give(fd, bytes, sizeof(bytes));
	stream_peek(s);
	stream_nibble(s, 0, 7);
	cr_expect_eq(s->sent, 1000);
	cr_expect_eq(s->received, 7);
	close(fd);
}

static void expect_answer(struct stream *s, int fd, const char *answer)
{
	cr_assert_eq(write(fd, answer, strlen(answer)), (ssize_t)strlen(answer));
	stream_stirs(s, deadline_patience());
}

Test(stream, each_urgent_byte_may_come_once)
{
	int listener = server_listen(AF_INET, 0), fd;
	struct stream *s;

	server_attach(listener, 0, 1);
	s = stream_open();
	fd = accept(listener, NULL, NULL);
	stream_use(s, "a", 1);
	for (int i = 0; i < 3; i++) {
		stream_send(s, 1);
		stream_urgent(s);
	}
	expect_answer(s, fd, "aa!!a");
	cr_expect_eq(s->received, 3);
	cr_expect_eq(s->end, STREAM_OPEN);
	stream_send(s, 1);
	expect_answer(s, fd, "!!a");
	cr_expect_eq(s->end, STREAM_DAMAGED);
	cr_expect_eq(s->received, 3);
	cr_expect_eq(s->tail[0], '!');
	close(fd);
}

/* --- wrong servers ------------------------------------------------------------------ */

static void expect_damage(serve_fn *serve, enum damage damage, const char *words)
{
	struct stream *s = exchange(serve, 1000, 1);
	char said[512];

	cr_assert_eq(s->end, STREAM_DAMAGED);
	cr_expect_eq(s->received, FAULT_AT);
	cr_assert_gt(s->tail_length, 0);
	cr_expect_eq(damage,
		pattern_explain(&s->pattern, s->received, s->tail, s->tail_length, said,
			sizeof(said)));
	cr_expect_not_null(strstr(said, words), "%s", said);
}

Test(stream, lost_bytes_damage_it_where_they_are_missing)
{
	expect_damage(serve_lossy, DAMAGE_LOST, "50 bytes lost: those of offset 150");
}

Test(stream, duplicated_bytes_damage_it_where_they_come_again)
{
	expect_damage(
		serve_twice, DAMAGE_DUPLICATED, "duplicated bytes: those of offset 50");
}

Test(stream, a_corrupted_byte_damages_it)
{
	expect_damage(serve_corrupted, DAMAGE_CHANGED, "in place of");
}

Test(stream, unsolicited_bytes_damage_it)
{
	struct stream *s;

	server_use(serve_talkative, 1);
	s = stream_open();
	cr_expect(stream_stirs(s, deadline_patience()));
	cr_expect_eq(s->end, STREAM_DAMAGED);
	cr_expect_eq(s->received, 0);
	cr_assert_eq(s->tail_length, 5);
	cr_expect_arr_eq(s->tail, "hello", 5);
}

/* Every byte is the right one; there are only too many. */
Test(stream, more_than_was_sent_damages_it)
{
	struct stream *s;

	server_use(serve_twice, 1);
	s = stream_open();
	stream_use(s, "x", 1);
	stream_send(s, FAULT_AT);
	stream_receive_echo(&s, 1);
	cr_expect_eq(s->received, FAULT_AT);
	if (s->end == STREAM_OPEN)
		cr_expect(stream_stirs(s, deadline_patience()));
	cr_expect_eq(s->end, STREAM_DAMAGED);
	cr_expect_eq(s->received, FAULT_AT);
	cr_expect_eq(s->tail_length, 50);
}

Test(stream, an_early_close_is_an_end_at_its_offset)
{
	struct stream *s = exchange(serve_closing, 2 * FAULT_AT, 1);

	cr_expect_eq(s->end, STREAM_EOF);
	cr_expect_eq(s->received, FAULT_AT);
}

Test(stream, a_reset_tells_its_errno)
{
	struct stream *s = exchange(serve_resetting, 2 * FAULT_AT, 1);

	cr_expect_eq(s->end, STREAM_RESET);
	cr_expect_eq(s->error, ECONNRESET);
	cr_expect_eq(s->received, FAULT_AT);
}

Test(stream, silence_leaves_it_open_after_the_patience)
{
	int64_t start = deadline_now();
	struct stream *s = exchange(serve_stuck, 1000, IMPATIENT);
	int64_t took = deadline_now() - start;

	cr_expect_eq(s->end, STREAM_OPEN);
	cr_expect_eq(s->received, FAULT_AT);
	cr_expect_geq(took, deadline_patience());
	cr_expect_lt(took, 10 * deadline_patience());
}

Test(stream, a_paused_one_stirs_no_longer_than_it_is_watched)
{
	struct stream *s;
	int64_t began;

	server_use(serve_echo, 1);
	s = stream_open();
	s->paused = true;
	stream_send(s, 100);
	stream_peek(s);
	began = deadline_now();
	cr_expect_not(stream_stirs(s, 50));
	cr_expect_lt(deadline_now() - began, 1000);
}

Test(stream, no_answer_is_no_ping)
{
	struct stream *s;

	server_use(serve_sink, IMPATIENT);
	s = stream_open();
	cr_expect_eq(stream_ping(s, 64), -1);
	cr_expect_eq(s->end, STREAM_OPEN);
}

Test(stream, nobody_there_is_refused)
{
	struct stream *s;
	pid_t pid = server_use(serve_echo, 1);

	child_kill(pid);
	s = stream_open();
	cr_expect_eq(s->end, STREAM_REFUSED);
	cr_expect_eq(s->error, ECONNREFUSED);
	cr_expect_not(s->connected);
}

Test(stream, verbs_on_an_ended_stream_do_no_harm)
{
	struct stream *s = exchange(serve_closing, 2 * FAULT_AT, 1);

	stream_send(s, 10);
	stream_send_fin(s, 10);
	stream_fin(s);
	stream_urgent(s);
	cr_expect_eq(stream_ping(s, 1), -1);
	cr_expect_eq(s->sent, 2 * FAULT_AT);
	cr_expect_eq(s->end, STREAM_EOF);
	stream_close(s);
	stream_close(s);
	cr_expect_eq(s->end, STREAM_CLOSED);
}
