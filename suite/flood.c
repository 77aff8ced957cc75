/* flood - writers so hot that the server's queues never run dry
 *
 * SPDX-License-Identifier: MIT
 */
#include "flood.h"

#include "deadline.h"
#include "judge.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define PIECE (1 << 20)
#define START (16 << 20) /* more than any socket takes: the server meets EAGAIN */
#define BURST (32 << 20) /* of all connections */
#define AHEAD (UINT64_C(256) << 20) /* most that the server may hold back, of all */

struct flood {
	pthread_t thread;
	atomic_bool stop, cut;
	size_t n;
	struct hot *hot;
	struct pollfd *fds;
	int file;
};

/* A connection of it. */
struct hot {
	const struct stream *stream; /* which knows of the burst only */
	bool over;
	atomic_uint_fast64_t sent, echoed;
};

/* sendfile(2) sends pages where others copy, so that the server has more work with each byte than
 * we have, and its queue does not run dry. */
static bool send_some(struct flood *flood, struct hot *hot)
{
	off_t from = 0;
	ssize_t n = sendfile(hot->stream->fd, flood->file, &from, PIECE);

	if (n > 0)
		hot->sent += (uint64_t)n;
	return n > 0 || errno == EAGAIN;
}

/* tcp(7): MSG_TRUNC discards without a copy. */
static bool discard(struct hot *hot)
{
	ssize_t n = recv(hot->stream->fd, NULL, PIECE, MSG_TRUNC);

	if (n > 0)
		hot->echoed += (uint64_t)n;
	return n > 0 || (n == -1 && errno == EAGAIN);
}

static bool may_send(const struct flood *flood, const struct hot *hot)
{
	return hot->sent - hot->echoed < AHEAD / flood->n;
}

/* Every connection once; how many of them have not ended. */
static size_t step(struct flood *flood, bool sending, int milliseconds)
{
	size_t open = 0;

	for (size_t i = 0; i < flood->n; i++) {
		const struct hot *hot = &flood->hot[i];
		bool more = sending && may_send(flood, hot);

		flood->fds[i] = (struct pollfd){
			.fd = hot->over ? -1 : hot->stream->fd,
			.events = more ? POLLIN | POLLOUT : POLLIN,
		};
	}
	poll(flood->fds, flood->n, milliseconds);
	for (size_t i = 0; i < flood->n; i++) {
		struct hot *hot = &flood->hot[i];
		short ready = flood->fds[i].revents;

		if (ready & POLLOUT)
			hot->over = !send_some(flood, hot);
		if (ready & ~POLLOUT && !hot->over)
			hot->over = !discard(hot);
		open += !hot->over;
	}
	return open;
}

static void *run(void *data)
{
	struct flood *flood = data;
	sigset_t pipes;

	/* sendfile(2) knows no MSG_NOSIGNAL. */
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipes, NULL);
	while (!flood->stop && !flood->cut)
		flood->cut = step(flood, true, 10) < flood->n;
	return NULL;
}

static struct flood *create(struct stream *const *set, size_t n)
{
	struct flood *flood = calloc(1, sizeof(*flood));

	if (!flood || !(flood->hot = calloc(n, sizeof(*flood->hot))) ||
		!(flood->fds = calloc(n, sizeof(*flood->fds))))
		abort();
	flood->n = n;
	for (size_t i = 0; i < n; i++) {
		flood->hot[i].stream = set[i];
		flood->hot[i].sent = set[i]->sent;
	}
	flood->file = memfd_create("flood", MFD_CLOEXEC);
	if (flood->file == -1 || ftruncate(flood->file, PIECE) == -1)
		error("cannot make a file in memory: %s", strerror(errno));
	return flood;
}

struct flood *flood_start(struct stream *const *set, size_t n)
{
	struct flood *flood;

	stream_burst(set, n, n > BURST / START ? BURST / n : START);
	flood = create(set, n);
	if (pthread_create(&flood->thread, NULL, run, flood) != 0)
		error("cannot start a thread");
	return flood;
}

uint64_t flood_sent(const struct flood *flood, size_t i)
{
	return flood->hot[i].sent;
}

uint64_t flood_echoed(const struct flood *flood, size_t i)
{
	return flood->hot[i].echoed;
}

bool flood_is_echoed(void *data)
{
	const struct flood *flood = data;

	for (size_t i = 0; i < flood->n && !flood->cut; i++)
		if (flood->hot[i].echoed <= flood->hot[i].stream->sent)
			return false;
	return true;
}

bool flood_is_hot(void *data)
{
	const struct flood *flood = data;
	size_t waiting = 0;

	for (size_t i = 0; i < flood->n; i++)
		waiting += stream_unacknowledged(flood->hot[i].stream) > 0 ||
			stream_server_unread(flood->hot[i].stream) > 0;
	return 2 * waiting >= flood->n;
}

static uint64_t total(const struct flood *flood)
{
	uint64_t total = 0;

	for (size_t i = 0; i < flood->n; i++)
		total += flood->hot[i].echoed;
	return total;
}

static uint64_t unechoed(const struct flood *flood)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < flood->n; i++) {
		const struct hot *hot = &flood->hot[i];
		uint64_t back = hot->stream->received + hot->echoed;

		sum += back < hot->sent ? hot->sent - back : 0;
	}
	return sum;
}

/* The rest of the echo, as long as some comes: a connection may have been cut already, and we
 * learn it behind what came before. */
static void drain(struct flood *flood)
{
	struct deadline deadline = deadline_in(deadline_patience());
	uint64_t before = total(flood);

	while (!flood->cut && unechoed(flood) > 0 && !deadline_over(&deadline)) {
		flood->cut = step(flood, false, deadline_left(&deadline)) < flood->n;
		if (total(flood) > before)
			deadline_progress(&deadline);
		before = total(flood);
	}
}

static void finish(struct flood *flood)
{
	struct deadline deadline = deadline_in(deadline_patience());

	for (size_t i = 0; i < flood->n; i++)
		shutdown(flood->hot[i].stream->fd, SHUT_WR);
	while (step(flood, false, deadline_left(&deadline)) > 0 &&
		!deadline_over(&deadline))
		;
}

static void judge(bool cut, bool reference, uint64_t missing)
{
	if (reference && (cut || missing))
		error("the reference does not echo a flood");
	if (cut)
		fail(CAUSE_RESET, "a client that sends without pause stays connected",
			"it was cut", "the server gives up on a client that sends much");
	if (missing)
		fail(CAUSE_HANG,
			"every byte back once a client that sent without pause stops",
			text("%" PRIu64 " bytes of the echo never came", missing),
			"the server drops what it cannot send, or waits for an event that will "
			"not come");
}

void flood_stop(struct flood *flood)
{
	bool cut, reference = flood->hot[0].stream->pattern.plain;
	uint64_t missing;

	flood->stop = true;
	pthread_join(flood->thread, NULL);
	drain(flood);
	cut = flood->cut;
	missing = unechoed(flood);
	if (!cut)
		finish(flood);
	close(flood->file);
	free(flood->hot);
	free(flood->fds);
	free(flood);
	judge(cut, reference, missing);
}
