/* samples - a small catalogue for the tests: claims about no server, never run
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "../record.h"

/* Their rows: by group, file and line. */
enum sample {
	SAMPLE_MUST,   /* first-group/must-hold */
	SAMPLE_SHOULD, /* first-group/should-hold */
	SAMPLE_MAY,    /* first-group/may-hold */
	SAMPLE_OTHER,  /* second-group/must-hold */
	SAMPLE_COUNT,
};

/* What a server may print before it dies, or send in place of an echo; NULL-ended. Each begins
 * with "it said:". */
extern const char *const sample_hostile[];

/* Enters a verdict and the end of the case's process. */
void sample_judge(
	struct record *record, unsigned row, enum verdict verdict, const char *text);

#endif
