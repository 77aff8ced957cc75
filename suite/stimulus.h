/* stimulus - what several cases do to a server: churn, broken pipes, exhaustion, SIGSTOP
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STIMULUS_H
#define STIMULUS_H

#include "stream.h"

/* --- churn: connections that come and go ------------------------------------------------ */

enum parting {
	PART_CLOSE,     /* message, echo, close */
	PART_FIN,       /* message, echo, SHUT_WR, close */
	PART_COALESCED, /* message and FIN in one segment, echo, close */
	PART_RESET,     /* message, echo, RST */
	PART_UNREAD,    /* message, close with the echo unread: RST by the kernel */
	PART_AT_ONCE,   /* close without a word */
	PART_COUNT,
};
const char *parting_name(enum parting parting);

/* n, or how many connections at once the listener's queue takes: those beyond it get in a backlog at
 * a time, after pauses that double. That is what accept/burst-over-backlog is about. */
size_t stimulus_fit(size_t n);
/* Whether the listener's queue is empty, as far as it can be seen: for stream_until(). */
bool stimulus_all_accepted(void *unused);

/* Whether the server closed it, as one that sheds load does at once. */
bool stimulus_was_shed(const struct stream *stream);

/* n connections that part that way, some at a time. */
void stimulus_churn(enum parting parting, unsigned n);

/* --- crowds: connections that are served at the same time -------------------------------- */

/* n of them at most: opened some at a time and probed; stops at the first that is not served. The
 * set holds those that are; *refused tells how the next one was not. Ends the case with a skip when
 * they are thousands and the server forks for each. */
size_t stimulus_crowd(struct stream **set, size_t n, const char **refused);

/* Ends connections by FIN, waits for the server's, which says that their descriptors are free
 * again, and gives them back. One that got no answer in the crowd has waited for its turn: it is
 * served by now, or closed. */
void stimulus_disperse(struct stream **set, size_t n);

/* How many are served, n at most, when they come one by one; they leave again. The set is for its
 * use. */
size_t stimulus_capacity(struct stream **set, size_t n);

/* The target's descriptors once n connections, 20 at most, have come and gone: what it opens once, as
 * each worker does, it has opened. -1 when they cannot be seen. */
long stimulus_warm_up(size_t n);

/* --- broken pipes -------------------------------------------------------------------------- */

/* A peer that stops reading, half-closes, and resets: with output pending in a socket in
 * CLOSE_WAIT the server's next send fails with EPIPE (tcp_reset() in the kernel), never with
 * ECONNRESET. */
void stimulus_broken_pipe(void);

/* --- exhaustion ---------------------------------------------------------------------------- */

#define EXHAUST_SERVED 5
#define EXHAUST_QUEUED 3

struct exhaustion {
	struct stream *served[EXHAUST_SERVED]; /* established before */
	struct stream *queued[EXHAUST_QUEUED]; /* connected after, with a message sent */
	size_t fit;                            /* how many of these there are */
};

/* Leaves the target no descriptor to open, with connections to accept. Ends the case when that
 * cannot be done. */
void stimulus_exhaust(struct exhaustion *exhaustion);
/* The limit as it was. */
void stimulus_relieve(void);
/* Whether a new connection is served, for stream_until(): who sheds may go on doing so until the
 * descriptors of closed connections are really free. */
bool stimulus_serves_again(void *unused);
/* The queued connections are served; or were closed at once, which is a policy (shedding), and
 * then new ones are served. */
void expect_relief(struct exhaustion *exhaustion, const char *when);

/* --- SIGSTOP ------------------------------------------------------------------------------- */

/* Stops the target's processes and waits until they are; lets them go on. */
void stimulus_freeze(void);
void stimulus_thaw(void);
/* Of one that is stopped: so many connections are in the listener's queue, or so many bytes in its
 * socket, as far as that can be seen. */
void expect_queued(size_t n);
void expect_unread(const struct stream *stream, int64_t bytes);
/* Skips the case when its listener has TCP_DEFER_ACCEPT: why nothing came to be queued. */
void expect_queues_without_data(void);
/* Gives the target a moment to go to sleep. */
void stimulus_let_sleep(void);
/* Stops it then, and lets it go on: what it waits in fails with EINTR. */
void stimulus_interrupt(void);
/* Skips the case when the target does not survive that: it is gone by then, and another case says
 * so. */
void stimulus_expect_survivor(void);
/* Whether the target can be stopped (sight PID), and shows then all that it has not accepted; the
 * same if it can. */
bool stimulus_freezes_safely(void);
/* What is in the way where it is false. */
const char *stimulus_freeze_obstacle(void);

#endif
