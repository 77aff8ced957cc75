/* integrity - every byte once, in order, to whoever sent it
 *
 * RFC 862 has one sentence on TCP: data received is sent back until the calling user ends the
 * connection. Servers that read lines, handle C strings, share a buffer between connections, or
 * read once for each edge break it for payloads and segmentations that their authors never sent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <inttypes.h>

CASE(integrity, all_bytes, MUST, "RFC 862",
	"All 256 byte values, and all 65,536 pairs of them, come back unchanged.",
	.wire = "connect; send each of the 256 bytes, then each of the 65,536 "
		"pairs, 131,328 bytes in all; read meanwhile; read the rest")
{
	static uint8_t bytes[256 + 2 * 65536];
	struct stream *s = stream_open();

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	for (int pair = 0; pair < 65536; pair++) {
		bytes[256 + 2 * pair] = (uint8_t)(pair >> 8);
		bytes[256 + 2 * pair + 1] = (uint8_t)pair;
	}
	stream_use(s, bytes, sizeof(bytes));

	stream_send(s, sizeof(bytes));

	expect_echo(s);
}

CASE(integrity, no_unsolicited, MUST, "RFC 862",
	"The server says nothing but what it was sent: no banner, no prompt, nothing appended.",
	.wire = "connect; nothing may come for 50 ms, or 20 idle round trips if "
		"longer; send 1 byte; read it; nothing more may come for as long")
{
	struct stream *s = stream_open();

	expect_silence(s, deadline_window(50));
	stream_send(s, 1);

	expect_echo(s);
	expect_silence(s, deadline_window(50));
}

CASE(integrity, no_line_buffering, MUST, "RFC 862",
	"What does not end in a newline comes back at once, and the newline alone too.",
	.wire = "connect; three times: send abc without a newline, "
		"read it back, send the newline alone, read it back")
{
	struct stream *s = stream_open();

	stream_use(s, "abc\n", 4);
	for (int i = 0; i < 3; i++) {
		stream_send(s, 3);
		expect_echo(s);
		stream_send(s, 1);
		expect_echo(s);
	}
}

/* A message that fills a buffer to the last byte, and one more or less. All on one connection, so
 * that each begins somewhere else in a ring. */
CASE(integrity, buffer_boundaries, MUST, "RFC 862",
	"Messages that just fit into a usual buffer, or just do not, come back whole.",
	.wire = "connect; send n - 1, n and n + 1 bytes for n = 2, 10, 512, 1000, 1024, "
		"1460, 4096, 8192, 16384 and 65536, each read back before the next",
	.incidents = "xtaci/gaio#5, sjanel/aeronet#485")
{
	static const uint64_t buffers[] = {
		2, 10, 512, 1000, 1024, 1460, 4096, 8192, 16384, 65536};
	struct stream *s = stream_open();

	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++)
		for (uint64_t n = buffers[i] - 1; n <= buffers[i] + 1; n++) {
			stream_send(s, n);
			expect_echo(s);
		}
}

CASE(integrity, one_byte_segments, MUST, "RFC 862; RFC 9293, section 3.7",
	"TCP is a stream of bytes: one byte at a time comes back like everything at once.",
	.wire = "connect; 2,048 sends of 1 byte with "
		"TCP_NODELAY; read meanwhile; read the rest")
{
	struct stream *s = stream_open();

	s->piece = 1;
	stream_send(s, 2048);

	expect_echo(s);
}

CASE(integrity, slow_trickle, MUST, "RFC 862",
	"50 clients that send one byte and then nothing for a while each get it back.",
	.wire = "50 connections; 20 times: send 1 byte on each; read all "
		"of them back; 10 ms without a byte (1 s with --long)")
{
	int64_t gap = deadline_window(config_get()->thorough ? 1000 : 10);
	struct stream *set[50];

	expect_open_each(set, 50);
	for (int i = 0; i < 20; i++) {
		stream_send_all(set, 50, 1);
		expect_echo_all(set, 50);
		stream_hold(gap);
	}
}

/* 64,000 bytes: fewer than one socket's buffer takes, so that a server that blocks is right. One that
 * can be stopped finds all of them at once: otherwise it may read as fast as they come. */
