/* run - the supervisor: has Criterion run the wanted cases and enters what they say
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RUN_H
#define RUN_H

#include "record.h"

struct run {
	struct record *record;
	int jobs;    /* cases at a time */
	bool shared; /* one target for all cases: one at a time, and none after it is down */

	/* A run of a case has ended; something is under way (five times a second). */
	void (*on_end)(const struct record *record, unsigned row);
	void (*on_tick)(const struct record *record);
};

/* From here on a signal that ends a run waits for run_cases(), so that what is started before
 * can be ended first. */
void run_hold_signals(void);

/* Runs to the end, or until SIGINT, SIGTERM, SIGHUP or SIGQUIT, whose number is returned; 0
 * otherwise, -1 with errno when it could not begin. No process that it started is left. */
int run_cases(const struct run *run);

#endif
