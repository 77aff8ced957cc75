/* loop - wait for readiness, serve each ready descriptor once, close the dead, again
 *
 * a. Events and loop_again go through one queue, so a descriptor that has both is served
 *    once a round, and one that always has more to do cannot keep others from their turn.
 * b. A closed descriptor's number is free for the next accept at once. So closing waits
 *    for the end of the batch, when no event is left that could mean the old one. Timers
 *    fire after that, and what they close is closed at once.
 * c. EINTR is no error: SIGCONT causes it in epoll_wait without any handler (signal(7)).
 *
 * SPDX-License-Identifier: MIT
 */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct loop {
	struct mux *mux;
	struct loop_io **table; /* by descriptor */
	struct mux_event *events;
	int size;             /* of both */
	struct loop_io ready; /* the heads of two rings; an io is in one or in none */
	struct loop_io dead;
	struct loop_timer *timers;
	long long now;
	bool trace, stop;
};

static void ring_up(struct loop_io *io)
{
	io->prev = io->next = io;
}

static void move(struct loop_io *io, struct loop_io *head)
{
	io->prev->next = io->next;
	io->next->prev = io->prev;
	io->prev = head->prev;
	io->next = head;
	head->prev->next = io;
	head->prev = io;
}

/* Takes the first of a ring out of it; NULL when there is none. */
static struct loop_io *shift(struct loop_io *head)
{
	struct loop_io *io = head->next;

	if (io == head)
		return NULL;
	head->next = io->next;
	io->next->prev = head;
	ring_up(io);
	return io;
}

static long long clock_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

struct loop *loop_create(const struct mux_ops *ops, bool trace)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	ring_up(&loop->ready);
	ring_up(&loop->dead);
	loop->trace = trace;
	loop->now = clock_now();
	loop->mux = ops->create();
	if (loop->mux)
		return loop;
	free(loop);
	return NULL;
}

static void bury(struct loop *loop)
{
	struct loop_io *io;

	while ((io = shift(&loop->dead))) {
		loop->mux->ops->del(loop->mux, io->fd);
		loop->table[io->fd] = NULL;
		close(io->fd);
		if (io->ops->closed)
			io->ops->closed(io);
	}
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	for (int fd = 0; fd < loop->size; fd++)
		if (loop->table[fd])
			loop_close(loop, loop->table[fd]);
	bury(loop);
	loop->mux->ops->destroy(loop->mux);
	free(loop->table);
	free(loop->events);
	free(loop);
}

static int grow(struct loop *loop, int size)
{
	struct loop_io **table = realloc(loop->table, (size_t)size * sizeof(*table));
	struct mux_event *events;

	if (!table)
		return -1;
	loop->table = table;
	events = realloc(loop->events, (size_t)size * sizeof(*events));
	if (!events)
		return -1;
	loop->events = events;
	while (loop->size < size)
		table[loop->size++] = NULL;
	return 0;
}

int loop_add(struct loop *loop, struct loop_io *io, int fd, unsigned interest)
{
	if (fd >= loop->size && grow(loop, 2 * fd + 64) == -1)
		return -1;
	if (loop->mux->ops->add(loop->mux, fd, interest) == -1)
		return -1;
	ring_up(io);
	io->fd = fd;
	io->interest = (unsigned char)interest;
	io->ready = 0;
	io->dead = false;
	loop->table[fd] = io;
	return 0;
}

int loop_interest(struct loop *loop, struct loop_io *io, unsigned interest)
{
	if (interest == io->interest)
		return 0;
	if (loop->mux->ops->mod(loop->mux, io->fd, interest) == -1)
		return -1;
	io->interest = (unsigned char)interest;
	return 0;
}

void loop_again(struct loop *loop, struct loop_io *io, unsigned ready)
{
	if (io->dead)
		return;
	io->ready |= (unsigned char)ready;
	move(io, &loop->ready);
}

void loop_again_all(struct loop *loop)
{
	for (int fd = 0; fd < loop->size; fd++)
		if (loop->table[fd])
			loop_again(loop, loop->table[fd], MUX_READ | MUX_WRITE);
}

void loop_close(struct loop *loop, struct loop_io *io)
{
	io->dead = true;
	move(io, &loop->dead);
}

bool loop_edge(const struct loop *loop)
{
	return loop->mux->ops->edge;
}

long long loop_now(const struct loop *loop)
{
	return loop->now;
}

static void unlink_timer(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer **link = &loop->timers;

	while (*link && *link != timer)
		link = &(*link)->next;
	if (*link)
		*link = timer->next;
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, int milliseconds)
{
	unlink_timer(loop, timer);
	timer->due = clock_now() + milliseconds;
	timer->next = loop->timers;
	loop->timers = timer;
}

static struct loop_timer *earliest(const struct loop *loop)
{
	struct loop_timer *first = loop->timers;

	for (struct loop_timer *timer = first; timer; timer = timer->next)
		if (timer->due < first->due)
			first = timer;
	return first;
}

static void fire(struct loop *loop)
{
	struct loop_timer *timer;

	while ((timer = earliest(loop)) && timer->due <= loop->now) {
		unlink_timer(loop, timer);
		timer->fire(timer);
	}
}

/* How long may be waited: not at all while someone wants another turn. */
static int patience(const struct loop *loop)
{
	const struct loop_timer *timer = earliest(loop);
	long long rest;

	if (loop->ready.next != &loop->ready)
		return 0;
	if (!timer)
		return -1;
	rest = timer->due - clock_now();
	return rest < 0 ? 0 : rest > INT_MAX ? INT_MAX : (int)rest;
}

static void trace(const struct mux_event *events, int n)
{
	static const char *const names[] = {"none", "read", "write", "read write"};

	printf("echod: events:");
	for (int i = 0; i < n; i++)
		printf(" (%d, %s)", events[i].fd, names[events[i].ready]);
	printf("\n");
}

static int wait(struct loop *loop)
{
	int n = loop->mux->ops->wait(loop->mux, loop->events, loop->size, patience(loop));

	if (n == -1)
		return errno == EINTR ? 0 : -1;
	if (loop->trace && n > 0)
		trace(loop->events, n);
	for (int i = 0; i < n; i++)
		loop_again(loop, loop->table[loop->events[i].fd], loop->events[i].ready);
	return 0;
}

/* Serves what is queued now; what queues up meanwhile is for the next round. */
static void serve(struct loop *loop)
{
	struct loop_io batch, *io;

	ring_up(&batch);
	while ((io = shift(&loop->ready)))
		move(io, &batch);
	while ((io = shift(&batch))) {
		unsigned ready = io->ready;

		io->ready = 0;
		io->ops->ready(io, ready);
	}
}

int loop_run(struct loop *loop)
{
	while (!loop->stop) {
		if (wait(loop) == -1)
			return -1;
		if (loop->timers)
			loop->now = clock_now();
		serve(loop);
		bury(loop);
		fire(loop);
		bury(loop); /* whom a timer has ended: it may be long until the next event */
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}
