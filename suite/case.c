/* case - the whole life of a case, in a process of its own
 *
 * SPDX-License-Identifier: MIT
 */
#include "case.h"

#include "config.h"
#include "deadline.h"
#include "expect.h"
#include "judge.h"
#include "stream.h"

#include <sys/resource.h>

#define CALIBRATION_PINGS 5
#define SPARE_DESCRIPTORS 64 /* of a server, beyond those that are filled */

/* It cannot be reached, or accepts and is silent. */
static bool is_down(const struct stream *stream)
{
	return !stream->connected ||
		(stream->end == STREAM_OPEN && stream->received == 0);
}

/* The idle round trip, and proof that the target serves at all. */
static void calibrate(void)
{
	struct stream *stream = stream_open();
	int64_t best = INT64_MAX;

	for (int i = 0; i < CALIBRATION_PINGS; i++) {
		int64_t rtt = stream_ping(stream, 1);

		if (rtt == -1 && !config_get()->exec && is_down(stream))
			blocked("the target was already down");
		if (rtt == -1)
			expect_echo(stream);
		best = rtt < best ? rtt : best;
	}
	deadline_calibrate(best);
	stream_fin(stream);
	stream_stirs(stream, deadline_patience());
}

static void stop(void)
{
	stream_close_all();
	target_stop();
	if (target_crashed())
		fail(CAUSE_CRASH, "an orderly end on SIGTERM",
			text("it %s", target_death()),
			"the server breaks down while it cleans up");
}

static bool room_for(int low_fds)
{
	struct rlimit limit;

	return low_fds == 0 || getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
		limit.rlim_max >= (rlim_t)(low_fds + SPARE_DESCRIPTORS);
}

void case_run(const struct case_info *info, void (*body)(void))
{
	judge_begin(info);
	if (!room_for(info->low_fds))
		skip("needs a descriptor limit above %d: raise the hard one (ulimit -H -n)",
			info->low_fds + SPARE_DESCRIPTORS);
	if (target_start(info->low_fds) == -1)
		blocked("%s", target_reason());
	if (info->exhausts && !config_get()->exec && !config_get()->exhaust)
		skip("could hurt a target that others use: add --exhaust");
	if (target_sight() < info->sight)
		skip("needs to see more of the target: %s", sight_remedy(info->sight));
	expect_open_bystander();
	calibrate();

	body();

	expect_bystander("after the case");
	expect_served("after the case");
	stop();
	pass();
}
