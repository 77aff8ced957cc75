/* partial - a send that takes less than it was given, or nothing
 *
 * send(2) may be short, or fail with EAGAIN, whenever the peer reads slowly. The rest has to be
 * kept, bounded, and to go out when the socket is writable again; write interest is wanted just
 * as long. On plain loopback the buffers hide all this behind megabytes: a narrow peer (small
 * segments, small buffers) closes its window early.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../inject.h"
#include "../judge.h"

#include <inttypes.h>

#define MIB UINT64_C(1048576)
#define CAP (64 * MIB) /* whoever takes this much unread has no bound */

/* Odd pieces leave room in each page of a pipe, or at the end of a buffer; small sips let the
 * server come to rest after each of its own steps. Who waits for any room, and then writes more
 * than there is, hangs at one of them. */
#define ODD_PIECES 44
#define ODD_PIECE  3000
#define SIPS       6
#define SIP        (16 << 10)

/* Full, and full again after each sip: false when the server took CAP bytes. */
static bool fill_and_sip(struct stream *s)
{
	uint64_t drunk = 0;
	bool full;

	for (int i = 0; i < ODD_PIECES && stream_settles(s); i++)
		stream_burst(&s, 1, ODD_PIECE);
	full = stream_overfill(s, CAP);
	for (int i = 0; i < SIPS && full && s->received >= drunk; i++) {
		drunk = s->received + SIP;
		stream_receive(&s, 1, drunk);
		full = stream_overfill(s, CAP);
	}
	return full;
}

CASE(partial, slow_reader, MUST, "send(2), EAGAIN and short counts",
	"A client that writes until nothing moves, and then reads, gets every byte.",
	.wire = "narrow client (536-byte segments, SO_RCVBUF 2048): 44 times "
		"3,000 bytes, each once read; send until nothing moves, 64 MiB at "
		"most; 6 times: read 16 KiB, send until nothing moves; read all",
	.incidents = "NerDante/epollServer#4, faasm/faabric#424, "
		     "objeck/objeck-lang#670, objectionary/eo#6831, "
		     "libtrading/libtrading#114, mitchellh/libxev#60")
{
	struct stream *s = stream_open_narrow();

	if (!fill_and_sip(s) && s->end == STREAM_OPEN)
		note("the server took %" PRIu64 " bytes without a stall", s->sent);

	expect_echo(s);
}

CASE(partial, stall_cycles, MUST, "send(2); epoll(7), EPOLLOUT",
	"Output resumes each time the client reads again, without any new data from it.",
	.wire = "20 times, on one connection: stall (536-byte segments, SO_RCVBUF "
		"2048) until the server holds back 64 KiB; send nothing more; read all",
	.incidents = "pistacheio/pistache#1114, kaappi/kaappi#1481")
{
	struct stream *s = stream_open_narrow();

	for (int cycle = 0; cycle < 20; cycle++) {
		expect_stall(s, 64 << 10);
		expect_echo(s);
	}
}

CASE(partial, backpressure, SHOULD, "RFC 9293, section 3.8.6; RFC 862 sets no bound",
	"A server that cannot send stops reading, so that its client's sends stall.",
	.wire = "narrow client (536-byte segments, SO_RCVBUF 2048); send and read "
		"nothing until nothing moves for 60 ms; a server that takes 64 MiB fails",
	.incidents = "redis/redis#91, http-kit/http-kit#180, HenryLach/taskplane#664, "
		     "riemann/riemann#623, scylladb/scylladb#1756")
{
	struct stream *s = stream_open_narrow();

	if (!stream_overfill(s, CAP) && s->end == STREAM_OPEN)
		fail(CAUSE_LEAK,
			text("sends that stall before %" PRIu64 " MiB", CAP / MIB),
			text("%" PRIu64 " bytes taken, none of them read back", s->sent),
			"the server queues without a bound: one slow client fills its memory");
	expect_stall(s, 4 << 10);
}

CASE(partial, no_busy_wait, SHOULD, "epoll(7); poll(2)",
	"A server that waits for a client to read does so without burning a processor.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the "
		"server holds back 64 KiB; CPU time of the process "
		"tree over a quiet 300 ms, then 600 ms unless below 5 %",
	.incidents = "davidbeesley/claude-chill#39, rsyslog/librelp#13, "
		     "fujita/tgt#61, tokio-rs/mio#933",
	.sight = PID, .alone = true)
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 64 << 10);

	expect_no_spin("while a client does not read");
}

CASE(partial, pollout_disarm, SHOULD, "epoll(7), EPOLLOUT; poll(2)",
	"Once everything is sent, a writable socket is no event any more.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the server "
		"holds back 64 KiB; read all; CPU time of the process tree "
		"over a quiet 300 ms, then 600 ms unless below 5 %",
	.incidents = "libuv/libuv#3671, haproxy/haproxy#411, "
		     "OpenAtomFoundation/pikiwidb#251, "
		     "zeromq/libzmq#1409, Igalia/wpe-android#272",
	.sight = PID, .alone = true)
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 64 << 10);
	expect_echo(s);

	expect_no_spin("after a stalled client has read everything");
}

