/* diagnosis - tests: which rule speaks, and which comes first
 *
 * SPDX-License-Identifier: MIT
 */
#include "../diagnosis.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define MUST_ID   "first-group/must-hold"
#define SHOULD_ID "first-group/should-hold"
#define OTHER_ID  "second-group/must-hold"

static struct record record = {.target = "t", .size = SAMPLE_COUNT, .rounds = 1};
static bool explained[SAMPLE_COUNT];

static void begin(void)
{
	static const bool wanted[SAMPLE_COUNT] = {true, true, true, true};

	cr_assert_eq(record_init(&record, "t", wanted), 0);
}

static void end(void)
{
	record_finish(&record);
}

TestSuite(diagnosis, .init = begin, .fini = end);

static void judge(unsigned row, enum verdict verdict, enum cause cause, const char *seen)
{
	struct message message = {.kind = MESSAGE_JUDGED,
		.row = row,
		.verdict = verdict,
		.cause = cause,
		.expected = "something"};

	snprintf(message.seen, sizeof(message.seen), "%s", seen);
	record_message(&record, &message);
	message = (struct message){.kind = MESSAGE_END, .row = row};
	record_message(&record, &message);
}

/* Whether a rule of that evidence speaks. */
static bool speaks(const char *unmet, const char *met)
{
	const struct rule rules[] = {
		{.shown_by = "a", .unmet = unmet, .met = met}, {NULL}};
	struct finding finding;

	return diagnosis_of(&record, rules, &finding, 1, explained) == 1;
}

Test(diagnosis, nothing_speaks_when_all_is_met)
{
	judge(SAMPLE_MUST, VERDICT_PASS, CAUSE_NONE, "");

	cr_expect_not(speaks(MUST_ID, NULL));
}

Test(diagnosis, a_rule_speaks_when_all_of_its_evidence_is_unmet)
{
	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");
	judge(SAMPLE_SHOULD, VERDICT_WARN, CAUSE_SPIN, "");
	judge(SAMPLE_OTHER, VERDICT_PASS, CAUSE_NONE, "");

	cr_expect(speaks(MUST_ID, NULL));
	cr_expect(speaks(MUST_ID " " SHOULD_ID, NULL));
	cr_expect_not(speaks(MUST_ID " " OTHER_ID, NULL));
}

Test(diagnosis, what_was_not_judged_is_no_evidence)
{
	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");
	judge(SAMPLE_SHOULD, VERDICT_SKIP, CAUSE_NONE, "");

	cr_expect(speaks(MUST_ID " " SHOULD_ID, NULL));
	cr_expect_not(speaks(SHOULD_ID, NULL));
	cr_expect_not(speaks("no/such-case", NULL));
}

Test(diagnosis, evidence_may_name_the_cause_and_a_text)
{
	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "7 bytes lost");

	cr_expect(speaks(MUST_ID ":data", NULL));
	cr_expect_not(speaks(MUST_ID ":hang", NULL));
	cr_expect(speaks(MUST_ID ":data~bytes_lost", NULL));
	cr_expect_not(speaks(MUST_ID ":data~duplicated", NULL));
}

Test(diagnosis, one_alternative_is_enough)
{
	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_EOF, "");
	judge(SAMPLE_OTHER, VERDICT_PASS, CAUSE_NONE, "");

	cr_expect(speaks(MUST_ID ":reset|" MUST_ID ":eof", NULL));
	cr_expect(speaks(OTHER_ID "|" MUST_ID, NULL));
	cr_expect_not(speaks(OTHER_ID "|" MUST_ID ":reset", NULL));
}

Test(diagnosis, what_has_to_be_met_silences_a_rule)
{
	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");
	judge(SAMPLE_OTHER, VERDICT_FAIL, CAUSE_HANG, "");

	cr_expect_not(speaks(MUST_ID, OTHER_ID));
	cr_expect(speaks(MUST_ID, OTHER_ID ":crash"));
	cr_expect(speaks(MUST_ID, SHOULD_ID));
}

Test(diagnosis, what_explains_most_comes_first_and_takes_its_share)
{
	static const struct rule rules[] = {
		{.shown_by = "narrow", .unmet = MUST_ID},
		{.shown_by = "other", .unmet = OTHER_ID},
		{.shown_by = "wide", .unmet = MUST_ID, .also = "first-group/*"},
		{NULL},
	};
	struct finding findings[3];

	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");
	judge(SAMPLE_SHOULD, VERDICT_WARN, CAUSE_SPIN, "");
	judge(SAMPLE_OTHER, VERDICT_FAIL, CAUSE_HANG, "");

	cr_assert_eq(diagnosis_of(&record, rules, findings, 3, explained), 2);
	cr_expect_str_eq(findings[0].rule->shown_by, "wide");
	cr_expect_eq(findings[0].explains, 2);
	cr_expect_str_eq(findings[1].rule->shown_by, "other");
	cr_expect(explained[SAMPLE_MUST] && explained[SAMPLE_OTHER]);
	cr_expect_eq(diagnosis_of(&record, rules, findings, 1, explained), 1);
	cr_expect_not(explained[SAMPLE_OTHER]);
}

Test(diagnosis, of_two_that_explain_as_much_the_better_known_comes_first)
{
	static const struct rule rules[] = {
		{.shown_by = "half", .unmet = MUST_ID " " OTHER_ID},
		{.shown_by = "whole", .unmet = MUST_ID},
		{NULL},
	};
	struct finding finding;

	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");

	cr_assert_eq(diagnosis_of(&record, rules, &finding, 1, explained), 1);
	cr_expect_str_eq(finding.rule->shown_by, "whole");
	cr_expect_eq(finding.unjudged, 0);
}

Test(diagnosis, evidence_that_was_not_judged_is_counted)
{
	static const struct rule rules[] = {
		{.shown_by = "half", .unmet = MUST_ID " " OTHER_ID},
		{NULL},
	};
	struct finding finding;

	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");

	cr_assert_eq(diagnosis_of(&record, rules, &finding, 1, explained), 1);
	cr_expect_eq(finding.unjudged, 1);
}

Test(diagnosis, what_a_rule_explains_besides_may_name_the_cause)
{
	static const struct rule rules[] = {
		{.shown_by = "a", .unmet = MUST_ID, .also = OTHER_ID ":crash"}, {NULL}};
	struct finding finding;

	judge(SAMPLE_MUST, VERDICT_FAIL, CAUSE_DATA, "");
	judge(SAMPLE_OTHER, VERDICT_FAIL, CAUSE_HANG, "");

	cr_assert_eq(diagnosis_of(&record, rules, &finding, 1, explained), 1);
	cr_expect_eq(finding.explains, 1);
	cr_expect_not(explained[SAMPLE_OTHER]);
}

Test(diagnosis, a_rule_accounts_for_its_evidence_and_more)
{
	static const struct rule rule = {
		.unmet = "a/b:data~c|a/d e/f", .also = "g/* h/i"};

	cr_expect(diagnosis_speaks_by(&rule, "a/d"));
	cr_expect(diagnosis_speaks_by(&rule, "e/f"));
	cr_expect_not(diagnosis_speaks_by(&rule, "g/x"));
	cr_expect(diagnosis_accounts_for(&rule, "a/b"));
	cr_expect(diagnosis_accounts_for(&rule, "g/x"));
	cr_expect_not(diagnosis_accounts_for(&rule, "h/x"));
}
