/* partial_others - what the neighbours of clients that do not read get
 *
 * A send that blocks, or is tried again until it succeeds, holds up the whole loop: the head of
 * one line blocks all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../pace.h"

#include <inttypes.h>

#define OTHERS 50
#define MANY   50
#define ROUNDS 20

struct neighbours {
	struct stream *others[OTHERS], *beside[OTHERS];
};

static void settle(struct neighbours *neighbours)
{
	expect_open_each(neighbours->others, OTHERS);
	for (int i = 0; i < OTHERS; i++)
		neighbours->beside[i] = stream_open_reference();
}

static int64_t time_pings(struct stream *const *set)
{
	int64_t start = deadline_now_us();

	stream_send_all(set, OTHERS, 64);
	expect_echo_all(set, OTHERS);
	return deadline_now_us() - start;
}

static void expect_neighbours_served(const struct neighbours *neighbours)
{
	static const struct pace_bound bound = {
		.percent = 50, .ratio = 50, .floor = 250000};
	const char *what = text("%d echoes during the stall", OTHERS);
	struct pace *target = pace_new(what, PACE_TARGET);
	struct pace *reference = pace_new(what, PACE_REFERENCE);

	for (int i = 0; i < ROUNDS; i++) {
		pace_add(target, time_pings(neighbours->others));
		pace_add(reference, time_pings(neighbours->beside));
	}
	expect_pace(target, reference, &bound,
		"the server waits for the stalled client, if not for ever");
}

CASE(partial, hol_blocking, MUST, "send(2), O_NONBLOCK; RFC 862",
	"One client that does not read holds up nobody else.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the server holds "
		"back 64 KiB; 20 times: 64 bytes on 50 others, time until all are "
		"back; median above 250 ms and 50 times the reference's fails",
	.incidents = "bhideki/darksword#7, root-project/root#4143", .alone = true)
{
	struct neighbours neighbours;

	settle(&neighbours);
	expect_stall(stream_open_narrow(), 64 << 10);

	expect_neighbours_served(&neighbours);
}

/* Where nothing tells that a server holds bytes back, it has to be filled. */
static uint64_t enough(void)
{
	return target_shows_sockets() ? 256 << 10 : 2 << 20;
}

static int count_stalled(struct stream *const *set)
{
	int n = 0;

	for (int i = 0; i < MANY; i++)
		n += stream_is_stalled(set[i]);
	return n;
}

static bool all_stalled(void *set)
{
	return count_stalled(set) == MANY;
}

/* False when no more of them do for the patience. */
static bool stall_all(struct stream **set)
{
	int before;

	stream_burst(set, MANY, enough());
	do
		before = count_stalled(set);
	while (!stream_until(all_stalled, set) && count_stalled(set) > before);
	return all_stalled(set);
}

/* A server that is held up by the first of them never stalls for the second: its neighbours tell
 * that, so they come first. */
CASE(partial, many_stalled, SHOULD, "send(2), O_NONBLOCK; RFC 862",
	"Fifty clients that do not read hold up nobody else.",
	.wire = "50 narrow clients send 256 KiB each, unread; 20 times: 64 bytes "
		"on 50 others, time until all are back; median above 250 ms and "
		"50 times the reference's fails; skip unless all are stalled",
	.incidents = "bhideki/darksword#7, root-project/root#4143", .alone = true)
{
	struct neighbours neighbours;
	struct stream *set[MANY];
	bool stalled;

	settle(&neighbours);
	for (int i = 0; i < MANY; i++) {
		set[i] = stream_open_narrow();
		stream_send(set[i], 64);
		expect_echo(set[i]);
	}
	stalled = stall_all(set);

	expect_neighbours_served(&neighbours);
	if (stalled)
		return;
	expect_echo_all(set, MANY);
	skip("the server's sockets take %" PRIu64
	     " bytes of each of 50 clients: it need not wait",
		enough());
}
