/* integrity - every byte once, in order, to whoever sent it
 *
 * RFC 862 has one sentence on TCP: data received is sent back until the calling user ends the
 * connection. Servers that read lines, handle C strings, share a buffer between connections, or
 * read once for each edge break it for payloads and segmentations that their authors never sent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"

CASE(integrity, all_bytes, MUST, "RFC 862",
	"All 256 byte values, and all 65,536 pairs of them, come back unchanged.")
{
	static uint8_t bytes[256 + 2 * 65536];
	struct stream *s = stream_open();

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	for (int pair = 0; pair < 65536; pair++) {
		bytes[256 + 2 * pair] = (uint8_t)(pair >> 8);
		bytes[256 + 2 * pair + 1] = (uint8_t)pair;
	}
	stream_use(s, bytes, sizeof(bytes));

	stream_send(s, sizeof(bytes));

	expect_echo(s);
}

CASE(integrity, no_unsolicited, MUST, "RFC 862",
	"The server says nothing but what it was sent: no banner, no prompt, nothing appended.")
{
	struct stream *s = stream_open();

	expect_silence(s, deadline_window(50));
	stream_send(s, 1);

	expect_echo(s);
	expect_silence(s, deadline_window(50));
}

CASE(integrity, one_byte_segments, MUST, "RFC 862; RFC 9293, section 3.7",
	"TCP is a stream of bytes: one byte at a time comes back like everything at once.")
{
	struct stream *s = stream_open();

	s->piece = 1;
	stream_send(s, 2048);

	expect_echo(s);
}

/* Less than a socket's buffer takes (2.3 to 4 MiB by default): no send can be short. */
CASE(integrity, burst_then_silence, MUST, "RFC 862; epoll(7)",
	"A burst comes back whole, without any further byte from the client.")
{
	struct stream *s = stream_open();

	stream_burst(&s, 1, 2 << 20);

	expect_echo(s);
}

/* Few bytes out at a time: no send of the server can be short. */
CASE(integrity, large_duplex, MUST, "RFC 862",
	"64 MiB in pieces of random size come back unchanged while they are sent.")
{
	struct stream *s = stream_open();

	s->ragged = true;
	s->window = 64 << 10;
	stream_send(s, 64 << 20);

	expect_echo(s);
}

CASE(integrity, cross_talk, MUST, "RFC 862",
	"200 clients at a time each get their own bytes and nobody else's.")
{
	struct stream *set[200];

	expect_open_each(set, 200);
	for (int i = 0; i < 200; i++)
		set[i]->ragged = true;

	stream_send_all(set, 200, 64 << 10);

	expect_echo_all(set, 200);
}
