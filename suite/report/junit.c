/* junit - the document as the XML that Jenkins, GitLab and others read: junit.xsd, beside this file
 *
 * A warning is no failure, unless the run is strict: it is told on the case's standard output. A
 * run that did not come to its end has an error of its own, or a CI would take it for a good one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "outcome.h"
#include "plain.h"

#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the writer ------------------------------------------------------------------------- */

struct writer {
	xmlTextWriterPtr xml;
	int result; /* negative once a call has failed */
};

static void start(struct writer *writer, const char *name)
{
	writer->result |= xmlTextWriterStartElement(writer->xml, BAD_CAST name);
}

static void attribute(struct writer *writer, const char *name, const char *value)
{
	writer->result |=
		xmlTextWriterWriteAttribute(writer->xml, BAD_CAST name, BAD_CAST value);
}

static void number(struct writer *writer, const char *name, unsigned value)
{
	writer->result |= xmlTextWriterWriteFormatAttribute(
		writer->xml, BAD_CAST name, "%u", value);
}

static void seconds(struct writer *writer, double value)
{
	writer->result |= xmlTextWriterWriteFormatAttribute(
		writer->xml, BAD_CAST "time", "%.3f", value);
}

static void end(struct writer *writer)
{
	writer->result |= xmlTextWriterEndElement(writer->xml);
}

/* --- a case ----------------------------------------------------------------------------- */

static void print_details(FILE *out, const json_t *result)
{
	const json_t *line;
	size_t index;

	for (const struct detail *detail = outcome_details; detail->label; detail++)
		if (*outcome_text(result, detail->name))
			fprintf(out, "%-9s%s\n", detail->label,
				outcome_text(result, detail->name));
	json_array_foreach(json_object_get(result, "wire"), index, line)
	{
		fprintf(out, "%s%s\n", index ? "" : "\n", json_string_value(line));
	}
}

static void write_details(struct writer *writer, const json_t *result)
{
	char *text = plain_render(result, print_details);

	writer->result |=
		text ? xmlTextWriterWriteString(writer->xml, BAD_CAST text) : -1;
	free(text);
}

static void write_problem(struct writer *writer, const char *element, const char *message,
	const json_t *result)
{
	const char *cause = outcome_text(result, "cause");

	start(writer, element);
	attribute(writer, "type", *cause ? cause : outcome_text(result, "verdict"));
	attribute(writer, "message", message);
	write_details(writer, result);
	end(writer);
}

static void write_skipped(struct writer *writer, const char *why, const char *reason)
{
	start(writer, "skipped");
	writer->result |= xmlTextWriterWriteFormatAttribute(
		writer->xml, BAD_CAST "message", "%s%s", why, reason);
	end(writer);
}

/* What a case that passed has to tell all the same. */
static void write_remark(struct writer *writer, const json_t *result)
{
	if (!*outcome_text(result, "message"))
		return;
	start(writer, "system-out");
	writer->result |= xmlTextWriterWriteFormatString(
		writer->xml, "%s\n", outcome_text(result, "verdict"));
	write_details(writer, result);
	end(writer);
}

static void write_case(struct writer *writer, const json_t *run, const json_t *result)
{
	const char *id = outcome_text(result, "id");
	const char *message = outcome_text(result, "message");
	const char *known = outcome_text(result, "known");
	int group = outcome_group(result);

	start(writer, "testcase");
	writer->result |= xmlTextWriterWriteFormatAttribute(
		writer->xml, BAD_CAST "classname", "echospec.%.*s", group, id);
	attribute(writer, "name", id + group + (id[group] == '/'));
	seconds(writer, json_number_value(json_object_get(result, "seconds")));
	switch (outcome_of(run, result)) {
	case OUTCOME_PASSED: write_remark(writer, result); break;
	case OUTCOME_FAILED:
		write_problem(writer, "failure",
			*known ? "passes, though it is known to fail" : message, result);
		break;
	case OUTCOME_ERROR: write_problem(writer, "error", message, result); break;
	case OUTCOME_KNOWN: write_skipped(writer, "known failure: ", known); break;
	case OUTCOME_SKIPPED: write_skipped(writer, "", message); break;
	}
	end(writer);
}

