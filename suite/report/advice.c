/* advice - what is probably wrong, and how it is put right
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "../catalogue.h"
#include "../diagnosis.h"
#include "columns.h"

#include <stdio.h>
#include <string.h>

#define LABELS 5 /* columns */
#define WORDS  15
#define NAMES  40

static void print_words(const char *label, const char *words)
{
	columns_print(LABELS, label, WORDS, words);
}

static void print_heading(unsigned number, const char *bug)
{
	char label[16];

	snprintf(label, sizeof(label), "%u.", number);
	columns_print(LABELS - 3, label, LABELS, bug);
}

static void print_code(const char *code)
{
	putchar('\n');
	while (*code) {
		size_t length = strcspn(code, "\n");

		printf("\t\t%.*s\n", (int)length, code);
		code += length + (code[length] == '\n');
	}
	putchar('\n');
}

static void print_repair(const struct rule *rule)
{
	char path[128];

	print_words("repair", rule->repair);
	print_code(rule->code);
	snprintf(path, sizeof(path), "fixtures/%s.c", rule->shown_by);
	print_words("shown by", path);
}

/* --- after a run ------------------------------------------------------------------------ */

/* The evidence, each with what was seen of it. */
static void print_evidence(const struct record *record, const struct rule *rule)
{
	const char *label = "told by";
	char line[256];

	for (unsigned row = 0; row < record->size; row++) {
		const struct result *result = &record->results[row];

		if (!diagnosis_is_unmet(result) ||
			!diagnosis_speaks_by(rule, catalogue_id(row)))
			continue;
		snprintf(line, sizeof(line), "%s: %s", catalogue_id(row),
			result->seen ? result->seen : cause_name(result->cause));
		print_words(label, line);
		label = "";
	}
}

/* Another bug may do the same to what was looked at. */
static void print_unjudged(unsigned signs)
{
	char words[64];

	snprintf(words, sizeof(words), "%u more not judged in this run", signs);
	if (signs > 0)
		print_words("", words);
}

static void print_unexplained(const struct record *record, const bool *explained)
{
	const char *label = "unexplained";

	for (unsigned row = 0; row < record->size; row++)
		if (diagnosis_is_unmet(&record->results[row]) && !explained[row]) {
			columns_print(2, label, WORDS, catalogue_id(row));
			label = "";
		}
}

void advice_print(const struct record *record)
{
	struct finding findings[DIAGNOSIS_MOST];
	bool explained[record->size];
	unsigned n = diagnosis_of(
		record, diagnosis_rules, findings, DIAGNOSIS_MOST, explained);

	if (n > 0)
		printf("\nLikely bugs, that which explains most first:\n");
	for (unsigned i = 0; i < n; i++) {
		char explains[32];

		putchar('\n');
		print_heading(i + 1, findings[i].rule->bug);
		snprintf(explains, sizeof(explains), "%u of %u unmet",
			findings[i].explains,
			record_count(record, VERDICT_FAIL) +
				record_count(record, VERDICT_WARN));
		print_words("explains", explains);
		print_evidence(record, findings[i].rule);
		print_unjudged(findings[i].unjudged);
		print_repair(findings[i].rule);
	}
	if (n > 0)
		print_unexplained(record, explained);
}

/* --- of a case -------------------------------------------------------------------------- */

/* The bugs that are known by this case. */
static void print_usual_causes(const char *id)
{
	unsigned n = 0;

	for (const struct rule *rule = diagnosis_rules; rule->shown_by; rule++) {
		if (!diagnosis_speaks_by(rule, id))
			continue;
		if (n++ == 0)
			printf("\nUsual bugs:\n");
		putchar('\n');
		print_heading(n, rule->bug);
		print_repair(rule);
	}
}

/* A server that answers wrongly fails whatever it is asked. */
static bool shows_everywhere(const struct rule *rule)
{
	return rule->also && strcmp(rule->also, "*") == 0;
}

/* The bugs that are better known by other cases, and show here too. */
static void print_other_causes(const char *id)
{
	unsigned n = 0;

	for (const struct rule *rule = diagnosis_rules; rule->shown_by; rule++) {
		if (diagnosis_speaks_by(rule, id) || shows_everywhere(rule) ||
			!diagnosis_accounts_for(rule, id))
			continue;
		if (n++ == 0)
			printf("\nBugs of which this is a trace among others:\n\n");
		columns_print(2, rule->shown_by, NAMES, rule->bug);
	}
}

void advice_explain(unsigned row)
{
	const struct case_info *info = catalogue_row(row);
	const char *id = catalogue_id(row);

	printf("%s (%s, seen by %s)\n\n", id, level_name(info->level), case_mode(info));
	columns_print(2, "owed", WORDS, info->requirement);
	columns_print(2, "source", WORDS, info->source);
	columns_print(2, "on the wire", WORDS, info->wire);
	if (info->incidents)
		columns_print(2, "in the wild", WORDS, info->incidents);
	columns_print(2, "declared", WORDS, info->file);
	print_usual_causes(id);
	print_other_causes(id);
	printf("\nSee it: echospec --repro %s\n", id);
}
