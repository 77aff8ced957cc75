/* expect - what a correct server shows: each ends the case with expected, seen and meaning
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"

#include "deadline.h"
#include "judge.h"
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#define PROBE          64   /* bytes of a probe */
#define REST_MS        300  /* a window in which a server at rest is measured */
#define AT_REST        0.05 /* of one processor, used: more is no rest */
#define SPINNING       0.5  /* used or waited for: a spinner shows 1.00 on any machine */
#define MEASURINGS     3    /* of one window, while threads end in it */
#define HANG_WINDOW_MS 100
#define COLLECT_MS     100 /* for a piece that is only late */

/* --- what went wrong with a stream ------------------------------------------------------ */

void expect_machine_able(const struct stream *stream)
{
	static const int ours[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL};

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (stream->end == STREAM_REFUSED && stream->error == ours[i])
			error("this machine cannot open another connection: %s (raise its "
			      "limits, or wait for its TIME_WAIT sockets to go)",
				strerror(stream->error));
}

void expect_machine_starts(void)
{
	if (target_fault_is_ours())
		error("this machine cannot start the target: %s", target_reason());
}

static void blame_connect(const struct stream *stream, const char *expected)
{
	expect_machine_able(stream);
	if (stream->error == ETIMEDOUT)
		fail(CAUSE_HANG, expected, "the connection was not established",
			"the server does not accept: its backlog is full and stays full");
	fail(CAUSE_RESET, expected, text("connect: %s", strerror(stream->error)),
		"nothing listens there any more");
}

static uint8_t next_byte(const struct stream *stream)
{
	uint8_t byte;

	pattern_fill(&stream->pattern, stream->received, &byte, 1);
	return byte;
}

/* What one byte tells of a server that changes them. */
static const char *change_of(uint8_t sent, uint8_t got)
{
	if (sent >= 'a' && sent <= 'z' && got == sent - 'a' + 'A')
		return "it looks like upper case: if that is meant, judge with --payload upper";
	if (sent >= 0x80 && got == (sent & 0x7f))
		return "the server clears the highest bit of each byte";
	if (sent == '\r' && got == '\n')
		return "the server takes CR LF for the end of a line, and sends LF";
	if (sent == 0)
		return "a 0 was left out: the server takes what it is sent for a C string, or "
		       "changes it";
	return "the server transforms what it is sent, or overwrites it";
}

/* Collects what follows the first wrong byte: it tells lost from reordered. */
static void blame_data(struct stream *stream, const char *expected)
{
	static const char *const meanings[] = {
		[DAMAGE_FOREIGN] =
			"connections share a buffer, or one got another's descriptor",
		[DAMAGE_DUPLICATED] = "what a short send(2) had taken was sent once more",
		[DAMAGE_REORDERED] =
			"new bytes were sent before those kept from a short send(2)",
		[DAMAGE_LOST] =
			"what a short send(2) did not take was dropped, or a buffer "
			"overwritten",
	};
	char what[512];
	enum damage damage;

	if (stream->received == stream->sent)
		fail(CAUSE_DATA, expected,
			text("%zu bytes more than were sent, from offset %" PRIu64
			     " on, the first 0x%02x",
				stream->tail_length, stream->received, stream->tail[0]),
			"the server says something of its own, or repeats itself");
	stream_collect(stream, deadline_window(COLLECT_MS));
	damage = pattern_explain(&stream->pattern, stream->received, stream->tail,
		stream->tail_length, what, sizeof(what));
	fail(CAUSE_DATA, expected,
		text("at offset %" PRIu64 ": %s", stream->received, what),
		damage == DAMAGE_CHANGED ? change_of(next_byte(stream), stream->tail[0])
					 : meanings[damage]);
}

