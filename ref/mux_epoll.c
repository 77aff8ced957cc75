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

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };

struct epoll {
	struct mux mux;
	int fd;
	uint32_t (*ask)(unsigned interest);
	unsigned (*tell)(uint32_t events);
};

extern const struct mux_ops mux_epoll, mux_epollet;

struct mux *mux_epoll_create(const struct mux_ops *ops,
	uint32_t (*ask)(unsigned interest), unsigned (*tell)(uint32_t events))
{
	struct epoll *epoll = malloc(sizeof(*epoll));

	if (!epoll)
		return NULL;
	*epoll = (struct epoll){{ops}, epoll_create1(EPOLL_CLOEXEC), ask, tell};
	if (epoll->fd != -1)
		return &epoll->mux;
	free(epoll);
	return NULL;
}

void mux_epoll_destroy(struct mux *mux)
{
	if (mux)
		close(((struct epoll *)mux)->fd);
	free(mux);
}

static int control(struct mux *mux, int operation, int fd, unsigned interest)
{
	struct epoll *epoll = (struct epoll *)mux;
	struct epoll_event event = {.events = epoll->ask(interest), .data.fd = fd};

	return epoll_ctl(epoll->fd, operation, fd, &event);
}

int mux_epoll_add(struct mux *mux, int fd, unsigned interest)
{
	return control(mux, EPOLL_CTL_ADD, fd, interest);
}

int mux_epoll_mod(struct mux *mux, int fd, unsigned interest)
{
	return control(mux, EPOLL_CTL_MOD, fd, interest);
}

int mux_epoll_del(struct mux *mux, int fd)
{
	return control(mux, EPOLL_CTL_DEL, fd, 0);
}

int mux_epoll_wait(struct mux *mux, struct mux_event *events, int max, int timeout)
{
	struct epoll *epoll = (struct epoll *)mux;
	struct epoll_event got[BATCH];
	int n = epoll_wait(epoll->fd, got, max < BATCH ? max : BATCH, timeout);

	for (int i = 0; i < n; i++)
		events[i] =
			(struct mux_event){got[i].data.fd, epoll->tell(got[i].events)};
	return n;
}

static uint32_t ask_level(unsigned interest)
{
	return (interest & MUX_READ ? EPOLLIN : 0) |
		(interest & MUX_WRITE ? EPOLLOUT : 0);
}

static uint32_t ask_edge(unsigned interest)
{
	return ask_level(interest) | EPOLLET;
}

static unsigned ready(uint32_t events)
{
	if (events & (EPOLLERR | EPOLLHUP))
		return MUX_READ | MUX_WRITE;
	return (events & EPOLLIN ? MUX_READ : 0) | (events & EPOLLOUT ? MUX_WRITE : 0);
}

static struct mux *create_level(void)
{
	return mux_epoll_create(&mux_epoll, ask_level, ready);
}

static struct mux *create_edge(void)
{
	return mux_epoll_create(&mux_epollet, ask_edge, ready);
}

const struct mux_ops mux_epoll = {
	.name = "epoll",
	.create = create_level,
	.destroy = mux_epoll_destroy,
	.add = mux_epoll_add,
	.mod = mux_epoll_mod,
	.del = mux_epoll_del,
	.wait = mux_epoll_wait,
};

const struct mux_ops mux_epollet = {
	.name = "epollet",
	.edge = true,
	.create = create_edge,
	.destroy = mux_epoll_destroy,
	.add = mux_epoll_add,
	.mod = mux_epoll_mod,
	.del = mux_epoll_del,
	.wait = mux_epoll_wait,
};
