/* partial_window - a client whose window is nearly shut, or shut for long
 *
 * Room comes in sips, or not at all for a while. A send then takes less than it is given nearly
 * every time, and what is left has to be kept in order; and a connection that does not move for
 * seconds, with nothing but probes of its window, looks like a dead one to a server with a timeout.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../expect.h"
#include "../judge.h"

#include <inttypes.h>

#define NIBBLE  8192
#define NIBBLES 200

CASE(partial, near_stall, MUST, "send(2), EAGAIN and short counts",
	"A client that reads just enough to keep its window from closing gets every byte.",
	.wire = "narrow client (536-byte segments, SO_RCVBUF 2048); 200 "
		"times: one send and one read of 8 KiB at most; look whether "
		"the server's socket is stalled; 1 ms pause; read all",
	.incidents = "objeck/objeck-lang#670, libtrading/libtrading#114, "
		     "arcboxlabs/arcbox#219, axboe/liburing#78")
{
	struct stream *s = stream_open_narrow();
	int stalled = 0;

	for (int i = 0; i < NIBBLES; i++) {
		stream_nibble(s, NIBBLE, NIBBLE);
		stalled += stream_is_stalled(s);
		stream_hold(1);
	}

	expect_echo(s);
	if (stalled == 0 && !target_shows_sockets())
		skip("whether its socket was ever full is not seen: %s",
			sight_remedy(LO));
	if (stalled == 0)
		unsure("the server sent %" PRIu64 " bytes and never had to wait",
			s->sent);
	note("%" PRIu64 " KiB, stalled at %d of %d looks", s->sent >> 10, stalled,
		NIBBLES);
}

CASE(partial, window_trickle, SHOULD, "RFC 9293, section 3.8.6.2",
	"A client that stalls, reads a byte now and then, and at last all, gets every byte.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the server holds back "
		"64 KiB; 6 times (600 with --long): read 1 byte, wait 100 ms; read all")
{
	struct stream *s = stream_open_narrow();
	int bytes = config_get()->thorough ? 600 : 6;

	expect_stall(s, 64 << 10);
	for (int i = 0; i < bytes; i++) {
		stream_nibble(s, 0, 1);
		stream_hold(100);
	}

	expect_echo(s);
}

CASE(partial, zero_window_persist, SHOULD, "RFC 9293, section 3.8.6.1",
	"A client may keep its window closed for long, and still gets every byte.",
	.wire = "stall (536-byte segments, SO_RCVBUF 2048) until the server holds "
		"back 64 KiB; nothing read for 5 s (130 s with --long); read all",
	.incidents = "AIFM-sys/AIFM#3", .waits = true)
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 64 << 10);
	stream_hold(config_get()->thorough ? 130000 : 5000);

	expect_echo(s);
}
