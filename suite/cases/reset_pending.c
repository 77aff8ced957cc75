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
	"A client that closes with its echo unread, which is a reset, harms nobody.")
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
	"A client that leaves before its echo was sent ends its own connection only.")
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
	"A reset while output is pending ends that connection only.")
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
	"A reset behind a FIN, with the echo pending, ends that connection only.")
{
	long before = target_descriptors();

	for (int i = 0; i < 10; i++)
		stimulus_broken_pipe();

	expect_forgotten(before, 10, "after FIN and RST");
}

#define STALLED 10
#define BOUND   (16 << 20) /* each: whoever takes this much unread goes on reading */

static void expect_stalled(struct stream *const *set, int n)
{
	stream_burst(set, n, BOUND);
	for (int i = 0; i < n; i++) {
		if (set[i]->end != STREAM_OPEN)
			expect_echo(set[i]);
		if (set[i]->sent >= BOUND)
			skip("the server goes on reading while it cannot send");
	}
}

/* Their buffers at the server are full: it reads nothing more, so that it can only wait to send. */
CASE(reset, write_only_interest, MUST, "epoll_ctl(2), EPOLLERR and EPOLLHUP; poll(2)",
	"A reset is noticed by a server that waits for nothing but room to send.")
{
	long before = target_descriptors();
	struct stream *set[STALLED];

	expect_open_narrow_each(set, STALLED);
	expect_stalled(set, 1);
	expect_stalled(set + 1, STALLED - 1);
	for (int i = 0; i < STALLED; i++)
		stream_reset(set[i]);

	expect_forgotten(before, STALLED, "after resets of stalled connections");
}
