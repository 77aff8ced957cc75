/* pace - what the target takes of time, beside what the reference takes
 *
 * SPDX-License-Identifier: MIT
 */
#include "pace.h"

#include "judge.h"
#include "target.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PINGS       50
#define MOST_SERIES 8
#define MOST_BOUNDS 2

struct pace {
	char what[64];
	enum paced who;
	size_t n, bounds;
	int64_t times[PACE_MOST];
	struct {
		unsigned percent;
		int64_t us;
	} allowed[MOST_BOUNDS];
};

static struct pace series[MOST_SERIES];
static size_t series_begun;

struct pace *pace_new(const char *what, enum paced who)
{
	struct pace *pace = &series[series_begun++];

	if (series_begun > MOST_SERIES)
		abort();
	snprintf(pace->what, sizeof(pace->what), "%s", what);
	pace->who = who;
	return pace;
}

void pace_add(struct pace *pace, int64_t us)
{
	if (us < 0)
		error("the built-in reference does not answer");
	if (pace->n < PACE_MOST)
		pace->times[pace->n++] = us;
}

size_t pace_count(const struct pace *pace)
{
	return pace->n;
}

static int ascending(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

int64_t pace_at(const struct pace *pace, unsigned percent)
{
	int64_t sorted[PACE_MOST];

	if (pace->n == 0)
		return 0;
	memcpy(sorted, pace->times, pace->n * sizeof(*sorted));
	qsort(sorted, pace->n, sizeof(*sorted), ascending);
	return sorted[percent ? (pace->n * percent + 99) / 100 - 1 : 0];
}

int64_t pace_ping(struct stream *stream, size_t bytes, const char *what)
{
	struct pace *pace =
		pace_new(what, stream->pattern.plain ? PACE_REFERENCE : PACE_TARGET);

	for (int i = 0; i < PINGS; i++) {
		int64_t rtt = stream_ping(stream, bytes);

		if (rtt == -1)
			return -1;
		pace_add(pace, rtt);
		stream_hold(1);
	}
	return pace_at(pace, 25);
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static bool comparable(void)
{
	return target_sight() >= LO && !target_emulated();
}

static void keep_allowed(struct pace *target, unsigned percent, double us)
{
	if (target->bounds == MOST_BOUNDS)
		abort();
	target->allowed[target->bounds].percent = percent;
	target->allowed[target->bounds++].us = (int64_t)(us + .5);
}

void expect_pace(struct pace *target, const struct pace *reference,
	const struct pace_bound *bound, const char *meaning)
{
	double took = (double)pace_at(target, bound->percent);
	double unit = larger((double)pace_at(reference, bound->percent), 1);
	double allowed = larger(bound->ratio, (double)bound->floor / unit);
	const char *expected = text("%s: %u%% within %.1f ms, %.0f × the reference",
		target->what, bound->percent, allowed * unit / 1e3, allowed);
	const char *seen = text("%.1f ms, %.1f × the reference", took / 1e3, took / unit);

	keep_allowed(target, bound->percent, allowed * unit);
	note("%s: %u%% within %.2f ms, %.1f × the reference, allowed %.0f", target->what,
		bound->percent, took / 1e3, took / unit, allowed);
	if (took <= allowed * unit || !comparable())
		return;
	if (bound->lesser)
		warn(CAUSE_STARVE, expected, seen, meaning);
	fail(CAUSE_STARVE, expected, seen, meaning);
}

static json_t *allowed_of(const struct pace *pace)
{
	json_t *allowed = json_object();
	char key[8];

	for (size_t i = 0; i < pace->bounds; i++) {
		snprintf(key, sizeof(key), "p%u", pace->allowed[i].percent);
		json_object_set_new(allowed, key, json_integer(pace->allowed[i].us));
	}
	return allowed;
}

static json_t *times_of(const struct pace *pace)
{
	json_t *times = json_array();

	for (size_t i = 0; i < pace->n; i++)
		json_array_append_new(times, json_integer(pace->times[i]));
	return times;
}

void pace_each(void (*take)(const char *json))
{
	static const char *const names[] = {"target", "reference"};

	for (const struct pace *pace = series; pace < series + series_begun; pace++) {
		json_t *object = json_pack("{ss ss so so}", "what", pace->what, "who",
			names[pace->who], "allowed_us", allowed_of(pace), "us",
			times_of(pace));
		char *line = json_dumps(object, JSON_COMPACT);

		if (line && pace->n)
			take(line);
		free(line);
		json_decref(object);
	}
}
