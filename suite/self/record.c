/* record - tests: from messages to results, and from results to the exit status
 *
 * SPDX-License-Identifier: MIT
 */
#include "../record.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 3

static struct record record = {.size = ROWS};

static void begin_all(void)
{
	static const bool all[ROWS] = {true, true, true};

	cr_assert_eq(record_init(&record, "a target", all), 0);
}

static bool enter(enum message_kind kind, unsigned row, const char *text)
{
	struct message message = {.kind = kind, .row = row};

	snprintf(message.text, sizeof(message.text), "%s", text);
	return record_message(&record, &message);
}

static void judge(unsigned row, enum verdict verdict)
{
	struct message message = {.kind = MESSAGE_JUDGED,
		.row = row,
		.verdict = verdict,
		.text = "because"};

	record_message(&record, &message);
}

TestSuite(record, .init = begin_all);

Test(record, a_case_is_done_when_its_process_is)
{
	cr_expect_eq(record.results[1].progress, WAITING);
	cr_expect_not(enter(MESSAGE_BEGIN, 1, ""));
	cr_expect_eq(record.results[1].progress, RUNNING);
	judge(1, VERDICT_PASS);
	cr_expect_eq(record.results[1].progress, JUDGED);
	cr_expect_eq(record_count(&record, VERDICT_PASS), 0);
	cr_expect(enter(MESSAGE_END, 1, ""));
	cr_expect_eq(record_count(&record, VERDICT_PASS), 1);
	cr_expect_eq(record.done, 1);
}

Test(record, the_first_verdict_stands)
{
	enter(MESSAGE_BEGIN, 0, "");
	judge(0, VERDICT_FAIL);
	judge(0, VERDICT_PASS);
	enter(MESSAGE_END, 0, "was killed by signal 11");
	cr_expect_eq(record.results[0].verdict, VERDICT_FAIL);
	cr_expect_str_eq(record.results[0].text, "because");
}

Test(record, a_process_that_died_without_judging_is_our_error)
{
	enter(MESSAGE_BEGIN, 0, "");
	cr_expect(enter(MESSAGE_END, 0, "was killed by signal 11"));
	cr_expect_eq(record.results[0].verdict, VERDICT_ERROR);
	cr_expect_not_null(strstr(record.results[0].text, "was killed by signal 11"));
}

Test(record, a_process_that_left_without_a_word_is_our_error_too)
{
	cr_expect(enter(MESSAGE_END, 0, ""));
	cr_expect_eq(record.results[0].verdict, VERDICT_ERROR);
	cr_expect_eq(record_status(&record), EXIT_OWN_FAULT);
}

Test(record, nothing_is_entered_for_a_case_that_is_done)
{
	sample_judge(&record, 0, VERDICT_SKIP, "no need");
	judge(0, VERDICT_FAIL);
	cr_expect_not(enter(MESSAGE_END, 0, "late"));
	cr_expect_eq(record.results[0].verdict, VERDICT_SKIP);
	cr_expect_eq(record.done, 1);
}

Test(record, rows_that_are_unwanted_or_unknown_are_ignored)
{
	static const bool some[ROWS] = {false, true, false};

	record_finish(&record);
	cr_assert_eq(record_init(&record, "a target", some), 0);
	cr_expect_eq(record.wanted, 1);
	judge(0, VERDICT_FAIL);
	cr_expect_not(enter(MESSAGE_END, 0, ""));
	cr_expect_not(enter(MESSAGE_END, ROWS, ""));
	cr_expect_eq(record.done, 0);
	cr_expect_eq(record_status(&record), EXIT_NOTHING_RUN);
}

Test(record, the_text_of_a_failure_is_complete)
{
	struct message message = {.kind = MESSAGE_JUDGED,
		.verdict = VERDICT_FAIL,
		.expected = "an echo",
		.seen = "nothing",
		.text = "it hangs"};
	char *text;

	enter(MESSAGE_NOTE, 0, "0.970 of a processor");
	record_message(&record, &message);
	text = record_text(&record.results[0]);
	cr_expect_not_null(strstr(text, "expected an echo"));
	cr_expect_not_null(strstr(text, "seen nothing"));
	cr_expect_not_null(strstr(text, "it hangs; 0.970 of a processor"), "%s", text);
	free(text);
}

Test(record, the_text_of_a_pass_is_its_notes)
{
	char *text;

	enter(MESSAGE_NOTE, 0, "0.001 of a processor");
	enter(MESSAGE_NOTE, 0, "a second note");
	sample_judge(&record, 0, VERDICT_PASS, "");
	text = record_text(&record.results[0]);
	cr_expect_str_eq(text, "0.001 of a processor; a second note");
	free(text);
}

/* --- exit statuses ------------------------------------------------------------------ */

#define NONE VERDICT_COUNT

struct combination {
	enum verdict verdicts[ROWS];
	enum exit_status status, strict;
};

