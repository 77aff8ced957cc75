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
#include "../pace.h"

#include <inttypes.h>

#define FLOOD_MS    150
#define FLOOD_LEAST 100 /* connections: fewer are no flood */
#define LEAST_PINGS 5
#define PATIENT     4 /* times: who forks for each has 256 to fork for after the flood */
#define OVERTAKEN   1000 /* by so many connections: it was not its turn */

struct pings {
	unsigned all, overtaken;
	bool lost;                  /* one did not come back */
	uint64_t connections, most; /* made meanwhile; during one ping */
};

static bool enough(const struct pings *pings, const struct deadline *window)
{
	return deadline_over(window) && pings->all >= LEAST_PINGS &&
		pings->connections >= FLOOD_LEAST;
}

/* Between the pings the server comes back to its loop: see pace_ping(). */
static struct pings ping_flooded(struct stream *stream)
{
	struct deadline window = deadline_in(deadline_window(FLOOD_MS));
	struct deadline limit = deadline_in(deadline_patience());
	struct knocks *knocks = knock_start();
	struct pace *pace = pace_new("an older connection", PACE_TARGET);
	struct pings pings = {0};

	while (!pings.lost && !enough(&pings, &window) && !deadline_over(&limit)) {
		uint64_t before = knock_count(knocks);
		int64_t rtt = stream_ping(stream, 64);

		pings.lost = rtt == -1;
		if (!pings.lost)
			pace_add(pace, rtt);
		pings.connections = knock_count(knocks);
		before = pings.connections - before;
		pings.overtaken += before > OVERTAKEN;
		pings.most = before > pings.most ? before : pings.most;
		pings.all++;
		stream_hold(1);
	}
	knock_stop(knocks);
	return pings;
}

/* How many connections are accepted while an echo is owed does not depend on how busy the machine
 * is: as long as the server does not run, no more than 256 come. The time would. */
CASE(accept, flood_vs_established, SHOULD, "epoll(7), starvation",
	"While others connect and close without pause, an old connection is still served.",
	.wire = "a thread connects and closes without pause, 100 times at least; "
		"64-byte pings on an older connection for 0.15 s, 5 at least; starved "
		"if most are overtaken by over 1000 connections each",
	.incidents =
		"nodejs/node-v0.x-archive#1057, python/cpython#91780, libuv/libuv#3696",
	.alone = true)
{
	struct stream *s = stream_open();
	struct pings pings = ping_flooded(s);

	if (pings.lost || 2 * pings.overtaken > pings.all)
		fail(CAUSE_STARVE, "an echo while others connect and close",
			text("%s; %u of %u were overtaken by more than %d connections, one by "
			     "%" PRIu64,
				pings.lost ? "one echo did not come" : "all came",
				pings.overtaken, pings.all, OVERTAKEN, pings.most),
			"the server accepts as long as there is somebody to accept: it needs a "
			"budget for that too");
	if (pings.connections < FLOOD_LEAST)
		unsure("only %" PRIu64 " connections were made", pings.connections);
	deadline_stretch(PATIENT);
	note("%u echoes came during %" PRIu64 " connections, one after %" PRIu64
	     " of them",
		pings.all, pings.connections, pings.most);
}
