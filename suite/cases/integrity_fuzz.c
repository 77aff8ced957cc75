/* integrity_fuzz - segmentations and pauses that nobody would think of
 *
 * Every case has one schedule of sends and reads in mind, and a server may be right for just
 * those. What is drawn here follows from the seed alone, not from what the server does or when.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"

#include <inttypes.h>

#define CLIENTS  16
#define QUICK    40          /* steps of each */
#define LONG     3000        /* with --long */
#define MOST_OUT (160 << 10) /* unread: a narrow client's server has to keep some of it */

static uint32_t draw(struct stream *s, uint32_t below)
{
	return (stream_random(s) >> 8) % below;
}

/* Few bytes as often as many. */
static size_t draw_size(struct stream *s)
{
	return 1 + draw(s, 1U << draw(s, 17));
}

static void send_pieces(struct stream *s, size_t n)
{
	size_t sent = 1 + n / (1 + draw(s, 30)), read = 512U << draw(s, 8);
	bool paused = s->paused;

	if (s->sent - s->received + n > MOST_OUT) {
		stream_cork(s, false);
		s->piece = read;
		expect_echo(s);
	}
	s->piece = sent;
	if (paused)
		stream_burst(&s, 1, n);
	else
		stream_send(s, n);
	s->paused = paused;
	s->piece = 0;
}

static void step(struct stream *s)
{
	switch (draw(s, 8)) {
	case 0: stream_cork(s, true); break;
	case 1: stream_cork(s, false); break;
	case 2: s->paused = true; break;
	case 3: s->paused = false; break;
	case 4: stream_hold(draw(s, 3)); break;
	default: send_pieces(s, draw_size(s));
	}
}

/* Half of the clients are narrow, and begin with more than their sockets take: what the server sends
 * is short, whatever is drawn. */
CASE(integrity, random_fuzz, MUST, "RFC 862",
	"16 clients that send, cork, pause and read at random get every byte back.",
	.wire = "16 clients, 8 of them narrow (536-byte segments, SO_RCVBUF 2048) "
		"with 160 KiB unread; 40 steps each (3,000 with --long): send 1 "
		"to 65,536 bytes, TCP_CORK, read or not, wait 0 to 2 ms; read all")
{
	struct stream *set[CLIENTS], **narrow = set + CLIENTS / 2;
	int steps = config_get()->thorough ? LONG : QUICK;

	note("--seed %" PRIu32, config_get()->seed);
	expect_open_each(set, CLIENTS / 2);
	expect_open_narrow_each(narrow, CLIENTS / 2);
	stream_burst(narrow, CLIENTS / 2, MOST_OUT);
	for (int i = 0; i < steps; i++)
		for (int j = 0; j < CLIENTS; j++)
			step(set[j]);

	for (int i = 0; i < CLIENTS; i++)
		stream_cork(set[i], false);
	expect_echo_all(set, CLIENTS);
}
