/* idle - nothing to do
 *
 * A loop that is told of events it does not handle, or that polls, shows as processor time when
 * nobody sends anything; one that naps and looks, and naps, as a process that never sleeps for
 * long.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"

CASE(idle, no_conns_cpu, SHOULD, "epoll(7); poll(2)",
	"A server without any connection costs no processor time.",
	.wire = "close the only connection (FIN); read to the end of file; CPU time "
		"of the process tree over a quiet 300 ms, then 600 ms unless below 5 %",
	.incidents = "rethinkdb/rethinkdb#90, eclipse-mosquitto/mosquitto#1947",
	.sight = PID, .alone = true)
{
	expect_close_bystander();

	expect_no_spin("without connections");

	expect_open_bystander();
}

CASE(idle, conns_cpu, SHOULD, "epoll(7); poll(2)",
	"500 idle connections cost no processor time.",
	.wire = "500 connects one after the other, 64 bytes echoed on each; CPU time "
		"of the process tree over a quiet 300 ms, then 600 ms unless below 5 %",
	.incidents = "rethinkdb/rethinkdb#90, "
		     "eclipse-mosquitto/mosquitto#1947, jcarreira/cirrus-kv#110",
	.sight = PID, .alone = true)
{
	struct stream *set[500];

	expect_open_each(set, 500);

	expect_no_spin("with 500 idle connections");
}

#define REST_MS 300
#define WAKEUPS 100 /* a second, of all its threads: a tick of 10 ms */

/* How often a second the target's threads go to sleep, each time after something had woken them
 * up. */
static double wakeups(void)
{
	static struct tree tree;
	int64_t start = deadline_now_us(), before;

	target_tree(&tree);
	before = proc_switches(&tree);
	stream_hold(deadline_window(REST_MS));
	return (double)(proc_switches(&tree) - before) * 1e6 /
		(double)(deadline_now_us() - start);
}

/* Twice, as what it had to do before may take a moment to end; a process that ended meanwhile
 * takes its figure along. */
static void expect_sleep(const char *when)
{
	double often = wakeups();

	if (often < 0 || often >= WAKEUPS)
		often = wakeups();
	if (often < 0)
		unsure("threads of the target end all the time %s, and take their figure along",
			when);
	if (often >= WAKEUPS)
		fail(CAUSE_SPIN,
			text("fewer than %d wake-ups a second %s", WAKEUPS, when),
			text("%.0f a second, in two windows in a row", often),
			"the server asks again and again whether there is something to do: wait "
			"without a timeout, or for the next timer");
	note("%.1f wake-ups a second %s", often, when);
}

CASE(idle, wakeups, SHOULD, "epoll_wait(2); poll(2), timeout",
	"A server sleeps while nobody sends anything, without connections and with 100.",
	.wire = "close the only connection; voluntary context switches of "
		"all threads over a quiet 300 ms, twice if they were 100 a "
		"second; the same with 100 connections after an echo on each",
	.incidents = "rethinkdb/rethinkdb#90, eclipse-mosquitto/mosquitto#1947",
	.sight = PID)
{
	struct stream *set[100];

	expect_close_bystander();
	expect_sleep("without connections");
	expect_open_bystander();
	expect_open_each(set, 100);

	expect_sleep("with 100 connections");
}

CASE(idle, keeps_open, SHOULD, "RFC 862: until the calling user terminates",
	"A connection that is idle for seconds, or minutes with --long, is still served.",
	.wire = "connect; send nothing for 5 s (300 s with --long), in which "
		"no byte, FIN or RST may come; send 100 bytes; read them",
	.waits = true)
{
	struct stream *s = stream_open();

	expect_silence(s, config_get()->thorough ? 300000 : 5000);
	stream_send(s, 100);

	expect_echo(s);
}
