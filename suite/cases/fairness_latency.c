/* fairness_latency - how soon an idle server answers
 *
 * A loop that naps, or wakes up by a timer, is late each time. So is one that sends a message in
 * two pieces and leaves the second to Nagle's algorithm: it waits for an acknowledgement, which
 * its peer delays by 40 ms.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../pace.h"

#define PINGS      200
#define FEWEST     20 /* of them, of a target that takes long */
#define LATENCY_MS 300

static void ping_in_turn(struct stream *s, struct stream *beside, size_t size,
	struct pace *target, struct pace *reference)
{
	struct deadline limit = deadline_in(deadline_window(LATENCY_MS));

	while (pace_count(target) < FEWEST ||
		(pace_count(target) < PINGS && !deadline_over(&limit))) {
		int64_t rtt = stream_ping(s, size);

		if (rtt == -1)
			expect_echo(s);
		pace_add(target, rtt);
		pace_add(reference, stream_ping(beside, size));
	}
}

static void expect_latency(
	int64_t floor, struct pace *target, const struct pace *reference)
{
	const struct pace_bound bounds[] = {{.percent = 50, .ratio = 10, .floor = floor},
		{.percent = 90, .ratio = 10, .floor = 40000}};

	for (int i = 0; i < 2; i++)
		expect_pace(target, reference, &bounds[i],
			"the server naps between looks, or a message longer than its buffer "
			"waits for an acknowledgement that is delayed: TCP_NODELAY is not "
			"set");
}

CASE(fairness, latency, SHOULD, "RFC 9293, section 3.7.4; epoll(7)",
	"A server with one client answers at once, whatever the size of the message.",
	.wire = "pings of 1, 1500, 4096 and 65,536 bytes, 200 each or for 0.3 s, in "
		"turn with the reference; 10 times its median and p90 are allowed, or "
		"3 ms (64 KiB: 20 ms) and 40 ms",
	.alone = true)
{
	/* A long message takes some servers many reads. Shorter naps than that show as
	 * idle/wakeups. */
	static const struct {
		size_t bytes;
		int64_t floor;
	} messages[] = {{1, 3000}, {1500, 3000}, {4096, 3000}, {65536, 20000}};
	struct stream *s = stream_open(), *beside = stream_open_reference();

	for (int i = 0; i < 4; i++) {
		const char *what = text("messages of %zu", messages[i].bytes);
		struct pace *target = pace_new(what, PACE_TARGET);
		struct pace *reference = pace_new(what, PACE_REFERENCE);

		ping_in_turn(s, beside, messages[i].bytes, target, reference);
		expect_latency(messages[i].floor, target, reference);
	}
}