/* Of a target that a client sends up to some limit, unread. */
struct growth {
	uint64_t taken;
	int64_t grown; /* bytes, by which it grows */
};

static struct growth grow(uint64_t limit)
{
	static struct tree tree;
	struct stream *s = stream_open_narrow();
	struct growth growth;

	target_tree(&tree);
	growth.grown = -proc_memory(&tree);
	stream_overfill(s, limit);
	growth.taken = s->sent;
	target_tree(&tree);
	growth.grown += proc_memory(&tree);
	stream_receive_echo(&s, 1);
	stream_close(s);
	return growth;
}

CASE(partial, bounded_memory, SHOULD, "RFC 862 sets no bound",
	"What a server holds for one client that does not read is bounded.",
	.wire = "narrow client sends up to 16 MiB unread, another up to 64 "
		"MiB; VmRSS + VmSwap of the process tree before and after; no stall, "
		"and more than 5 % of the additional bytes as growth fails",
	.incidents = "redis/redis#91, http-kit/http-kit#180, HenryLach/taskplane#664, "
		     "riemann/riemann#623, scylladb/scylladb#1756",
	.sight = PID)
{
	struct growth some = grow(16 * MIB), more = grow(CAP);

	if (more.taken == CAP &&
		20 * (more.grown - some.grown) > (int64_t)(more.taken - some.taken))
		fail(CAUSE_LEAK, "memory that does not grow with what a client sends",
			text("%" PRId64 " MiB more for %" PRIu64 " MiB, %" PRId64
			     " MiB more for %" PRIu64 " MiB",
				some.grown >> 20, some.taken / MIB, more.grown >> 20,
				more.taken / MIB),
			"the server queues without a bound: one slow client fills its memory");
	note("%" PRIu64 " KiB taken, %" PRId64 " KiB grown", more.taken >> 10,
		more.grown >> 10);
}

CASE(partial, full_buffer_eof, MUST, "recv(2): a length of 0 returns 0",
	"A full buffer is not an end of file: the stalled connection stays open.",
	.wire = "narrow client (536-byte segments, SO_RCVBUF 2048): 44 times 3,000 "
		"bytes, each once read; send until nothing moves, 64 MiB at most; 6 "
		"times: read 16 KiB, send until nothing moves; read all; skip at 64 MiB",
	.incidents = "sunng87/pgwire#25, tokiwa-software/fuzion#5618")
{
	struct stream *s = stream_open_narrow();

	if (!fill_and_sip(s) && s->end == STREAM_OPEN)
		skip("the server took %" PRIu64 " bytes and its buffer was not full",
			s->sent);

	expect_echo(s);
}

/* 24 bytes hold a word of the pattern wherever they begin: what was lost can be named. */
static void expect_echo_in_pieces(void)
{
	struct stream *s = stream_open();

	stream_send(s, 1000);
	stream_receive(&s, 1, 1);
	stream_send(s, 48 << 10);

	expect_echo(s);
}

#define SHORT "send:max=24"

/* Short counts alone first: EAGAIN may end the server before it shows that it drops what is left. */
CASE(partial, short_send_inject, MUST, "send(2): may send less than asked; EAGAIN",
	"Whatever part of it a send takes, every byte goes out once.",
	.wire = "target behind the fault shim: each send takes 24 bytes at most; send "
		"1,000 bytes; read until 1 or more are back; send 48 KiB; read all; "
		"restart, with each third send failing with EAGAIN too; the same",
	.incidents = "axboe/liburing#78, mitchellh/libxev#60, objeck/objeck-lang#670, "
		     "objectionary/eo#6831, NerDante/epollServer#4, faasm/faabric#424",
	.faults = SHORT)
{
	expect_echo_in_pieces();
	inject_restart(SHORT "; send:errno=EAGAIN:every=3");
	expect_echo_in_pieces();
}

CASE(partial, tiny_sndbuf, MUST, "send(2); RFC 862",
	"With 4 KiB of send buffer and segments of 1,500 bytes every byte comes back.",
	.wire = "private network (MTU 1500, tcp_wmem 4096); 4 connections; send 256 KiB on each "
		"at the same time and read meanwhile; on a fifth send until nothing moves, 2 MiB "
		"at most; read all",
	.incidents = "objeck/objeck-lang#670, objectionary/eo#6831, "
		     "libtrading/libtrading#114, arcboxlabs/arcbox#219",
	.private_net = true)
{
	struct stream *set[4], *late;

	expect_open_each(set, 4);
	stream_send_all(set, 4, 256 << 10);
	expect_echo_all(set, 4);
	/* With quick readers a slow server may never meet a full buffer. */
	late = stream_open();
	stream_overfill(late, 2 << 20);
	expect_echo(late);
}
