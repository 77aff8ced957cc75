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
#include "../pace.h"

#include <inttypes.h>

#define PINGS      50  /* begun and answered while the flood's bytes wait */
#define MOST_PINGS 500 /* to get so many, on a machine that is busy itself */

struct pings {
	int all, hot;
	int64_t slowest; /* microseconds; -1: one did not come back */
};

/* Pings until enough were answered while another client's bytes queued up at the server, and not
 * in a pause. */
static struct pings ping_cold(struct stream *cold, struct flood *flood)
{
	struct pace *pace = pace_new("a second client", PACE_TARGET);
	struct pings pings = {0};

	while (pings.hot < PINGS && pings.all < MOST_PINGS &&
		stream_until(flood_is_hot, flood)) {
		int64_t rtt = stream_ping(cold, 64);

		if (rtt == -1) {
			pings.slowest = -1;
			break;
		}
		pace_add(pace, rtt);
		pings.slowest = rtt > pings.slowest ? rtt : pings.slowest;
		pings.hot += flood_is_hot(flood);
		pings.all++;
	}
	return pings;
}

CASE(et, starvation, MUST, "epoll(7), starvation",
	"A client that sends without pause gets its echo, and does not keep others from theirs.",
	.wire = "2 connections; on one 16 MiB, reading nothing, then a thread sends "
		"without pause and drops the echo; on the other 64-byte pings, until "
		"50 found bytes of the first waiting; wait for its echo too",
	.incidents = "twitter/twemproxy#416, dabeaz/curio#106, anmonteiro/httpun#41, "
		     "sociomantic-tsunami/swarm#99, Netflix/dynomite#257, "
		     "aio-libs/aiofastnet#61",
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
	echoed = flood_echoed(flood, 0);
	flood_stop(flood);

	if (pings.slowest == -1)
		fail(CAUSE_STARVE,
			"an echo for a second client while the first one floods",
			text("none for %.1f s, %" PRIu64 " bytes echoed to the first",
				(double)deadline_patience() / 1000, echoed),
			"the server reads one connection until EAGAIN, which never comes: it "
			"needs a budget for each wake-up");
	if (pings.hot < PINGS)
		unsure("the flood's bytes were waiting at %d of %d pings only", pings.hot,
			pings.all);
	note("slowest ping %.1f ms, the flood's bytes waiting at %d of %d",
		(double)pings.slowest / 1e3, pings.hot, pings.all);
}

struct feed {
	struct flood *flood;
	uint64_t goal;
	int looks, hot;
};

static bool is_fed(void *data)
{
	struct feed *feed = data;

	feed->looks++;
	feed->hot += flood_is_hot(feed->flood);
	return flood_sent(feed->flood, 0) >= feed->goal;
}

/* The target's memory when it has been sent so much, or takes no more. */
static int64_t memory_after(struct feed *feed, uint64_t goal)
{
	static struct tree tree;
	uint64_t before;

	feed->goal = goal;
	do
		before = flood_sent(feed->flood, 0);
	while (!stream_until(is_fed, feed) && flood_sent(feed->flood, 0) > before);
	target_tree(&tree);
	return proc_memory(&tree);
}

#define MIB   INT64_C(1048576)
#define WARM  (32 * MIB) /* buffers and arenas have grown by then */
#define FED   (64 * MIB) /* more */
#define NOISE (16 * MIB) /* of an allocator, or of a collector that has not run */

CASE(et, starvation_memory, SHOULD, "epoll(7), starvation; RFC 862 sets no bound",
	"What a server holds for a client that sends without pause is bounded.",
	.wire = "connect; 16 MiB, reading nothing, then a thread sends without pause "
		"and drops the echo; VmRSS + VmSwap of the process tree at 32 MiB sent, "
		"and 64 MiB later: over 16 MiB more, and half of that, is a leak",
	.sight = PID)
{
	struct stream *hot = stream_open();
	struct feed feed = {.flood = flood_start(&hot, 1)};
	int64_t warm = memory_after(&feed, WARM), grown;
	uint64_t from = flood_sent(feed.flood, 0);
	int64_t taken;

	grown = memory_after(&feed, from + FED) - warm;
	taken = (int64_t)(flood_sent(feed.flood, 0) - from);
	flood_stop(feed.flood);

	if (grown > NOISE && 2 * grown > taken)
		fail(CAUSE_LEAK, "memory that does not grow with what a client sends",
			text("%" PRId64 " MiB more for %" PRId64 " MiB", grown / MIB,
				taken / MIB),
			"the server collects until EAGAIN, which never comes");
	if (2 * taken < FED)
		unsure("the server took only %" PRId64 " MiB of the flood", taken / MIB);
	if (2 * feed.hot < feed.looks)
		unsure("the flood's bytes were waiting at %d of %d looks only", feed.hot,
			feed.looks);
	note("%" PRId64 " KiB grown for %" PRId64 " MiB", grown / 1024, taken / MIB);
}
