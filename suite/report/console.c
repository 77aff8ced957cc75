/* console - the record as a person reads it
 *
 * Cases finish in any order; their lines come out in the order of the catalogue, group by
 * group: a line waits only for the groups before its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "../catalogue.h"
#include "../deadline.h"
#include "columns.h"
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	bool redraws, colour, live; /* live: the last line is to be overwritten */
	enum loudness loudness;
	unsigned next;     /* first row whose group is not closed */
	const char *group; /* whose heading stands above */
	bool printed[1024];
} console;

/* --- words and colours ------------------------------------------------------------------ */

static const char *colour_of(enum verdict verdict)
{
	static const char *const colours[VERDICT_COUNT] = {[VERDICT_PASS] = "32",
		[VERDICT_WARN] = "33",
		[VERDICT_FAIL] = "1;31",
		[VERDICT_INFO] = "36",
		[VERDICT_SKIP] = "2",
		[VERDICT_BLOCKED] = "35",
		[VERDICT_UNSURE] = "35",
		[VERDICT_ERROR] = "1;35"};

	return colours[verdict];
}

static void print_verdict(enum verdict verdict)
{
	if (console.colour)
		printf("\033[%sm%-7s\033[0m", colour_of(verdict), verdict_name(verdict));
	else
		printf("%-7s", verdict_name(verdict));
}

static void clear_live(void)
{
	if (console.live)
		fputs("\r\033[K", stdout);
	console.live = false;
}

static const char *dashed(const char *group)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s", group);
	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = '-';
	return text;
}

static void print_words(const char *label, const char *words)
{
	columns_print(10, label, 19, words);
}

/* --- a case ----------------------------------------------------------------------------- */

static void print_details(unsigned row, const struct result *result)
{
	if (result->expected || console.loudness == VERBOSE) {
		print_words("owed", catalogue_row(row)->requirement);
		print_words("source", catalogue_row(row)->source);
	}
	if (console.loudness == VERBOSE)
		print_words("wire", catalogue_row(row)->wire);
	if (result->expected) {
		print_words("expected", result->expected);
		print_words("seen", result->seen);
	}
	if (result->text)
		print_words(result->expected ? "meaning" : "reason", result->text);
	if (result->notes)
		print_words("note", result->notes);
}

static void print_case(unsigned row, const struct result *result)
{
	const char *id = catalogue_id(row), *cause = cause_name(result->cause);
	char tally[128];
	const char *flaky = record_flaky(result, tally, sizeof(tally));

	printf("  ");
	print_verdict(result->verdict);
	printf(" %-28s %6.2f s", strchr(id, '/') + 1, result->seconds);
	if (*cause)
		printf("  %s", cause);
	if (flaky)
		printf("  flaky: %s", flaky);
	putchar('\n');
	if (result->known)
		print_words(record_is_stale(result) ? "stale" : "known", result->known);
	if (result->verdict != VERDICT_PASS || console.loudness == VERBOSE)
		print_details(row, result);
	if (result->wire && console.loudness == VERBOSE)
		fputs(result->wire, stdout);
}

static bool worth_naming(enum verdict verdict)
{
	return verdict != VERDICT_PASS && verdict != VERDICT_SKIP &&
		verdict != VERDICT_BLOCKED;
}

static bool is_worth_a_line(const struct result *result)
{
	return console.loudness > QUIET || worth_naming(result->verdict) ||
		record_is_stale(result);
}

static bool same_group(unsigned row, unsigned other)
{
	return strcmp(catalogue_row(row)->group, catalogue_row(other)->group) == 0;
}

static void print_heading(unsigned row)
{
	const char *group = catalogue_row(row)->group;

	if (console.group && strcmp(console.group, group) == 0)
		return;
	printf("\n%s\n", dashed(group));
	console.group = group;
}

/* Whether every wanted case of the group of row is done. */
static bool group_done(const struct record *record, unsigned row)
{
	for (unsigned other = 0; other < record->size; other++)
		if (same_group(row, other) &&
			record->results[other].progress != UNWANTED &&
			record->results[other].progress != DONE)
			return false;
	return true;
}

