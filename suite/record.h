/* record - what is known of a run: the one thing that every report renders
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RECORD_H
#define RECORD_H

#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

enum progress {
	UNWANTED,
	WAITING,
	RUNNING,
	JUDGED, /* verdict known, process not yet gone */
	DONE,
};

struct result {
	enum progress progress;
	enum verdict verdict;
	enum cause cause;
	double seconds;
	char *expected, *seen, *text, *notes; /* NULL when there is none; owned */
};

struct record {
	const char *target; /* what was tested, in words */
	unsigned size;      /* rows of the catalogue */
	struct result *results;
	unsigned wanted, done;
	int64_t began; /* deadline_now() */
	bool interrupted;
};

/* 0, or -1 with errno. */
int record_init(struct record *record, const char *target, const bool *wanted);
void record_finish(struct record *record);

/* Enters a message: true when a case is DONE by it. */
bool record_message(struct record *record, const struct message *message);

unsigned record_count(const struct record *record, enum verdict verdict);

/* The message of a result, on one line; to be freed. */
char *record_text(const struct result *result);

/* Exit status of a run: see EXIT STATUS in --help. */
enum exit_status {
	EXIT_CONFORMING = 0,
	EXIT_NOT_CONFORMING = 1,
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,
	EXIT_OWN_FAULT = 4,
	EXIT_NOTHING_RUN = 77,
};
enum exit_status record_status(const struct record *record, bool strict);

#endif
