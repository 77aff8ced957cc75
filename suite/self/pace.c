/* pace - tests: percentiles, and what is allowed beside the reference
 *
 * SPDX-License-Identifier: MIT
 */
#include "../pace.h"

#include "../config.h"
#include "../judge.h"
#include "../target.h"
#include "caught.h"
#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(pace, .init = child_backstop);

Test(pace, percentiles_need_no_order)
{
	static const int64_t times[] = {5, 1, 4, 2, 3};
	struct pace pace = {0};

	cr_expect_eq(pace_at(&pace, 50), 0, "of none");
	for (int i = 0; i < 5; i++)
		pace_add(&pace, times[i]);
	cr_expect_eq(pace_at(&pace, 0), 1);
	cr_expect_eq(pace_at(&pace, 50), 3);
	cr_expect_eq(pace_at(&pace, 99), 4);
	cr_expect_eq(pace_at(&pace, 100), 5);
}

/* What a target that takes so long is judged, beside a reference that takes 100 us. */
static int64_t took;
static struct pace_bound bound;

static void judge_pace(void)
{
	struct pace target = {0}, reference = {0};

	pace_add(&target, took);
	pace_add(&reference, 100);
	expect_pace("a ping", &target, &reference, &bound, "it naps");
}

static enum verdict verdict_of(enum sample sample, int64_t us)
{
	took = us;
	return caught(sample, judge_pace).verdict;
}

Test(pace, a_multiple_of_the_reference_is_allowed)
{
	server_use(serve_echo, 1);
	bound = (struct pace_bound){.percent = 50, .ratio = 10, .floor = 500};
	cr_expect_eq(verdict_of(SAMPLE_MUST, 1000), VERDICT_PASS);
	cr_expect_eq(verdict_of(SAMPLE_MUST, 1001), VERDICT_FAIL);
	cr_expect_eq(verdict_of(SAMPLE_SHOULD, 1001), VERDICT_WARN);
	bound.lesser = true;
	cr_expect_eq(verdict_of(SAMPLE_MUST, 1001), VERDICT_WARN);
}

Test(pace, so_is_what_nobody_calls_slow)
{
	server_use(serve_echo, 1);
	bound = (struct pace_bound){.percent = 50, .ratio = 10, .floor = 5000};
	cr_expect_eq(verdict_of(SAMPLE_MUST, 5000), VERDICT_PASS);
	cr_expect_eq(verdict_of(SAMPLE_MUST, 5001), VERDICT_FAIL);
}

Test(pace, a_failure_tells_both_figures)
{
	struct message message;

	server_use(serve_echo, 1);
	bound = (struct pace_bound){.percent = 50, .ratio = 10};
	took = 40000;
	message = caught(SAMPLE_MUST, judge_pace);
	cr_expect_eq(message.cause, CAUSE_STARVE);
	cr_expect_str_eq(
		message.expected, "a ping: 50% within 1.0 ms, 10 × the reference");
	cr_expect_str_eq(message.seen, "40.0 ms, 400.0 × the reference");
	cr_expect_str_eq(message.text, "it naps");
}

/* Nothing is known of a host that does not show the target's sockets. */
Test(pace, is_not_judged_on_another_host)
{
	struct config config = {.target = "192.0.2.1:7", .scale = 1};

	cr_assert_eq(config_export(&config), 0);
	cr_assert_eq(target_start(0), 0, "%s", target_reason());
	bound = (struct pace_bound){.percent = 50, .ratio = 10};
	cr_expect_eq(verdict_of(SAMPLE_MUST, 1000000), VERDICT_PASS);
}
