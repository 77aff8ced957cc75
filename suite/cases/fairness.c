/* fairness - what a client gets while others take all they can
 *
 * A loop that serves whoever is ready first, or each until nothing is left, gives a few busy
 * clients everything. Nobody is cut off: the others wait, and on an idle server nothing shows.
 * How long is too long depends on the host, so the same is done to the reference.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../flood.h"
#include "../judge.h"
#include "../pace.h"

#define MOST_HOT    8
#define QUIET       8
#define PROBE       64
#define MEASURED_MS 1500 /* at most */

struct rush {
	struct stream *(*open)(void);
	size_t floods, samples;
	/* Microseconds, or -1 when there was no answer. */
	int64_t (*sample)(const struct rush *rush, size_t i);
	struct stream *quiet[QUIET];

	struct pace *pace;
	bool hot; /* before each sample */
	bool starved;
};

static void open_each(const struct rush *rush, struct stream **set, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		set[i] = rush->open();
		stream_send(set[i], PROBE);
		expect_echo(set[i]);
	}
}

/* One sample, begun when the floods are hot; one that has to wait until they are not is late. */
static bool ask(struct rush *rush, struct flood *flood)
{
	int64_t us;

	rush->hot = stream_until(flood_is_hot, flood);
	if (!rush->hot)
		return false;
	us = rush->sample(rush, pace_count(rush->pace));
	rush->starved = us == -1;
	if (!rush->starved)
		pace_add(rush->pace, us);
	return !rush->starved;
}

static void measure(struct rush *rush)
{
	struct deadline limit;
	struct stream *hot[MOST_HOT];
	struct flood *flood;

	/* Some have lower descriptors than the floods, some higher ones. */
	open_each(rush, rush->quiet, QUIET / 2);
	open_each(rush, hot, rush->floods);
	open_each(rush, rush->quiet + QUIET / 2, QUIET - QUIET / 2);
	flood = flood_start(hot, rush->floods);
	limit = deadline_in(deadline_window(MEASURED_MS));
	while (pace_count(rush->pace) < rush->samples && !deadline_over(&limit) &&
		ask(rush, flood))
		;
	flood_stop(flood);
}

static void expect_served_in_rush(
	const struct rush *kind, const char *who, const struct pace_bound *bound)
{
	struct rush target = *kind, reference = *kind;

	target.open = stream_open;
	target.pace = pace_new(who, PACE_TARGET);
	measure(&target);
	if (target.starved)
		fail(CAUSE_STARVE,
			text("an answer for %s while %zu others flood", who,
				target.floods),
			text("none for %.1f s", (double)deadline_patience() / 1000),
			"the server does not leave a busy connection, or starts again with "
			"the first one after each event");
	if (!target.hot)
		unsure("the server reads faster than %zu clients can write",
			target.floods);
	reference.open = stream_open_reference;
	reference.pace = pace_new(who, PACE_REFERENCE);
	measure(&reference);
	if (reference.starved)
		error("the reference does not answer");
	if (pace_count(reference.pace) == 0)
		unsure("the reference could not be kept busy by %zu clients",
			reference.floods);
	expect_pace(target.pace, reference.pace, bound,
		"the server reads too much of a busy connection before the others' turn");
}

static int64_t ping_quiet(const struct rush *rush, size_t i)
{
	return stream_ping(rush->quiet[i % QUIET], PROBE);
}

CASE(fairness, 8_hot, SHOULD, "epoll(7), starvation",
	"Eight clients that send without pause leave eight others their turns.",
	.wire = "8 connections flood: 4 MiB on each, reading nothing, then a thread "
		"sends without pause and drops the echo; 100 64-byte pings over 8 "
		"others, 1.5 s at most; p90 against 20 times the reference's, or 1 s",
	.incidents = "twitter/twemproxy#416, dabeaz/curio#106", .alone = true)
{
	static const struct rush rush = {
		.floods = 8, .samples = 100, .sample = ping_quiet};
	static const struct pace_bound bound = {
		.percent = 90, .ratio = 20, .floor = 1000000};

	expect_served_in_rush(&rush, "a quiet client", &bound);
}

static int64_t connect_and_ping(const struct rush *rush, size_t unused)
{
	int64_t start = deadline_now_us(), us = -1;
	struct stream *s = rush->open();

	(void)unused;
	expect_machine_able(s);
	if (stream_ping(s, PROBE) != -1)
		us = deadline_now_us() - start;
	stream_fin(s);
	return us;
}

CASE(fairness, newcomer, MUST, "accept(2); epoll(7), starvation",
	"Five clients that send without pause do not keep a new one from being served.",
	.wire = "5 connections flood, after 6 MiB on each, as in fairness/8-hot; 20 "
		"times connect, 64 bytes, echo, FIN, for 1.5 s at most; no answer fails; a warning if the "
		"median is over 20 times the reference's, and 1 s",
	.alone = true)
{
	static const struct rush rush = {
		.floods = 5, .samples = 20, .sample = connect_and_ping};
	static const struct pace_bound bound = {
		.percent = 50, .ratio = 20, .floor = 1000000, .lesser = true};

	expect_served_in_rush(&rush, "a new client", &bound);
}
