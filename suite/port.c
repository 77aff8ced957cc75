/* port - a free port for each server that the suite spawns
 *
 * The number lies outside the ephemeral range, so that no outgoing connection can take it, unless
 * that range leaves no room (net.ipv4.ip_local_port_range = 1024 65535): then one may, before the
 * server binds it, and the server says so. A socket bound to an abstract name holds it against other
 * runs: the kernel frees the name with the process. A plain bind proves that nothing, not even
 * TIME_WAIT, is left on it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "port.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LOWEST  10000
#define HIGHEST 65535

/* The ports that are not ephemeral: below the range, or above it when it leaves no room there; all
 * of them when it leaves none at all. */
static void usable_range(int *first, int *last)
{
	int low = 32768, high = 60999;
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	if (file) {
		if (fscanf(file, "%d %d", &low, &high) != 2)
			low = 32768;
		fclose(file);
	}
	*first = LOWEST;
	*last = low - 1;
	if (*last < *first + 1000) {
		*first = high < HIGHEST - 1000 ? high + 1 : LOWEST;
		*last = HIGHEST;
	}
}

/* -1 with errno: EADDRINUSE when another run has it. */
static int lock_number(int number)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n = snprintf(
		name.sun_path + 1, sizeof(name.sun_path) - 1, "echospec/port/%d", number);
	socklen_t length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);

	if (fd != -1 && bind(fd, (struct sockaddr *)&name, length) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Whether it is, or -1 with errno when there is no socket to try it with. */
static int is_free(int number)
{
	struct sockaddr_in6 any6 = {
		.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)number)};
	struct sockaddr_in any = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
	int fd6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = fd6 == -1 ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : fd6;
	int result;

	if (fd == -1)
		return -1;
	result = fd6 != -1 ? bind(fd6, (struct sockaddr *)&any6, sizeof(any6))
			   : bind(fd, (struct sockaddr *)&any, sizeof(any));
	close(fd);
	return result == 0;
}

/* 1, or 0 when somebody has it, or -1 with errno. */
static int reserve_number(struct port *port, int number)
{
	int lock = lock_number(number), free;

	if (lock == -1)
		return errno == EADDRINUSE ? 0 : -1;
	free = is_free(number);
	if (free == 1)
		*port = (struct port){.number = (uint16_t)number, .lock = lock};
	else
		close(lock);
	return free;
}

int port_reserve(struct port *port)
{
	struct timespec now;
	int first, last, start;

	usable_range(&first, &last);
	clock_gettime(CLOCK_MONOTONIC, &now);
	start = (int)((unsigned)(now.tv_nsec / 1000 + getpid() * 31L) %
		(unsigned)(last - first + 1));
	for (int i = 0; i <= last - first; i++) {
		int got = reserve_number(port, first + (start + i) % (last - first + 1));

		if (got)
			return got == 1 ? 0 : -1;
	}
	errno = EADDRINUSE;
	return -1;
}

void port_release(struct port *port)
{
	if (port->lock != -1)
		close(port->lock);
	*port = (struct port){.lock = -1};
}
