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

#include "stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_MOST 500 /* of a series; those beyond do not count */

enum paced { PACE_TARGET, PACE_REFERENCE };

/* A new series, for one kind of round trip. All series of a case are kept as long as it runs, for
 * the report to plot. */
struct pace *pace_new(const char *what, enum paced who);

/* So many microseconds for the next one; -1, of the reference, is a fault of our own. */
void pace_add(struct pace *pace, int64_t us);
size_t pace_count(const struct pace *pace);

/* The time that so many percent of them did not exceed. */
int64_t pace_at(const struct pace *pace, unsigned percent);

/* A new series of 50 pings of so many bytes, of the target or the reference. The lower quartile: most of what else the machine does
 * falls into the others; -1 when one did not come back. Between them the server has time to go to
 * sleep: one that finds the next message as soon as it has answered one does not come back to its
 * loop at all. */
int64_t pace_ping(struct stream *stream, size_t bytes, const char *what);

struct pace_bound {
	unsigned percent;
	double ratio;  /* to the reference */
	int64_t floor; /* microseconds that are always allowed */
	bool lesser;   /* a SHOULD in the case of a MUST */
};

/* The target keeps within the bound; by how much is noted. Nothing is judged where time is no
 * property of the target: on another host, or under an emulator. */
void expect_pace(struct pace *target, const struct pace *reference,
	const struct pace_bound *bound, const char *meaning);

/* Hands over each series that is not empty, as an element of round_trips in the record
 * (report/record.schema.json). */
void pace_each(void (*take)(const char *json));

#endif
