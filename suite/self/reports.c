/* reports - tests: what a CI reads, of each verdict, and of a target that says what it likes
 *
 * SPDX-License-Identifier: MIT
 */
#include "../report/report.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "suite/report/junit.xsd"

static struct record record = {.size = SAMPLE_COUNT};
static char *text; /* the report */

static void begin(void)
{
	static const bool all[SAMPLE_COUNT] = {true, true, true, true};

	cr_assert_eq(record_init(&record, "a target", all), 0);
}

static void finish(void)
{
	free(text);
	record_finish(&record);
}

TestSuite(reports, .init = begin, .fini = finish);

/* --- a run to be rendered --------------------------------------------------------------- */

static void judge_all(
	enum verdict must, enum verdict should, enum verdict may, enum verdict other)
{
	sample_judge(&record, SAMPLE_MUST, must, must ? "of the first" : "");
	sample_judge(&record, SAMPLE_SHOULD, should, should ? "of the second" : "");
	sample_judge(&record, SAMPLE_MAY, may, may ? "of the third" : "");
	sample_judge(&record, SAMPLE_OTHER, other, other ? "of the last" : "");
}

/* A case of which everything that a target can influence says the same. */
static void judge_hostile(unsigned row, enum verdict verdict, const char *words)
{
	struct message message = {.kind = MESSAGE_NOTE, .row = row, .verdict = verdict};

	snprintf(message.text, sizeof(message.text), "%s", words);
	snprintf(message.expected, sizeof(message.expected), "%s", words);
	snprintf(message.seen, sizeof(message.seen), "%s", words);
	record_message(&record, &message);
	message.kind = MESSAGE_JUDGED;
	record_message(&record, &message);
	message.kind = MESSAGE_WIRE;
	record_message(&record, &message);
	message.kind = MESSAGE_END;
	record_message(&record, &message);
}

typedef char *render_fn(const json_t *run);

static void render_document(render_fn *render, json_t *run)
{
	free(text);
	text = render(run);
	cr_assert_not_null(text);
	json_decref(run);
}

static void render(render_fn *with)
{
	render_document(with, json_of(&record));
}

/* The same with a case that is known to fail. */
static void render_known(render_fn *with, enum sample row, const char *reason)
{
	json_t *run = json_of(&record);

	json_object_set_new(json_array_get(json_object_get(run, "cases"), row), "known",
		json_string(reason));
	render_document(with, run);
}

/* A new record for each of the hostile texts. */
static void for_each_hostile(enum verdict verdict, render_fn *with, void (*check)(void))
{
	for (const char *const *words = sample_hostile; *words; words++) {
		record_finish(&record);
		begin();
		record.target = *words;
		for (unsigned row = 0; row < SAMPLE_COUNT; row++)
			judge_hostile(row, verdict, *words);
		render(with);
		check();
		render_known(with, SAMPLE_MUST, *words);
		check();
	}
}

static void expect_said(const char *words)
{
	cr_expect_not_null(strstr(text, words), "no \"%s\" in: %s", words, text);
}

static void expect_unsaid(const char *words)
{
	cr_expect_null(strstr(text, words), "\"%s\" in: %s", words, text);
}

/* --- JUnit ------------------------------------------------------------------------------ */

static void expect_valid_xml(void)
{
	xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), "report", NULL, 0);
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(SCHEMA);
	xmlSchemaPtr schema = xmlSchemaParse(parser);
	xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema);

	cr_expect_not_null(document, "malformed: %s", text);
	cr_expect_not_null(schema, SCHEMA);
	if (document && schema)
		cr_expect_eq(xmlSchemaValidateDoc(context, document), 0, "%s", text);
	xmlSchemaFreeValidCtxt(context);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	xmlFreeDoc(document);
	xmlCleanupParser();
}

Test(reports, junit_has_a_suite_a_group)
{
	judge_all(VERDICT_PASS, VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP);
	render(junit_render);
	expect_valid_xml();
	expect_said(
		"<testsuites name=\"a target\" tests=\"4\" failures=\"1\" errors=\"0\"");
	expect_said(
		"<testsuite name=\"first-group\" tests=\"3\" failures=\"1\" errors=\"0\"");
	expect_said(
		"<testsuite name=\"second-group\" tests=\"1\" failures=\"0\" errors=\"0\"");
	expect_said(
		"<testcase classname=\"echospec.first-group\" name=\"must-hold\" time=");
	expect_said("skipped=\"1\"");
	expect_unsaid("cases are done");
}

Test(reports, junit_a_group_whose_name_begins_like_another_is_another)
{
	json_t *run;

	judge_all(VERDICT_PASS, VERDICT_PASS, VERDICT_PASS, VERDICT_PASS);
	run = json_of(&record);
	json_object_set_new(json_array_get(json_object_get(run, "cases"), SAMPLE_OTHER),
		"id", json_string("first-group-too/must-hold"));
	render_document(junit_render, run);
	expect_valid_xml();
	expect_said("<testsuite name=\"first-group\" tests=\"3\"");
	expect_said("<testsuite name=\"first-group-too\" tests=\"1\"");
}

