/* sock_test - connecting: made, refused, or not worth a try
 *
 * SPDX-License-Identifier: MIT
 */
#include "local.h"
#include "ref/sock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

Test(sock, connects)
{
	const char *why;
	int listener = sock_listen("127.0.0.1:0", 1, &why);
	int fd = local_connect(sock_port(listener));

	cr_assert_eq(sock_connected(fd), 1);
	close(fd);
	close(listener);
}

Test(sock, tells_why_a_connection_is_not_made)
{
	const char *why;
	int listener = sock_listen("127.0.0.1:0", 1, &why);
	int port = sock_port(listener), fd;

	close(listener);
	fd = local_connect(port);
	cr_assert(sock_connected(fd) == -1 && errno == ECONNREFUSED);
	close(fd);
}

/* Where the backlog is full, nothing answers the SYN. */
Test(sock, tells_that_a_connection_is_under_way)
{
	const char *why;
	int listener = sock_listen("127.0.0.1:0", 0, &why);
	int first = local_connect(sock_port(listener));
	struct addrinfo *to = local_address(sock_port(listener));
	int fd = sock_connect(to);

	cr_assert_eq(sock_connected(fd), 0);
	freeaddrinfo(to);
	close(fd);
	close(first);
	close(listener);
}

Test(sock, names_a_wrong_address)
{
	static const struct {
		const char *address, *why;
	} wrong[] = {
		{"7007", "no port"},
		{":7007", "no host"},
		{"localhost:http", "0 to 65535"},
		{"::1:7007", "brackets"},
		{"[127.0.0.1:7007", "brackets"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const char *why = NULL;

		cr_assert_null(sock_resolve(wrong[i].address, &why));
		cr_assert_eq(errno, EINVAL);
		cr_assert(strstr(why, wrong[i].why), "%s: %s", wrong[i].address, why);
	}
}
