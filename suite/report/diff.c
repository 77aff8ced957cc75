/* diff - what changed from one run to another: echospec diff OLD.json NEW.json
 *
 * SPDX-License-Identifier: MIT
 */
#include "diff.h"

#include "../record.h"
#include "plain.h"
#include "reader.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Slower is what took more than twice as long, and so much longer that no busy machine does it. */
#define FACTOR  2
#define SECONDS 1.0

enum change {
	BROKEN,
	FIXED,
	UNDECIDED, /* was judged, and is not any more */
	OTHERWISE, /* neither better nor worse: skipped, say, and now passed */
	NEW,
	GONE,
	SLOWER,
	SAME,
	CHANGES,
};

static const char *const names[CHANGES] = {
	"broken", "fixed", "undecided", "changed", "new", "gone", "slower", "the same"};

static enum verdict verdict_in(const json_t *result)
{
	return verdict_find(json_string_value(json_object_get(result, "verdict")));
}

static bool is_met(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_INFO;
}

static bool is_open(enum verdict verdict)
{
	return verdict == VERDICT_BLOCKED || verdict == VERDICT_UNSURE ||
		verdict == VERDICT_ERROR;
}

static bool is_lost(enum verdict before, enum verdict after)
{
	return (is_met(before) || verdict_is_unmet(before)) &&
		(after == VERDICT_SKIP || is_open(after));
}

static double seconds_in(const json_t *result)
{
	return json_number_value(json_object_get(result, "seconds"));
}

static const json_t *find(const json_t *run, const char *id)
{
	const json_t *result;
	size_t index;

	json_array_foreach(json_object_get(run, "cases"), index,
		result) if (strcmp(json_string_value(json_object_get(result, "id")),
				    id) == 0) return result;
	return NULL;
}

/* A failure that was a warning is worse, and a new case that is not met is no better than one
 * that broke. */
static enum change change_of(const json_t *old, const json_t *new)
{
	enum verdict before, after;

	if (!new)
		return GONE;
	after = verdict_in(new);
	if (!old)
		return verdict_is_unmet(after) ? BROKEN : NEW;
	before = verdict_in(old);
	if (verdict_is_unmet(after) && (!verdict_is_unmet(before) || after > before))
		return BROKEN;
	if (verdict_is_unmet(before) && (is_met(after) || after < before))
		return FIXED;
	if (is_lost(before, after))
		return UNDECIDED;
	if (before != after)
		return OTHERWISE;
	if (seconds_in(new) > FACTOR * seconds_in(old) &&
		seconds_in(new) > seconds_in(old) + SECONDS)
		return SLOWER;
	return SAME;
}

static void print_message(const char *message)
{
	fputs("         ", stdout);
	plain_print(stdout, message);
	putchar('\n');
}

static void print(
	enum change change, const char *id, const json_t *old, const json_t *new)
{
	printf("%-9s %-32s ", names[change], id);
	if (change == SLOWER)
		printf("%.2f s, now %.2f s\n", seconds_in(old), seconds_in(new));
	else
		printf("%s, now %s\n", old ? verdict_name(verdict_in(old)) : "not there",
			new ? verdict_name(verdict_in(new)) : "not there");
	if (change == BROKEN)
		print_message(json_string_value(json_object_get(new, "message")));
}

/* Of the cases of one run; those that both have are compared once, with the new run's. */
static void compare(
	const json_t *run, const json_t *old, const json_t *new, unsigned counts[CHANGES])
{
	const json_t *result;
	size_t index;

	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		const char *id = json_string_value(json_object_get(result, "id"));
		const json_t *before = find(old, id), *after = find(new, id);
		enum change change = change_of(before, after);

		if (run == old && after)
			continue;
		counts[change]++;
		if (change != SAME)
			print(change, id, before, after);
	}
}

/* What a run did not come to says nothing for it. */
static int summarise(const unsigned counts[CHANGES], bool complete)
{
	for (int change = 0; change < CHANGES; change++)
		printf("%s%u %s", change ? ", " : "", counts[change], names[change]);
	putchar('\n');
	if (!complete)
		puts("undecided: not all cases of the new run are done");
	if (counts[BROKEN])
		return EXIT_NOT_CONFORMING;
	if (counts[UNDECIDED] || counts[GONE] || !complete)
		return EXIT_OWN_FAULT;
	return EXIT_CONFORMING;
}

int diff_run(int argc, char **argv)
{
	unsigned counts[CHANGES] = {0};
	json_t *old, *new;
	int status = EXIT_USAGE;

	if (argc != 3) {
		fputs("echospec: diff takes two records: echospec diff OLD.json NEW.json\n",
			stderr);
		return EXIT_USAGE;
	}
	old = reader_load(argv[1]);
	new = old ? reader_load(argv[2]) : NULL;
	if (new) {
		compare(new, old, new, counts);
		compare(old, old, new, counts);
		status =
			summarise(counts, json_is_true(json_object_get(new, "complete")));
	}
	json_decref(old);
	json_decref(new);
	return status;
}
