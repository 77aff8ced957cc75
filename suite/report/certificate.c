/* certificate - a run in a word: for a badge, or for a line in a log
 *
 * What counts are the cases; the counts of the document are only said of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "certificate.h"

#include "../verdict.h"
#include "plain.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome {
	CONFORMS,
	WARNED,   /* conforms, but for a SHOULD */
	UNJUDGED, /* nothing failed, but not all that was wanted could be judged */
	FAILED,
};

struct sum {
	unsigned counts[VERDICT_COUNT], done;
	json_int_t wanted;
	enum outcome outcome;
};

static const char *text_in(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static enum outcome outcome_of(const struct sum *sum)
{
	unsigned judged = sum->counts[VERDICT_PASS] + sum->counts[VERDICT_INFO] +
		sum->counts[VERDICT_WARN] + sum->counts[VERDICT_SKIP];

	if (sum->counts[VERDICT_FAIL])
		return FAILED;
	if (sum->counts[VERDICT_SKIP] == judged || judged < sum->wanted)
		return UNJUDGED;
	return sum->counts[VERDICT_WARN] ? WARNED : CONFORMS;
}

static struct sum sum_up(const json_t *run)
{
	struct sum sum = {.wanted = json_integer_value(json_object_get(run, "wanted"))};
	const json_t *result;
	size_t index;

	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		sum.counts[verdict_find(text_in(result, "verdict"))]++;
		sum.done++;
	}
	if (sum.wanted < sum.done)
		sum.wanted = sum.done;
	sum.outcome = outcome_of(&sum);
	return sum;
}

static void print_line(FILE *out, const json_t *run)
{
	static const char *const words[] = {[CONFORMS] = "conforms",
		[WARNED] = "conforms, with warnings",
		[UNJUDGED] = "could not be judged whole",
		[FAILED] = "does not conform"};
	const json_t *options = json_object_get(run, "options");
	const char *variant = text_in(run, "variant");
	struct sum sum = sum_up(run);

	fputs("echospec ", out);
	plain_print(out, text_in(run, "echospec"));
	fputs(": ", out);
	plain_print(out, *variant ? variant : text_in(run, "target"));
	fprintf(out, " %s: %u of %" JSON_INTEGER_FORMAT " cases pass", words[sum.outcome],
		sum.counts[VERDICT_PASS], sum.wanted);
	for (int verdict = VERDICT_PASS + 1; verdict < VERDICT_COUNT; verdict++)
		if (sum.counts[verdict])
			fprintf(out, ", %u %s", sum.counts[verdict],
				verdict_name(verdict));
	fputs("; kernel ", out);
	plain_print(out, text_in(json_object_get(run, "environment"), "kernel"));
	fprintf(out, ", seed %" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(options, "seed")));
	if (*text_in(run, "began")) {
		fputs(", ", out);
		plain_print(out, text_in(run, "began"));
	}
	putc('\n', out);
}

/* --- the badge -------------------------------------------------------------------------- */

#define LEFT  74 /* pixels of the word "echospec" */
#define GLYPH 6  /* of a digit or a letter, on the average */
#define PAD   10

static void print_badge(FILE *out, const json_t *run)
{
	static const char *const colours[] = {[CONFORMS] = "#1a7f37",
		[WARNED] = "#9a6700",
		[UNJUDGED] = "#9a6700",
		[FAILED] = "#cf222e"};
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
		colours[sum.outcome], PAD, LEFT - 2 * PAD, LEFT + PAD, words, text);
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
