/* reset - one peer's RST ends one connection and nothing else
 *
 * recv(2) and send(2) name ECONNRESET, EPIPE and ETIMEDOUT as ordinary ends. Which of them a
 * server meets depends on what was queued: a reset alone is ECONNRESET at the next call; after
 * the peer's FIN it is EPIPE, and without MSG_NOSIGNAL a SIGPIPE. On Linux a connection that was
 * reset in the backlog is still accepted, and only getpeername(2) and recv(2) tell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../stimulus.h"

CASE(reset, idle, MUST, "recv(2), ECONNRESET; RFC 9293, section 3.5.3",
	"A reset of an idle connection ends that connection only.")
{
	struct stream *s = stream_open();

	stream_send(s, 1);
	expect_echo(s);
	stream_reset(s);

	expect_bystander("after a reset");
	expect_served("after a reset");
}

CASE(reset, unread_data, MUST, "recv(2), ECONNRESET",
	"A reset with data that the server has not read yet ends that connection only.")
{
	for (int i = 0; i < 20; i++) {
		struct stream *s = stream_open();

		stream_send(s, 5000);
		stream_reset(s);
	}

	expect_bystander("after 20 resets");
	expect_served("after 20 resets");
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

CASE(reset, before_accept, MUST, "accept(2); getpeername(2), ENOTCONN",
	"Connections that were reset before they are accepted harm nobody behind them.")
{
	size_t n = stimulus_fit(11);

	for (int round = 0; round < 20; round++) {
		struct stream *set[11], *last;

		stream_begin_all(set, n);
		for (size_t i = 0; i < n - 1; i++)
			stream_reset(set[i]);
		last = set[n - 1];
		stream_finish_connecting(&last, 1);
		stream_send(last, 100);

		expect_echo(last);
	}
}

/* One of the moments at which a connection can be reset. */
static void reset_in_phase(struct stream *s, size_t phase)
{
	if (phase == 1 || phase == 2)
		stream_send(s, 100);
	if (phase == 2)
		expect_echo(s);
	if (phase == 3)
		stream_send_fin(s, 100);
	stream_reset(s);
	stream_free(s);
}

CASE(reset, storm, MUST, "recv(2), ECONNRESET",
	"5,000 resets at mixed moments cost ten other clients not a byte.")
{
	struct stream *others[10];
	size_t n = stimulus_fit(20);

	expect_open_each(others, 10);
	for (size_t done = 0; done < 5000; done += n) {
		struct stream *set[20];

		stream_begin_all(set, n);
		stream_send_all(others, 10, 512);
		for (size_t i = 0; i < n; i++)
			reset_in_phase(set[i], (done + i) % 4);
		expect_echo_all(others, 10);
		stream_until(stimulus_all_accepted, NULL);
	}
}
