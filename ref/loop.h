/* loop - wait for readiness, serve each ready descriptor once, close the dead, again
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LOOP_H
#define LOOP_H

#include "mux.h"

/* The structure in which an io or a timer is embedded as member. */
#define LOOP_OWNER(pointer, type, member)                                                \
	((type *)((char *)(pointer)-offsetof(type, member)))

struct loop;
struct loop_io;
struct loop_timer;

struct loop_io_ops {
	/* Readiness is a hint: EAGAIN may follow. Whoever leaves something undone calls
	 * loop_again, or goes on until EAGAIN when loop_edge() says so. */
	void (*ready)(struct loop_io *io, unsigned ready);
	/* The descriptor is closed, nothing will call again: free what belongs to it. May
	 * be NULL. */
	void (*closed)(struct loop_io *io);
};

/* A descriptor in the loop, embedded in what belongs to it, who sets ops; the rest is the
 * loop's own, of which fd and interest may be read. */
struct loop_io {
	const struct loop_io_ops *ops;
	struct loop_io *prev, *next;
	int fd;
	unsigned char interest, ready;
	bool dead;
};

/* Fires once after each start. */
struct loop_timer {
	void (*fire)(struct loop_timer *timer);
	struct loop_timer *next;
	long long due;
};

/* NULL with errno. With trace, every batch of events goes to standard output. */
struct loop *loop_create(const struct mux_ops *ops, bool trace);
/* Closes what is still in the loop. NULL is fine. */
void loop_destroy(struct loop *loop);

/* Until loop_stop: 0; or -1 with errno when waiting failed. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Takes over fd, which has to be non-blocking; -1 with errno and fd still the
 * caller's. */
int loop_add(struct loop *loop, struct loop_io *io, int fd, unsigned interest);
/* Asks the multiplexer only when the interest is new. 0, or -1 with errno. */
int loop_interest(struct loop *loop, struct loop_io *io, unsigned interest);
/* Serves io in the next round too, ready or not, after a look at all the others. */
void loop_again(struct loop *loop, struct loop_io *io, unsigned ready);
void loop_again_all(struct loop *loop);
/* io is not served any more; it is closed after the batch, so that no event of this batch
 * can meet another descriptor of the same number. */
void loop_close(struct loop *loop, struct loop_io *io);

/* Whether readiness is told only once. */
bool loop_edge(const struct loop *loop);

/* Milliseconds on a clock that is not set, as of this round. */
long long loop_now(const struct loop *loop);
/* Starting a timer that runs sets it anew. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, int milliseconds);

#endif
