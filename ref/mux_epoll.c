/* mux_epoll - epoll(7), level-triggered and edge-triggered
 *
 * a. The kernel reports EPOLLERR and EPOLLHUP unasked.
 * b. It moves what it reported to the end of its list, so none starves behind the others.
 * c. It watches open file descriptions, not descriptors: without del, a descriptor closed
 *    here and still open in another process would go on being reported.
 * d. EPOLL_CTL_MOD looks at the descriptor anew, in edge mode too.
 * e. EPOLLPRI is not asked for: nobody could make urgent data go away by reading.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mux.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };

struct epoll {
	struct mux mux;
	int fd;
};

extern const struct mux_ops mux_epoll, mux_epollet;

static struct mux *create(const struct mux_ops *ops)
{
	struct epoll *epoll = malloc(sizeof(*epoll));

	if (!epoll)
		return NULL;
	epoll->mux.ops = ops;
	epoll->fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll->fd != -1)
		return &epoll->mux;
	free(epoll);
	return NULL;
}

static struct mux *create_level(void)
{
	return create(&mux_epoll);
}

static struct mux *create_edge(void)
{
	return create(&mux_epollet);
}

static void destroy(struct mux *mux)
{
	if (mux)
		close(((struct epoll *)mux)->fd);
	free(mux);
}

static int control(struct mux *mux, int operation, int fd, unsigned interest)
{
	struct epoll_event event = {
		.events = (mux->ops->edge ? (uint32_t)EPOLLET : 0) |
			(interest & MUX_READ ? EPOLLIN : 0) |
			(interest & MUX_WRITE ? EPOLLOUT : 0),
		.data.fd = fd,
	};

	return epoll_ctl(((struct epoll *)mux)->fd, operation, fd, &event);
}

static int add(struct mux *mux, int fd, unsigned interest)
{
	return control(mux, EPOLL_CTL_ADD, fd, interest);
}

static int mod(struct mux *mux, int fd, unsigned interest)
{
	return control(mux, EPOLL_CTL_MOD, fd, interest);
}

static int del(struct mux *mux, int fd)
{
	return control(mux, EPOLL_CTL_DEL, fd, 0);
}

static unsigned ready(uint32_t events)
{
	if (events & (EPOLLERR | EPOLLHUP))
		return MUX_READ | MUX_WRITE;
	return (events & EPOLLIN ? MUX_READ : 0) | (events & EPOLLOUT ? MUX_WRITE : 0);
}

static int wait(struct mux *mux, struct mux_event *events, int max, int timeout)
{
	struct epoll_event got[BATCH];
	int n = epoll_wait(
		((struct epoll *)mux)->fd, got, max < BATCH ? max : BATCH, timeout);

	for (int i = 0; i < n; i++)
		events[i] = (struct mux_event){got[i].data.fd, ready(got[i].events)};
	return n;
}

const struct mux_ops mux_epoll = {
	.name = "epoll",
	.create = create_level,
	.destroy = destroy,
	.add = add,
	.mod = mod,
	.del = del,
	.wait = wait,
};

const struct mux_ops mux_epollet = {
	.name = "epollet",
	.edge = true,
	.create = create_edge,
	.destroy = destroy,
	.add = add,
	.mod = mod,
	.del = del,
	.wait = wait,
};