/* Prints what may be printed of the groups up to the first that is not done. */
static void print_ready(const struct record *record, bool all)
{
	unsigned row = console.next;

	for (; row < record->size; row++) {
		const struct result *result = &record->results[row];

		if (result->progress == DONE && !console.printed[row]) {
			if (is_worth_a_line(result)) {
				print_heading(row);
				print_case(row, result);
			}
			console.printed[row] = true;
		}
		if (row + 1 < record->size && same_group(row, row + 1))
			continue;
		if (!all && !group_done(record, row))
			break;
		console.next = row + 1;
	}
	fflush(stdout);
}

/* --- the run ---------------------------------------------------------------------------- */

void console_begin(const struct record *record, int jobs, enum loudness loudness)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	console.loudness = loudness;
	console.redraws = isatty(STDOUT_FILENO) && !(term && strcmp(term, "dumb") == 0);
	console.colour = console.redraws && !(no_colour && *no_colour);
	printf("echospec " VERSION ": %s%s", record->variant ? record->variant : "",
		record->variant ? ": " : "");
	plain_print(stdout, record->target);
	putchar('\n');
	printf("%u case%s, ", record->wanted, record->wanted == 1 ? "" : "s");
	if (record->rounds > 1)
		printf("%u times, ", record->rounds);
	printf("%d at a time, idle round trip %.3f ms\n", jobs,
		(double)deadline_rtt_us() / 1000);
	fflush(stdout);
}

void console_done(const struct record *record, unsigned row)
{
	(void)row;
	clear_live();
	print_ready(record, false);
}

void console_tick(const struct record *record)
{
	char line[512];
	int width = columns_width(), n;

	if (!console.redraws || width > (int)sizeof(line))
		return;
	n = snprintf(line, sizeof(line), "  %u/%u, %.0f s:", record->done, record->wanted,
		(double)(deadline_now() - record->began) / 1000);
	for (unsigned row = 0; row < record->size && n < (int)sizeof(line); row++)
		if (record->results[row].progress == RUNNING)
			n += snprintf(line + n, sizeof(line) - (size_t)n, " %s",
				catalogue_id(row));
	printf("\r\033[K%.*s", width - 1, line);
	console.live = true;
	fflush(stdout);
}

static void print_ids(const struct record *record, enum verdict verdict)
{
	for (unsigned row = 0; row < record->size; row++)
		if (record->results[row].progress == DONE &&
			record->results[row].verdict == verdict)
			printf("    %s%s\n", catalogue_id(row),
				record->results[row].known ? " (known)" : "");
}

/* Those that are met although they were expected not to be. */
static void print_stale(const struct record *record)
{
	char words[128];

	for (unsigned row = 0; row < record->size; row++) {
		if (!record_is_stale(&record->results[row]))
			continue;
		snprintf(words, sizeof(words),
			"%s is met: take it off the list of known failures",
			catalogue_id(row));
		columns_print(2, "stale:", 9, words);
	}
}

static void print_counts(const struct record *record)
{
	char label[64], counts[128] = "";
	int n;

	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		if (record_count(record, verdict))
			snprintf(counts + strlen(counts), sizeof(counts) - strlen(counts),
				"%s%u %s", *counts ? " " : "",
				record_count(record, verdict), verdict_name(verdict));
	n = snprintf(label, sizeof(label), "%u of %u cases in %.1f s%s", record->done,
		record->wanted, (double)(deadline_now() - record->began) / 1000,
		*counts ? ": " : "");
	putchar('\n');
	columns_print(0, label, n, counts);
}

void console_end(const struct record *record)
{
	clear_live();
	print_ready(record, true);
	print_counts(record);
	for (int verdict = VERDICT_WARN; verdict < VERDICT_COUNT; verdict++)
		if (worth_naming(verdict) && record_count(record, verdict)) {
			printf("  %s\n", verdict_name(verdict));
			print_ids(record, verdict);
		}
	print_stale(record);
	printf("%s\n", record_conclusion(record));
}

void console_list(const bool *wanted)
{
	for (unsigned row = 0; row < catalogue_size(); row++) {
		const struct case_info *info = catalogue_row(row);

		if (wanted[row])
			printf("%-32s %-6s %-4s %s\n", catalogue_id(row),
				level_name(info->level), case_mode(info),
				info->requirement);
	}
}
