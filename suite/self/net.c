/* net - tests: a network of its own, seen and used from outside it
 *
 * SPDX-License-Identifier: MIT
 */
#include "../net.h"

#include "../stream.h"
#include "../target.h"
#include "child.h"
#include "peer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where a kernel does not allow it, the suite's cases skip, and so do these. */
static void enter(void)
{
	char reason[512];

	child_backstop();
	if (net_make(reason, sizeof(reason)) == -1)
		cr_skip_test("%s", reason);
}

TestSuite(net, .init = enter);

Test(net, its_sockets_have_tiny_send_buffers)
{
	int fd = net_socket(AF_INET), size = 0;
	socklen_t length = sizeof(size);

	cr_assert_neq(fd, -1);
	cr_assert_eq(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length), 0);
	cr_expect_leq(size, 4608, "%d: the kernel rounds up a little", size);
}

Test(net, it_runs_out_of_sockets_and_says_so)
{
	int n = 0;

	while (net_socket(AF_INET6) != -1)
		n++;
	cr_expect_geq(n, 32);
	cr_expect_eq(errno, ENOBUFS);
}

Test(net, nothing_out_here_listens_in_there)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = net_socket(AF_INET);
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(in);

	cr_assert_eq(bind(listener, (struct sockaddr *)&in, sizeof(in)), 0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&in, &length), 0);
	cr_expect_eq(connect(fd, (struct sockaddr *)&in, sizeof(in)), -1);
	cr_expect_eq(errno, EINPROGRESS);
	cr_expect_eq(recv(fd, &in, 1, 0), -1);
	cr_expect_eq(errno, ECONNREFUSED);
}

Test(net, a_target_in_it_is_served_and_seen)
{
	struct stream *s;
	struct diag_row row;

	peer_serves(peer_command());
	s = stream_open();
	cr_expect_neq(stream_ping(s, 100), -1);
	cr_expect_eq(stream_server_state(s), TCP_ESTABLISHED);
	cr_expect_not(stream_server_keepalive(s));
	cr_assert_eq(target_listener(&row), 0);
	cr_expect_eq(row.state, TCP_LISTEN);
	target_stop();
	peer_is_gone();
}

Test(net, a_peer_vanishes_without_a_word)
{
	struct stream *gone, *other;

	peer_serves(peer_command());
	gone = stream_open();
	other = stream_open();
	cr_assert_neq(stream_ping(gone, 100), -1);
	cr_assert(stream_vanish(gone));
	cr_expect_eq(gone->end, STREAM_CLOSED);
	cr_expect_eq(diag_count(target_address(&(socklen_t){0}), TCP_CLOSE_WAIT), 0);
	cr_expect_neq(stream_ping(other, 100), -1);
	target_stop();
}