/* --- groups, and the whole -------------------------------------------------------------- */

struct tally {
	unsigned tests, failures, errors, skipped;
	double seconds;
};

static struct tally count(const json_t *run, const json_t *cases, size_t from, size_t to)
{
	struct tally tally = {0};

	for (; from < to; from++) {
		const json_t *result = json_array_get(cases, from);
		enum outcome outcome = outcome_of(run, result);

		tally.tests++;
		tally.failures += outcome == OUTCOME_FAILED;
		tally.errors += outcome == OUTCOME_ERROR;
		tally.skipped += outcome == OUTCOME_SKIPPED || outcome == OUTCOME_KNOWN;
		tally.seconds += json_number_value(json_object_get(result, "seconds"));
	}
	return tally;
}

static void write_tally(struct writer *writer, const struct tally *tally)
{
	number(writer, "tests", tally->tests);
	number(writer, "failures", tally->failures);
	number(writer, "errors", tally->errors);
	seconds(writer, tally->seconds);
}

static void write_group(struct writer *writer, const json_t *run, const json_t *cases,
	size_t from, size_t to)
{
	const json_t *first = json_array_get(cases, from);
	struct tally tally = count(run, cases, from, to);

	start(writer, "testsuite");
	writer->result |= xmlTextWriterWriteFormatAttribute(writer->xml, BAD_CAST "name",
		"%.*s", outcome_group(first), outcome_text(first, "id"));
	write_tally(writer, &tally);
	number(writer, "skipped", tally.skipped);
	for (; from < to; from++)
		write_case(writer, run, json_array_get(cases, from));
	end(writer);
}

/* A group of one error: what was not run is nowhere else in the report. */
static void write_rest(struct writer *writer, const json_t *run)
{
	const struct tally one = {.tests = 1, .errors = 1};

	start(writer, "testsuite");
	attribute(writer, "name", "echospec");
	write_tally(writer, &one);
	number(writer, "skipped", 0);
	start(writer, "testcase");
	attribute(writer, "classname", "echospec");
	attribute(writer, "name", "all cases are done");
	seconds(writer, 0);
	start(writer, "error");
	attribute(writer, "type", "incomplete");
	writer->result |=
		xmlTextWriterWriteFormatAttribute(writer->xml, BAD_CAST "message",
			"%s: %zu of %lld cases are done", outcome_text(run, "conclusion"),
			json_array_size(json_object_get(run, "cases")),
			(long long)json_integer_value(json_object_get(run, "wanted")));
	end(writer);
	end(writer);
	end(writer);
}

static void write_run(struct writer *writer, const json_t *run)
{
	const json_t *cases = json_object_get(run, "cases");
	bool complete = json_is_true(json_object_get(run, "complete"));
	size_t size = json_array_size(cases);
	struct tally all = count(run, cases, 0, size);

	all.tests += !complete;
	all.errors += !complete;
	writer->result |= xmlTextWriterSetIndent(writer->xml, 1);
	writer->result |= xmlTextWriterStartDocument(writer->xml, NULL, "UTF-8", NULL);
	start(writer, "testsuites");
	attribute(writer, "name", outcome_text(run, "target"));
	write_tally(writer, &all);
	for (size_t from = 0, to; from < size; from = to) {
		to = outcome_group_end(cases, from);
		write_group(writer, run, cases, from, to);
	}
	if (!complete)
		write_rest(writer, run);
	writer->result |= xmlTextWriterEndDocument(writer->xml);
}

char *junit_render(const json_t *document)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	struct writer writer = {.xml = xmlNewTextWriterMemory(buffer, 0)};
	json_t *run = plain_copy(document);
	char *text = NULL;

	if (writer.xml && run)
		write_run(&writer, run);
	xmlFreeTextWriter(writer.xml);
	if (writer.xml && run && writer.result >= 0)
		text = strdup((const char *)xmlBufferContent(buffer));
	if (!text)
		errno = ENOMEM;
	json_decref(run);
	xmlBufferFree(buffer);
	return text;
}
