/* accept - connections that come all at once, and those that are gone when they are accepted
 *
 * One accept for each event leaves the rest of a burst in the queue, under edge-triggered epoll
 * for ever. On Linux the queue holds one more than the backlog; beyond that SYNs are dropped and
 * repeated after one second. A connection that was reset in the queue is still accepted, and
 * only getpeername(2) and recv(2) tell.
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

/* As many as that, or as the backlog holds. */
static size_t fewer(size_t n)
{
	return backlog() < n ? backlog() : n;
}

/* What did not fit into the queue is repeated after 1, 3 and 7 seconds (RFC 6298): SYNs, and the
 * first bytes of connections that only the client takes for established. */
#define REPEATS       4
#define SYN_REPEAT_MS 900

/* How many connections a stopped server's queue takes, n at most; 0 when that cannot be told, or it
 * cannot be stopped: its queue is then filled while it accepts. */
static size_t frozen_room(size_t n)
{
	struct diag_row row;

	if (target_listener(&row) == -1 || !stimulus_freezes_safely())
		return 0;
	return row.send < n ? row.send + 1 : n;
}

static size_t first_unserved(struct stream *const *set, size_t n)
{
	size_t i = 0;

	while (i < n && set[i]->received == set[i]->sent && set[i]->end == STREAM_OPEN)
		i++;
	return i;
}

/* All are; or else as many as the server has places for, when they come one by one, fewer than n:
 * that is a policy. */
static size_t expect_burst_served(struct stream **set, size_t n)
{
	size_t unserved, capacity;
	struct stream *s;

	expect_connected(set, n);
	stream_send_all(set, n, 1);
	stream_receive_echo(set, n);
	unserved = first_unserved(set, n);
	if (unserved == n)
		return n;
	s = set[unserved];
	if (s->end == STREAM_DAMAGED)
		expect_echo(s);
	set[unserved] = set[n - 1];
	stimulus_disperse(set, n - 1);
	capacity = stimulus_capacity(set, n);
	if (capacity < n)
		return capacity;
	expect_echo(s);
	fail(CAUSE_HANG, text("%zu connections are served at once", n),
		"one of them got its echo only once others had left",
		"the server forgets one of a burst until something else happens");
}