CASE(integrity, pipelined, MUST, "RFC 862",
	"A thousand messages, sent before the first echo is read, all come back.",
	.wire = "connect; 1 byte and its echo; SIGSTOP where permitted; "
		"1,000 sends of 64 bytes, nothing read; SIGCONT; read all")
{
	bool frozen = stimulus_freezes_safely();
	struct stream *s = stream_open();

	stream_send(s, 1);
	expect_echo(s);
	s->paused = true;
	s->piece = 64;
	if (frozen)
		stimulus_freeze();
	stream_send(s, 1000 * 64);
	if (frozen)
		stimulus_thaw();
	if (s->end == STREAM_OPEN && s->sent < 1000 * 64)
		unsure("only %" PRIu64 " bytes were taken unread", s->sent);

	expect_echo(s);
}

/* Less than a socket's buffer takes (2.3 to 4 MiB by default): no send can be short. */
CASE(integrity, burst_then_silence, MUST, "RFC 862; epoll(7)",
	"A burst comes back whole, without any further byte from the client.",
	.wire = "connect; send 2 MiB, or until nothing moves for 60 "
		"ms, and read nothing; send nothing more; read all",
	.incidents = "xtaci/gaio#5, sjanel/aeronet#485")
{
	struct stream *s = stream_open();

	stream_burst(&s, 1, 2 << 20);

	expect_echo(s);
}

/* Few bytes out at a time: no send of the server can be short. */
CASE(integrity, large_duplex, MUST, "RFC 862",
	"64 MiB in pieces of random size come back unchanged while they are sent.",
	.wire = "connect; send 64 MiB in random pieces of 1 to 65,536 bytes, 64 KiB at "
		"most without their echo; read in such pieces meanwhile; read the rest",
	.incidents = "microsoft/WSL#493")
{
	struct stream *s = stream_open();

	s->ragged = true;
	s->window = 64 << 10;
	stream_send(s, 64 << 20);

	expect_echo(s);
}

CASE(integrity, cross_talk, MUST, "RFC 862",
	"200 clients at a time each get their own bytes and nobody else's.",
	.wire = "200 connections; send 64 KiB on each at the same "
		"time, in random pieces, and read meanwhile; each "
		"byte tells its connection and offset; read the rest",
	.incidents = "tokio-rs/mio#172")
{
	struct stream *set[200];

	expect_open_each(set, 200);
	for (int i = 0; i < 200; i++)
		set[i]->ragged = true;

	stream_send_all(set, 200, 64 << 10);

	expect_echo_all(set, 200);
}

#define STEP_MS 30 /* a delayed acknowledgement takes 40, TCP_DELACK_MIN in the kernel */

/* Two messages that are both there when the server goes on, and that it cannot read in one: recv(2)
 * stops at the urgent mark between them. Microseconds until both are back. */
static int64_t write_write_read(struct stream *s)
{
	int64_t start;

	stimulus_freeze();
	stream_send(s, 32);
	stream_urgent(s);
	stream_send(s, 32);
	start = deadline_now_us();
	stimulus_thaw();
	expect_echo(s);
	return deadline_now_us() - start;
}

/* With a pause between the two writes, as one finds it described, an echo shows nothing: the second
 * message takes the acknowledgement along. The answers to both have to be on their way at once. */
CASE(integrity, write_write_read, MAY, "tcp(7), TCP_NODELAY; RFC 1122, section 4.2.3.2",
	"Two small messages that are read one by one come back without 40 ms between them.",
	.wire = "connect; 30 echoes of 32 bytes; five times: SIGSTOP; "
		"32 bytes, MSG_OOB, 32 bytes; SIGCONT; time until both "
		"are back; the least of the five above 30 ms is told",
	.sight = PID)
{
	int64_t least = INT64_MAX;
	struct stream *s;

	stimulus_expect_survivor();
	s = stream_open();
	for (int i = 0; i < 30; i++) {
		stream_send(s, 32);
		expect_echo(s);
	}
	for (int i = 0; i < 5; i++) {
		int64_t took = write_write_read(s);

		least = took < least ? took : least;
	}

	if (least > deadline_window(STEP_MS) * 1000)
		fail(CAUSE_NONE, text("the echo of both within %d ms", STEP_MS),
			text("%.1f ms, the least of five", (double)least / 1e3),
			"TCP_NODELAY is not set: a small answer waits until the one before it "
			"is acknowledged, which its peer delays");
	note("%.1f ms, the least of five", (double)least / 1e3);
}
