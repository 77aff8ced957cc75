/* local - a port of this machine, and a connection to it
 *
 * SPDX-License-Identifier: MIT
 */
#include "local.h"

#include "ref/sock.h"

#include <criterion/criterion.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>

enum { PATIENCE = 5000 };

struct addrinfo *local_address(int port)
{
	char text[32];
	const char *why;
	struct addrinfo *to;

	snprintf(text, sizeof(text), "127.0.0.1:%d", port);
	to = sock_resolve(text, &why);
	cr_assert(to, "%s", why);
	return to;
}

int local_connect(int port)
{
	struct addrinfo *to = local_address(port);
	int fd = sock_connect(to);

	freeaddrinfo(to);
	cr_assert_neq(fd, -1);
	cr_assert_eq(poll(&(struct pollfd){fd, POLLOUT, 0}, 1, PATIENCE), 1);
	return fd;
}
