/* deadline - tests: waits that end by silence, not by the clock
 *
 * SPDX-License-Identifier: MIT
 */
#include "../deadline.h"

#include <criterion/criterion.h>

Test(deadline, progress_gives_the_whole_patience_anew)
{
	struct deadline deadline = {.patience = 60000, .at = deadline_now() - 1};

	cr_expect(deadline_over(&deadline));
	cr_expect_eq(deadline_left(&deadline), 0);
	deadline_progress(&deadline);
	cr_expect_not(deadline_over(&deadline));
	cr_expect_gt(deadline_left(&deadline), 50000);
	cr_expect_leq(deadline_left(&deadline), 60000);
}

Test(deadline, patience_of_zero_is_over_at_once)
{
	struct deadline deadline = deadline_in(0);

	cr_expect(deadline_over(&deadline));
}

Test(deadline, scale_stretches_patience_and_windows)
{
	int64_t patience = deadline_patience(), window = deadline_window(100);

	deadline_set_scale(4);
	cr_expect_eq(deadline_scale(), 4);
	cr_expect_eq(deadline_patience(), 4 * patience);
	cr_expect_eq(deadline_window(100), 4 * window);
}

Test(deadline, a_slow_target_is_given_more)
{
	deadline_calibrate(100000);
	cr_expect_eq(deadline_rtt_us(), 100000);
	cr_expect_geq(deadline_patience(), 20000, "200 round trips");
	cr_expect_geq(deadline_window(1), 2000, "20 round trips");
}

Test(deadline, a_fast_target_is_not_given_less)
{
	int64_t patience = deadline_patience();

	deadline_calibrate(20);
	cr_expect_eq(deadline_patience(), patience);
	cr_expect_eq(deadline_window(100), 100);
}

Test(deadline, the_clock_does_not_go_back)
{
	int64_t last = deadline_now_us();

	for (int i = 0; i < 10000; i++) {
		int64_t now = deadline_now_us();

		cr_assert_geq(now, last);
		last = now;
	}
	cr_expect_leq(last / 1000, deadline_now());
}
