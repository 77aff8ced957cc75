/* verdict - verdicts, causes, and their way from a test's process to the record
 *
 * A case runs in a process of its own. What it finds goes as one datagram to the supervisor, so
 * that it survives whatever happens to that process, or to Criterion, a moment later.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_WARN,    /* a SHOULD not met */
	VERDICT_FAIL,    /* a MUST not met */
	VERDICT_INFO,    /* policy: reported, never held against the target */
	VERDICT_SKIP,    /* not visible or not applicable here */
	VERDICT_BLOCKED, /* the target was already down */
	VERDICT_UNSURE,  /* the hard condition could not be reached */
	VERDICT_ERROR,   /* the suite's or the machine's own fault */
	VERDICT_COUNT,
};

enum cause {
	CAUSE_NONE,
	CAUSE_DATA,
	CAUSE_EOF,
	CAUSE_RESET,
	CAUSE_HANG,
	CAUSE_CRASH,
	CAUSE_SPIN,
	CAUSE_LEAK,
	CAUSE_STARVE,
};

const char *verdict_name(enum verdict verdict);
/* The verdict of that name; VERDICT_COUNT when there is none. */
enum verdict verdict_find(const char *name);
/* Whether the target did not do what it owes. */
bool verdict_is_unmet(enum verdict verdict);
const char *cause_name(enum cause cause); /* "" for CAUSE_NONE */

enum message_kind {
	MESSAGE_BEGIN, /* the case's process has started */
	MESSAGE_NOTE,  /* worth telling, whatever the verdict: text */
	MESSAGE_JUDGED,
	/* After it, lines in text: what there was to see. */
	MESSAGE_TIMES,
	MESSAGE_WIRE,
	MESSAGE_OUTPUT,
	MESSAGE_PROCESSES,
	MESSAGE_END, /* Criterion is done with it: text tells how it died, or is empty */
};

struct message {
	enum message_kind kind;
	unsigned row; /* of the catalogue */
	enum verdict verdict;
	enum cause cause;
	double seconds;
	char expected[512];
	char seen[1024];
	char text[6144]; /* what it means, or the reason */
};

/* The receiving end, in the supervisor: a descriptor, or -1 with errno. Its address travels to
 * the other processes in the environment. */
int verdict_listen(void);

/* Sends a message from whichever process; the process ends when no supervisor hears it. */
void verdict_send(const struct message *message);

#endif
