/* pace - what the target takes of time, beside what the reference takes
 *
 * SPDX-License-Identifier: MIT
 */
#include "pace.h"

#include "judge.h"
#include "target.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void pace_add(struct pace *pace, int64_t us)
{
	if (pace->n == PACE_MOST)
		abort();
	pace->times[pace->n++] = us;
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
	return sorted[(pace->n - 1) * percent / 100];
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static bool comparable(void)
{
	return target_sight() >= LO && !target_emulated();
}

void expect_pace(const char *what, const struct pace *target,
	const struct pace *reference, const struct pace_bound *bound, const char *meaning)
{
	double took = (double)pace_at(target, bound->percent);
	double unit = larger((double)pace_at(reference, bound->percent), 1);
	double allowed = larger(bound->ratio, (double)bound->floor / unit);
	const char *expected = text("%s: %u%% within %.1f ms, %.0f × the reference", what,
		bound->percent, allowed * unit / 1e3, allowed);
	const char *seen = text("%.1f ms, %.1f × the reference", took / 1e3, took / unit);

	note("%s: %u%% within %.2f ms, %.1f × the reference, allowed %.0f", what,
		bound->percent, took / 1e3, took / unit, allowed);
	if (took <= allowed * unit || !comparable())
		return;
	if (bound->lesser)
		warn(CAUSE_STARVE, expected, seen, meaning);
	fail(CAUSE_STARVE, expected, seen, meaning);
}
