/* accept_flood - connections that come without pause
 *
 * Who accepts as long as there is somebody to accept leaves everybody else without an answer:
 * the starvation of epoll(7), at the listener.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../knock.h"

#include <inttypes.h>

#define FLOOD_MS    150
#define FLOOD_LEAST 100   /* connections: fewer are no flood */
#define SLOWER      20    /* times, and by all means … */
#define SLOW_US     10000 /* … to count as starved */

/* The mean of the pings in a window, in microseconds; -1 when one did not come back. The window
 * lasts until knocks has made a flood. Between the pings the server comes back to its loop: see
 * stream_ping_least(). */
static double mean_ping(struct stream *stream, const struct knocks *knocks)
{
	struct deadline window = deadline_in(deadline_window(FLOOD_MS));
	struct deadline limit = deadline_in(deadline_patience());
	int64_t sum = 0;
	int n = 0;

	while (!deadline_over(&window) ||
		(knocks && knock_count(knocks) < FLOOD_LEAST && !deadline_over(&limit))) {
		int64_t rtt = stream_ping(stream, 64);

		if (rtt == -1)
			return -1;
		sum += rtt;
		n++;
		stream_hold(1);
	}
	return (double)sum / n;
}

struct flooded {
	double before, during; /* mean_ping() */
	uint64_t connections;
};

static struct flooded ping_flooded(struct stream *stream)
{
	struct flooded flooded = {.before = mean_ping(stream, NULL)};
	struct knocks *knocks = knock_start();

	flooded.during = mean_ping(stream, knocks);
	flooded.connections = knock_count(knocks);
	knock_stop(knocks);
	return flooded;
}

static bool starves(const struct flooded *flooded)
{
	return flooded->during == -1 ||
		(flooded->during > SLOWER * flooded->before &&
			flooded->during > SLOW_US && !target_emulated());
}

/* Measured with echod and sound, also beside `stress -c 2`: at most 7 times slower; socat, which
 * forks for each, 49 times and 4 ms. Who starves is slower by hundreds, or silent. */
CASE(accept, flood_vs_established, SHOULD, "epoll(7), starvation",
	"While others connect and close without pause, an old connection is still served.",
	.alone = true)
{
	struct stream *s = stream_open();
	struct flooded flooded;

	for (int attempt = 0; attempt < 3; attempt++) {
		flooded = ping_flooded(s);
		if (flooded.during == -1 || !starves(&flooded))
			break;
	}

	if (starves(&flooded))
		fail(CAUSE_STARVE, "an echo while others connect and close",
			flooded.during == -1
				? text("none for %.1f s, %" PRIu64 " connections made",
					  (double)deadline_patience() / 1000,
					  flooded.connections)
				: text("one in %.1f ms, before the flood one in %.3f ms",
					  flooded.during / 1e3, flooded.before / 1e3),
			"the server accepts as long as there is somebody to accept: it needs a "
			"budget for that too");
	if (flooded.connections < FLOOD_LEAST)
		unsure("only %" PRIu64 " connections were made", flooded.connections);
	note("an echo in %.0f us before and %.0f us during %" PRIu64 " connections",
		flooded.before, flooded.during, flooded.connections);
}
