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
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(pace, .init = child_backstop);

Test(pace, percentiles_need_no_order)
{
	static const int64_t times[] = {5, 1, 4, 2, 3};
	struct pace *pace = pace_new("a ping", PACE_TARGET);

	cr_expect_eq(pace_at(pace, 50), 0, "of none");
	for (int i = 0; i < 5; i++)
		pace_add(pace, times[i]);
	cr_expect_eq(pace_at(pace, 0), 1);
	cr_expect_eq(pace_at(pace, 50), 3);
	cr_expect_eq(pace_at(pace, 60), 3);
	cr_expect_eq(pace_at(pace, 61), 4);
	cr_expect_eq(pace_at(pace, 99), 5);
	cr_expect_eq(pace_at(pace, 100), 5);
}

/* What a target that takes so long is judged, beside a reference that takes 100 us. */
static int64_t took;
static struct pace_bound bound;

static void judge_pace(void)
{
	struct pace *target = pace_new("a ping", PACE_TARGET);
	struct pace *reference = pace_new("a ping", PACE_REFERENCE);

	pace_add(target, took);
	pace_add(reference, 100);
	expect_pace(target, reference, &bound, "it naps");
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

/* What pace_each() hands over; "" is no series. */
static char kept[2][160];
static int handed_over;

static void keep(const char *json)
{
	cr_assert_lt(handed_over, 2);
	snprintf(kept[handed_over++], sizeof(*kept), "%s", json);
}

Test(pace, is_kept_for_the_report_in_its_order)
{
	struct pace *target = pace_new("a ping", PACE_TARGET);
	struct pace *reference = pace_new("a ping", PACE_REFERENCE);

	pace_new("nothing", PACE_TARGET);
	pace_add(target, 300);
	pace_add(target, 200);
	pace_add(reference, 100);
	pace_each(keep);
	cr_expect_str_eq(kept[0],
		"{\"what\":\"a ping\",\"who\":\"target\",\"allowed_us\":{},"
		"\"us\":[300,200]}");
	cr_expect_str_eq(kept[1],
		"{\"what\":\"a ping\",\"who\":\"reference\","
		"\"allowed_us\":{},\"us\":[100]}");
}

Test(pace, keeps_no_more_than_has_room)
{
	struct pace *pace = pace_new("a ping", PACE_TARGET);

	for (int i = 0; i < PACE_MOST + 1; i++)
		pace_add(pace, i);
	cr_expect_eq(pace_count(pace), PACE_MOST);
	cr_expect_eq(pace_at(pace, 100), PACE_MOST - 1);
}

static void serve_late_at_times(int fd)
{
	char byte;

	for (int i = 0; read(fd, &byte, 1) == 1; i++) {
		if (i % 2)
			poll(NULL, 0, 20);
		server_give(fd, &byte, 1);
	}
}

Test(pace, some_pings_may_be_late)
{
	struct stream *s;
	int64_t rtt;

	server_use(serve_late_at_times, 1);
	s = stream_open();
	rtt = pace_ping(s, 1, "a ping");
	cr_expect_gt(rtt, 0);
	cr_expect_lt(rtt, 20000);
	cr_expect_eq(s->received, 50);
}

Test(pace, no_answer_is_no_ping)
{
	server_use(serve_sink, 0.1);
	cr_expect_eq(pace_ping(stream_open(), 64, "a ping"), -1);
}
