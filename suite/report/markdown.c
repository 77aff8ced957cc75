/* markdown - the document as a summary for a CI's page: what is not met first
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "../verdict.h"
#include "outcome.h"
#include "plain.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* --- text ------------------------------------------------------------------------------- */

/* Words on one line, as they are: nothing in them is markup, neither Markdown's nor HTML's. A '$'
 * would begin a formula, where those are rendered. */
static void print_words(FILE *out, const char *words)
{
	for (; *words; words++)
		switch (*words) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '\n': putc(' ', out); break;
		default:
			if (strchr("\\`*_{}[]#|~$!", *words))
				putc('\\', out);
			putc(*words, out);
		}
}

static void print_member(FILE *out, const json_t *object, const char *name)
{
	print_words(out, outcome_text(object, name));
}

static void print_fence(FILE *out, int length, const char *language)
{
	for (; length > 0; length--)
		putc('`', out);
	fprintf(out, "%s\n", language);
}

/* A fence is longer than any in the code. */
static void print_code(FILE *out, const char *code)
{
	size_t length = strlen(code);
	int fence = 3, n = 0;

	for (const char *c = code; *c; c++) {
		n = *c == '`' ? n + 1 : 0;
		fence = n < fence ? fence : n + 1;
	}
	while (length > 0 && code[length - 1] == '\n')
		length--;
	print_fence(out, fence, "c");
	fprintf(out, "%.*s\n", (int)length, code);
	print_fence(out, fence, "\n");
}

/* --- counts ----------------------------------------------------------------------------- */

static unsigned count(const json_t *cases, size_t from, size_t to, enum verdict verdict)
{
	unsigned n = 0;

	for (; from < to; from++)
		n += verdict_find(outcome_text(json_array_get(cases, from), "verdict")) ==
			verdict;
	return n;
}

static void print_row(FILE *out, const json_t *cases, size_t from, size_t to)
{
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		unsigned n = count(cases, from, to, verdict);

		if (n > 0)
			fprintf(out, " %u |", n);
		else
			fputs(" |", out);
	}
	putc('\n', out);
}

static void print_table(FILE *out, const json_t *cases)
{
	size_t size = json_array_size(cases);

	fputs("| group |", out);
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		fprintf(out, " %s |", verdict_name(verdict));
	fputs("\n|---|", out);
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		fputs("--:|", out);
	putc('\n', out);
	for (size_t from = 0, to; from < size; from = to) {
		const json_t *first = json_array_get(cases, from);

		to = outcome_group_end(cases, from);
		fprintf(out, "| %.*s |", outcome_group(first), outcome_text(first, "id"));
		print_row(out, cases, from, to);
	}
	fputs("| all |", out);
	print_row(out, cases, 0, size);
}

/* --- cases ------------------------------------------------------------------------------ */

static void print_case(FILE *out, const json_t *result)
{
	fputs("#### ", out);
	print_member(out, result, "id");
	fputs(": ", out);
	print_member(out, result, "verdict");
	if (*outcome_text(result, "cause"))
		fprintf(out, ", %s", outcome_text(result, "cause"));
	fputs("\n\n", out);
	for (const struct detail *detail = outcome_details; detail->label; detail++)
		if (*outcome_text(result, detail->name)) {
			fprintf(out, "- %s: ", detail->label);
			print_member(out, result, detail->name);
			putc('\n', out);
		}
	putc('\n', out);
}

static void print_briefly(FILE *out, const json_t *result)
{
	fputs("- ", out);
	print_member(out, result, "id");
	fputs(": ", out);
	print_member(out, result, *outcome_text(result, "known") ? "known" : "message");
	putc('\n', out);
}

/* In the order of the page. */
enum section {
	FAILED,
	UNDECIDED,
	WARNED,
	KNOWN,
	SKIPPED,
	NOWHERE,
};

static enum section section_of(const json_t *run, const json_t *result)
{
	static const enum section sections[] = {[OUTCOME_PASSED] = NOWHERE,
		[OUTCOME_FAILED] = FAILED,
		[OUTCOME_KNOWN] = KNOWN,
		[OUTCOME_ERROR] = UNDECIDED,
		[OUTCOME_SKIPPED] = SKIPPED};
	enum outcome outcome = outcome_of(run, result);
	bool warned = verdict_find(outcome_text(result, "verdict")) == VERDICT_WARN;

	return outcome == OUTCOME_PASSED && warned ? WARNED : sections[outcome];
}

/* Its heading, unless nothing belongs there, and its cases. */
static void print_section(FILE *out, const json_t *run, enum section section)
{
	static const struct {
		const char *heading;
		bool folded;
	} pages[] = {[FAILED] = {"Not met", false},
		[UNDECIDED] = {"Undecided", false},
		[WARNED] = {"Warnings", false},
		[KNOWN] = {"Known failures", true},
		[SKIPPED] = {"Skipped", true}};
	bool folded = pages[section].folded;
	const json_t *result;
	size_t index;
	unsigned n = 0;

	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		if (section_of(run, result) != section)
			continue;
		if (n++ == 0)
			fprintf(out,
				folded ? "<details><summary>%s</summary>\n\n"
				       : "### %s\n\n",
				pages[section].heading);
		(folded ? print_briefly : print_case)(out, result);
	}
	if (n > 0 && folded)
		fputs("\n</details>\n\n", out);
}

/* --- bugs ------------------------------------------------------------------------------- */

static void print_bug(FILE *out, size_t number, const json_t *bug)
{
	json_int_t unjudged = json_integer_value(json_object_get(bug, "unjudged"));
	const json_t *id;
	size_t index;

	fprintf(out, "#### %zu. ", number);
	print_member(out, bug, "bug");
	fputs("\n\nTold by ", out);
	json_array_foreach(json_object_get(bug, "evidence"), index, id)
	{
		fputs(index ? ", " : "", out);
		print_words(out, json_string_value(id));
	}
	if (unjudged)
		fprintf(out, " (%" JSON_INTEGER_FORMAT " more not judged)", unjudged);
	fputs(". ", out);
	print_member(out, bug, "repair");
	fputs("\n\n", out);
	print_code(out, outcome_text(bug, "code"));
	fputs("Shown by fixtures/", out);
	print_member(out, bug, "shown_by");
	fputs(".c\n\n", out);
}

static void print_bugs(FILE *out, const json_t *run)
{
	const json_t *bug;
	size_t index;

	json_array_foreach(json_object_get(run, "diagnosis"), index, bug)
	{
		if (index == 0)
			fputs("### Likely bugs\n\n", out);
		print_bug(out, index + 1, bug);
	}
}

/* --- the run ---------------------------------------------------------------------------- */

static void print_run(FILE *out, const json_t *run)
{
	const json_t *cases = json_object_get(run, "cases");

	fputs("## echospec: ", out);
	print_member(out, run, "conclusion");
	fputs("\n\n<code>", out);
	print_member(out, run, "target");
	fprintf(out, "</code>: %zu of %" JSON_INTEGER_FORMAT " cases in %.1f s\n\n",
		json_array_size(cases),
		json_integer_value(json_object_get(run, "wanted")),
		json_number_value(json_object_get(run, "seconds")));
	print_table(out, cases);
	putc('\n', out);
	print_section(out, run, FAILED);
	print_section(out, run, UNDECIDED);
	print_section(out, run, WARNED);
	print_bugs(out, run);
	print_section(out, run, KNOWN);
	print_section(out, run, SKIPPED);
}

char *markdown_render(const json_t *document)
{
	return plain_render(document, print_run);
}
