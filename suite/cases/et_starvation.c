/* et_starvation - a client that sends faster than the server echoes
 *
 * Whoever reads one connection until EAGAIN, as edge-triggered mode asks, stays with it as long
 * as its client keeps up: nobody else is served, and what was read is collected.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../flood.h"
#include "../judge.h"

#include <inttypes.h>

#define PINGS 50

struct pings {
	int n;
	int64_t slowest; /* microseconds; -1: one did not come back */
};

/* Each begins while another client's bytes queue up at the server. */
static struct pings ping_cold(struct stream *cold, struct flood *flood)
{
	struct pings pings = {0};

	while (pings.n < PINGS && stream_until(flood_is_hot, flood)) {
		int64_t rtt = stream_ping(cold, 64);

		if (rtt == -1)
			return (struct pings){.n = PINGS, .slowest = -1};
		pings.slowest = rtt > pings.slowest ? rtt : pings.slowest;
		pings.n++;
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
	flood = flood_start(&hot, 1);
	pings = ping_cold(cold, flood);
	stream_until(flood_is_echoed, flood);
	echoed = flood_echoed(flood, 0);
	flood_stop(flood);

	if (pings.slowest == -1)
		fail(CAUSE_STARVE,
			"an echo for a second client while the first one floods",
			text("none for %.1f s, %" PRIu64 " bytes echoed to the first",
				(double)deadline_patience() / 1000, echoed),
			"the server reads one connection until EAGAIN, which never comes: it "
			"needs a budget for each wake-up");
	if (echoed == 0)
		fail(CAUSE_STARVE, "an echo while the client is still sending", "none",
			"the server collects a message that never ends");
	if (pings.n < PINGS)
		unsure("the server reads faster than the client can write");
	note("slowest of %d pings %.1f ms", pings.n, (double)pings.slowest / 1e3);
}
