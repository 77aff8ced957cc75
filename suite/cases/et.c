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
	"A burst larger than any read buffer comes back whole, with nothing sent after it.")
{
	struct stream *s = stream_open();

	stream_burst(&s, 1, 1 << 20);

	expect_echo(s);
}

CASE(et, data_during_write, MUST, "epoll(7); epoll_ctl(2), EPOLL_CTL_MOD",
	"What arrives while the server waits to write is echoed too, once it can.")
{
	struct stream *s = stream_open_narrow();
	uint64_t stalled;

	expect_stall(s, 32 << 10);
	stalled = s->sent;
	stream_send(s, 100);
	if (s->end == STREAM_OPEN && s->sent == stalled)
		unsure("the server takes nothing more while it waits to write");
	stream_hold(deadline_window(20));

	expect_echo(s);
}

CASE(et, write_edge, MUST, "epoll(7), EPOLLOUT",
	"Output that stalled resumes when the client reads again, and runs to its end.")
{
	struct stream *s = stream_open();

	stream_overfill(s, 64 << 20);

	expect_echo(s);
}

CASE(et, cap_resume, MUST, "epoll(7), starvation",
	"64 clients at a time each get the whole of a burst: what is left over is come back to.")
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
