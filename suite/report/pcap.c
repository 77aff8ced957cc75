/* pcap - a wire log as packets, for Wireshark and tcpdump
 *
 * The log has calls and no packets: what the kernel made of them is not known to the client. Each
 * call becomes the segment that it asks for, and nothing is invented beside: no acknowledgements
 * of their own, no retransmissions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pcap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC        UINT32_C(0xa1b2c3d4)
#define LINKTYPE_RAW 101 /* a packet begins with its IP header */
#define SERVER_PORT  7
#define FIRST_PORT   40000
#define CONNECTIONS  4096
#define LARGEST      65495 /* bytes of payload that fit beside both headers */

struct headers {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct capture {
	FILE *file;
	double at; /* seconds */
	/* What each side has sent, by connection: 0 is its SYN. */
	uint32_t sent[CONNECTIONS], received[CONNECTIONS];
	bool linger[CONNECTIONS]; /* the next close is a reset */
};

enum direction {
	OUT, /* of the client */
	IN,
};

enum flags {
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
	URG = 32,
};

static uint16_t checksum(const void *header, size_t size)
{
	const uint16_t *words = header;
	uint32_t sum = 0;

	for (size_t i = 0; i < size / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static void put(struct capture *capture, unsigned connection, enum direction direction,
	int flags, uint32_t payload)
{
	uint32_t *mine = direction == OUT ? capture->sent : capture->received;
	uint32_t *theirs = direction == OUT ? capture->received : capture->sent;
	in_port_t port = htons((uint16_t)(FIRST_PORT + connection));
	uint32_t total = sizeof(struct headers) + payload;
	struct headers headers = {.ip = {.version = 4,
					  .ihl = 5,
					  .ttl = 64,
					  .protocol = IPPROTO_TCP,
					  .tot_len = htons((uint16_t)total),
					  .saddr = htonl(INADDR_LOOPBACK),
					  .daddr = htonl(INADDR_LOOPBACK)},
		.tcp = {.source = direction == OUT ? port : htons(SERVER_PORT),
			.dest = direction == OUT ? htons(SERVER_PORT) : port,
			.seq = htonl(mine[connection]),
			.ack_seq = flags & ACK ? htonl(theirs[connection]) : 0,
			.doff = 5,
			.window = htons(65535),
			.urg_ptr = flags & URG ? htons((uint16_t)payload) : 0}};
	uint32_t record[] = {(uint32_t)capture->at,
		(uint32_t)((capture->at - (uint32_t)capture->at) * 1e6), sizeof(headers),
		total};

	headers.tcp.th_flags = (uint8_t)flags;
	headers.ip.check = checksum(&headers.ip, sizeof(headers.ip));
	fwrite(record, sizeof(record), 1, capture->file);
	fwrite(&headers, sizeof(headers), 1, capture->file);
	mine[connection] += payload + (flags & (SYN | FIN) ? 1 : 0);
}

static void put_data(struct capture *capture, unsigned connection,
	enum direction direction, int flags, unsigned long n)
{
	for (; n > LARGEST; n -= LARGEST)
		put(capture, connection, direction, ACK, LARGEST);
	put(capture, connection, direction, ACK | flags, (uint32_t)n);
}

static bool is(const char *what, const char *word)
{
	return strncmp(what, word, strlen(word)) == 0;
}

/* A line of the log, behind its time and its connection. */
static void take(struct capture *capture, unsigned connection, const char *what)
{
	unsigned long n = 0;

	if (is(what, "connected")) {
		put(capture, connection, IN, SYN | ACK, 0);
		put(capture, connection, OUT, ACK, 0);
	} else if (is(what, "connect")) {
		put(capture, connection, OUT, SYN, 0);
	} else if (sscanf(what, "send %lu", &n) == 1) {
		put_data(capture, connection, OUT, strstr(what, "MSG_OOB") ? URG : 0, n);
	} else if (sscanf(what, "recv %lu", &n) == 1) {
		put_data(capture, connection, IN, 0, n);
	} else if (is(what, "shutdown SHUT_WR")) {
		put(capture, connection, OUT, FIN | ACK, 0);
	} else if (is(what, "end of file")) {
		put(capture, connection, IN, FIN | ACK, 0);
	} else if (is(what, "reset") || is(what, "refused")) {
		put(capture, connection, IN, RST | ACK, 0);
	} else if (is(what, "SO_LINGER")) {
		capture->linger[connection] = true;
	} else if (is(what, "close") && capture->linger[connection]) {
		put(capture, connection, OUT, RST | ACK, 0);
	}
}

static int write_all(struct capture *capture, const json_t *wire)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snapshot, link;
	} header = {MAGIC, 2, 4, 0, 0, sizeof(struct headers), LINKTYPE_RAW};
	const json_t *line;
	size_t index;

	fwrite(&header, sizeof(header), 1, capture->file);
	json_array_foreach(wire, index, line)
	{
		unsigned connection;
		int behind = 0;

		if (sscanf(json_string_value(line), " %lf #%u %n", &capture->at,
			    &connection, &behind) == 2 &&
			behind > 0 && connection < CONNECTIONS)
			take(capture, connection, json_string_value(line) + behind);
	}
	return ferror(capture->file) ? -1 : 0;
}

int pcap_write(const char *path, const json_t *wire)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	int result = -1;

	if (!capture)
		return -1;
	capture->file = fopen(path, "we");
	if (capture->file) {
		result = write_all(capture, wire);
		if (fclose(capture->file) == EOF)
			result = -1;
	}
	free(capture);
	return result;
}
