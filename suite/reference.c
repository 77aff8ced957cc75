/* reference - an echo server inside this process: what this host can do at this minute
 *
 * A connection is read only when all it sent before has been echoed, and once in a turn: bounded,
 * fair, and never a FIN before the last byte, in the fewest lines.
 *
 * SPDX-License-Identifier: MIT
 */
#include "reference.h"

#include "judge.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 64

struct conn {
	int fd;
	uint32_t events;
	size_t start, end; /* of what is still to be sent */
	struct conn *next, **link;
	char data[65536];
};

static struct {
	pthread_t thread;
	int listener, epoll;
	bool started;
	struct conn *conns;
	struct sockaddr_in address;
} reference;

/* --- the server's side ------------------------------------------------------------------ */

static void drop(struct conn *conn)
{
	*conn->link = conn->next;
	if (conn->next)
		conn->next->link = conn->link;
	close(conn->fd);
	free(conn);
}

static void admit(int fd)
{
	struct conn *conn = malloc(sizeof(*conn));
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
	int on = 1;

	if (!conn)
		abort();
	conn->fd = fd;
	conn->events = EPOLLIN;
	conn->start = conn->end = 0;
	conn->next = reference.conns;
	conn->link = &reference.conns;
	if (conn->next)
		conn->next->link = &conn->next;
	reference.conns = conn;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	epoll_ctl(reference.epoll, EPOLL_CTL_ADD, fd, &event);
}

static void watch(struct conn *conn, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = conn};

	if (conn->events != events)
		epoll_ctl(reference.epoll, EPOLL_CTL_MOD, conn->fd, &event);
	conn->events = events;
}

/* False when the connection is over. */
static bool echo(struct conn *conn)
{
	ssize_t n;

	if (conn->start == conn->end) {
		n = read(conn->fd, conn->data, sizeof(conn->data));
		if (n <= 0)
			return n == -1 && errno == EAGAIN;
		conn->start = 0;
		conn->end = (size_t)n;
	}
	n = send(conn->fd, conn->data + conn->start, conn->end - conn->start,
		MSG_NOSIGNAL);
	if (n == -1 && errno != EAGAIN)
		return false;
	conn->start += n > 0 ? (size_t)n : 0;
	watch(conn, conn->start == conn->end ? EPOLLIN : EPOLLOUT);
	return true;
}

/* False when the listener was shut down: the end of the reference. */
static bool accept_all(void)
{
	int fd;

	while ((fd = accept4(reference.listener, NULL, NULL,
			SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1)
		admit(fd);
	return errno != EINVAL;
}

static void *serve(void *unused)
{
	struct epoll_event events[BATCH];
	bool open = true;

	while (open) {
		int n = epoll_wait(reference.epoll, events, BATCH, -1);

		for (int i = 0; i < n; i++) {
			struct conn *conn = events[i].data.ptr;

			if (!conn)
				open = accept_all();
			else if (!echo(conn))
				drop(conn);
		}
	}
	while (reference.conns)
		drop(reference.conns);
	return unused;
}

/* --- the suite's side --------------------------------------------------------------------- */

static int listen_somewhere(void)
{
	socklen_t length = sizeof(reference.address);
	struct sockaddr *address = (struct sockaddr *)&reference.address;

	reference.address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	reference.listener =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (reference.listener == -1 || bind(reference.listener, address, length) == -1 ||
		listen(reference.listener, SOMAXCONN) == -1)
		return -1;
	return getsockname(reference.listener, address, &length);
}

static int start(void)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (listen_somewhere() == -1)
		return -1;
	reference.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (reference.epoll == -1 ||
		epoll_ctl(reference.epoll, EPOLL_CTL_ADD, reference.listener, &event) ==
			-1)
		return -1;
	errno = pthread_create(&reference.thread, NULL, serve, NULL);
	return errno ? -1 : 0;
}

const struct sockaddr *reference_address(socklen_t *length)
{
	if (!reference.started && start() == -1)
		error("cannot start the reference: %s", strerror(errno));
	reference.started = true;
	*length = sizeof(reference.address);
	return (const struct sockaddr *)&reference.address;
}

void reference_stop(void)
{
	if (!reference.started)
		return;
	shutdown(reference.listener, SHUT_RDWR);
	pthread_join(reference.thread, NULL);
	close(reference.listener);
	close(reference.epoll);
	reference.started = false;
}
