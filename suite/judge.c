/* judge - the words in which a case states its verdict
 *
 * SPDX-License-Identifier: MIT
 */
#include "judge.h"

#include "case.h"
#include "catalogue.h"
#include "deadline.h"
#include "output.h"
#include "scene.h"
#include "stream.h"
#include "target.h"
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct case_info *current;
static int64_t began;

void judge_begin(const struct case_info *info)
{
	struct message message = {.kind = MESSAGE_BEGIN, .row = catalogue_find(info)};

	current = info;
	trace_begin(catalogue_id(message.row));
	began = deadline_now_us();
	verdict_send(&message);
}

static void send_message(struct message *message)
{
	message->row = catalogue_find(current);
	message->seconds = (double)(deadline_now_us() - began) / 1e6;
	verdict_send(message);
}

const char *text(const char *format, ...)
{
	static char ring[4][1024];
	static unsigned next;
	char *out = ring[next++ % 4];
	va_list args;

	va_start(args, format);
	vsnprintf(out, sizeof(ring[0]), format, args);
	va_end(args);
	return out;
}

void note(const char *format, ...)
{
	struct message message = {.kind = MESSAGE_NOTE};
	va_list args;

	va_start(args, format);
	vsnprintf(message.text, sizeof(message.text), format, args);
	va_end(args);
	send_message(&message);
}

void pass(void)
{
	struct message message = {.kind = MESSAGE_JUDGED, .verdict = VERDICT_PASS};

	send_message(&message);
	scene_send_times(send_message);
}

static jmp_buf attempted;
static bool attempting;

bool attempt(void (*body)(void))
{
	attempting = true;
	if (setjmp(attempted) == 0)
		body();
	else
		return false;
	attempting = false;
	return true;
}

/* Ends the case: what it holds is given back, and Criterion leaves the test. */
static noreturn void finish(struct message *message)
{
	if (attempting && message->verdict != VERDICT_ERROR) {
		attempting = false;
		longjmp(attempted, 1);
	}
	message->kind = MESSAGE_JUDGED;
	send_message(message);
	if (message->verdict != VERDICT_SKIP && message->verdict != VERDICT_BLOCKED)
		scene_send(send_message);
	stream_close_all();
	target_stop();
	if (message->verdict == VERDICT_WARN || message->verdict == VERDICT_INFO)
		cr_skip_test("%s", verdict_name(message->verdict));
	if (message->verdict == VERDICT_SKIP || message->verdict == VERDICT_BLOCKED)
		cr_skip_test("%s", message->text);
	cr_assert_fail("%s", message->text);
	abort();
}

static noreturn void unmet(enum level level, enum cause cause, const char *expected,
	const char *seen, const char *meaning)
{
	static const enum verdict verdicts[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_INFO};
	struct message message = {.verdict = verdicts[level], .cause = cause};
	char words[400];

	snprintf(message.expected, sizeof(message.expected), "%s", expected);
	snprintf(message.seen, sizeof(message.seen), "%s", seen);
	snprintf(message.text, sizeof(message.text), "%s", meaning);
	if (target_dies()) {
		message.cause = CAUSE_CRASH;
		snprintf(message.text, sizeof(message.text), "the target %s; %s",
			target_death(), output_last_words(words, sizeof(words)));
		if (level == MAY)
			message.verdict = VERDICT_FAIL;
	}
	finish(&message);
}

void fail(enum cause cause, const char *expected, const char *seen, const char *meaning)
{
	unmet(current->level, cause, expected, seen, meaning);
}

void warn(enum cause cause, const char *expected, const char *seen, const char *meaning)
{
	bool lesser = current->level == MUST && !target_dies();

	unmet(lesser ? SHOULD : current->level, cause, expected, seen, meaning);
}

void broken_down(const char *expected, const char *meaning)
{
	unmet(MUST, CAUSE_CRASH, expected, text("it %s", target_death()), meaning);
}

#define FINISH(verdict_)                                                                 \
	do {                                                                             \
		struct message message = {.verdict = verdict_};                          \
		va_list args;                                                            \
                                                                                         \
		va_start(args, format);                                                  \
		vsnprintf(message.text, sizeof(message.text), format, args);             \
		va_end(args);                                                            \
		finish(&message);                                                        \
	} while (0)

void skip(const char *format, ...)
{
	FINISH(VERDICT_SKIP);
}

void blocked(const char *format, ...)
{
	FINISH(VERDICT_BLOCKED);
}

/* What could not be reached because the target died is the target's. */
void unsure(const char *format, ...)
{
	struct message message;
	char words[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (target_dies())
		unmet(current->level, CAUSE_CRASH, "a server that goes on", words, "");
	message = (struct message){.verdict = VERDICT_UNSURE};
	snprintf(message.text, sizeof(message.text), "%s", words);
	finish(&message);
}

void error(const char *format, ...)
{
	FINISH(VERDICT_ERROR);
}
