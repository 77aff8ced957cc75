/* diag - the kernel's view of the server's own sockets (sock_diag(7)), without its pid
 *
 * An exact request finds one socket by its two addresses, whatever else the host has open. When
 * no connection matches, the kernel answers with the listener: the state tells them apart. An
 * IPv4 request also finds the socket of a dual-stack server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>

#define KEEPALIVE_TIMER 2 /* idiag_timer, as in /proc/net/tcp */

static struct mnl_socket *netlink;

static uint16_t put_address(const struct sockaddr *address, uint32_t out[4])
{
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

		memcpy(out, &in6->sin6_addr, sizeof(in6->sin6_addr));
		return in6->sin6_port;
	}
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;

	out[0] = in->sin_addr.s_addr;
	return in->sin_port;
}

static struct nlmsghdr *request(char *buffer, int family, uint16_t flags, uint32_t states)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *diag;

	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	diag = mnl_nlmsg_put_extra_header(header, sizeof(*diag));
	diag->sdiag_family = (uint8_t)family;
	diag->sdiag_protocol = IPPROTO_TCP;
	diag->idiag_states = states;
	diag->id.idiag_cookie[0] = diag->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return header;
}

int diag_use(int fd)
{
	netlink = mnl_socket_fdopen(fd);
	return netlink ? 0 : -1;
}

static int ask_alone(struct nlmsghdr *header, mnl_cb_t look, void *data)
{
	static unsigned sequence;
	char buffer[32768];
	ssize_t n;
	int more;

	if (!netlink) {
		netlink = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
		if (!netlink)
			return -1;
	}
	header->nlmsg_seq = ++sequence;
	if (mnl_socket_sendto(netlink, header, header->nlmsg_len) == -1)
		return -1;
	do {
		n = mnl_socket_recvfrom(netlink, buffer, sizeof(buffer));
		if (n == -1)
			return -1;
		more = mnl_cb_run(buffer, (size_t)n, header->nlmsg_seq, 0, look, data);
	} while (more == MNL_CB_OK && header->nlmsg_flags & NLM_F_DUMP);
	return more == MNL_CB_ERROR ? -1 : 0;
}

/* Sends the request and hands every row of the answer to look. 0, or -1 with errno. Threads that
 * make a server busy ask too. */
static int ask(struct nlmsghdr *header, mnl_cb_t look, void *data)
{
	static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;
	int result;

	pthread_mutex_lock(&asking);
	result = ask_alone(header, look, data);
	pthread_mutex_unlock(&asking);
	return result;
}

static int store_row(const struct nlmsghdr *header, void *data)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(header);
	struct diag_row *row = data;

	row->state = found->idiag_state;
	row->receive = found->idiag_rqueue;
	row->send = found->idiag_wqueue;
	row->keepalive = found->idiag_timer == KEEPALIVE_TIMER;
	row->inode = found->idiag_inode;
	return MNL_CB_OK;
}

int diag_find(
	const struct sockaddr *local, const struct sockaddr *remote, struct diag_row *row)
{
	char buffer[256];
	struct nlmsghdr *header = request(buffer, local->sa_family, 0, UINT32_MAX);
	struct inet_diag_req_v2 *diag = mnl_nlmsg_get_payload(header);

	diag->id.idiag_sport = put_address(local, diag->id.idiag_src);
	if (remote)
		diag->id.idiag_dport = put_address(remote, diag->id.idiag_dst);
	if (ask(header, store_row, row) == -1)
		return -1;
	if ((row->state == TCP_LISTEN) == !remote)
		return 0;
	errno = ENOENT;
	return -1;
}

struct count {
	uint16_t port;
	uint32_t address[4];
	int n;
};

static int count_row(const struct nlmsghdr *header, void *data)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(header);
	struct count *count = data;

	count->n += found->id.idiag_sport == count->port;
	return MNL_CB_OK;
}

static int count_there(const struct nlmsghdr *header, void *data)
{
	static const uint32_t any[4];
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(header);
	const struct count *count = data;

	if (memcmp(found->id.idiag_src, any, sizeof(any)) != 0 &&
		memcmp(found->id.idiag_src, count->address, sizeof(any)) != 0)
		return MNL_CB_OK;
	return count_row(header, data);
}

static int count_in(
	int family, const struct sockaddr *local, int state, mnl_cb_t count_one)
{
	struct count count = {0};
	char buffer[256];
	struct nlmsghdr *header =
		request(buffer, family, NLM_F_DUMP, UINT32_C(1) << state);

	count.port = put_address(local, count.address);
	return ask(header, count_one, &count) == -1 ? -1 : count.n;
}

/* A dual-stack server's connections are listed under AF_INET6. */
int diag_count(const struct sockaddr *local, int state)
{
	int in = count_in(AF_INET, local, state, count_row);
	int in6 = in == -1 ? -1 : count_in(AF_INET6, local, state, count_row);

	return in6 == -1 ? -1 : in + in6;
}

int diag_listeners(const struct sockaddr *local)
{
	int in = count_in(AF_INET, local, TCP_LISTEN, count_there);
	int in6 = count_in(AF_INET6, local, TCP_LISTEN, count_there);

	return in > in6 ? in : in6;
}