static const struct combination combinations[] = {
	{{VERDICT_PASS, VERDICT_PASS, VERDICT_PASS}, EXIT_CONFORMING, EXIT_CONFORMING},
	{{VERDICT_PASS, VERDICT_INFO, VERDICT_SKIP}, EXIT_CONFORMING, EXIT_CONFORMING},
	{{VERDICT_INFO, NONE, NONE}, EXIT_CONFORMING, EXIT_CONFORMING},
	{{VERDICT_PASS, VERDICT_WARN, NONE}, EXIT_CONFORMING, EXIT_NOT_CONFORMING},
	{{VERDICT_WARN, NONE, NONE}, EXIT_CONFORMING, EXIT_NOT_CONFORMING},
	{{VERDICT_PASS, VERDICT_FAIL, NONE}, EXIT_NOT_CONFORMING, EXIT_NOT_CONFORMING},
	{{VERDICT_FAIL, VERDICT_BLOCKED, NONE}, EXIT_NOT_CONFORMING, EXIT_NOT_CONFORMING},
	{{VERDICT_FAIL, VERDICT_ERROR, VERDICT_UNSURE}, EXIT_NOT_CONFORMING,
		EXIT_NOT_CONFORMING},
	{{VERDICT_WARN, VERDICT_BLOCKED, NONE}, EXIT_UNREACHABLE, EXIT_NOT_CONFORMING},
	{{VERDICT_PASS, VERDICT_BLOCKED, NONE}, EXIT_UNREACHABLE, EXIT_UNREACHABLE},
	{{VERDICT_BLOCKED, VERDICT_ERROR, NONE}, EXIT_UNREACHABLE, EXIT_UNREACHABLE},
	{{VERDICT_PASS, VERDICT_ERROR, NONE}, EXIT_OWN_FAULT, EXIT_OWN_FAULT},
	{{VERDICT_PASS, VERDICT_UNSURE, NONE}, EXIT_OWN_FAULT, EXIT_OWN_FAULT},
	{{VERDICT_SKIP, VERDICT_UNSURE, NONE}, EXIT_OWN_FAULT, EXIT_OWN_FAULT},
	{{VERDICT_SKIP, VERDICT_SKIP, VERDICT_SKIP}, EXIT_NOTHING_RUN, EXIT_NOTHING_RUN},
	{{NONE, NONE, NONE}, EXIT_NOTHING_RUN, EXIT_NOTHING_RUN},
};

static void expect_status(const struct combination *combination, size_t number)
{
	begin_all();
	for (unsigned row = 0; row < ROWS; row++)
		if (combination->verdicts[row] != NONE)
			sample_judge(&record, row, combination->verdicts[row], "");
	cr_expect_eq(record_status(&record), combination->status, "combination %zu: %d",
		number, (int)record_status(&record));
	record.strict = true;
	cr_expect_eq(record_status(&record), combination->strict,
		"combination %zu, strict: %d", number, (int)record_status(&record));
	record.strict = false;
	record_finish(&record);
}

Test(record, exit_status_of_every_combination_that_matters)
{
	record_finish(&record);
	for (size_t i = 0; i < sizeof(combinations) / sizeof(*combinations); i++)
		expect_status(&combinations[i], i);
	begin_all();
}

Test(record, exit_statuses_are_those_of_the_manual)
{
	cr_expect_eq(EXIT_CONFORMING, 0);
	cr_expect_eq(EXIT_NOT_CONFORMING, 1);
	cr_expect_eq(EXIT_USAGE, 2);
	cr_expect_eq(EXIT_UNREACHABLE, 3);
	cr_expect_eq(EXIT_OWN_FAULT, 4);
	cr_expect_eq(EXIT_NOTHING_RUN, 77);
}

static void expect_conclusion(const char *words)
{
	cr_expect_eq(strncmp(record_conclusion(&record), words, strlen(words)), 0, "%s",
		record_conclusion(&record));
}

Test(record, a_run_that_is_not_over_concludes_nothing)
{
	sample_judge(&record, 0, VERDICT_PASS, "");
	sample_judge(&record, 1, VERDICT_WARN, "");
	expect_conclusion("undecided: not all cases are done");
	record.interrupted = true;
	expect_conclusion("interrupted");
}

Test(record, a_warning_decides_a_strict_run)
{
	record_finish(&record);
	record.strict = true;
	begin_all();
	for (unsigned row = 0; row < ROWS; row++)
		sample_judge(&record, row, VERDICT_WARN, "");
	expect_conclusion("not conforming");
	record.strict = false;
	expect_conclusion("conforming");
}

static void run_once(unsigned row, enum verdict verdict)
{
	enter(MESSAGE_BEGIN, row, "");
	judge(row, verdict);
	enter(MESSAGE_END, row, "");
}

Test(record, a_case_that_is_repeated_is_done_after_its_last_run)
{
	record.rounds = 2;
	run_once(0, VERDICT_PASS);
	cr_expect_eq(record.results[0].progress, WAITING);
	cr_expect_eq(record.done, 0);
	run_once(0, VERDICT_PASS);
	cr_expect_eq(record.results[0].progress, DONE);
	cr_expect_eq(record.done, 1);
}

Test(record, a_verdict_that_changes_is_flaky_and_the_worst_counts)
{
	char tally[64], *said;

	record.rounds = 3;
	run_once(0, VERDICT_PASS);
	run_once(0, VERDICT_FAIL);
	run_once(0, VERDICT_PASS);
	cr_expect_eq(record.results[0].verdict, VERDICT_FAIL);
	cr_expect_str_eq(
		record_flaky(&record.results[0], tally, sizeof(tally)), "2 pass, 1 fail");
	said = record_text(&record.results[0]);
	cr_expect_str_eq(said, "flaky: 2 pass, 1 fail; because");
	free(said);
	cr_expect_eq(record_status(&record), EXIT_NOT_CONFORMING);
}

Test(record, the_same_verdict_each_time_is_not_flaky)
{
	char tally[64];

	record.rounds = 2;
	run_once(1, VERDICT_WARN);
	run_once(1, VERDICT_WARN);
	cr_expect_null(record_flaky(&record.results[1], tally, sizeof(tally)));
	cr_expect_eq(record.results[1].verdict, VERDICT_WARN);
}

Test(record, a_case_has_a_verdict_before_its_last_round)
{
	record.rounds = 2;
	run_once(0, VERDICT_PASS);
	cr_expect(record_is_judged(&record.results[0]));
	cr_expect_eq(record_count(&record, VERDICT_PASS), 1);
	expect_conclusion("undecided: not all cases are done");
}
