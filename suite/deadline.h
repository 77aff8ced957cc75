/* deadline - one clock, one scale, and deadlines on progress
 *
 * Nothing in the suite sleeps. A wait ends when what it waits for happens, or when nothing at
 * all has moved for a while: its patience, counted anew after each sign of progress.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	int64_t patience; /* milliseconds without progress, scaled */
	int64_t at;       /* the time when it is over, deadline_now() */
};

/* Milliseconds and microseconds of CLOCK_MONOTONIC. */
int64_t deadline_now(void);
int64_t deadline_now_us(void);

/* The factor of every wait: --scale. */
void deadline_set_scale(double scale);
double deadline_scale(void);

/* From here on that many times as patient: for what the kernel repeats after doubled times. */
void deadline_stretch(double factor);

/* What the target's idle echo took, in microseconds: makes every patience at least 200 times
 * as long. */
void deadline_calibrate(int64_t rtt_us);
/* That round trip, or 0 before calibration. */
int64_t deadline_rtt_us(void);

/* How long nothing may move before a target counts as hung, in milliseconds, scaled. */
int64_t deadline_patience(void);

/* A window in which nothing should happen: 20 idle round trips, at least floor milliseconds
 * times the scale. */
int64_t deadline_window(int64_t floor);

/* A deadline of that many milliseconds (already scaled). */
struct deadline deadline_in(int64_t patience);
/* Something moved: the whole patience once more. */
void deadline_progress(struct deadline *deadline);
bool deadline_over(const struct deadline *deadline);
/* Milliseconds left for poll(2): 0 when over. */
int deadline_left(const struct deadline *deadline);

#endif
