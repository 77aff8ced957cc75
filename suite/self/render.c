/* render - tests: whatever a record says, page, badge and line stay whole; or one line tells why not
 *
 * SPDX-License-Identifier: MIT
 */
#include "../report/certificate.h"
#include "../report/page.h"
#include "../report/reader.h"
#include "../report/report.h"

#include "child.h"
#include "command.h"
#include "samples.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CORPUS "suite/report/corpus" /* what fuzzing has found worth keeping */

static char directory[] = "/tmp/echospec-self-XXXXXX";
static char record_path[64], out_path[64];
static struct command command;

static json_t *sample(const char *target, const char *said)
{
	static const bool all[SAMPLE_COUNT] = {true, true, true, true};
	struct record record = {.size = SAMPLE_COUNT};
	json_t *run;

	cr_assert_eq(record_init(&record, target, all), 0);
	for (unsigned row = 0; row < SAMPLE_COUNT; row++)
		sample_judge(&record, row, VERDICT_PASS, said);
	run = json_of(&record);
	record_finish(&record);
	return run;
}

static void make_directory(void)
{
	json_t *run = sample("a target", "");

	child_backstop();
	cr_assert_not_null(mkdtemp(directory));
	snprintf(record_path, sizeof(record_path), "%s/run.json", directory);
	snprintf(out_path, sizeof(out_path), "%s/out", directory);
	cr_assert_eq(json_dump_file(run, record_path, 0), 0);
	json_decref(run);
}

static void remove_directory(void)
{
	unlink(record_path);
	unlink(out_path);
	cr_expect_eq(rmdir(directory), 0, "something else was left behind");
}

TestSuite(render, .init = make_directory, .fini = remove_directory);

/* --- the command line ------------------------------------------------------------------- */

static void expect_refused(const char *const arguments[], const char *named)
{
	command_run(&command, arguments);
	cr_expect_eq(command.status, 2, "%s: status %d", named, command.status);
	cr_expect_eq(strncmp(command.err, "echospec: ", 10), 0, "%s", command.err);
	cr_expect_eq(strchr(command.err, '\n'), strchr(command.err, '\0') - 1,
		"%s: not one line: %s", named, command.err);
	cr_expect_not_null(strstr(command.err, named), "%s: %s", named, command.err);
	cr_expect_str_empty(command.out, "%s: %s", named, command.out);
}

#define REFUSED(named, ...)                                                              \
	expect_refused((const char *const[]){"report", __VA_ARGS__, NULL}, named)

Test(render, what_is_missing_or_unknown_is_named)
{
	REFUSED("no record", "-o", out_path);
	REFUSED("nothing to write", record_path);
	REFUSED("'--bogus'", record_path, "--bogus");
	REFUSED("'x'", record_path, "-x");
	REFUSED("'o'", record_path, "-o");
	REFUSED("'--badge'", record_path, "--badge");
	REFUSED("one record", record_path, record_path, "--badge", out_path);
}

Test(render, a_file_that_is_no_record_is_named)
{
	REFUSED("/no/such/file", "/no/such/file", "-o", out_path);
	REFUSED("/dev/null", record_path, "/dev/null", "--certificate");
	REFUSED(directory, directory, "-o", out_path);
	cr_expect_eq(access(out_path, F_OK), -1, "something was written");
}

static void write_record(const char *text)
{
	FILE *file = fopen(record_path, "we");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_hostile_refused(const char *text)
{
	write_record(text);
	REFUSED("run.json:1:", record_path, "--certificate");
	for (const char *c = command.err; c[1]; c++)
		cr_expect((*c & 0x80) || (*c >= ' ' && *c != 0x7f), "0x%02x in %s", *c,
			command.err);
}

Test(render, a_hostile_file_is_refused_in_one_line)
{
	expect_hostile_refused("{\"format\": \033[31m");
	expect_hostile_refused("{\"format\": \177");
	expect_hostile_refused("{\"format\": \"\n\033");
	expect_hostile_refused("{\"format\": \x9b");
}

static void set_in_case(json_t *run, const char *key, const char *value)
{
	json_t *first = json_array_get(json_object_get(run, "cases"), 0);

	json_object_set_new(first, key, json_string(value));
	cr_assert_eq(json_dump_file(run, record_path, 0), 0);
}

Test(render, ids_and_verdicts_are_those_that_can_be)
{
	static const char *const ids[] = {
		"", "/", "a/", "/b", "a", "a/b/c", "a/b\033", "A/b", "a/b "};
	json_t *run = sample("a target", "");

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		set_in_case(run, "id", ids[i]);
		REFUSED("cases[0].id is not GROUP/NAME", record_path, "--certificate");
	}
	set_in_case(run, "id", "a/b");
	set_in_case(run, "verdict", "fine");
	REFUSED("cases[0].verdict", record_path, "--certificate");
	json_decref(run);
}

