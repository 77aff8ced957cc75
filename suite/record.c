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

	*record = (struct record){.target = target,
		.size = size,
		.rounds = record->rounds,
		.strict = record->strict,
		.began = deadline_now(),
		.date = time(NULL)};
	record->results = calloc(size ? size : 1, sizeof(*record->results));
	if (!record->results) {
		record->size = 0;
		return -1;
	}
	for (unsigned row = 0; row < size; row++) {
		record->results[row].progress = wanted[row] ? WAITING : UNWANTED;
		record->wanted += wanted[row];
	}
	return 0;
}

static void forget_words(struct result *result)
{
	free(result->expected);
	free(result->seen);
	free(result->text);
	free(result->times);
	free(result->wire);
	free(result->output);
	free(result->processes);
	result->times = result->wire = result->output = result->processes = NULL;
}

void record_finish(struct record *record)
{
	for (unsigned row = 0; row < record->size; row++) {
		forget_words(&record->results[row]);
		free(record->results[row].notes);
		free(record->results[row].known);
	}
	free(record->results);
}

static char *copy(const char *text)
{
	return *text ? strdup(text) : NULL;
}

/* Appends to words that may be NULL. Without memory for it they stay as they were. */
static void append(char **words, const char *between, const char *text)
{
	char *joined = NULL;

	if (asprintf(&joined, "%s%s%s", *words ? *words : "", *words ? between : "",
		    text) == -1)
		return;
	free(*words);
	*words = joined;
}

/* The worst that a case showed is what counts. */
static bool is_worse(enum verdict verdict, enum verdict than)
{
	static const int order[VERDICT_COUNT] = {[VERDICT_PASS] = 0,
		[VERDICT_INFO] = 1,
		[VERDICT_SKIP] = 2,
		[VERDICT_WARN] = 3,
		[VERDICT_BLOCKED] = 4,
		[VERDICT_UNSURE] = 5,
		[VERDICT_ERROR] = 6,
		[VERDICT_FAIL] = 7};

	return order[verdict] > order[than];
}

static void enter_verdict(struct result *result, const struct message *message)
{
	result->progress = JUDGED;
	result->verdicts[message->verdict]++;
	if (result->runs > 0 && !is_worse(message->verdict, result->verdict))
		return;
	forget_words(result);
	result->worst = result->runs;
	result->verdict = message->verdict;
	result->cause = message->cause;
	result->seconds = message->seconds;
	result->expected = copy(message->expected);
	result->seen = copy(message->seen);
	result->text = copy(message->text);
}

/* Only of the run whose verdict counts. */
static void add_to_scene(
	struct result *result, char **words, const struct message *message)
{
	if (result->progress == JUDGED && result->worst == result->runs)
		append(words, "", message->text);
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
	result->runs++;
	result->progress = result->runs < record->rounds ? WAITING : DONE;
	record->done += result->progress == DONE;
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
	case MESSAGE_NOTE: append(&result->notes, "; ", message->text); break;
	case MESSAGE_JUDGED:
		if (result->progress < JUDGED)
			enter_verdict(result, message);
		break;
	case MESSAGE_TIMES: add_to_scene(result, &result->times, message); break;
	case MESSAGE_WIRE: add_to_scene(result, &result->wire, message); break;
	case MESSAGE_OUTPUT: add_to_scene(result, &result->output, message); break;
	case MESSAGE_PROCESSES: add_to_scene(result, &result->processes, message); break;
	case MESSAGE_END: enter_end(record, result, message->text); break;
	}
	return message->kind == MESSAGE_END;
}

const char *record_flaky(const struct result *result, char *text, size_t size)
{
	size_t n = 0;
	int different = 0;

	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (result->verdicts[verdict] == 0 || n >= size)
			continue;
		n += (size_t)snprintf(text + n, size - n, "%s%u %s",
			different ? ", " : "", result->verdicts[verdict],
			verdict_name(verdict));
		different++;
	}
	return different > 1 ? text : NULL;
}

bool record_is_judged(const struct result *result)
{
	return result->runs > 0;
}

unsigned record_count(const struct record *record, enum verdict verdict)
{
	unsigned n = 0;

	for (unsigned row = 0; row < record->size; row++)
		n += record_is_judged(&record->results[row]) &&
			record->results[row].verdict == verdict;
	return n;
}

/* Of those, the ones that nobody expected. */
static unsigned count_unexpected(const struct record *record, enum verdict verdict)
{
	unsigned n = 0;

	for (unsigned row = 0; row < record->size; row++)
		n += record_is_judged(&record->results[row]) &&
			record->results[row].verdict == verdict &&
			!record->results[row].known;
	return n;
}

bool record_is_stale(const struct result *result)
{
	return record_is_judged(result) && result->known &&
		(result->verdict == VERDICT_PASS || result->verdict == VERDICT_INFO);
}

static bool any_is_stale(const struct record *record)
{
	for (unsigned row = 0; row < record->size; row++)
		if (record_is_stale(&record->results[row]))
			return true;
	return false;
}

char *record_text(const struct result *result)
{
	char *text = NULL, tally[128];
	const char *flaky = record_flaky(result, tally, sizeof(tally));
	const char *meaning = result->text ? result->text : "";
	const char *notes = result->notes ? result->notes : "";
	const char *also = *notes && (result->expected || *meaning) ? "; " : "";
	int n;

	if (result->expected)
		n = asprintf(&text, "%s%s%sexpected %s; seen %s; %s%s%s",
			flaky ? "flaky: " : "", flaky ? flaky : "", flaky ? "; " : "",
			result->expected, result->seen ? result->seen : "nothing",
			meaning, also, notes);
	else
		n = asprintf(&text, "%s%s%s%s%s%s", flaky ? "flaky: " : "",
			flaky ? flaky : "", flaky ? "; " : "", meaning, also, notes);
	return n == -1 ? NULL : text;
}

enum exit_status record_status(const struct record *record)
{
	unsigned judged = record_count(record, VERDICT_PASS) +
		record_count(record, VERDICT_FAIL) + record_count(record, VERDICT_WARN) +
		record_count(record, VERDICT_INFO);

	if (count_unexpected(record, VERDICT_FAIL) || any_is_stale(record))
		return EXIT_NOT_CONFORMING;
	if (record->strict && count_unexpected(record, VERDICT_WARN))
		return EXIT_NOT_CONFORMING;
	if (record_count(record, VERDICT_BLOCKED))
		return EXIT_UNREACHABLE;
	if (record_count(record, VERDICT_ERROR) || record_count(record, VERDICT_UNSURE))
		return EXIT_OWN_FAULT;
	return judged ? EXIT_CONFORMING : EXIT_NOTHING_RUN;
}

static bool any_is_known(const struct record *record)
{
	return record_count(record, VERDICT_FAIL) >
		count_unexpected(record, VERDICT_FAIL);
}

const char *record_conclusion(const struct record *record)
{
	if (record->interrupted)
		return "interrupted";
	if (record->done < record->wanted)
		return "undecided: not all cases are done";
	switch (record_status(record)) {
	case EXIT_CONFORMING:
		return any_is_known(record)
			? "conforming, but for what is known to fail"
			: "conforming: every MUST that could be seen is met";
	case EXIT_NOT_CONFORMING: return "not conforming";
	case EXIT_UNREACHABLE: return "undecided: the target was down";
	case EXIT_NOTHING_RUN: return "undecided: nothing was run";
	default: return "undecided: echospec could not do all of its work";
	}
}
