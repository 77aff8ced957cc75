/* et - what edge-triggered readiness does to a server that expects levels
 *
 * epoll(7): with EPOLLET an event comes once for each change; wait again only after EAGAIN. Who
 * reads once waits for ever for what is left; who reads until EAGAIN serves one fast client only;
 * who stops at a cap and does not come back by itself has forgotten it. Other multiplexers are
 * held to the same: all of it is visible as a stall.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

CASE(et, read_drain, MUST, "epoll(7): wait for an event only after EAGAIN",
	"A burst larger than any read buffer comes back whole, with nothing sent after it.",
	.wire = "connect; 1 MiB, reading nothing; then send nothing, and read the "
		"whole echo",
	.incidents = "xtaci/gaio#5, netty/netty#7788, netty/netty#14357")
{
	struct stream *s = stream_open();

	stream_burst(&s, 1, 1 << 20);

	expect_echo(s);
}

CASE(et, data_during_write, MUST, "epoll(7); epoll_ctl(2), EPOLL_CTL_MOD",
	"What arrives while the server waits to write is echoed too, once it can.",
	.wire = "stall with a 2 KiB receive buffer and 536-byte segments, 32 KiB "
		"beyond the server's socket; 100 bytes more; wait until the queues rest; "
		"read the whole echo",
	.incidents =
		"pistacheio/pistache#1114, kaappi/kaappi#1481, rcore-os/tgoskits#314, "
		"pjsip/pjproject#3121")
{
	struct stream *s = stream_open_narrow();
	uint64_t stalled;

	expect_stall(s, 32 << 10);
	stalled = s->sent; /* unseen, it is full: what came last waits in its socket */
	stream_send(s, 100);
	if (target_shows_sockets() && s->end == STREAM_OPEN && s->sent == stalled)
		unsure("the server takes nothing more while it waits to write");
	stream_settles(s);

	expect_echo(s);
}

CASE(et, write_edge, MUST, "epoll(7), EPOLLOUT",
	"Output that stalled resumes when the client reads again, and runs to its end.",
	.wire = "connect; stall (64 MiB at most); send nothing more, and read the "
		"whole echo",
	.incidents = "pistacheio/pistache#1114, kaappi/kaappi#1481")
{
	struct stream *s = stream_open();

	stream_overfill(s, 64 << 20);

	expect_echo(s);
}

CASE(et, cap_resume, MUST, "epoll(7), starvation",
	"64 clients at a time each get the whole of a burst: what is left over is come back to.",
	.wire = "3 times, with 64 KiB, 256 KiB and 1 MiB: 64 connections, 64 bytes and "
		"echo on each; that much on all at once, reading nothing; then send "
		"nothing, and read every echo",
	.incidents = "sjanel/aeronet#485, xtaci/gaio#5")
{
	static const uint64_t bursts[] = {64 << 10, 256 << 10, 1 << 20};

	for (int i = 0; i < 3; i++) {
		struct stream *set[64];

		expect_open_each(set, 64);
		stream_burst(set, 64, bursts[i]);

		expect_echo_all(set, 64);
		for (int j = 0; j < 64; j++)
			stream_free(set[j]);
	}
}

/* A server that can be stopped finds the data when it accepts, for certain; any other only when
 * the data is faster than its accept. */
CASE(et, data_with_connect, MUST, "epoll(7); accept(2)",
	"Data that arrives before its connection is accepted is echoed, and no more is needed.",
	.wire = "3 times: stop; connect; 100 bytes; see it in the accept queue; "
		"continue; read the echo; without its pid: 100 times, no stop")
{
	bool frozen = stimulus_freezes_safely();

	for (int i = 0; i < (frozen ? 3 : 100); i++) {
		struct stream *s;

		if (frozen)
			stimulus_freeze();
		s = stream_open();
		stream_send(s, 100);
		if (frozen) {
			expect_queued(1);
			expect_unread(s, 100);
			stimulus_thaw();
		}

		expect_echo(s);
	}
}

static void send_around_mark(struct stream *s)
{
	stream_send(s, 1000);
	stream_urgent(s);
	stream_send(s, 1000);
}

/* recv(2) stops at the mark. A server that can be stopped meets both halves at once; any other
 * now and then: 4 times in 60, with the shortcut. */
CASE(et, urgent_mark_short_read, SHOULD, "epoll(7); tcp(7); RFC 6093",
	"A read that an urgent mark makes short does not mean that nothing is left.",
	.wire = "connect; 100 bytes and echo; stop; 1000 bytes, 1 byte MSG_OOB, 1000 "
		"bytes; see all queued; continue; read the echo, with the urgent byte "
		"or without; without its pid: 500 times, no stop",
	.incidents = "netty/netty#7788, netty/netty#14357, xtaci/gaio#5")
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	if (stimulus_freezes_safely()) {
		stimulus_freeze();
		send_around_mark(s);
		expect_unread(s, 2000);
		stimulus_thaw();
		expect_echo(s);
		return;
	}
	for (int i = 0; i < 500; i++) {
		send_around_mark(s);
		expect_echo(s);
	}
	note("500 times without a stall, which is chance: %s",
		stimulus_freeze_obstacle());
}
