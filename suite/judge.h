/* judge - the words in which a case states its verdict
 *
 * All but pass(), note(), text() and attempt() end the case at once; within attempt(), all of them
 * but error() end that alone. A target that turns out to be dead overrules the cause: it crashed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "verdict.h"

#include <stdnoreturn.h>

struct case_info;

/* Names the case that this process runs. */
void judge_begin(const struct case_info *info);

/* The target did not do what it owes: fail for a MUST, warn for a SHOULD, info for a MAY, but fail
 * when it died: no policy is to die of a client. What was expected, what was seen (with the offset,
 * where there is one), and what that means. */
noreturn void fail(
	enum cause cause, const char *expected, const char *seen, const char *meaning);

/* The same of what is a SHOULD in the case of a MUST. */
noreturn void warn(
	enum cause cause, const char *expected, const char *seen, const char *meaning);

/* The target broke down: fail, whatever the level of the case. */
noreturn void broken_down(const char *expected, const char *meaning);

/* This case cannot be seen, or does not apply, here. */
noreturn void skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The target was down before the case began, or does not start again in the middle of it. */
noreturn void blocked(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The hard condition was not reached. */
noreturn void unsure(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The suite or the machine is at fault. */
noreturn void error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Everything was as it should be. */
void pass(void);

/* Whether body came to its end. What is not met, or not reached, in it is no verdict: it is there to
 * make something happen, which is judged afterwards. */
bool attempt(void (*body)(void));

/* A figure worth reporting, whatever the verdict. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A formatted text that stays valid for the arguments of one call of fail(). */
const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