static void blame_eof(const struct stream *stream, const char *expected)
{
	fail(CAUSE_EOF, expected,
		text("FIN at offset %" PRIu64 " of %" PRIu64, stream->received,
			stream->sent),
		stream->fin_sent
			? "the server took the half-close for a disconnect: what it had not sent "
			  "yet is lost"
			: "the server closed a connection that its client had not closed");
}

static void blame_reset(const struct stream *stream, const char *expected)
{
	fail(CAUSE_RESET, expected,
		text("%s at offset %" PRIu64 " of %" PRIu64, strerror(stream->error),
			stream->received, stream->sent),
		"the server cut the connection: it closed a socket with unread data, or ended");
}

static const char *silence_of(const struct stream *stream)
{
	if (stream->received == stream->sent)
		return "the server did not notice the FIN, or does not close";
	if (next_byte(stream) == 0)
		return "the next byte is a 0: the server takes what it is sent for a C string, "
		       "or forgot this connection";
	return "the server forgot this connection: it waits for an event that will not come, "
	       "or works for somebody else";
}

static void blame_silence(const struct stream *stream, const char *expected)
{
	const char *seen = text("nothing for %.1f s, at offset %" PRIu64 " of %" PRIu64,
		(double)deadline_patience() / 1000, stream->received, stream->sent);

	if (target_sight() >= PID && expect_cpu_share(HANG_WINDOW_MS).wanted > SPINNING)
		fail(CAUSE_SPIN, expected, seen,
			"the server burns a processor and does not get on");
	fail(CAUSE_HANG, expected, seen, silence_of(stream));
}

/* The stream did not come to the end that was expected. */
static void blame(struct stream *stream, const char *expected)
{
	switch (stream->end) {
	case STREAM_REFUSED: blame_connect(stream, expected); break;
	case STREAM_DAMAGED: blame_data(stream, expected); break;
	case STREAM_EOF: blame_eof(stream, expected); break;
	case STREAM_RESET: blame_reset(stream, expected); break;
	case STREAM_OPEN: blame_silence(stream, expected); break;
	case STREAM_CLOSED: error("a case expects something of a stream that it closed");
	}
}

/* --- expectations ---------------------------------------------------------------------- */

void expect_connected(struct stream *const *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!set[i]->connected)
			blame(set[i], text("%zu connections", n));
}

static bool is_echoed(const struct stream *stream)
{
	return stream->received >= stream->sent && !stream->unsent &&
		stream->end != STREAM_DAMAGED && stream->end != STREAM_REFUSED;
}

void expect_echo_all(struct stream *const *set, size_t n)
{
	stream_receive_echo(set, n);
	for (size_t i = 0; i < n; i++)
		if (!is_echoed(set[i]))
			blame(set[i],
				set[i]->unsent ? "a connection that takes what is sent"
					       : text("all %" PRIu64 " bytes back",
							 set[i]->sent));
}

void expect_echo_as(const char *expected, struct stream *stream)
{
	stream_receive_echo(&stream, 1);
	if (!is_echoed(stream))
		blame(stream, expected);
}

void expect_echo(struct stream *stream)
{
	expect_echo_all(&stream, 1);
}

void expect_eof_all(struct stream *const *set, size_t n)
{
	expect_echo_all(set, n);
	stream_receive(set, n, UINT64_MAX);
	for (size_t i = 0; i < n; i++)
		if (set[i]->end != STREAM_EOF)
			blame(set[i],
				text("FIN after all %" PRIu64 " bytes", set[i]->sent));
}

void expect_eof(struct stream *stream)
{
	expect_eof_all(&stream, 1);
}

void expect_silence(struct stream *stream, int64_t milliseconds)
{
	if (stream_stirs(stream, milliseconds))
		blame(stream, "an open connection and no byte");
}

void expect_stall(struct stream *stream, uint64_t pending)
{
	if (stream_stall(stream, pending))
		return;
	stream_receive_echo(&stream, 1);
	if (stream->end != STREAM_OPEN)
		blame(stream, "an open connection while the client does not read");
	unsure("no stall after %" PRIu64 " bytes, none of them read back", stream->sent);
}

