/* accept - connections that come all at once, and those for which no descriptor is left
 *
 * One accept for each event leaves the rest of a burst in the queue, under edge-triggered epoll
 * for ever. accept(2) fails with EMFILE when descriptors run out, and the listener stays
 * readable: servers exit, spin, or never accept again. On Linux the queue holds one more than
 * the backlog; beyond that SYNs are dropped and repeated after one second.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <stdlib.h>

#define UNKNOWN_BACKLOG 128  /* where it cannot be seen: the default of many runtimes */
#define MOST            1000 /* at once, when nothing tells how many are needed */

static unsigned backlog(void)
{
	struct diag_row row;

	return target_listener(&row) == 0 && row.send > 0 ? row.send : UNKNOWN_BACKLOG;
}

/* What did not fit into the queue is repeated after 1, 3 and 7 seconds (RFC 6298): SYNs, and the
 * first bytes of connections that only the client takes for established. */
#define REPEATS       4
#define SYN_REPEAT_MS 900

static void expect_burst_served(struct stream **set, size_t n)
{
	expect_connected(set, n);
	stream_send_all(set, n, 1);
	expect_echo_all(set, n);
}

CASE(accept, burst, MUST, "listen(2); accept(2)",
	"As many connections at once as the backlog holds are all served.")
{
	size_t n = backlog() < MOST ? backlog() : MOST;
	struct stream *set[MOST];

	deadline_stretch(REPEATS);
	stream_open_all(set, n);

	expect_burst_served(set, n);
	note("%zu connections at once", n);
}

/* The longest of the connects, in milliseconds. */
static double slowest(struct stream *const *set, size_t n)
{
	int64_t worst = 0;

	for (size_t i = 0; i < n; i++)
		if (set[i]->connected_us - set[i]->opened_us > worst)
			worst = set[i]->connected_us - set[i]->opened_us;
	return (double)worst / 1e3;
}

/* A server that is stopped accepts nothing: its queue overflows for certain. */
static void overflow_frozen(struct stream **set, size_t n)
{
	struct diag_row row;

	if (!stimulus_freezes_safely())
		skip("the server does not survive SIGSTOP and SIGCONT: see signals/stop-cont");
	stimulus_freeze();
	stream_begin_all(set, n);
	if (target_listener(&row) == 0 && row.receive <= row.send)
		unsure("%u connections queued, the backlog is %u", row.receive, row.send);
	stimulus_thaw();
}

/* The queue holds one more than the backlog; repeated SYNs come all at once, and no more of them
 * get in than fit. */
static size_t beyond(unsigned backlog)
{
	return backlog + 1 + (backlog < 64 ? backlog : 64);
}

CASE(accept, burst_over_backlog, MUST, "listen(2)",
	"Connections beyond the backlog are served after their SYNs were repeated.")
{
	bool exact = target_sight() >= PID;
	size_t n = exact ? beyond(backlog()) : 10 * (size_t)backlog();
	struct stream **set = calloc(n, sizeof(*set));

	if (!exact && n > 2 * MOST)
		skip("its backlog of %u is out of reach while it accepts: %s", backlog(),
			sight_remedy(PID));
	if (exact)
		overflow_frozen(set, n);
	else
		stream_begin_all(set, n);
	deadline_stretch(REPEATS);
	stream_finish_connecting(set, n);

	expect_burst_served(set, n);
	if (!exact && slowest(set, n) < SYN_REPEAT_MS)
		skip("no SYN was repeated, it accepts too fast: %s", sight_remedy(PID));
	note("%zu connections, the slowest after %.0f ms", n, slowest(set, n));
	free(set);
}

CASE(accept, no_lag, MUST, "accept(2); epoll(7)",
	"Each connection is accepted when it arrives, not when the next one does.")
{
	struct stream *set[20];
	struct diag_row row;

	stream_open_all(set, 20);
	expect_burst_served(set, 20);
	for (int i = 0; i < 50; i++) {
		struct stream *s = stream_open();

		stream_send(s, 1);
		expect_echo(s);
	}

	if (target_listener(&row) == 0 && row.receive > 0)
		fail(CAUSE_HANG, "an empty accept queue",
			text("%u left in it", row.receive),
			"the server accepts once for each event");
}

CASE(accept, emfile_survive, MUST, "accept(2), EMFILE",
	"A server out of descriptors goes on serving the connections it has.",
	.sight = PID)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	for (int i = 0; i < 10; i++) {
		stream_send_all(exhaustion.served, EXHAUST_SERVED, 100);
		expect_echo_all(exhaustion.served, EXHAUST_SERVED);
	}
	expect_bystander("while descriptors are exhausted");

	stimulus_relieve();
	stream_close(exhaustion.served[0]);
}

CASE(accept, emfile_no_spin, SHOULD, "accept(2), EMFILE",
	"A server out of descriptors waits for better times without burning a processor.",
	.sight = PID, .alone = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	expect_no_spin("while descriptors are exhausted and connections wait");

	stimulus_relieve();
	stream_close(exhaustion.served[0]);
}

CASE(accept, emfile_recover_close, MUST, "accept(2), EMFILE",
	"Once connections close, those that waited for a descriptor are served.",
	.sight = PID)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	for (int i = 0; i < EXHAUST_SERVED; i++)
		stream_fin(exhaustion.served[i]);
	expect_eof_all(exhaustion.served, EXHAUST_SERVED);
	if (target_alive() && !stream_until(target_has_descriptor, NULL))
		skip("closing connections frees no descriptor of the process that accepts");

	expect_relief(&exhaustion, "after five connections were closed");
	stimulus_relieve();
}

CASE(accept, emfile_recover_limit, SHOULD, "accept(2), EMFILE",
	"Once the limit is raised, waiting connections are served, though none closes or comes.",
	.sight = PID)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	stimulus_relieve();

	expect_relief(&exhaustion, "after the limit was raised");
}
