/* diag - tests: the kernel's tables show a server's sockets
 *
 * SPDX-License-Identifier: MIT
 */
#include "../diag.h"

#include "../stream.h"
#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct end {
	int fd;
	struct sockaddr_storage address;
};

static const struct sockaddr *address(struct end *end)
{
	socklen_t length = sizeof(end->address);

	getsockname(end->fd, (struct sockaddr *)&end->address, &length);
	return (struct sockaddr *)&end->address;
}

/* A connection to the listener, and its accepted end. */
static void connect_to(
	struct end *listener, int family, struct end *client, int *accepted)
{
	const struct sockaddr *to = address(listener);
	socklen_t length = family == AF_INET6 ? sizeof(struct sockaddr_in6)
					      : sizeof(struct sockaddr_in);

	client->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(connect(client->fd, to, length), 0, "%s", strerror(errno));
	if (accepted)
		*accepted = accept(listener->fd, NULL, NULL);
}

static void find_both(int family)
{
	struct end listener = {.fd = server_listen(family, 0)}, client;
	struct diag_row row;
	int accepted;

	cr_assert_neq(listener.fd, -1);
	cr_assert_eq(diag_find(address(&listener), NULL, &row), 0);
	cr_expect_eq(row.state, TCP_LISTEN);
	connect_to(&listener, family, &client, &accepted);
	cr_assert_eq(write(client.fd, "unread", 6), 6);
	cr_assert_eq(diag_find(address(&listener), address(&client), &row), 0);
	cr_expect_eq(row.state, TCP_ESTABLISHED);
	cr_expect_eq(row.receive, 6);
	cr_expect_eq(row.send, 0);
	close(accepted);
	close(client.fd);
	close(listener.fd);
}

Test(diag, listener_and_connection_are_found_on_ipv4)
{
	find_both(AF_INET);
}

Test(diag, listener_and_connection_are_found_on_ipv6)
{
	find_both(AF_INET6);
}

Test(diag, connections_to_accept_are_counted)
{
	struct end listener = {.fd = server_listen(AF_INET, 0)}, clients[3];
	struct diag_row row;

	listen(listener.fd, 7);
	for (int i = 0; i < 3; i++)
		connect_to(&listener, AF_INET, &clients[i], NULL);
	cr_assert_eq(diag_find(address(&listener), NULL, &row), 0);
	cr_expect_eq(row.receive, 3);
	cr_expect_eq(row.send, 7);
}

static uint32_t inode(int fd)
{
	struct stat stat;

	cr_assert_eq(fstat(fd, &stat), 0);
	return (uint32_t)stat.st_ino;
}

Test(diag, a_socket_is_known_by_its_inode)
{
	struct end listener = {.fd = server_listen(AF_INET, 0)}, client;
	struct diag_row row;
	int accepted;

	cr_assert_eq(diag_find(address(&listener), NULL, &row), 0);
	cr_expect_eq(row.inode, inode(listener.fd));
	connect_to(&listener, AF_INET, &client, &accepted);
	cr_assert_eq(diag_find(address(&listener), address(&client), &row), 0);
	cr_expect_eq(row.inode, inode(accepted));
}

/* The kernel answers a request for a connection that is gone with the listener. */
Test(diag, a_listener_is_not_taken_for_a_connection)
{
	struct end listener = {.fd = server_listen(AF_INET, 0)};
	struct sockaddr_in nobody = {.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct diag_row row;

	errno = 0;
	cr_expect_eq(diag_find(address(&listener), (struct sockaddr *)&nobody, &row), -1);
	cr_expect_eq(errno, ENOENT);
}

Test(diag, nothing_is_found_where_nobody_listens)
{
	struct end listener = {.fd = server_listen(AF_INET, 0)};
	struct sockaddr_storage there;
	struct diag_row row = {.state = TCP_LISTEN};

	memcpy(&there, address(&listener), sizeof(there));
	close(listener.fd);
	cr_expect_eq(diag_find((struct sockaddr *)&there, NULL, &row), -1);
	cr_expect_eq(errno, ENOENT);
}

static int listen_on_both(uint16_t *port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	socklen_t length = sizeof(any);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), off = 0;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	cr_assert_eq(bind(fd, (struct sockaddr *)&any, length), 0);
	cr_assert_eq(listen(fd, 5), 0);
	getsockname(fd, (struct sockaddr *)&any, &length);
	*port = any.sin6_port;
	return fd;
}

Test(diag, a_dual_stack_server_is_found_by_its_ipv4_address)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr *local = (struct sockaddr *)&in;
	int listener = listen_on_both(&in.sin_port);
	struct end client = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	struct diag_row row;

	cr_assert_eq(diag_find(local, NULL, &row), 0);
	cr_expect_eq(row.state, TCP_LISTEN);
	cr_assert_eq(connect(client.fd, local, sizeof(in)), 0);
	cr_assert_eq(write(client.fd, "12345", 5), 5);
	cr_assert_eq(diag_find(local, address(&client), &row), 0);
	cr_expect_eq(row.state, TCP_ESTABLISHED);
	cr_expect_eq(row.receive, 5);
	cr_expect_eq(diag_count(local, TCP_ESTABLISHED), 1);
	close(listener);
}

static bool three_in_close_wait(void *listener)
{
	return diag_count(address(listener), TCP_CLOSE_WAIT) == 3;
}

static void count_half_closed(int family)
{
	struct end listener = {.fd = server_listen(family, 0)}, clients[5];
	int accepted[5];

	for (int i = 0; i < 5; i++)
		connect_to(&listener, family, &clients[i], &accepted[i]);
	cr_expect_eq(diag_count(address(&listener), TCP_CLOSE_WAIT), 0);
	for (int i = 0; i < 3; i++)
		shutdown(clients[i].fd, SHUT_WR);
	cr_expect(stream_until(three_in_close_wait, &listener));
	cr_expect_eq(diag_count(address(&listener), TCP_ESTABLISHED), 2);
	close(accepted[0]);
	cr_expect_eq(diag_count(address(&listener), TCP_CLOSE_WAIT), 2);
}

Test(diag, half_closed_connections_are_counted_on_ipv4)
{
	count_half_closed(AF_INET);
}

Test(diag, half_closed_connections_are_counted_on_ipv6)
{
	count_half_closed(AF_INET6);
}

static int listen_too(const struct sockaddr *address)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
	cr_assert_eq(
		bind(fd, address, sizeof(struct sockaddr_in)), 0, "%s", strerror(errno));
	cr_assert_eq(listen(fd, 8), 0);
	return fd;
}

Test(diag, several_queues_of_one_port_are_counted)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct end first = {.fd = listen_too((struct sockaddr *)&any)};
	const struct sockaddr *local = address(&first);
	int second;

	cr_expect_eq(diag_listeners(local), 1);
	second = listen_too(local);
	cr_expect_eq(diag_listeners(local), 2);
	close(first.fd);
	close(second);
	cr_expect_eq(diag_listeners(local), 0);
}
