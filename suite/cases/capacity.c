/* capacity - many descriptors, high descriptors, and descriptors that are given back
 *
 * An fd_set has FD_SETSIZE (1024) bits, and FD_SET does not look: a higher number writes beyond
 * it (select(2), BUGS), aborts under _FORTIFY_SOURCE, or is refused by a runtime whose loop then
 * dies. The number of the descriptor counts, not how many there are. A limit that a server keeps
 * by refusing is a policy; what it may not do is break those it serves.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <inttypes.h>

#define CROWD       1100 /* past FD_SETSIZE with room to spare */
#define SMALL_CROWD 900  /* well below it */

/* By FIN, and until the server's FIN says that its descriptors are free again. */
static void end_all(struct stream **set, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		stream_fin(set[i]);
	stream_receive(set + from, to - from, UINT64_MAX);
	for (size_t i = from; i < to; i++)
		stream_free(set[i]);
}

/* All that were accepted are served still; how many that were. */
static size_t expect_crowd(struct stream **set)
{
	const char *refused;
	size_t n = stimulus_crowd(set, CROWD, &refused);

	if (n < CROWD)
		note("limited to %zu connections: %s", n, refused);
	for (int round = 0; round < 2; round++) {
		stream_send_all(set, n, 100);
		expect_echo_all(set, n);
	}
	return n;
}

CASE(capacity, fdsetsize_cross, MUST, "select(2), BUGS; POSIX, FD_SET",
	"With 1,100 connections every one is served, or the late ones are refused.")
{
	struct stream *set[CROWD];

	end_all(set, 0, expect_crowd(set));
}

CASE(capacity, fdsetsize_high_number, MUST, "select(2), BUGS; POSIX, FD_SET",
	"Connections whose descriptors are above 1024 are served, or refused.",
	.sight = OWN, .low_fds = 1020)
{
	struct stream *set[12];
	const char *refused;
	size_t n = stimulus_crowd(set, 12, &refused);

	if (n < 12)
		note("limited to %zu connections: %s", n, refused);
	stream_send_all(set, n, 100);
	expect_echo_all(set, n);
	end_all(set, 0, n);
}

CASE(capacity, fdsetsize_after, MUST, "select(2), BUGS",
	"After 1,100 connections have come and all but ten have gone, new ones are served.")
{
	struct stream *set[CROWD];
	size_t n = expect_crowd(set), kept = n < 10 ? n / 2 : 10;

	end_all(set, kept, n);

	expect_served("after the crowd has gone");
	stream_send_all(set, kept, 100);
	expect_echo_all(set, kept);
}

static long descriptors(void)
{
	static struct tree tree;

	target_tree(&tree);
	return proc_descriptors(&tree);
}

/* Waits until no more than before are open, or their number stands still. */
static long settled(long before)
{
	struct deadline deadline = deadline_in(deadline_window(200));
	long now = descriptors(), last = now;

	while (now > before && !deadline_over(&deadline)) {
		stream_hold(1);
		now = descriptors();
		if (now != last)
			deadline_progress(&deadline);
		last = now;
	}
	return now;
}

/* Descriptors that are left when n connections of each kind have come and gone; which kind left
 * the most. */
static long after_churn(unsigned n, enum parting *worst)
{
	long before = descriptors(), most = 0;

	for (enum parting parting = 0; parting < PART_COUNT; parting++) {
		stimulus_churn(parting, n);
		long now = settled(before);

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
	"However a connection ends, its descriptor is given back.", .sight = PID)
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

CASE(capacity, slot_leak, MUST, "RFC 862",
	"After 18,000 connections that ended in six ways, as many fit in as before.")
{
	static struct stream *set[SMALL_CROWD];
	const char *refused;
	size_t before = stimulus_crowd(set, SMALL_CROWD, &refused), after;

	end_all(set, 0, before);
	for (enum parting parting = 0; parting < PART_COUNT; parting++)
		stimulus_churn(parting, 3000);

	after = stimulus_crowd(set, before, &refused);

	if (after < before)
		fail(CAUSE_LEAK, text("%zu connections at a time, as before", before),
			text("connection %zu is not served: %s", after + 1, refused),
			"the server counts connections, or keeps a table, and does not give back "
			"the place of some");
	end_all(set, 0, after);
}
