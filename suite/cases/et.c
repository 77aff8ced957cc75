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

#include <inttypes.h>

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

#define BUSY_PINGS 50   /* made while the flood's bytes were waiting */
#define MOST_PINGS 5000 /* to get so many, on a machine that is busy itself */

struct pings {
	int all, busy;
	int64_t worst; /* microseconds; -1: one did not come back */
};

/* Pings until enough were made while another client's bytes queued up at the server. */
static struct pings ping_cold(struct stream *cold, const struct stream *hot)
{
	struct pings pings = {0};

	while (pings.busy < BUSY_PINGS && pings.all < MOST_PINGS) {
		int64_t rtt = stream_ping(cold, 64);

		if (rtt == -1) {
			pings.worst = -1;
			break;
		}
		pings.worst = rtt > pings.worst ? rtt : pings.worst;
		pings.busy +=
			stream_unacknowledged(hot) > 0 || stream_server_unread(hot) > 0;
		pings.all++;
	}
	return pings;
}

CASE(et, starvation, MUST, "epoll(7), starvation",
	"A client that sends without pause gets its echo, and does not keep others from theirs.",
	.alone = true)
{
	struct stream *set[2], *cold, *hot;
	struct flood *flood;
	struct pings pings;
	uint64_t echoed;

	expect_open_each(set, 2);
	cold = set[0];
	hot = set[1];
	flood = stimulus_flood(hot);
	stream_hold(deadline_window(50));
	pings = ping_cold(cold, hot);
	stream_until(flood_is_echoed, flood);
	echoed = flood_echoed(flood);

	if (flood_stop(flood))
		fail(CAUSE_RESET, "the flooding client's connection stays open",
			text("it was cut after %" PRIu64 " bytes of echo", echoed),
			"the server gives up on a client that sends much");
	if (pings.worst == -1)
		fail(CAUSE_STARVE,
			"an echo for a second client while the first one floods",
			text("none for %.1f s, %" PRIu64 " bytes echoed to the first",
				(double)deadline_patience() / 1000, echoed),
			"the server reads one connection until EAGAIN, which never comes: it "
			"needs a budget for each wake-up");
	if (echoed == 0)
		fail(CAUSE_STARVE, "an echo while the client is still sending", "none",
			"the server collects a message that never ends");
	if (pings.busy < BUSY_PINGS)
		unsure("the flood's bytes were waiting at %d of %d pings only",
			pings.busy, pings.all);
	note("slowest ping %.1f ms, the flood's bytes waiting at %d of %d",
		(double)pings.worst / 1e3, pings.busy, pings.all);
}