Test(reports, junit_a_failure_tells_all_that_is_known)
{
	judge_hostile(SAMPLE_MUST, VERDICT_FAIL, "something");
	render(junit_render);
	expect_valid_xml();
	expect_said(
		"<failure type=\"fail\" message=\"expected something; seen something;");
	expect_said(
		"owed     A requirement.\nsource   a source\nexpected something\n"
		"seen     something\nmeaning  something\nnote     something\n\nsomething\n");
}

Test(reports, junit_a_warning_passes_and_is_told)
{
	judge_all(VERDICT_PASS, VERDICT_WARN, VERDICT_INFO, VERDICT_PASS);
	render(junit_render);
	expect_valid_xml();
	expect_said("failures=\"0\"");
	expect_said("<system-out>warn\n");
	expect_said("meaning  of the second");
	expect_said("<system-out>info\n");
}

Test(reports, junit_what_was_not_decided_is_no_success)
{
	judge_all(VERDICT_ERROR, VERDICT_UNSURE, VERDICT_BLOCKED, VERDICT_SKIP);
	render(junit_render);
	expect_valid_xml();
	expect_said("failures=\"0\" errors=\"2\"");
	expect_said("<error type=\"error\" message=\"of the first\">");
	expect_said("<error type=\"unsure\" message=\"of the second\">");
	expect_said("<skipped message=\"of the third\"/>");
	expect_said("<skipped message=\"of the last\"/>");
}

Test(reports, junit_a_strict_run_takes_no_warning)
{
	record.strict = true;
	judge_all(VERDICT_PASS, VERDICT_WARN, VERDICT_INFO, VERDICT_PASS);
	render(junit_render);
	expect_said("failures=\"1\"");
	expect_said("<failure type=\"warn\" message=\"of the second\">");
}

Test(reports, junit_a_known_failure_is_skipped_until_it_passes)
{
	judge_all(VERDICT_FAIL, VERDICT_PASS, VERDICT_PASS, VERDICT_PASS);
	render_known(junit_render, SAMPLE_MUST, "issue 7");
	expect_valid_xml();
	expect_said("failures=\"0\"");
	expect_said("skipped=\"1\"");
	expect_said("<skipped message=\"known failure: issue 7\"/>");
	render_known(junit_render, SAMPLE_OTHER, "issue 8");
	expect_valid_xml();
	expect_said("failures=\"2\"");
	expect_said("passes, though it is known to fail");
}

Test(reports, junit_a_run_without_its_end_is_an_error)
{
	render(junit_render);
	expect_valid_xml();
	expect_said("0 of 4 cases are done");
	sample_judge(&record, SAMPLE_MUST, VERDICT_PASS, "");
	render(junit_render);
	expect_valid_xml();
	expect_said("tests=\"2\" failures=\"0\" errors=\"1\"");
	expect_said("1 of 4 cases are done");
}

Test(reports, junit_hostile_bytes_never_break_it)
{
	for_each_hostile(VERDICT_FAIL, junit_render, expect_valid_xml);
	for_each_hostile(VERDICT_WARN, junit_render, expect_valid_xml);
	for_each_hostile(VERDICT_SKIP, junit_render, expect_valid_xml);
}

/* --- TAP -------------------------------------------------------------------------------- */

Test(reports, tap_numbers_what_it_plans)
{
	judge_all(VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP, VERDICT_BLOCKED);
	render(tap_render);
	cr_expect_eq(strncmp(text, "TAP version 13\n1..4\n", 20), 0, "%s", text);
	expect_said(
		"\nok 1 - first-group/must-hold\nnot ok 2 - first-group/should-hold\n");
	expect_said("\n  ---\n  verdict: \"fail\"\n  owed: \"A requirement.\"\n");
	expect_said("\n  meaning: \"of the second\"\n  ...\n");
	expect_said("\nok 3 - first-group/may-hold # SKIP of the third\n");
	expect_said("\nok 4 - second-group/must-hold # SKIP of the last\n");
	expect_unsaid("Bail out!");
}

Test(reports, tap_a_warning_is_ok_unless_the_run_is_strict)
{
	judge_all(VERDICT_WARN, VERDICT_ERROR, VERDICT_UNSURE, VERDICT_INFO);
	render(tap_render);
	expect_said("\nok 1 - first-group/must-hold\n  ---\n  verdict: \"warn\"\n");
	expect_said("\nnot ok 2 ");
	expect_said("\nnot ok 3 ");
	expect_said("\nok 4 ");
	record.strict = true;
	render(tap_render);
	expect_said("\nnot ok 1 ");
	expect_said("\nok 4 ");
}

Test(reports, tap_a_known_failure_is_to_do_until_it_passes)
{
	judge_all(VERDICT_FAIL, VERDICT_PASS, VERDICT_PASS, VERDICT_PASS);
	render_known(tap_render, SAMPLE_MUST, "issue 7");
	expect_said("\nnot ok 1 - first-group/must-hold # TODO issue 7\n");
	render_known(tap_render, SAMPLE_OTHER, "issue 8");
	expect_said("\nnot ok 4 - second-group/must-hold\n");
	expect_said("\n  known: \"issue 8\"\n");
}