Test(render, what_is_optional_has_its_type_too)
{
	json_t *run = sample("a target", "");

	json_object_set_new(run, "variant", json_integer(1));
	cr_assert_eq(json_dump_file(run, record_path, 0), 0);
	REFUSED("variant is not a string", record_path, "--certificate");
	json_decref(run);
}

Test(render, a_path_that_cannot_be_written_is_named)
{
	REFUSED("/no/such/directory/page.html", record_path, "-o",
		"/no/such/directory/page.html");
	REFUSED("/dev/full", record_path, "--badge", "/dev/full");
}

/* --- the page --------------------------------------------------------------------------- */

/* What stands between the tags of the script element that holds the records. */
static json_t *embedded(const char *page)
{
	const char *begin = strstr(page, "type=\"application/json\">");
	const char *end;
	json_t *runs;

	cr_assert_not_null(begin);
	begin = strchr(begin, '>') + 1;
	end = strstr(begin, "</script");
	cr_assert_not_null(end);
	runs = json_loadb(begin, (size_t)(end - begin), 0, NULL);
	cr_assert_not_null(runs, "cut off: %.80s", begin);
	return runs;
}

static void expect_embedded(const char *text)
{
	json_t *run = sample(text, text), *runs = json_pack("[o]", run), *found;
	char *page = page_render(runs);

	cr_assert_not_null(page);
	found = embedded(page);
	cr_expect(json_equal(found, runs), "not what was given: %s", text);
	cr_expect_null(strstr(page, "<hostile"), "markup: %s", text);
	json_decref(found);
	json_decref(runs);
	free(page);
}

Test(render, no_text_ends_the_element_that_holds_it)
{
	expect_embedded("</script><hostile>");
	expect_embedded("</SCRIPT ><hostile>");
	expect_embedded("<!--<script><hostile>");
	expect_embedded("]]> --> \" ' & \\u003c/script>");
	expect_embedded("@RUNS@ \001\033[31m\n\r\t\177");
	expect_embedded("\xff\xfe \xc0\xbc/script>");
}

Test(render, the_page_is_written_whole)
{
	char end[16] = "";
	FILE *file;

	command_run(&command,
		(const char *const[]){
			"report", record_path, record_path, "-o", out_path, NULL});
	cr_expect_eq(command.status, 0, "%s", command.err);
	file = fopen(out_path, "re");
	cr_assert_not_null(file);
	cr_assert_eq(fseek(file, -8, SEEK_END), 0);
	cr_assert_not_null(fgets(end, sizeof(end), file));
	cr_expect_str_eq(end, "</html>\n");
	fclose(file);
}

/* --- the line and the badge ------------------------------------------------------------- */

static void set_verdict(json_t *run, size_t index, const char *verdict)
{
	json_object_set_new(json_array_get(json_object_get(run, "cases"), index),
		"verdict", json_string(verdict));
}

static void expect_line(const json_t *run, const char *words)
{
	char *line = certificate_line(run);

	cr_assert_not_null(line);
	cr_expect_not_null(strstr(line, words), "%s: %s", words, line);
	for (const char *c = line; *c && c[1]; c++)
		cr_expect(
			(unsigned char)*c >= ' ' && *c != 0x7f, "0x%02x in %s", *c, line);
	free(line);
}

static void expect_badge(const json_t *run, const char *words, const char *colour)
{
	char *badge = certificate_badge(run);

	cr_assert_not_null(badge);
	cr_expect_not_null(strstr(badge, words), "%s: %s", words, badge);
	cr_expect_not_null(strstr(badge, colour), "%s: %s", colour, badge);
	free(badge);
}

