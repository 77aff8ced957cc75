/* record - what is known of a run: the one thing that every report renders
 *
 * SPDX-License-Identifier: MIT
 */
#include "record.h"

#include "deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int record_init(struct record *record, const char *target, const bool *wanted)
{
	unsigned size = record->size;

	*record =
		(struct record){.target = target, .size = size, .began = deadline_now()};
	record->results = calloc(size ? size : 1, sizeof(*record->results));
	if (!record->results)
		return -1;
	for (unsigned row = 0; row < size; row++) {
		record->results[row].progress = wanted[row] ? WAITING : UNWANTED;
		record->wanted += wanted[row];
	}
	return 0;
}

void record_finish(struct record *record)
{
	for (unsigned row = 0; row < record->size; row++) {
		free(record->results[row].expected);
		free(record->results[row].seen);
		free(record->results[row].text);
		free(record->results[row].notes);
	}
	free(record->results);
}

static char *copy(const char *text)
{
	return *text ? strdup(text) : NULL;
}

static void add_note(struct result *result, const char *text)
{
	char *joined = NULL;

	if (!result->notes) {
		result->notes = strdup(text);
	} else if (asprintf(&joined, "%s; %s", result->notes, text) != -1) {
		free(result->notes);
		result->notes = joined;
	}
}

static void enter_verdict(struct result *result, const struct message *message)
{
	result->progress = JUDGED;
	result->verdict = message->verdict;
	result->cause = message->cause;
	result->seconds = message->seconds;
	result->expected = copy(message->expected);
	result->seen = copy(message->seen);
	result->text = copy(message->text);
}

static void enter_end(struct record *record, struct result *result, const char *died)
{
	if (result->progress < JUDGED) {
		struct message message = {.verdict = VERDICT_ERROR};

		snprintf(message.text, sizeof(message.text),
			"the case's own process %s before it could judge: a defect of echospec",
			*died ? died : "ended");
		enter_verdict(result, &message);
	}
	result->progress = DONE;
	record->done++;
}

bool record_message(struct record *record, const struct message *message)
{
	struct result *result;

	if (message->row >= record->size)
		return false;
	result = &record->results[message->row];
	if (result->progress == UNWANTED || result->progress == DONE)
		return false;
	switch (message->kind) {
	case MESSAGE_BEGIN: result->progress = RUNNING; break;
	case MESSAGE_NOTE: add_note(result, message->text); break;
	case MESSAGE_JUDGED:
		if (result->progress < JUDGED)
			enter_verdict(result, message);
		break;
	case MESSAGE_END: enter_end(record, result, message->text); break;
	}
	return result->progress == DONE;
}

unsigned record_count(const struct record *record, enum verdict verdict)
{
	unsigned n = 0;

	for (unsigned row = 0; row < record->size; row++)
		n += record->results[row].progress == DONE &&
			record->results[row].verdict == verdict;
	return n;
}

char *record_text(const struct result *result)
{
	char *text = NULL;
	const char *meaning = result->text ? result->text : "";
	const char *notes = result->notes ? result->notes : "";
	const char *also = *notes && (result->expected || *meaning) ? "; " : "";
	int n;

	if (result->expected)
		n = asprintf(&text, "expected %s; seen %s; %s%s%s", result->expected,
			result->seen ? result->seen : "nothing", meaning, also, notes);
	else
		n = asprintf(&text, "%s%s%s", meaning, also, notes);
	return n == -1 ? NULL : text;
}

enum exit_status record_status(const struct record *record, bool strict)
{
	unsigned judged = record_count(record, VERDICT_PASS) +
		record_count(record, VERDICT_WARN) + record_count(record, VERDICT_INFO);

	if (record_count(record, VERDICT_FAIL))
		return EXIT_NOT_CONFORMING;
	if (strict && record_count(record, VERDICT_WARN))
		return EXIT_NOT_CONFORMING;
	if (record_count(record, VERDICT_BLOCKED))
		return EXIT_UNREACHABLE;
	if (record_count(record, VERDICT_ERROR) || record_count(record, VERDICT_UNSURE))
		return EXIT_OWN_FAULT;
	return judged ? EXIT_CONFORMING : EXIT_NOTHING_RUN;
}
