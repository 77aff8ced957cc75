/* half_close_end - what a connection costs once one side, or both, have ended
 *
 * A socket at its end is readable for ever, and once both sides have ended it is hung up for ever
 * too (EPOLLHUP cannot be masked): who does not take it out of the loop and close it spins, and
 * keeps a descriptor and a socket in CLOSE_WAIT that nothing will ever come for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <netinet/tcp.h>
#include <signal.h>

#define CROWD 200

static int in_close_wait(struct stream *const *set)
{
	int n = 0;

	for (int i = 0; i < CROWD; i++)
		n += stream_server_state(set[i]) == TCP_CLOSE_WAIT;
	return n;
}

static bool none_in_close_wait(void *set)
{
	return in_close_wait(set) == 0;
}

CASE(half_close, close_wait_leak, MUST, "RFC 9293, section 3.6; close(2)",
	"After the FIN of both sides the server keeps no socket in CLOSE_WAIT.",
	.wire = "200 connections, 64 bytes and echo on each; FIN on all; read to the "
		"end of file; wait until no socket of the server is in CLOSE_WAIT "
		"(inet_diag)",
	.incidents = "gevent/gevent#276, haproxy/haproxy#136, jetty/jetty.project#634, "
		     "lpeterse/haskell-socket#42, dlundquist/sniproxy#6",
	.sight = LO)
{
	struct stream *set[CROWD];

	expect_open_each(set, CROWD);
	for (int i = 0; i < CROWD; i++)
		stream_fin(set[i]);
	stream_receive(set, CROWD, UINT64_MAX);

	if (!stream_until(none_in_close_wait, set))
		fail(CAUSE_LEAK, text("none of %d connections in CLOSE_WAIT", CROWD),
			text("%d in CLOSE_WAIT", in_close_wait(set)),
			"the server read the end of file and did not close its descriptor");
}

/* A few bytes pending, so that most servers have read everything, the FIN too. */
CASE(half_close, no_spin_pending, SHOULD, "epoll(7); poll(2)",
	"A server that has met the FIN and cannot send the rest waits without work.",
	.wire = "stall with a 2 KiB receive buffer and 536-byte segments, 4 KiB beyond "
		"the server's socket; FIN; wait until the queues rest; CPU time of the "
		"process tree over a quiet 0.3 s, then 0.6 s if over 5 %",
	.incidents = "netty/netty#4082, oven-sh/bun#37928, haproxy/haproxy#358, "
		     "tokio-rs/mio#933",
	.sight = PID, .alone = true)
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 4 << 10);
	stream_fin(s);
	if (!stream_until(stream_server_has_fin, s))
		unsure("the FIN has not arrived");
	if (!stream_settles(s))
		note("the server reads no more while it cannot send");

	expect_no_spin("while the rest of the echo waits after a FIN");
	if (stream_server_state(s) != TCP_CLOSE_WAIT)
		expect_eof(s);
}

CASE(half_close, no_spin_after, SHOULD, "close(2); epoll(7)",
	"When both sides have ended, the server keeps no descriptor and has no work.",
	.wire = "20 connections; FIN on each; read to the end of file, no close; count "
		"its descriptors, 2 may be left; CPU time of the process tree over a "
		"quiet 0.3 s, then 0.6 s if over 5 %",
	.incidents = "netty/netty#4082, oven-sh/bun#37928, haproxy/haproxy#358",
	.sight = PID, .alone = true)
{
	long before = stimulus_warm_up(20);
	struct stream *set[20];

	expect_open_each(set, 20);
	for (int i = 0; i < 20; i++)
		stream_fin(set[i]);
	expect_eof_all(set, 20);

	expect_given_back(before, 20);
	expect_no_spin("after connections that their clients keep open for reading");
}

CASE(half_close, fin_churn, MUST, "recv(2); close(2)",
	"Thousands of connections that end without a word leave nothing behind.",
	.wire = "100 times, then 2000 times (--long: 20,000), up to 16 at a time: "
		"connect, close; connect, 64 bytes, echo; count its descriptors, a "
		"tenth of the connections may be left",
	.exhausts = true)
{
	unsigned n = config_get()->thorough ? 20000 : 2000;
	long before;

	stimulus_churn(PART_AT_ONCE, 100);
	before = target_descriptors();
	stimulus_churn(PART_AT_ONCE, n);

	expect_served("after the churn");
	if (before > 0)
		expect_given_back(before, n);
}

static bool echo_arrived(void *stream)
{
	struct stream *s = stream;

	return stream_arrived(s) == (int64_t)(s->sent - s->received);
}

/* Nothing of it is on the wire; Linux even delivers what comes. */
CASE(half_close, shut_rd, MAY, "shutdown(2), SHUT_RD",
	"A client that has shut down its reading side is served like any other.",
	.wire = "connect; 100 bytes and echo; shutdown(SHUT_RD); 100 bytes; wait until "
		"all 100 are in our receive queue; read them")
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	stream_shut_read(s);
	s->paused = true;
	stream_send(s, 100);
	if (!stream_until(echo_arrived, s))
		fail(CAUSE_HANG, "100 bytes back",
			text("%d bytes", (int)stream_arrived(s)),
			"the echo is not sent, or this host drops it");

	expect_echo(s);
}

#define CROSSED 5 /* of each kind */

static int count_ended(struct stream *const *set, enum stream_end end)
{
	int n = 0;

	for (int i = 0; i < CROSSED; i++)
		n += set[i]->end == end;
	return n;
}

/* Sight OWN and not PID: it ends the server. One with bytes that it has not read may cut them off
 * by RST (RFC 1122, section 4.2.2.13); the others have nothing to lose. A server that ignores
 * SIGTERM keeps those open that have not ended. */
CASE(half_close, simultaneous_close, MAY, "RFC 9293, section 3.6, case 3",
	"A server that is told to leave cuts nobody off whose bytes it has all sent.",
	.wire = "15 connections; stop; SIGTERM; on 5 100 bytes and FIN in one segment, "
		"on 5 the FIN, on 5 nothing; continue; read each to its end; RST on "
		"one of the latter 10 fails; SIGKILL; restart",
	.sight = OWN)
{
	struct stream *set[3 * CROSSED], **busy = set, **ended = set + CROSSED,
					 **idle = set + 2 * CROSSED;

	expect_open_each(set, 3 * CROSSED);
	stimulus_expect_survivor();
	stimulus_freeze();
	target_signal(SIGTERM);
	for (int i = 0; i < CROSSED; i++) {
		stream_send_fin(busy[i], 100);
		stream_fin(ended[i]);
	}
	stimulus_thaw();
	stream_receive(set, 3 * CROSSED, UINT64_MAX);

	note("of %d each, FIN came to %d with echo pending, %d half-closed and %d idle ones",
		CROSSED, count_ended(busy, STREAM_EOF), count_ended(ended, STREAM_EOF),
		count_ended(idle, STREAM_EOF));
	if (count_ended(ended, STREAM_RESET) || count_ended(idle, STREAM_RESET))
		fail(CAUSE_RESET, "FIN, or an open connection",
			text("%d of %d half-closed and %d of %d idle ones were reset",
				count_ended(ended, STREAM_RESET), CROSSED,
				count_ended(idle, STREAM_RESET), CROSSED),
			"the server leaves without closing, or closes with SO_LINGER at 0");
	target_kill();
	expect_new_target();
}
