/* outcome - what a CI makes of a verdict
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <jansson.h>

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_FAILED, /* what makes the target not conforming */
	OUTCOME_KNOWN,  /* would be, but its reason is known */
	OUTCOME_ERROR,  /* nothing was decided */
	OUTCOME_SKIPPED,
};

/* Of a case of the run. One that is known to fail, and does not, has FAILED. */
enum outcome outcome_of(const json_t *run, const json_t *result);

/* A string of an object; "" when it has none of that name. */
const char *outcome_text(const json_t *object, const char *name);

/* What there is to tell of a case, in this order; most are "" when there is nothing to tell. The
 * last one has no label. */
struct detail {
	const char *label, *name; /* the name in the document */
};
extern const struct detail outcome_details[];

/* The group of a case, up to the slash of its id: the length of it. */
int outcome_group(const json_t *result);
/* The index after the last of the cases that are of one group with that one. */
size_t outcome_group_end(const json_t *cases, size_t index);

#endif
