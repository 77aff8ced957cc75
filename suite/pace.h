/* pace - what the target takes of time, beside what the reference takes
 *
 * Both are measured on the same host in the same minute, so that a slow or busy one changes what
 * is allowed. That leaves the noise: a bound is a multiple of the reference, and never less than
 * what no person would call slow.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_MOST 256

/* How long each of some round trips took, in microseconds. */
struct pace {
	size_t n;
	int64_t times[PACE_MOST];
};

void pace_add(struct pace *pace, int64_t us);

/* The time that so many percent of them did not exceed. */
int64_t pace_at(const struct pace *pace, unsigned percent);

struct pace_bound {
	unsigned percent;
	double ratio;  /* to the reference */
	int64_t floor; /* microseconds that are always allowed */
	bool lesser;   /* a SHOULD in the case of a MUST */
};

/* The target keeps within the bound; by how much is noted. Nothing is judged where time is no
 * property of the target: on another host, or under an emulator. */
void expect_pace(const char *what, const struct pace *target,
	const struct pace *reference, const struct pace_bound *bound,
	const char *meaning);

#endif
