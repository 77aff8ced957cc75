/* knock - connections that nobody means to use: a flood of them, and SYNs alone
 *
 * SPDX-License-Identifier: MIT
 */
#include "knock.h"

#include "deadline.h"
#include "judge.h"
#include "stream.h"
#include "target.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a flood of connections -------------------------------------------------------------- */

/* For the server to accept: enough to keep it busy, few enough for one that has to fork for each
 * and goes on to be judged. */
#define WAITING 256

struct knocks {
	pthread_t thread;
	atomic_bool stop;
	atomic_uint_fast64_t made;
};

/* Whether it was established. On loopback that is so at once, unless the listener's queue is
 * full: then the server has enough to do. */
static bool knock(void)
{
	socklen_t length;
	const struct sockaddr *address = target_address(&length);
	struct pollfd fd = {.events = POLLOUT};
	bool made;

	fd.fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd.fd == -1)
		return false;
	stream_choose_source(fd.fd);
	made = connect(fd.fd, address, length) == 0 ||
		(errno == EINPROGRESS && poll(&fd, 1, 1) == 1 && fd.revents == POLLOUT);
	close(fd.fd);
	return made;
}

static void *run(void *data)
{
	struct knocks *knocks = data;
	struct diag_row row;

	while (!knocks->stop)
		if (target_listener(&row) == 0 && row.receive >= WAITING)
			poll(NULL, 0, 1);
		else
			knocks->made += knock();
	return NULL;
}

struct knocks *knock_start(void)
{
	struct knocks *knocks = calloc(1, sizeof(*knocks));

	if (!knocks)
		abort();
	if (pthread_create(&knocks->thread, NULL, run, knocks) != 0)
		error("cannot start a thread");
	return knocks;
}

uint64_t knock_count(const struct knocks *knocks)
{
	return knocks->made;
}

void knock_stop(struct knocks *knocks)
{
	knocks->stop = true;
	pthread_join(knocks->thread, NULL);
	free(knocks);
}

/* --- a SYN alone ------------------------------------------------------------------------- */

/* What a TCP checksum covers (RFC 9293, section 3.1). */
struct segment {
	struct {
		uint32_t source, destination;
		uint8_t zero, protocol;
		uint16_t length;
	} pseudo;
	struct tcphdr header;
};

static uint16_t checksum(const struct segment *segment)
{
	uint16_t words[sizeof(*segment) / 2];
	uint32_t sum = 0;

	memcpy(words, segment, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~(sum + (sum >> 16));
}

static int send_syn(int fd, uint16_t port, const struct sockaddr_in *to)
{
	struct segment segment = {
		.pseudo = {.source = htonl(INADDR_LOOPBACK),
			.destination = to->sin_addr.s_addr,
			.protocol = IPPROTO_TCP,
			.length = htons(sizeof(struct tcphdr))},
		.header = {.source = port,
			.dest = to->sin_port,
			.doff = sizeof(struct tcphdr) / 4,
			.syn = 1,
			.window = htons(1024)},
	};
	struct sockaddr_in host = {.sin_family = AF_INET, .sin_addr = to->sin_addr};

	segment.header.check = checksum(&segment);
	return sendto(fd, &segment.header, sizeof(segment.header), 0,
		       (struct sockaddr *)&host, sizeof(host)) == -1
		? -1
		: 0;
}

/* What comes from anybody to that port, of all the TCP that a raw socket hears. What it heard
 * before may have filled its buffer. */
static int listen_to(int fd, uint16_t port)
{
	uint8_t packet[1];
	struct sock_filter code[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* length of the IP header */
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, offsetof(struct tcphdr, dest)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohs(port), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == -1)
		return -1;
	while (recv(fd, packet, sizeof(packet), MSG_DONTWAIT) != -1)
		;
	return 0;
}

static int await_answer(int fd, uint16_t port)
{
	struct deadline deadline = deadline_in(deadline_patience());
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	uint8_t packet[128];
	struct tcphdr header;

	while (poll(&ready, 1, deadline_left(&deadline)) > 0) {
		ssize_t n = read(fd, packet, sizeof(packet));
		size_t ip = 4U * (packet[0] & 0xf);

		if (n < (ssize_t)(ip + sizeof(header)))
			continue;
		memcpy(&header, packet + ip, sizeof(header));
		if (header.dest == port && header.syn && header.ack)
			return 0;
	}
	errno = ETIMEDOUT;
	return -1;
}

/* A port that nobody else uses meanwhile: bound, and known to no other. */
static int reserve(uint16_t *port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd != -1 && bind(fd, (struct sockaddr *)&in, length) == 0 &&
		getsockname(fd, (struct sockaddr *)&in, &length) == 0)
		*port = in.sin_port;
	return fd;
}

int knock_syn(void)
{
	socklen_t length;
	const struct sockaddr *address = target_address(&length);
	uint16_t port = 0;
	int raw, reserved, result = -1;

	errno = EAFNOSUPPORT;
	if (!target_is_loopback())
		return -1;
	raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);
	if (raw == -1)
		return -1;
	reserved = reserve(&port);
	if (port && listen_to(raw, port) == 0 &&
		send_syn(raw, port, (const struct sockaddr_in *)address) == 0)
		result = await_answer(raw, port);
	close(reserved);
	close(raw);
	return result;
}
