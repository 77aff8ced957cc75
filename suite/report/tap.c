/* tap - the document in the Test Anything Protocol, version 13
 *
 * What follows a case in YAML is quoted as JSON quotes, which YAML reads too: no text can leave
 * its line. A run that did not come to its end bails out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "outcome.h"
#include "plain.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* --- what is told of a case ------------------------------------------------------------- */

static void print_quoted(FILE *out, const json_t *string)
{
	json_dumpf(string, out, JSON_ENCODE_ANY);
	putc('\n', out);
}

static void print_member(
	FILE *out, const char *label, const json_t *result, const char *name)
{
	if (!*outcome_text(result, name))
		return;
	fprintf(out, "  %s: ", label);
	print_quoted(out, json_object_get(result, name));
}

static void print_yaml(FILE *out, const json_t *result)
{
	const json_t *line;
	size_t index;

	fputs("  ---\n", out);
	print_member(out, "verdict", result, "verdict");
	print_member(out, "cause", result, "cause");
	for (const struct detail *detail = outcome_details; detail->label; detail++)
		print_member(out, detail->label, result, detail->name);
	json_array_foreach(json_object_get(result, "wire"), index, line)
	{
		fputs(index ? "    - " : "  wire:\n    - ", out);
		print_quoted(out, line);
	}
	fputs("  ...\n", out);
}

/* --- a case ----------------------------------------------------------------------------- */

/* Behind a '#' that is ours another one means nothing; a newline would end the line. Of control
 * characters a plain document has that and tabs. */
static void print_directive(FILE *out, const char *directive, const char *reason)
{
	fprintf(out, " # %s ", directive);
	for (; *reason; reason++)
		putc(strchr("\n\t", *reason) ? ' ' : *reason, out);
}

static void print_case(FILE *out, const json_t *run, size_t number, const json_t *result)
{
	enum outcome outcome = outcome_of(run, result);
	bool ok = outcome == OUTCOME_PASSED || outcome == OUTCOME_SKIPPED;

	fprintf(out, "%s %zu - %s", ok ? "ok" : "not ok", number,
		outcome_text(result, "id"));
	if (outcome == OUTCOME_SKIPPED)
		print_directive(out, "SKIP", outcome_text(result, "message"));
	else if (outcome == OUTCOME_KNOWN)
		print_directive(out, "TODO", outcome_text(result, "known"));
	putc('\n', out);
	if (!ok || (outcome == OUTCOME_PASSED && *outcome_text(result, "message")))
		print_yaml(out, result);
}

/* --- the run ---------------------------------------------------------------------------- */

static void print_run(FILE *out, const json_t *run)
{
	json_int_t wanted = json_integer_value(json_object_get(run, "wanted"));
	const json_t *cases = json_object_get(run, "cases"), *result;
	size_t index;

	fprintf(out, "TAP version 13\n1..%" JSON_INTEGER_FORMAT "\n", wanted);
	json_array_foreach(cases, index, result)
	{
		print_case(out, run, index + 1, result);
	}
	if (!json_is_true(json_object_get(run, "complete")))
		fprintf(out,
			"Bail out! %s: %zu of %" JSON_INTEGER_FORMAT " cases are done\n",
			outcome_text(run, "conclusion"), json_array_size(cases), wanted);
}

char *tap_render(const json_t *document)
{
	return plain_render(document, print_run);
}
