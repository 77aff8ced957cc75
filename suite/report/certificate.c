/* certificate - a run in a word: for a badge, or for a line in a log
 *
 * The conclusion is the record's; what is counted are its cases, whatever it says of their number.
 *
 * SPDX-License-Identifier: MIT
 */
#include "certificate.h"

#include "../verdict.h"
#include "outcome.h"
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sum {
	unsigned counts[VERDICT_COUNT], done;
	json_int_t wanted;
};

static struct sum sum_up(const json_t *run)
{
	struct sum sum = {.wanted = json_integer_value(json_object_get(run, "wanted"))};
	const json_t *result;
	size_t index;

	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		sum.counts[verdict_find(outcome_text(result, "verdict"))]++;
		sum.done++;
	}
	if (sum.wanted < sum.done)
		sum.wanted = sum.done;
	return sum;
}

static void print_line(FILE *out, const json_t *run)
{
	const json_t *options = json_object_get(run, "options");
	const char *variant = outcome_text(run, "variant");
	struct sum sum = sum_up(run);

	fputs("echospec ", out);
	plain_print(out, outcome_text(run, "echospec"));
	fputs(": ", out);
	plain_print(out, *variant ? variant : outcome_text(run, "target"));
	fputs(": ", out);
	plain_print(out, outcome_text(run, "conclusion"));
	fprintf(out, "; %u of %" JSON_INTEGER_FORMAT " cases pass",
		sum.counts[VERDICT_PASS], sum.wanted);
	for (int verdict = VERDICT_PASS + 1; verdict < VERDICT_COUNT; verdict++)
		if (sum.counts[verdict])
			fprintf(out, ", %u %s", sum.counts[verdict],
				verdict_name(verdict));
	fputs("; kernel ", out);
	plain_print(out, outcome_text(json_object_get(run, "environment"), "kernel"));
	fprintf(out, ", seed %" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(options, "seed")));
	if (*outcome_text(run, "began")) {
		fputs(", ", out);
		plain_print(out, outcome_text(run, "began"));
	}
	putc('\n', out);
}

/* --- the badge -------------------------------------------------------------------------- */

#define LEFT  74 /* pixels of the word "echospec" */
#define GLYPH 6  /* of a digit or a letter, on the average */
#define PAD   10

/* The record's words decide, not we again: see record_conclusion(). */
static const char *colour_of(const json_t *run, const struct sum *sum)
{
	const char *conclusion = outcome_text(run, "conclusion");

	if (strncmp(conclusion, "not conforming", 14) == 0)
		return "#cf222e";
	if (strncmp(conclusion, "conforming", 10) == 0 && !sum->counts[VERDICT_WARN] &&
		!sum->counts[VERDICT_FAIL])
		return "#1a7f37";
	return "#9a6700";
}

static void print_badge(FILE *out, const json_t *run)
{
	struct sum sum = sum_up(run);
	char text[64];
	int length = snprintf(text, sizeof(text), "%u of %" JSON_INTEGER_FORMAT,
		sum.counts[VERDICT_PASS], sum.wanted);
	int words = length * GLYPH, right = words + 2 * PAD;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" "
		"role=\"img\" aria-label=\"echospec: %s cases pass\">\n"
		"<title>echospec: %s cases pass</title>\n"
		"<clipPath id=\"round\"><rect width=\"%d\" height=\"20\" rx=\"3\"/></clipPath>\n"
		"<g clip-path=\"url(#round)\"><rect width=\"%d\" height=\"20\" fill=\"#444c56\"/>"
		"<rect x=\"%d\" width=\"%d\" height=\"20\" fill=\"%s\"/></g>\n"
		"<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">"
		"<text x=\"%d\" y=\"14\" textLength=\"%d\">echospec</text>"
		"<text x=\"%d\" y=\"14\" textLength=\"%d\">%s</text></g>\n"
		"</svg>\n",
		LEFT + right, text, text, LEFT + right, LEFT, LEFT, right,
		colour_of(run, &sum), PAD, LEFT - 2 * PAD, LEFT + PAD, words, text);
}

/* --- to memory -------------------------------------------------------------------------- */

static char *printed(void (*print)(FILE *out, const json_t *run), const json_t *run)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print(out, run);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

char *certificate_line(const json_t *run)
{
	return printed(print_line, run);
}

char *certificate_badge(const json_t *run)
{
	return printed(print_badge, run);
}
