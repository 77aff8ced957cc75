/* case - the whole life of a case, in a process of its own
 *
 * SPDX-License-Identifier: MIT
 */
#include "case.h"

#include "config.h"
#include "deadline.h"
#include "expect.h"
#include "inject.h"
#include "judge.h"
#include "net.h"
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
		int64_t rtt = stream_ping_line(stream);

		if (rtt == -1)
			expect_machine_able(stream);
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
	if (target_crashed())
		broken_down("processes that live on", "one of them broke down");
	target_stop();
	expect_orderly_end();
}

static bool room_for(int low_fds)
{
	struct rlimit limit;

	return low_fds == 0 || getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
		limit.rlim_max >= (rlim_t)(low_fds + SPARE_DESCRIPTORS);
}

/* What this machine has to have before the target can be started for the case alone. */
static void prepare(const struct case_info *info)
{
	char reason[512];

	if (!room_for(info->low_fds))
		skip("needs a descriptor limit above %d: raise the hard one (ulimit -H -n)",
			info->low_fds + SPARE_DESCRIPTORS);
	if (info->private_net && net_make(reason, sizeof(reason)) == -1)
		skip("%s", reason);
}

static enum sight sight_of(const struct case_info *info)
{
	return info->low_fds || info->faults || info->private_net ? OWN : info->sight;
}

const char *case_mode(const struct case_info *info)
{
	if (info->faults)
		return "INJ";
	return info->private_net ? "NS" : sight_name(sight_of(info));
}

static void start(const struct case_info *info)
{
	struct launch launch = {.low_fds = info->low_fds};

	if (config_get()->exec) {
		prepare(info);
		if (info->faults)
			launch.prefix = inject_prefix(info->faults);
	}
	if (target_start(&launch) == -1) {
		expect_machine_starts();
		blocked("%s", target_reason());
	}
	if (info->exhausts && !config_get()->exec && !config_get()->exhaust)
		skip("could hurt a target that others use: add --exhaust");
	if (target_sight() < sight_of(info) ||
		(sight_of(info) == LO && !target_shows_sockets()))
		skip("needs to see more of the target: %s", sight_remedy(sight_of(info)));
	expect_open_bystander();
	calibrate();
}

void case_run(const struct case_info *info, void (*body)(void))
{
	judge_begin(info);
	start(info);
	if (info->faults && !inject_reaches()) {
		inject_restart(info->faults);
		calibrate();
	}

	body();

	expect_bystander("after the case");
	expect_served("after the case");
	if (info->faults && inject_count() == 0)
		skip("the target makes no call, or too few, that could fail: %s",
			info->faults);
	stop();
	pass();
}