static void expect_ping(struct stream *stream, const char *expected)
{
	if (stream_ping(stream, PROBE) == -1 || stream->end == STREAM_DAMAGED)
		blame(stream, expected);
}

static void open_each(struct stream **set, size_t n, struct stream *(*open)(void))
{
	for (size_t i = 0; i < n; i++) {
		set[i] = open();
		expect_ping(set[i], text("connection %zu is served", i + 1));
	}
}

void expect_open_each(struct stream **set, size_t n)
{
	open_each(set, n, stream_open);
}

void expect_open_narrow_each(struct stream **set, size_t n)
{
	open_each(set, n, stream_open_narrow);
}

void expect_served(const char *when)
{
	struct stream *probe = stream_open();

	expect_ping(probe, text("a new connection is served %s", when));
	stream_fin(probe);
	stream_stirs(probe, deadline_patience());
}

static struct stream *bystander;

/* Served before anything else connects: a server that accepts once for each event gets by. */
void expect_open_bystander(void)
{
	bystander = stream_open();
	stream_ping(bystander, PROBE);
}

void expect_close_bystander(void)
{
	stream_fin(bystander);
	expect_eof(bystander);
	stream_free(bystander);
}

void expect_new_target(void)
{
	target_stop();
	if (target_start(&(struct launch){0}) == -1) {
		expect_machine_starts();
		blocked("it does not start a second time: %s", target_reason());
	}
	expect_open_bystander();
}

void expect_orderly_end(void)
{
	if (target_crashed())
		broken_down("an orderly end on SIGTERM",
			"the server breaks down while it cleans up");
}

void expect_bystander(const char *when)
{
	expect_ping(
		bystander, text("a connection opened before is still served %s", when));
}

void expect_given_back(long before, long n)
{
	long most = before + n / 10, now = target_descriptors_left(most);

	if (before < 0)
		skip("cannot see the target's descriptors (run as its user)");
	if (now > most)
		fail(CAUSE_LEAK, text("%ld descriptors, as before", before),
			text("%ld after %ld connections", now, n),
			"the server does not close(2) what is over");
}

static struct cpu_share measure(int64_t milliseconds)
{
	static struct tree tree;
	struct proc_time before, after;
	int64_t start = deadline_now_us();
	double window;

	target_tree(&tree);
	before = proc_time(&tree);
	stream_hold(milliseconds);
	target_tree(&tree);
	after = proc_time(&tree);
	window = (double)(deadline_now_us() - start) * 1e3;
	return (struct cpu_share){
		.ran = (double)(after.ran - before.ran) / window,
		.wanted =
			(double)(after.ran + after.waited - before.ran - before.waited) /
			window,
	};
}

static bool is_measured(struct cpu_share share)
{
	return share.ran >= 0 && share.wanted >= 0;
}

struct cpu_share expect_cpu_share(int64_t milliseconds)
{
	struct cpu_share share = measure(milliseconds);

	for (int tries = 1; tries < MEASURINGS && !is_measured(share); tries++)
		share = measure(milliseconds);
	return share;
}

static bool at_rest(struct cpu_share share)
{
	return share.ran < AT_REST && share.wanted < SPINNING;
}

void expect_no_spin(const char *when)
{
	struct cpu_share share = expect_cpu_share(deadline_window(REST_MS));

	if (!at_rest(share))
		share = expect_cpu_share(deadline_window(2 * REST_MS));
	if (!is_measured(share))
		unsure("threads of the target end all the time %s, and take what they used along",
			when);
	if (!at_rest(share))
		fail(CAUSE_SPIN, text("no work %s", when),
			text("%.2f of a processor used, %.2f wanted, in two windows in a row",
				share.ran, share.wanted),
			"an event that nobody handles is reported again and again, or the server "
			"polls");
	note("%.3f of a processor %s", share.ran, when);
}
