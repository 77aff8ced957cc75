/* record - what is known of a run: the one thing that every report renders
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RECORD_H
#define RECORD_H

#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum progress {
	UNWANTED,
	WAITING,
	RUNNING,
	JUDGED, /* verdict known, process not yet gone */
	DONE,
};

struct result {
	enum progress progress;
	unsigned runs;                    /* that have ended: --repeat */
	unsigned verdicts[VERDICT_COUNT]; /* how often each was given */
	enum verdict verdict;             /* the worst, with what was said of it */
	enum cause cause;
	double seconds;
	unsigned worst;                       /* the run that gave it */
	char *expected, *seen, *text, *notes; /* NULL when there is none; owned */
	char *known; /* why it is expected not to be met; likewise */
	/* Lines of what there was to see then; likewise. */
	char *times, *wire, *output, *processes;
};

struct record {
	const char *target;  /* what was tested, in words */
	const char *variant; /* the name of that form of it; or NULL */
	unsigned size;       /* rows of the catalogue */
	struct result *results;
	unsigned rounds; /* runs of each case */
	bool strict;     /* a SHOULD that is not met counts as a MUST */
	unsigned wanted, done;
	int64_t began; /* deadline_now() */
	time_t date;   /* time(2) then */
	bool interrupted;
};

/* Expects size, rounds and strict to be set. 0, or -1 with errno. */
int record_init(struct record *record, const char *target, const bool *wanted);
void record_finish(struct record *record);

/* Enters a message: true when a run of a case has ended by it. */
bool record_message(struct record *record, const struct message *message);

/* There is a verdict, although more rounds of --repeat may follow. */
bool record_is_judged(const struct result *result);
unsigned record_count(const struct record *record, enum verdict verdict);
/* A case that was expected not to be met, and is. */
bool record_is_stale(const struct result *result);

/* "3 pass, 2 fail" for a case whose verdict changed from run to run: never averaged away. NULL
 * for all others. Returns text. */
const char *record_flaky(const struct result *result, char *text, size_t size);

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
	EXIT_SIGNAL = 128, /* and the number of the signal that ended it */
};
enum exit_status record_status(const struct record *record);

/* What the run has shown, in words, the first of which are "conforming", "not conforming",
 * "undecided" or "interrupted". */
const char *record_conclusion(const struct record *record);

#endif
