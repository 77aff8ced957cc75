/* integrity_reuse - a new connection under the number of one that has just ended
 *
 * A descriptor's number is free as soon as it is closed, and the next accept takes it. Whatever a
 * server still knows by that number then meets the wrong client: an event of the same batch
 * (epoll(7), Q6 and "event cache"), a buffer with bytes to send, a note to close it later.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#define PAIRS    8
#define ROUNDS   250 /* 2,000 pairs: where nothing can be staged, chance has to do */
#define FEW      40
#define LEAVERS  4 /* ways to leave a server with something to do */
#define ORDERS   6
#define GREETING 100

/* The first two have nothing pending, the others have. */
static void leave(struct stream *s, int way)
{
	if (way == 0)
		stream_send_fin(s, 1000);
	if (way == 1)
		stream_send(s, 1000);
	if (way == 3)
		stream_fin(s);
	if (way != 0)
		stream_reset(s);
}

static void arrive(struct stream **s)
{
	*s = stream_open();
	stream_send(*s, GREETING);
}

/* Nobody tells the server when to look: what it finds at once is different each time. */
static void replace_often(int rounds)
{
	struct stream *set[PAIRS];
	int n = (int)stimulus_fit(PAIRS);

	expect_open_each(set, n);
	for (int done = 0; done < PAIRS * rounds; done += n) {
		for (int i = 0; i < n; i++) {
			struct stream *old = set[i];

			leave(old, (i + done / n) % 2);
			arrive(&set[i]);
			stream_free(old);
		}
		expect_echo_all(set, n);
	}
}

static void open_leavers(struct stream **set)
{
	expect_open_each(set, 2);
	for (int i = 2; i < LEAVERS; i++) {
		set[i] = stream_open_narrow();
		expect_stall(set[i], 48 << 10);
	}
}

/* In turn, from a different one each time; or all that leave first, or all that arrive. */
static void exchange(struct stream **old, struct stream **new, int order)
{
	for (int i = 0; i < LEAVERS && order == LEAVERS; i++)
		arrive(&new[i]);
	for (int i = 0; i < LEAVERS; i++) {
		int which = (i + order) % LEAVERS;

		leave(old[which], which);
		if (order < LEAVERS)
			arrive(&new[which]);
	}
	for (int i = 0; i < LEAVERS && order > LEAVERS; i++)
		arrive(&new[i]);
}

static void expect_one_batch(struct stream *const *new)
{
	for (int i = 0; i < LEAVERS; i++)
		expect_unread(new[i], GREETING);
	expect_queued(LEAVERS);
}

static void replace_at_once(int order, bool frozen)
{
	struct stream *old[LEAVERS], *new[LEAVERS];

	open_leavers(old);
	if (frozen)
		stimulus_freeze();
	exchange(old, new, order);
	if (frozen) {
		expect_one_batch(new);
		stimulus_thaw();
	}

	expect_echo_all(new, LEAVERS);
	stream_send_all(new, LEAVERS, GREETING);
	expect_echo_all(new, LEAVERS);
}

CASE(integrity, fd_reuse_crosstalk, MUST, "RFC 862; epoll(7), Q6; close(2)",
	"Who connects while others leave gets their own bytes only, and stays connected.",
	.wire = "320 times (2,000 with --long or without SIGSTOP): data and FIN, "
		"or data and RST, on one, another connects and sends; 6 times "
		"under SIGSTOP: 4 leave, 2 of them stalled, and 4 come; all echo",
	.incidents = "wasmerio/wasmer#6608, tokio-rs/mio#172, joyent/libuv#968, "
		     "creytiv/re#266, moonbitlang/async#571, libuv/libuv#4323")
{
	bool frozen = stimulus_fit(LEAVERS) == LEAVERS && stimulus_freezes_safely();
	int rounds = frozen && !config_get()->thorough ? FEW : ROUNDS;

	replace_often(rounds);
	for (int order = 0; order < ORDERS; order++)
		replace_at_once(order, frozen);

	note("%d connections replaced while the server was running, %d %s",
		PAIRS * rounds, LEAVERS * ORDERS,
		frozen ? "while it was stopped" : "more");
}
