/* listener - the socket that accepts, while it waits
 *
 * select(2) and poll(2) may report a connection that is gone when accept(2) is called: a loop
 * whose listener blocks then serves nobody until the next one comes. listen(2) cuts the backlog
 * at net.core.somaxconn; what does not fit into it waits a second for its next SYN.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"

#include <fcntl.h>

static struct diag_row listener(void)
{
	struct diag_row row;

	if (!target_shows_sockets())
		skip("the target's listener is not in this network namespace");
	if (target_listener(&row) == -1)
		unsure("nobody listens there any more");
	return row;
}

/* The processes that hold the listener, and the flags of it. */
static int find_listener(struct tree *holders)
{
	static struct tree tree;
	struct diag_row row = listener();
	int flags;

	target_tree(&tree);
	flags = proc_socket(&tree, row.inode, holders);
	if (holders->n == 0)
		skip("cannot see who holds the listener (run as its user)");
	return flags;
}

static long threads(void)
{
	static struct tree tree;

	target_tree(&tree);
	return proc_threads(&tree);
}

/* Who starts a process or a thread for each connection, or keeps some, may let one of them block
 * in accept(2) while the others serve: only a loop of one thread is held to this. */
CASE(accept, listener_nonblocking, SHOULD, "accept(2), NOTES; select(2), BUGS",
	"The listener of an event loop is non-blocking.",
	.wire = "its flags in /proc/PID/fdinfo; 5 connections, 64 bytes and echo on "
		"each: it may block where several threads or processes hold it, or one "
		"comes with a connection",
	.incidents = "project-chip/connectedhomeip#8400, pgexporter/pgexporter#586",
	.sight = PID)
{
	static struct tree holders;
	bool blocking = !(find_listener(&holders) & O_NONBLOCK);
	long before = threads();
	struct stream *set[5];

	expect_open_each(set, 5);

	if (blocking && (proc_threads(&holders) > 1 || threads() > before))
		skip("several threads or processes: one may block in accept(2) for the others");
	if (blocking)
		fail(CAUSE_HANG, "O_NONBLOCK among the flags of the listener",
			"it blocks",
			"when a connection that was reported is gone, accept(2) waits for the "
			"next one, and nobody is served meanwhile");
}

#define SHORT_BACKLOG 128 /* SOMAXCONN of old, and the default of many runtimes */

CASE(accept, backlog, SHOULD, "listen(2)",
	"The queue of the listener has room for 128 connections, if the kernel allows it.",
	.wire = "nothing is sent; the backlog in the listener's row of inet_diag "
		"against 128, or net.core.somaxconn if that is less",
	.incidents = "HigherOrderCO/Bend#977, ElementsProject/lightning#2378, "
		     "grobian/carbon-c-relay#143",
	.sight = LO)
{
	unsigned wanted = target_most_backlog();
	struct diag_row row = listener();

	if (wanted > SHORT_BACKLOG)
		wanted = SHORT_BACKLOG;

	if (row.send < wanted)
		fail(CAUSE_HANG, text("a backlog of %u or more", wanted),
			text("%u", row.send),
			"of a burst of connections, those beyond the backlog wait for a second "
			"or more: listen(fd, SOMAXCONN)");
	note("its backlog is %u, the kernel allows %u", row.send, target_most_backlog());
}

/* How often each process has gone to sleep. */
static void look(const struct tree *tree, int64_t *switches)
{
	static struct tree one = {.n = 1};

	for (int i = 0; i < tree->n; i++) {
		one.pids[0] = tree->pids[i];
		switches[i] = proc_switches(&one);
	}
}

/* How many of the processes wake up within a moment in which one connection may come. */
static int awake(const struct tree *tree, bool connect)
{
	static int64_t before[PROC_TREE], after[PROC_TREE];
	int n = 0;

	look(tree, before);
	if (connect)
		stream_open();
	stream_hold(deadline_window(50));
	look(tree, after);
	for (int i = 0; i < tree->n; i++)
		n += after[i] != before[i];
	return n;
}

#define LOOKS 10 /* for a moment in which nobody wakes up unasked */

/* Only processes that hold the listener: a connection is no business of any other. */
CASE(accept, thundering_herd, MAY,
	"epoll_ctl(2), EPOLLEXCLUSIVE; socket(7), SO_REUSEPORT",
	"For one connection, one of several waiting processes wakes up.",
	.wire = "wait for 50 ms in which no process that holds the listener wakes up; "
		"one connect; count those whose voluntary context switches grow within "
		"50 ms",
	.incidents = "benoitc/gunicorn#792, gevent/gevent#1536, unbit/uwsgi#1224",
	.sight = PID)
{
	static struct tree holders;
	int restless = 1, woken;

	find_listener(&holders);
	for (int i = 0; i < LOOKS && restless; i++) {
		restless = awake(&holders, false);
		find_listener(&holders); /* some fork only now */
	}
	if (holders.n > 1 && restless)
		unsure("%d of %d processes wake up without being asked", restless,
			holders.n);
	woken = awake(&holders, true);

	if (holders.n > 1 && woken > 1)
		fail(CAUSE_NONE, "one process that wakes up",
			text("%d of %d", woken, holders.n), "the others wake up in vain");
	note("%d of %d processes woke up", woken, holders.n);
}
