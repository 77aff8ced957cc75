/* half_close - the end of the client's output is not the end of the connection
 *
 * recv(2) returning 0 means that the peer will send no more; RFC 9293, section 3.6, closes each
 * direction by itself. Servers that close(2) at once drop what they have not sent yet; servers
 * that go on polling for input spin; servers that overlook it keep the descriptor for ever. A
 * host may implement half-duplex close: that the tail is owed follows from RFC 862.
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
#include <netinet/tcp.h>

/* A reader that is late after its FIN: longer than the half-second that relays allow by default. */
#define LATE_MS 1000

CASE(half_close, fin_no_data, MUST, "recv(2); RFC 9293, section 3.6",
	"A connection that is half-closed without any data is closed by the server too.",
	.wire = "connect; FIN; read to the end of file",
	.incidents =
		"gevent/gevent#276, haproxy/haproxy#136, lpeterse/haskell-socket#42, "
		"dlundquist/sniproxy#6")
{
	struct stream *s = stream_open();

	stream_fin(s);

	expect_eof(s);
}

CASE(half_close, fin_after_echo, MUST, "recv(2); RFC 9293, section 3.6",
	"A connection that is half-closed after its echo is closed by the server too.",
	.wire = "connect; 100 bytes; read the echo; FIN; read to the end of file")
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	stream_fin(s);

	expect_eof(s);
}

/* Linux wakes the server up for the FIN of such a segment, and then for its data: one that is fast
 * enough to read in between gets two edges, now and then. */
CASE(half_close, fin_coalesced, MUST, "RFC 862; RFC 9293, section 3.6.1",
	"Data and FIN that arrive in one segment are echoed and closed like any others.",
	.wire = "10 times: connect; 100 bytes and the FIN in one segment (MSG_MORE, then "
		"shutdown); read to the end of file",
	.incidents = "enghitalo/vanilla#103, netty/netty#4317, netty/netty#6199, "
		     "warmcat/libwebsockets#475, MarcJHuber/event-driven-servers#204, "
		     "toffaletti/state-threads#4")
{
	for (int i = 0; i < 10; i++) {
		struct stream *s = stream_open();

		stream_send_fin(s, 100);

		expect_eof(s);
	}
}

static bool has_fin(void *stream)
{
	const struct stream *s = stream;

	return stream_server_unread(s) == (int64_t)(s->sent - s->received) + 1;
}

/* The server finds all of it at once: it is stopped meanwhile, where that can be done. */
static void send_fin_at_once(struct stream *const *set, const size_t *sizes, size_t n)
{
	bool frozen = stimulus_freezes_safely();

	if (frozen)
		stimulus_freeze();
	for (size_t i = 0; i < n; i++)
		stream_send_fin(set[i], sizes[i]);
	for (size_t i = 0; frozen && i < n; i++)
		if (!stream_until(has_fin, set[i]))
			unsure("%zu bytes and the FIN do not fit into the server's window",
				sizes[i]);
	if (frozen)
		stimulus_thaw();
}

/* One to four times as much as a usual buffer takes, as far as it fits into the first window. */
CASE(half_close, fin_exact_buffer, MUST, "RFC 862; RFC 9293, section 3.6.1",
	"Data that just fills a buffer, with the FIN behind it, is echoed and closed.",
	.wire = "21 connections; stop; on each 1 to 4 times 10, 1000, 1024, 4096 or "
		"16,384 bytes, or 65,536, and the FIN (MSG_MORE); see them queued; "
		"continue; read to the end of file; without its pid: no stop")
{
	static const size_t buffers[] = {10, 1000, 1024, 4096, 16384, 65536};
	struct stream *set[4 * 6];
	size_t sizes[4 * 6], n = 0;

	for (int i = 0; i < 6; i++)
		for (size_t size = buffers[i];
			size <= 4 * buffers[i] && size <= buffers[5]; size += buffers[i])
			sizes[n++] = size;
	expect_open_each(set, n);

	send_fin_at_once(set, sizes, n);

	expect_eof_all(set, n);
}

CASE(half_close, fin_many, MUST, "RFC 862; RFC 9293, section 3.6",
	"A hundred clients whose data and FIN come all at once each get echo and FIN.",
	.wire = "100 connections; stop; 1 to 100 bytes and the FIN in one segment on "
		"each (MSG_MORE, then shutdown); see them queued; continue; read to "
		"the end of file; without its pid: no stop")
{
	struct stream *set[100];
	size_t sizes[100];

	expect_open_each(set, 100);
	for (size_t i = 0; i < 100; i++)
		sizes[i] = i + 1;

	send_fin_at_once(set, sizes, 100);

	expect_eof_all(set, 100);
}

