/* mux_poll - poll(2)
 *
 * a. The kernel reports POLLERR and POLLHUP unasked; POLLNVAL is a descriptor closed
 *    without del, which the next read or write names as EBADF.
 * b. It walks over all that it is given, so the array is made for each wait, dense and
 *    from the descriptor on whose turn it is: one more walk, and nothing to keep in step.
 * c. More descriptors than RLIMIT_NOFILE are EINVAL. When somebody lowers it under those
 *    that are open, as many as it allows are asked for a moment, and then the next ones.
 * d. POLLPRI is not asked for: nobody could make urgent data go away by reading.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mux.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { MOMENT = 10 }; /* milliseconds */

struct poller {
	struct mux_table table;
	struct pollfd *polled; /* room for as many as the table has */
};

extern const struct mux_ops mux_poll;

static int room(struct mux_table *table, int size)
{
	struct poller *poller = (struct poller *)table;
	struct pollfd *polled = realloc(poller->polled, (size_t)size * sizeof(*polled));

	if (!polled)
		return -1;
	poller->polled = polled;
	return 0;
}

static struct mux *create(void)
{
	struct poller *poller = calloc(1, sizeof(*poller));

	if (!poller)
		return NULL;
	poller->table.mux.ops = &mux_poll;
	poller->table.room = room;
	return &poller->table.mux;
}

static void destroy(struct mux *mux)
{
	struct poller *poller = (struct poller *)mux;

	if (!poller)
		return;
	free(poller->table.interest);
	free(poller->polled);
	free(poller);
}

static nfds_t fill(struct poller *poller)
{
	struct mux_table *table = &poller->table;
	nfds_t n = 0;

	for (int left = table->top, fd = table->next; left > 0; left--, fd++) {
		unsigned interest;

		if (fd >= table->top)
			fd = 0;
		interest = table->interest[fd];
		if (interest & (MUX_READ | MUX_WRITE))
			poller->polled[n++] = (struct pollfd){fd,
				(interest & MUX_READ ? POLLIN : 0) |
					(interest & MUX_WRITE ? POLLOUT : 0),
				0};
	}
	return n;
}

static int ask(struct poller *poller, nfds_t n, int timeout)
{
	int found = poll(poller->polled, n, timeout);
	struct rlimit limit;

	if (found != -1 || errno != EINVAL || getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return found;
	if (limit.rlim_cur < n) { /* or else it was raised again meanwhile */
		n = limit.rlim_cur;
		poller->table.next = poller->polled[n].fd;
	}
	return poll(
		poller->polled, n, timeout < 0 || timeout > MOMENT ? MOMENT : timeout);
}

static unsigned ready(short revents)
{
	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		return MUX_READ | MUX_WRITE;
	return (revents & POLLIN ? MUX_READ : 0) | (revents & POLLOUT ? MUX_WRITE : 0);
}

static int wait(struct mux *mux, struct mux_event *events, int max, int timeout)
{
	struct poller *poller = (struct poller *)mux;
	int found = ask(poller, fill(poller), timeout);
	int n = 0;

	for (struct pollfd *polled = poller->polled; n < found && n < max; polled++) {
		if (!polled->revents)
			continue;
		events[n++] = (struct mux_event){polled->fd, ready(polled->revents)};
		poller->table.next = polled->fd + 1;
	}
	return found == -1 ? -1 : n;
}

const struct mux_ops mux_poll = {
	.name = "poll",
	.create = create,
	.destroy = destroy,
	.add = mux_table_add,
	.mod = mux_table_mod,
	.del = mux_table_del,
	.wait = wait,
};
