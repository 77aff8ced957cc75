/* leak - what a server keeps of connections that are gone
 *
 * A descriptor, memory, a place in a table, a count, an entry that the loop looks at in each
 * turn: whatever is given back on one way out only adds up on the others. A limit that a server
 * keeps by refusing is a policy; that it shrinks is not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../pace.h"
#include "../stimulus.h"

#include <inttypes.h>

#define CROWD 900 /* well below FD_SETSIZE */

/* Descriptors that are left when n connections of each kind have come and gone; which kind left
 * the most. */
static long after_churn(unsigned n, enum parting *worst)
{
	long before = target_descriptors(), most = 0;

	for (enum parting parting = 0; parting < PART_COUNT; parting++) {
		stimulus_churn(parting, n);
		long now = target_descriptors_left(before);

		if (now - before > most) {
			most = now - before;
			*worst = parting;
		}
		before = now;
	}
	return before;
}

/* What a server opens once, it opens in the first round; a leak shows in each after it, and one
 * of hundreds needs no third. */
CASE(capacity, fd_leak, MUST, "close(2)",
	"However a connection ends, its descriptor is given back.",
	.wire = "twice (in doubt 3 times) 1000 connections for each way to end: close, "
		"FIN, data with FIN, RST (linger 0), close with echo unread, close "
		"without a word; count the process tree's descriptors",
	.incidents = "jetty/jetty.project#634, sysown/proxysql#567, "
		     "xkonni/raspberry-remote#34, kubernetes/kubernetes#18354",
	.sight = PID)
{
	enum parting worst = PART_CLOSE;
	long first = after_churn(1000, &worst), second = after_churn(1000, &worst);

	if (first < 0)
		skip("cannot see the target's descriptors (run as its user)");
	if (second >= first + 500 ||
		(second > first && after_churn(1000, &worst) > second))
		fail(CAUSE_LEAK, "as many descriptors after each 6,000 connections",
			text("%ld, then %ld; most are left by %s", first, second,
				parting_name(worst)),
			"the server forgets to close(2) on one of the ways out");
}

#define ROUND  200  /* connections of each kind */
#define ROUNDS 8    /* that have to grow before it counts as a leak */
#define LEAK   1024 /* bytes a connection: a page is 4096 */

static void churn_all(unsigned n)
{
	for (enum parting parting = 0; parting < PART_COUNT; parting++)
		stimulus_churn(parting, n);
}

static int64_t memory(void)
{
	static struct tree tree;

	target_tree(&tree);
	return proc_memory(&tree);
}

/* Bytes by which the target grows for each of the connections that come and go. */
static double growth(void)
{
	long open = target_descriptors();
	int64_t before = memory();

	churn_all(ROUND);
	target_descriptors_left(open);
	return (double)(memory() - before) / (ROUND * PART_COUNT);
}

/* What an allocator, or a collector of garbage, needs to warm up, it needs in the first rounds: a
 * single round without growth says that what is gone is given back, or used again. */
CASE(capacity, rss_leak, SHOULD, "free(3)",
	"However a connection ends, its memory is given back, or used for others.",
	.wire = "200 connections for each of the 6 ends of capacity/fd-leak, to warm "
		"up; the same again until VmRSS + VmSwap of the process tree grow by 1 "
		"KiB a connection or less, 8 times at most",
	.sight = PID)
{
	double grown;
	int round = 0;

	if (target_emulated())
		skip("an emulator keeps what is freed: its memory says nothing");
	growth();
	do
		grown = growth();
	while (grown > LEAK && ++round < ROUNDS);

	if (grown > LEAK)
		fail(CAUSE_LEAK,
			"a size that does not grow with the connections that were",
			text("%.0f bytes more for each of them, after %d", grown,
				(ROUNDS + 1) * ROUND * PART_COUNT),
			"the server forgets to free what belonged to a connection");
	note("%.0f bytes a connection, after %d", grown,
		(round + 2) * ROUND * PART_COUNT);
}

CASE(capacity, slot_leak, MUST, "RFC 862",
	"After thousands of connections that ended in six ways, as many fit in as before.",
	.wire = "900 connects, up to 16 at a time, up to the first that is refused; "
		"FIN on all; 3000 for each of the 6 ends of capacity/fd-leak (--long: "
		"70,000 in all); as many connects again, 100 bytes and echo on each",
	.incidents = "ROCm/FastFlowLM#680, sockudo/sockudo#51, actix/actix-web#2703, "
		     "eclipse-mosquitto/mosquitto#1460, ryanfantus/bbsfw#10, "
		     "FreeRADIUS/freeradius-server#5766",
	.exhausts = true)
{
	static struct stream *set[CROWD];
	const char *refused;
	size_t before = stimulus_crowd(set, CROWD, &refused), after;

	stimulus_disperse(set, before);
	churn_all(config_get()->thorough ? 70000 / PART_COUNT : 3000);

	after = stimulus_crowd(set, before, &refused);

	if (after < before)
		fail(CAUSE_LEAK, text("%zu connections at a time, as before", before),
			text("connection %zu is not served: %s", after + 1, refused),
			"the server counts connections, or keeps a table, and does not give back "
			"the place of some");
	stimulus_disperse(set, after);
}

#define DRIFT    2   /* times, and by all means … */
#define DRIFT_US 100 /* … more */

/* Round trips, in microseconds. */
struct trips {
	int64_t target, reference;
};

static struct trips measure(struct stream *s, struct stream *beside, const char *when)
{
	struct trips trips = {pace_ping(s, 64, when), pace_ping(beside, 64, when)};

	if (trips.target == -1)
		expect_echo(s);
	if (trips.reference == -1)
		error("the reference does not answer");
	return trips;
}

/* By more than the reference, which tells whether the machine has slowed down meanwhile. */
static bool has_drifted(const struct trips *before, const struct trips *after)
{
	double slower = (double)after->reference / (double)before->reference;

	return (double)after->target >=
		DRIFT * (slower > 1 ? slower : 1) * (double)before->target &&
		after->target >= before->target + DRIFT_US;
}

/* With 2,400 dead descriptors in a table that is looked through in each turn, ten times. */
CASE(capacity, rtt_drift, SHOULD, "close(2); epoll(7)",
	"After 2,400 connections have come and gone, the round trip is what it was before.",
	.wire = "50 pings of 64 bytes, and to the reference; 400 connections for each of "
		"the 6 ends of capacity/fd-leak; 50 pings to both, up to 3 times; a "
		"drift if the lower quartile stays twice as long, or more as the "
		"reference's is, and 0.1 ms longer",
	.alone = true)
{
	struct stream *s = stream_open(), *beside = stream_open_reference();
	struct trips before = measure(s, beside, "before the churn"), after;
	int attempts = 0;

	churn_all(400);
	do
		after = measure(s, beside, "after the churn");
	while (has_drifted(&before, &after) && ++attempts < 3);

	if (attempts == 3 && !target_emulated())
		fail(CAUSE_LEAK,
			text("some %" PRId64 " us for a round trip", before.target),
			text("%" PRId64 " us", after.target),
			"the server looks in each turn at what connections that are gone have "
			"left behind");
	note("%" PRId64 " us for a round trip before, %" PRId64
	     " us after; the reference's "
	     "%" PRId64 " and %" PRId64,
		before.target, after.target, before.reference, after.reference);
}