CASE(accept, burst, MUST, "listen(2); accept(2)",
	"As many connections at once as the backlog holds are all served.",
	.wire = "stop; as many connects at once as the backlog holds (128 if it cannot "
		"be seen), 1000 at most; see them queued; continue; 1 byte on each; read "
		"every echo, or see that no more are served when they come one by one",
	.incidents = "HigherOrderCO/Bend#977, ElementsProject/lightning#2378, "
		     "grobian/carbon-c-relay#143, sysprog21/kecho#2")
{
	struct stream *set[MOST];
	size_t n = fewer(MOST), room = frozen_room(n), capacity;

	deadline_stretch(REPEATS);
	if (room)
		stimulus_freeze();
	stream_open_all(set, n);
	expect_connected(set, n);
	if (room) {
		expect_queued(n);
		stimulus_thaw();
	}

	capacity = expect_burst_served(set, n);
	note(capacity < n ? "limited to %zu connections" : "%zu connections at once",
		capacity);
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

static bool queue_is_full(void *unused)
{
	struct diag_row row;

	return (target_listener(&row) == -1 || row.receive > row.send) && !unused;
}

/* A server that is stopped accepts nothing: its queue overflows for certain. */
static void overflow_frozen(struct stream **set, size_t n)
{
	stimulus_freeze();
	stream_begin_all(set, n);
	if (!stream_until(queue_is_full, NULL)) {
		expect_queues_without_data();
		unsure("the queue of the stopped server does not fill: its backlog is %u",
			backlog());
	}
	stimulus_thaw();
}

/* The queue holds one more than the backlog; repeated SYNs come all at once, and no more of them
 * get in than fit. */
static size_t beyond(unsigned backlog)
{
	return backlog + 1 + (backlog < 64 ? backlog : 64);
}

CASE(accept, burst_over_backlog, MUST, "listen(2)",
	"Connections beyond the backlog are served after their SYNs were repeated.",
	.wire = "stop; connects at once: backlog + 1, and up to 64 more; see the "
		"accept queue full; continue; wait for repeated SYNs; 1 byte and echo "
		"on each; without its pid: 10 times the backlog, no stop",
	.incidents = "HigherOrderCO/Bend#977, ElementsProject/lightning#2378, "
		     "grobian/carbon-c-relay#143",
	.exhausts = true)
{
	bool exact = stimulus_freezes_safely();
	size_t n = exact ? beyond(backlog()) : 10 * (size_t)backlog(), capacity;
	struct stream **set = calloc(n, sizeof(*set));
	double connecting;

	if (!exact && n > 2 * MOST)
		skip("its backlog of %u is out of reach while it accepts: %s", backlog(),
			stimulus_freeze_obstacle());
	if (exact)
		overflow_frozen(set, n);
	else
		stream_begin_all(set, n);
	deadline_stretch(REPEATS);
	stream_finish_connecting(set, n);
	connecting = slowest(set, n);

	capacity = expect_burst_served(set, n);
	if (capacity < n)
		skip("it serves %zu at a time: its backlog of %u cannot be overrun",
			capacity, backlog());
	if (!exact && connecting < SYN_REPEAT_MS)
		skip("no SYN was repeated, it accepts too fast: %s",
			stimulus_freeze_obstacle());
	note("%zu connections, the slowest after %.0f ms", n, connecting);
	free(set);
}

CASE(accept, no_lag, MUST, "accept(2); epoll(7)",
	"Each connection is accepted when it arrives, not when the next one does.",
	.wire = "up to 20 connects at once, 1 byte and echo on each; 50 times: "
		"connect, 1 byte, read its echo, FIN; see the accept queue empty",
	.incidents = "sysprog21/kecho#1, memcached/memcached#476, vibe-d/eventcore#20, "
		     "pgexporter/pgexporter#586")
{
	size_t n = fewer(20), capacity;
	struct stream *set[20];
	struct diag_row row;

	stream_open_all(set, n);
	capacity = expect_burst_served(set, n);
	if (capacity < n)
		skip("it serves %zu at a time, fewer than its queue holds", capacity);
	for (int i = 0; i < 50; i++) {
		struct stream *s = stream_open();

		stream_send(s, 1);
		expect_echo(s);
		stream_fin(s);
	}

	if (!stream_until(stimulus_all_accepted, NULL) && target_listener(&row) == 0 &&
		row.receive > 0)
		fail(CAUSE_HANG, "an empty accept queue",
			text("%u left in it", row.receive),
			"the server accepts once for each event");
}

#define COALESCED 200

CASE(accept, with_data_and_fin, MUST, "RFC 862; accept(2); epoll(7)",
	"Connections that hold data and FIN when they are accepted get their echo, and FIN.",
	.wire = "stop; up to 200 connects at once, as the accept queue allows; 100 "
		"bytes and the FIN in one segment on each; continue; read to the end "
		"of file; without its pid: no stop")
{
	size_t room = frozen_room(COALESCED), n = room ? room : fewer(COALESCED);
	struct stream *set[COALESCED];

	if (room)
		stimulus_freeze();
	stream_open_all(set, n);
	expect_connected(set, n);
	for (size_t i = 0; i < n; i++)
		stream_send_fin(set[i], 100);
	if (room) {
		expect_queued(n);
		stimulus_thaw();
	}

	expect_eof_all(set, n);
}

/* Without sight of the server's processes nothing tells whether a reset came before the
 * accept. */
CASE(accept, vanished, MUST, "accept(2); select(2), BUGS",
	"After a connection that was reset before it was accepted, old ones are still served.",
	.wire = "3 times: stop; connect; RST (linger 0); see it in the accept queue; "
		"continue; wait until that is empty; 64 bytes and echo on an older "
		"connection; without its pid: no stop",
	.incidents = "project-chip/connectedhomeip#8400, pgexporter/pgexporter#586, "
		     "giampaolo/pyftpdlib#143")
{
	bool frozen = frozen_room(1) > 0;

	for (int round = 0; round < 3; round++) {
		struct stream *gone;

		if (frozen)
			stimulus_freeze();
		stream_begin_all(&gone, 1);
		stream_reset(gone);
		if (frozen) {
			expect_queued(1);
			stimulus_thaw();
		}
		stream_until(stimulus_all_accepted, NULL);

		expect_bystander("after a connection vanished from the queue");
	}
	if (!frozen)
		note("whether it was reset before it was accepted is not known here: %s",
			stimulus_freeze_obstacle());
}
