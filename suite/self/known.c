/* known - tests: which failures count, and which lists are refused
 *
 * SPDX-License-Identifier: MIT
 */
#include "../known.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#define MUST_ID "first-group/must-hold"

static struct record record = {.size = SAMPLE_COUNT};
static char path[] = "/tmp/echospec-self-XXXXXX";

static void begin(void)
{
	static const bool all[SAMPLE_COUNT] = {true, true, true, true};

	record.rounds = 1;
	cr_assert_eq(record_init(&record, "a target", all), 0);
	close(mkstemp(path));
}

static void end(void)
{
	record_finish(&record);
	unlink(path);
}

TestSuite(known, .init = begin, .fini = end);

static int load(const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	return known_load(path, &record);
}

static enum exit_status status_when(enum verdict first, enum verdict others, bool strict)
{
	sample_judge(&record, SAMPLE_MUST, first, "");
	for (unsigned row = SAMPLE_MUST + 1; row < SAMPLE_COUNT; row++)
		sample_judge(&record, row, others, "");
	record.strict = strict;
	return record_status(&record);
}

Test(known, a_reason_is_all_that_follows_the_id)
{
	cr_assert_eq(load("# people\n\n \t" MUST_ID " \t ticket 17: later \r\n"), 0);
	cr_expect_str_eq(record.results[SAMPLE_MUST].known, "ticket 17: later");
	cr_expect_null(record.results[SAMPLE_SHOULD].known);
}

Test(known, the_last_line_needs_no_newline)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_str_eq(record.results[SAMPLE_MUST].known, "why");
}

Test(known, what_is_expected_to_fail_does_not_count)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_eq(status_when(VERDICT_FAIL, VERDICT_PASS, false), EXIT_CONFORMING);
}

Test(known, what_is_not_expected_to_fail_counts)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_eq(status_when(VERDICT_FAIL, VERDICT_FAIL, false), EXIT_NOT_CONFORMING);
}

Test(known, a_warning_that_is_expected_does_not_count_with_strict)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_eq(status_when(VERDICT_WARN, VERDICT_PASS, true), EXIT_CONFORMING);
}

Test(known, one_that_is_met_is_stale_and_counts)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_eq(status_when(VERDICT_PASS, VERDICT_PASS, false), EXIT_NOT_CONFORMING);
	cr_expect(record_is_stale(&record.results[SAMPLE_MUST]));
}

Test(known, one_that_cannot_be_seen_here_is_not_stale)
{
	cr_assert_eq(load(MUST_ID " why"), 0);
	cr_expect_eq(status_when(VERDICT_SKIP, VERDICT_PASS, false), EXIT_CONFORMING);
}

Test(known, bad_lists_are_refused)
{
	cr_expect_eq(load("no/such-case why"), -1);
	cr_expect_eq(load(MUST_ID), -1);
	cr_expect_eq(load(MUST_ID "  \t\n"), -1);
	cr_expect_eq(load(MUST_ID " why\n" MUST_ID " why\n"), -1);
	cr_expect_eq(known_load("/no/such/file", &record), -1);
	cr_expect_eq(known_load("/tmp", &record), -1);
}
