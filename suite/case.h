/* case - a claim about the target: a Criterion test and its catalogue entry in one place
 *
 *	CASE(half_close, fin_no_data, MUST, "RFC 9293, section 3.6",
 *		"A connection that is half-closed at once is closed by the server too.",
 *		.wire = "connect; FIN; read to the end of file")
 *	{
 *		struct stream *s = stream_open();
 *
 *		stream_fin(s);
 *
 *		expect_eof(s);
 *	}
 *
 * Its id reads half-close/fin-no-data. Around the body the wrapper starts the target, opens a
 * bystander, probes both before and after, and stops the target. More about the case follows the
 * requirement: .wire always, then .incidents, .sight = PID, .alone = true, .low_fds = 1020.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CASE_H
#define CASE_H

#include "target.h"

#include <criterion/criterion.h>

enum level {
	MUST,
	SHOULD,
	MAY,
};

struct case_info {
	const char *group, *name; /* identifiers: the id has dashes for underscores */
	enum level level;
	const char *source, *requirement;
	const char *wire; /* what the suite does: phrases, with "; " between */
	const char *
		incidents; /* where it went wrong: "owner/repo#number, ..."; NULL if unknown */
	enum sight sight; /* what the case has to see of its target */
	bool alone;       /* measures: runs while no other case does */
	bool waits;       /* for seconds, doing nothing: begins before the others */
	bool exhausts;    /* could hurt a target that others use: see --exhaust */

	/* How its target is started; any of them needs sight OWN. */
	int low_fds;        /* as struct launch */
	const char *faults; /* to be injected: as inject_prefix() */
	bool private_net;   /* target and clients in a network of their own: net.h */

	const char *file;
	int line;
	struct criterion_test *test;
};

/* Every process of the suite has this many descriptors at most: Criterion touches each. */
#define CASE_MAX_DESCRIPTORS 65536

#define CASE(group_, name_, level_, source_, requirement_, ...)                          \
	static void group_##_##name_##_body(void);                                       \
	extern struct criterion_test group_##_##name_##_meta;                            \
	static const struct case_info group_##_##name_##_info = {.group = #group_,       \
		.name = #name_,                                                          \
		.level = level_,                                                         \
		.source = source_,                                                       \
		.requirement = requirement_,                                             \
		.file = __FILE__,                                                        \
		.line = __LINE__,                                                        \
		.test = &group_##_##name_##_meta,                                        \
		__VA_ARGS__};                                                            \
	__attribute__((used, section("suite_cases"))) static const struct case_info      \
		*const group_##_##name_##_row = &group_##_##name_##_info;                \
	Test(group_, name_)                                                              \
	{                                                                                \
		case_run(&group_##_##name_##_info, group_##_##name_##_body);             \
	}                                                                                \
	static void group_##_##name_##_body(void)

/* In a process of its own: the whole life of a case. */
void case_run(const struct case_info *info, void (*body)(void));

/* How it sees its target: "BB", "LO", "PID", "EXEC", "NS", "INJ". */
const char *case_mode(const struct case_info *info);

#endif