CASE(half_close, fin_multi_read, MUST, "RFC 862; RFC 9293, section 3.6",
	"Every byte sent before the client's FIN comes back before the server's FIN.",
	.wire = "connect; 64 KiB, reading nothing; FIN; read to the end of file; the "
		"same with 1 MiB",
	.incidents = "chenshuo/muduo#366, cloudwu/skynet#50, oven-sh/bun#35034, "
		     "MDA2AV/ioxide#164, agronholm/anyio#200, libevent/libevent#616")
{
	static const uint64_t sizes[] = {64 << 10, 1 << 20};

	for (int i = 0; i < 2; i++) {
		struct stream *s = stream_open();

		stream_burst(&s, 1, sizes[i]);
		stream_fin(s);

		expect_eof(s);
	}
}

static void expect_late_reader_served(struct stream *s)
{
	stream_fin(s);
	stream_hold(LATE_MS);

	expect_eof(s);
}

/* What is pending when the FIN is read: more than the server's socket takes, so that the server
 * itself holds it; then as much as the server takes at all. */
CASE(half_close, fin_slow_reader, MUST, "RFC 862; RFC 9293, section 3.6",
	"A client that half-closes first and reads later still gets every byte, then FIN.",
	.wire = "stall with a 2 KiB receive buffer and 536-byte segments, 48 KiB "
		"beyond the server's socket; FIN; pause of 1 s; read to the end of "
		"file; the same with all the server takes, 16 MiB at most",
	.incidents = "tokio-rs/mio#933, libevent/libevent#616")
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 48 << 10);
	expect_late_reader_served(s);

	s = stream_open_narrow();
	stream_overfill(s, 16 << 20);
	expect_late_reader_served(s);
}

/* Not narrow: what is pending at the FIN are the megabytes that wide buffers hold, and a little that
 * the server keeps itself. More and the server would not read the FIN before it has sent the rest. */
CASE(half_close, fin_slow_reader_100m, MUST, "RFC 862; RFC 9293, section 3.6",
	"A client that half-closes after tens of MiB gets all of what was still on its way.",
	.wire = "connect; 32 MiB (--long: 100), read meanwhile; stall with default "
		"buffers, 48 KiB beyond the server's socket; FIN; wait until the "
		"queues rest; read to the end of file",
	.incidents = "chenshuo/muduo#366, libevent/libevent#616")
{
	struct stream *s = stream_open();

	stream_send(s, config_get()->thorough ? 100 << 20 : 32 << 20);
	expect_echo(s);
	expect_stall(s, 48 << 10);
	stream_fin(s);
	stream_settles(s);

	expect_eof(s);
}

/* Read so slowly that the server has to come back many times after it has read the FIN. */
CASE(half_close, no_early_close, MUST, "RFC 862; RFC 9293, section 3.6",
	"The server's FIN stands behind the last byte of the echo, however much is pending.",
	.wire = "3 times, with 4, 16 and 48 KiB beyond the server's socket: stall with "
		"a 2 KiB receive buffer and 536-byte segments; FIN; wait until the "
		"queues rest; read to the end of file by 512 bytes",
	.incidents = "chenshuo/muduo#366, enghitalo/vanilla#103, cloudwu/skynet#50, "
		     "oven-sh/bun#35034, netty/netty#4317, brazilofmux/tinymux#944")
{
	static const uint64_t pending[] = {4 << 10, 16 << 10, 48 << 10};

	for (int i = 0; i < 3; i++) {
		struct stream *s = stream_open_narrow();

		expect_stall(s, pending[i]);
		stream_fin(s);
		stream_settles(s);
		s->piece = 512;

		expect_eof(s);
	}
}

static bool is_closed(void *stream)
{
	int state = stream_server_state(stream);

	return state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT;
}

/* Nothing is read until the server has closed: an RST would take what is still on its way. */
CASE(half_close, graceful_close, MUST,
	"RFC 1122, section 4.2.2.13; RFC 9293, section 3.6",
	"However a client half-closes, the server's close is a FIN and no RST.",
	.wire = "4 connections: FIN; 100 bytes and FIN in one segment; 100 bytes, then "
		"FIN; 256 KiB, then FIN; read nothing until the server has closed "
		"(inet_diag); read to the end of file",
	.incidents = "netty/netty#6818, aio-libs/aiohttp#927, dotnet/runtime#44764")
{
	struct stream *set[4];

	expect_open_each(set, 4);
	stream_fin(set[0]);
	stream_send_fin(set[1], 100);
	for (int i = 2; i < 4; i++) {
		stream_burst(&set[i], 1, i == 2 ? 100 : 256 << 10);
		stream_fin(set[i]);
	}
	for (int i = 0; i < 4; i++)
		stream_until(is_closed, set[i]);

	expect_eof_all(set, 4);
}
