/* reset_pending - a peer that is gone while bytes for it are on their way
 *
 * What a server meets here, it meets when it sends: EPIPE, with a SIGPIPE that kills by default,
 * or ECONNRESET; and when all it waits for is room to send, nothing but EPOLLERR and EPOLLHUP,
 * which nobody asked for, tells it of the end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

CASE(reset, close_unread, MUST, "recv(2), ECONNRESET; RFC 1122, section 4.2.2.13",
	"A client that closes with its echo unread, which is a reset, harms nobody.",
	.wire = "20 times: connect, send 1,000 bytes, wait for the "
		"echo to arrive, close with it unread (RST by the "
		"kernel); an old and a new connection echo 64 bytes",
	.incidents = "agis/rea#14")
{
	for (int i = 0; i < 20; i++) {
		struct stream *s = stream_open();

		stream_send(s, 1000);
		stream_peek(s);
		if (stream_arrived(s) <= 0)
			expect_echo(s);
		stream_close(s);
	}

	expect_bystander("after 20 clients left their echo");
	expect_served("after 20 clients left their echo");
}

/* Less than half of a 64 KiB window: TCP would not wait for the close to send more. */
#define CORKED 30000

CASE(reset, close_pending_echo, MUST, "send(2), EPIPE",
	"A client that leaves before its echo was sent ends its own connection only.",
	.wire = "20 times: connect, 30,000 bytes and the FIN at once (MSG_MORE, then "
		"close), RST by the kernel when the echo comes; a stall with 32 KiB "
		"held back; FIN; RST; an old and a new connection echo 64 bytes",
	.incidents = "yhirose/cpp-httplib#77, stonier/ecl_core#34, "
		     "nanomsg/nng#338, lima-vm/socket_vmnet#49, "
		     "giampaolo/pyftpdlib#191, frevib/io_uring-echo-server#2")
{
	for (int i = 0; i < 20; i++) {
		struct stream *s = stream_open();

		stream_send_close(s, CORKED);
	}
	stimulus_broken_pipe();

	expect_bystander("after the clients left");
	expect_served("after the clients left");
}

CASE(reset, pending_echo, MUST, "send(2), ECONNRESET; epoll_ctl(2), EPOLLERR",
	"A reset while output is pending ends that connection only.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the server holds back "
		"64 KiB; RST (linger 0); an old and a new connection echo 64 bytes",
	.incidents = "yhirose/cpp-httplib#77, stonier/ecl_core#34, "
		     "nanomsg/nng#338, giampaolo/pyftpdlib#191")
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 64 << 10);
	stream_reset(s);

	expect_bystander("after the reset");
	expect_served("after the reset");
}

/* Whether all of what they had is free again, where that can be seen. */
static void expect_forgotten(long before, long n, const char *when)
{
	expect_bystander(when);
	expect_served(when);
	if (before > 0)
		expect_given_back(before, n);
}

CASE(reset, half_close_then_rst, MUST, "send(2), EPIPE; RFC 9293, section 3.5.3",
	"A reset behind a FIN, with the echo pending, ends that connection only.",
	.wire = "10 times: stall (536-byte segments, SO_RCVBUF 2048) until the "
		"server holds back 32 KiB; FIN; wait for CLOSE_WAIT; RST; at "
		"the end an old and a new connection echo; descriptors as before",
	.incidents = "giampaolo/pyftpdlib#191, nanomsg/nng#338")
{
	long before = stimulus_warm_up(10);

	for (int i = 0; i < 10; i++)
		stimulus_broken_pipe();

	expect_forgotten(before, 10, "after FIN and RST");
}

#define STALLED 10
#define BOUND   (16 << 20) /* each: whoever takes this much unread goes on reading */

/* Whether the server leaves bytes unread, where that is seen. */
static bool is_full(const struct stream *s)
{
	return !target_shows_sockets() || stream_server_unread(s) > 0;
}

static void expect_stalled(struct stream *const *set, int n)
{
	stream_burst(set, n, BOUND);
	for (int i = 0; i < n; i++) {
		if (!is_full(set[i]) && set[i]->sent < BOUND)
			stream_overfill(set[i], BOUND - set[i]->sent);
		if (set[i]->end != STREAM_OPEN)
			expect_echo(set[i]);
		if (set[i]->sent >= BOUND)
			skip("the server goes on reading while it cannot send");
		if (!is_full(set[i]))
			unsure("the server may still be about to read");
	}
}

/* Their buffers at the server are full: it reads nothing more, so that it can only wait to send. */
CASE(reset, write_only_interest, MUST, "epoll_ctl(2), EPOLLERR and EPOLLHUP; poll(2)",
	"A reset is noticed by a server that waits for nothing but room to send.",
	.wire = "10 narrow clients (536-byte segments, SO_RCVBUF 2048) send unread "
		"until nothing moves for 60 ms and the server leaves bytes unread, "
		"skip at 16 MiB; RST on all; an old and a new connection echo 64 "
		"bytes; descriptors as before",
	.incidents = "scylladb/seastar#1945, wlanslovenija/tunneldigger#148, "
		     "wingo/fibers#38, xrootd/xrootd#303, amjuarez/bytecoin#83")
{
	long before = stimulus_warm_up(STALLED);
	struct stream *set[STALLED];

	expect_open_narrow_each(set, STALLED);
	expect_stalled(set, 1);
	expect_stalled(set + 1, STALLED - 1);
	for (int i = 0; i < STALLED; i++)
		stream_reset(set[i]);

	expect_forgotten(before, STALLED, "after resets of stalled connections");
}