#define GREEN "#1a7f37"
#define AMBER "#9a6700"
#define RED   "#cf222e"

static void conclude(json_t *run, const char *words)
{
	json_object_set_new(run, "conclusion", json_string(words));
}

Test(render, the_conclusion_of_the_record_decides)
{
	json_t *run = sample("a target", "");

	expect_line(run,
		"a target: conforming: every MUST that could be seen is met; "
		"4 of 4 cases pass; kernel ");
	expect_badge(run, ">4 of 4<", GREEN);
	set_verdict(run, 0, "info");
	expect_line(run, "; 3 of 4 cases pass, 1 info; ");
	expect_badge(run, ">3 of 4<", GREEN);
	set_verdict(run, 1, "warn");
	expect_line(run, "; 2 of 4 cases pass, 1 warn, 1 info; ");
	expect_badge(run, ">2 of 4<", AMBER);
	conclude(run, "undecided: not all cases are done");
	expect_line(run, "a target: undecided: not all cases are done; 2 of 4");
	expect_badge(run, ">2 of 4<", AMBER);
	conclude(run, "conforming, but for what is known to fail");
	set_verdict(run, 3, "fail");
	expect_badge(run, ">1 of 4<", AMBER);
	conclude(run, "not conforming");
	expect_line(run, "a target: not conforming; 1 of 4");
	expect_badge(run, ">1 of 4<", RED);
	json_decref(run);
}

Test(render, what_says_nothing_that_is_known_is_undecided)
{
	json_t *run = sample("a target", "");

	conclude(run, "");
	expect_badge(run, ">4 of 4<", AMBER);
	json_object_set_new(run, "wanted", json_integer(5));
	expect_badge(run, ">4 of 5<", AMBER);
	json_array_clear(json_object_get(run, "cases"));
	json_object_set_new(run, "wanted", json_integer(0));
	expect_line(run, "; 0 of 0 cases pass;");
	json_decref(run);
}

Test(render, a_line_stays_one_whatever_the_target_is_called)
{
	json_t *run = sample("two\nlines\033[2J\xc2\x9b"
			     "31m\177",
		"");

	expect_line(run, "two?lines?[2J?31m?: conforming");
	json_object_set_new(run, "variant", json_string("größer"));
	expect_line(run, ": größer: conforming");
	conclude(run, "\033[2J\n");
	expect_line(run, ": ?[2J?; 4 of 4");
	json_decref(run);
}

Test(render, the_date_is_that_of_the_record)
{
	json_t *run = sample("a target", "");
	const char *began = json_string_value(json_object_get(run, "began"));

	cr_assert_not_null(began);
	cr_expect_eq(strlen(began), strlen("2026-11-24T20:00:00Z"), "%s", began);
	expect_line(run, began);
	json_decref(run);
}

/* --- what fuzzing has found ------------------------------------------------------------- */

static bool is_rendered(const json_t *run)
{
	json_t *runs = json_pack("[O]", run);
	char *page = page_render(runs), *line = certificate_line(run),
	     *badge = certificate_badge(run);
	bool whole = page && line && badge;

	json_decref(embedded(page));
	json_decref(runs);
	free(page);
	free(line);
	free(badge);
	return whole;
}

Test(render, each_file_of_the_corpus_is_refused_or_rendered)
{
	DIR *corpus = opendir(CORPUS);
	const struct dirent *entry;
	unsigned refused = 0, rendered = 0;

	cr_assert_not_null(corpus, "run it where " CORPUS " is");
	cr_assert_not_null(freopen("/dev/null", "w", stderr));
	while ((entry = readdir(corpus))) {
		char file[512];
		json_t *run;

		snprintf(file, sizeof(file), CORPUS "/%s", entry->d_name);
		run = *entry->d_name == '.' ? NULL : reader_load(file);
		refused += !run;
		rendered += run && is_rendered(run);
		json_decref(run);
	}
	closedir(corpus);
	cr_expect_gt(refused, 2);
	cr_expect_gt(rendered, 0);
}
