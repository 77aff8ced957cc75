/* fairness_busy - what clients get who all take what they can
 *
 * The descriptor that is looked at first must not be the only one, and a client that never pauses
 * must not wait for a pause.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../flood.h"
#include "../judge.h"

#include <inttypes.h>

#define MIB UINT64_C(1048576)

/* --- while one sends without pause ------------------------------------------------------- */

#define UNECHOED (128 * MIB) /* more than all sockets between hold */

/* The echo of the burst before the flood may come in a pause: it does not count. */
static bool is_decided(void *flood)
{
	return flood_is_echoed(flood) ||
		flood_sent(flood, 0) - flood_echoed(flood, 0) > UNECHOED;
}

CASE(fairness, echo_while_sending, SHOULD, "RFC 862",
	"The echo begins while the client is still sending, not when it pauses.",
	.wire = "connect; 16 MiB, reading nothing, then a thread sends without pause "
		"and takes what comes; wait for echo of what came behind these, or for "
		"128 MiB without echo")
{
	struct stream *s = stream_open();
	struct flood *flood = flood_start(&s, 1);
	uint64_t before, sent;
	bool begun;

	do
		before = flood_echoed(flood, 0);
	while (!stream_until(is_decided, flood) && flood_echoed(flood, 0) > before + MIB);
	begun = flood_is_echoed(flood);
	sent = flood_sent(flood, 0) - s->sent;
	flood_stop(flood);

	if (!begun)
		fail(CAUSE_STARVE, "the echo of a client that sends without pause",
			text("none of the %" PRIu64 " KiB that it sent since it does so",
				sent >> 10),
			"the server collects until EAGAIN, which never comes");
	note("it had begun after %" PRIu64 " KiB", sent >> 10);
}

/* --- who is served of those who all want to be -------------------------------------------- */

#define BUSY 64
#define WORK (BUSY * MIB) /* echoed to all of them */

struct progress {
	struct flood *flood;
	uint64_t before[BUSY];
	uint64_t burst; /* what was sent first, and may not have been read before */
};

static uint64_t made(const struct progress *progress, size_t i)
{
	return flood_echoed(progress->flood, i) - progress->before[i];
}

static uint64_t made_by_all(const struct progress *progress)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BUSY; i++)
		sum += made(progress, i);
	return sum;
}

static bool work_is_done(void *progress)
{
	return made_by_all(progress) >= WORK;
}

static size_t left_out(const struct progress *progress)
{
	size_t n = 0;

	for (size_t i = 0; i < BUSY; i++)
		n += made(progress, i) <= progress->burst;
	return n;
}

static bool none_is_left_out(void *progress)
{
	return left_out(progress) == 0;
}

/* Up to where nobody is left out; what one gets beyond it is no progress. */
static uint64_t made_by_least(const struct progress *progress)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BUSY; i++) {
		uint64_t n = made(progress, i);

		sum += n <= progress->burst ? n : progress->burst + 1;
	}
	return sum;
}

/* Until it is true, or nothing was made for the whole patience. */
static void wait_while_made(bool (*is_true)(void *data), struct progress *progress,
	uint64_t (*made_so_far)(const struct progress *progress))
{
	uint64_t before;

	do
		before = made_so_far(progress);
	while (!stream_until(is_true, progress) && made_so_far(progress) > before);
}

/* The smallest share, in those of the largest. */
static double smallest_share(const struct progress *progress)
{
	uint64_t least = UINT64_MAX, most = 1;

	for (size_t i = 0; i < BUSY; i++) {
		uint64_t n = made(progress, i);

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	return (double)least / (double)most;
}

static void begin(struct progress *progress)
{
	struct stream *set[BUSY];

	expect_open_each(set, BUSY);
	progress->flood = flood_start(set, BUSY);
	if (!stream_until(flood_is_hot, progress->flood)) {
		flood_stop(progress->flood);
		unsure("the server reads faster than 64 clients write");
	}
	for (size_t i = 0; i < BUSY; i++) {
		progress->before[i] = flood_echoed(progress->flood, i);
		progress->burst = set[i]->sent;
	}
}

/* Shares are clocked by the work that the server does: the machine's noise is in neither. */
CASE(fairness, every_descriptor, MUST, "select(2); epoll(7), starvation",
	"Of 64 clients that all send without pause, each gets its echo.",
	.wire = "64 connections flood: 512 KiB on each, reading nothing, then a thread "
		"sends without pause and drops the echo; wait for 64 MiB of echo in "
		"all, then until each has more than its first 512 KiB",
	.incidents = "dabeaz/curio#106, twitter/twemproxy#416", .alone = true)
{
	struct progress progress;
	double smallest;
	size_t starved;

	begin(&progress);
	wait_while_made(work_is_done, &progress, made_by_all);
	smallest = smallest_share(&progress);
	wait_while_made(none_is_left_out, &progress, made_by_least);
	starved = left_out(&progress);
	flood_stop(progress.flood);

	if (starved)
		fail(CAUSE_STARVE,
			"an echo for each of 64 clients while all of them flood",
			text("only what was under way, for %zu of them, and none of that in the "
			     "last %.1f s",
				starved, (double)deadline_patience() / 1000),
			"the server starts again with the first descriptor after each "
			"event, or does not leave a busy one");
	note("the smallest share is %.2f of the largest", smallest);
}