Test(reports, tap_a_run_without_its_end_bails_out)
{
	sample_judge(&record, SAMPLE_MUST, VERDICT_PASS, "");
	render(tap_render);
	expect_said("1..4\nok 1 - first-group/must-hold\nBail out! undecided: ");
	expect_said(": 1 of 4 cases are done\n");
}

/* Every line is one that the protocol has, the cases in their order. */
static void expect_lines_of_tap(void)
{
	unsigned number = 0;
	bool yaml = false;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *digits = line + (strncmp(line, "not ", 4) == 0 ? 7 : 3);
		bool begins = strcmp(line, "  ---") == 0,
		     ends = strcmp(line, "  ...") == 0;

		if (strncmp(line, "TAP version 13", 15) == 0 || strcmp(line, "1..4") == 0)
			continue;
		if (strncmp(line, "  ", 2) != 0)
			cr_expect_eq(strtoul(digits, NULL, 10), ++number, "%s", line);
		else
			cr_expect_eq(yaml, !begins, "%s", line);
		yaml = (yaml || begins) && !ends;
		for (char *c = line; *c; c++)
			cr_expect((unsigned char)*c >= ' ' && *c != 0x7f, "%s", line);
	}
	cr_expect_eq(number, SAMPLE_COUNT);
	cr_expect_not(yaml);
}

Test(reports, tap_hostile_bytes_never_break_it)
{
	for_each_hostile(VERDICT_FAIL, tap_render, expect_lines_of_tap);
	for_each_hostile(VERDICT_WARN, tap_render, expect_lines_of_tap);
	for_each_hostile(VERDICT_SKIP, tap_render, expect_lines_of_tap);
}

/* --- Markdown --------------------------------------------------------------------------- */

/* In this order. */
static void expect_in_order(const char *const words[])
{
	const char *at = text;

	for (; *words && at; words++) {
		const char *found = strstr(at, *words);

		cr_expect_not_null(found, "no \"%s\" from there on: %s", *words, at);
		at = found;
	}
}

Test(reports, markdown_tells_failures_first_and_folds_what_was_skipped)
{
	judge_all(VERDICT_SKIP, VERDICT_WARN, VERDICT_UNSURE, VERDICT_FAIL);
	render(markdown_render);
	expect_in_order((const char *const[]){"## echospec: not conforming\n",
		"<code>a target</code>: 4 of 4 cases in ",
		"\n| group | pass | warn | fail | info | skip | blocked | unsure | error |\n",
		"\n| first-group | | 1 | | | 1 | | 1 | |\n",
		"\n| second-group | | | 1 | | | | | |\n",
		"\n| all | | 1 | 1 | | 1 | | 1 | |\n", "\n### Not met\n",
		"\n#### second-group/must-hold: fail\n", "- meaning: of the last\n",
		"\n### Undecided\n", "first-group/may-hold: unsure\n", "\n### Warnings\n",
		"first-group/should-hold: warn\n",
		"\n<details><summary>Skipped</summary>\n\n- first-group/must-hold: of the first\n",
		"\n</details>\n", NULL});
}

Test(reports, markdown_a_known_failure_is_folded_with_its_reason)
{
	judge_all(VERDICT_FAIL, VERDICT_PASS, VERDICT_PASS, VERDICT_PASS);
	render_known(markdown_render, SAMPLE_MUST, "issue_7");
	expect_unsaid("### Not met");
	expect_said("<details><summary>Known failures</summary>\n\n"
		    "- first-group/must-hold: issue\\_7\n\n</details>\n");
}

Test(reports, markdown_no_code_ends_its_own_fence)
{
	json_t *run = json_of(&record);

	json_array_append_new(json_object_get(run, "diagnosis"),
		json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "bug", "a <bug>", "repair",
			"Mend it.", "code", "one\n````\ntwo", "shown_by", "broken/x",
			"evidence", "first-group/must-hold"));
	render_document(markdown_render, run);
	expect_said("\n### Likely bugs\n\n#### 1. a &lt;bug&gt;\n\n"
		    "Told by first-group/must-hold. Mend it.\n\n"
		    "`````c\none\n````\ntwo\n`````\n\nShown by fixtures/broken/x.c\n");
}

/* Nothing of what was said is left as markup, or begins a line. */
static void expect_no_markup(void)
{
	static const char *const markup[] = {"<b>", "-->", "<!--", "&amp;</b>", " | `",
		"[a](b)", "\nok 9", "\n  ...", "\033"};

	expect_said("it said");
	for (size_t i = 0; i < sizeof(markup) / sizeof(*markup); i++)
		expect_unsaid(markup[i]);
}

Test(reports, markdown_hostile_bytes_never_break_it)
{
	for_each_hostile(VERDICT_FAIL, markdown_render, expect_no_markup);
	for_each_hostile(VERDICT_WARN, markdown_render, expect_no_markup);
	for_each_hostile(VERDICT_SKIP, markdown_render, expect_no_markup);
}
