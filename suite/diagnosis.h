/* diagnosis - from the pattern of what is not met to the likely bug and its repair
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "record.h"

/* A bug, and by what it is known. Evidence is words with blanks between them, each "ID", "ID:CAUSE"
 * or "ID:CAUSE~TEXT", or several of those with | between them. TEXT stands in what was expected
 * or seen, or in what it means, with _ for a blank. */
struct rule {
	const char
		*shown_by;  /* below fixtures/, without .c: a server that has this bug */
	const char *bug;    /* a clause */
	const char *repair; /* a sentence */
	const char *code;   /* in C, of a few lines */
	const char
		*unmet;  /* each of these, of those that were judged: it speaks by them */
	const char *met; /* none of these: they tell it from bugs that look alike */
	const char *also; /* what it makes unmet besides; its ids may be patterns */
};

/* Those that are known. Tables of rules end with a row of NULL. */
extern const struct rule diagnosis_rules[];

#define DIAGNOSIS_MOST 12 /* bugs: a server with more has to be read, not listed */

struct finding {
	const struct rule *rule;
	unsigned explains; /* unmet cases that no finding before it explains */
	unsigned unjudged; /* words of rule->unmet of which no case was judged */
};

/* The likely bugs among rules, that which explains most first: at most `most` of them. Sets
 * explained[row] for each unmet case that one of them accounts for. Returns their number. */
unsigned diagnosis_of(const struct record *record, const struct rule *rules,
	struct finding *findings, unsigned most, bool *explained);

bool diagnosis_is_unmet(const struct result *result);

/* Whether a bug makes that case unmet: by it alone, or besides others. */
bool diagnosis_speaks_by(const struct rule *rule, const char *id);
bool diagnosis_accounts_for(const struct rule *rule, const char *id);

#endif
