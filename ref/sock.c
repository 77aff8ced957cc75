/* sock - sockets made the one way an event loop needs them: non-blocking, close-on-exec
 *
 * a. A listener has to be non-blocking although it is only accepted from when it is
 *    ready: the connection that made it ready may be gone by then (accept(2)).
 * b. Linux hands TCP_NODELAY of the listener down to the connections, O_NONBLOCK not.
 * c. read and not recv: memcheck takes the whole buffer as written after recv, and so
 *    would miss that the tail of a short one is used.
 * d. SO_ERROR is 0 while a connection is under way as well as once it is made; only one
 *    that is made has a peer. Writability would tell too, but a blind multiplexer does not
 *    know it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sock.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct name {
	char host[256];
	char port[6];
};

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 6 && !text[digits] && atoi(text) <= 65535;
}

/* Takes "HOST:PORT" or "[HOST]:PORT" apart; NULL, or what is wrong with it. */
static const char *split(const char *address, struct name *name)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : 0;
	bool bracketed = length > 1 && address[0] == '[' && colon[-1] == ']';

	if (!colon)
		return "no port is named";
	if (!is_port(colon + 1))
		return "the port is a number from 0 to 65535";
	if (!bracketed && (address[0] == '[' || memchr(address, ':', length)))
		return "an IPv6 address stands in brackets, as in [::1]:7007";
	if (length >= sizeof(name->host))
		return "the host name is too long";
	snprintf(name->host, sizeof(name->host), "%.*s", (int)length - 2 * bracketed,
		address + bracketed);
	snprintf(name->port, sizeof(name->port), "%s", colon + 1);
	return NULL;
}

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int start(int fd, const struct addrinfo *at, int backlog)
{
	if (set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1)
		return -1;
	if (set(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1)
		return -1;
	if (at->ai_family == AF_INET6 && set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == -1)
		return -1;
	if (bind(fd, at->ai_addr, at->ai_addrlen) == -1)
		return -1;
	return listen(fd, backlog);
}

static int open_for(const struct addrinfo *at)
{
	return socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* NULL with *why and errno; EAI_NONAME and the like have none of their own. */
static struct addrinfo *find(const struct name *name, const char **why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *all;
	int error = getaddrinfo(name->host, name->port, &hints, &all);

	if (!error)
		return all;
	if (error != EAI_SYSTEM)
		errno = ENXIO;
	*why = error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
	return NULL;
}

static int listen_at(const struct addrinfo *at, int backlog)
{
	int fd = open_for(at);

	if (fd == -1 || start(fd, at, backlog) == 0)
		return fd;
	sock_discard(fd);
	return -1;
}

/* A name may stand for several addresses: the first that is ours. */
static int listen_on(const struct name *name, int backlog, const char **why)
{
	struct addrinfo *all = find(name, why);
	int fd = -1, error;

	if (!all)
		return -1;
	for (const struct addrinfo *at = all; at && fd == -1; at = at->ai_next)
		fd = listen_at(at, backlog);
	error = errno;
	freeaddrinfo(all);
	errno = error;
	*why = fd == -1 ? strerror(error) : NULL;
	return fd;
}

int sock_listen(const char *address, int backlog, const char **why)
{
	struct name name;
	int fd;

	*why = split(address, &name);
	if (*why) {
		errno = EINVAL;
		return -1;
	}
	if (name.host[0])
		return listen_on(&name, backlog, why);

	strcpy(name.host, "::");
	fd = listen_on(&name, backlog, why);
	if (fd != -1 || errno != EAFNOSUPPORT)
		return fd;
	strcpy(name.host, "0.0.0.0");
	return listen_on(&name, backlog, why);
}

int sock_accept(int listener)
{
	return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

struct addrinfo *sock_resolve(const char *address, const char **why)
{
	struct name name;

	*why = split(address, &name);
	if (!*why && !name.host[0])
		*why = "no host is named";
	errno = EINVAL;
	return *why ? NULL : find(&name, why);
}

int sock_connect(const struct addrinfo *to)
{
	int fd = open_for(to);

	if (fd == -1)
		return -1;
	if (set(fd, IPPROTO_TCP, TCP_NODELAY, 1) == 0 &&
		(connect(fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS))
		return fd;
	sock_discard(fd);
	return -1;
}

int sock_connected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	int error;

	if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0)
		return 1;
	size = sizeof(error);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		return -1;
	errno = error;
	return error ? -1 : 0;
}

void sock_discard(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

int sock_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &size) == -1)
		return -1;
	if (address.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

ssize_t sock_read(int fd, void *data, size_t size)
{
	ssize_t n;

	do
		n = read(fd, data, size);
	while (n == -1 && errno == EINTR);
	return n;
}

ssize_t sock_send(int fd, const void *data, size_t size)
{
	ssize_t n;

	do
		n = send(fd, data, size, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n;
}
