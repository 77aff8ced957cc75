/* half_close - the end of the client's output is not the end of the connection
 *
 * recv(2) returning 0 means that the peer will send no more; RFC 9293, section 3.6, closes each
 * direction by itself. Servers that close(2) at once drop what they have not sent yet; servers
 * that go on polling for input spin; servers that overlook it keep the descriptor for ever. A
 * host may implement half-duplex close: that the tail is owed follows from RFC 862.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"

#include <netinet/tcp.h>

/* A reader that is late after its FIN: longer than the half-second that relays allow by default. */
#define LATE_MS 1000

CASE(half_close, fin_no_data, MUST, "recv(2); RFC 9293, section 3.6",
	"A connection that is half-closed without any data is closed by the server too.")
{
	struct stream *s = stream_open();

	stream_fin(s);

	expect_eof(s);
}

CASE(half_close, fin_after_echo, MUST, "recv(2); RFC 9293, section 3.6",
	"A connection that is half-closed after its echo is closed by the server too.")
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	stream_fin(s);

	expect_eof(s);
}

CASE(half_close, fin_coalesced, MUST, "RFC 862; RFC 9293, section 3.6.1",
	"Data and FIN that arrive in one segment are echoed and closed like any others.")
{
	struct stream *s = stream_open();

	stream_send_fin(s, 100);

	expect_eof(s);
}

CASE(half_close, fin_multi_read, MUST, "RFC 862; RFC 9293, section 3.6",
	"Every byte sent before the client's FIN comes back before the server's FIN.")
{
	static const uint64_t sizes[] = {64 << 10, 1 << 20};

	for (int i = 0; i < 2; i++) {
		struct stream *s = stream_open();

		stream_burst(&s, 1, sizes[i]);
		stream_fin(s);

		expect_eof(s);
	}
}

static void expect_late_reader_served(struct stream *s)
{
	stream_fin(s);
	stream_hold(LATE_MS);

	expect_eof(s);
}

/* What is pending when the FIN is read: more than the server's socket takes, so that the server
 * itself holds it; then as much as the server takes at all. */
CASE(half_close, fin_slow_reader, MUST, "RFC 862; RFC 9293, section 3.6",
	"A client that half-closes first and reads later still gets every byte, then FIN.")
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, 48 << 10);
	expect_late_reader_served(s);

	s = stream_open_narrow();
	stream_overfill(s, 16 << 20);
	expect_late_reader_served(s);
}

#define CROWD 200

static int in_close_wait(struct stream *const *set)
{
	int n = 0;

	for (int i = 0; i < CROWD; i++)
		n += stream_server_state(set[i]) == TCP_CLOSE_WAIT;
	return n;
}

static bool none_in_close_wait(void *set)
{
	return in_close_wait(set) == 0;
}

CASE(half_close, close_wait_leak, MUST, "RFC 9293, section 3.6; close(2)",
	"After the FIN of both sides the server keeps no socket in CLOSE_WAIT.",
	.sight = LO)
{
	struct stream *set[CROWD];

	expect_open_each(set, CROWD);
	for (int i = 0; i < CROWD; i++)
		stream_fin(set[i]);
	stream_receive(set, CROWD, UINT64_MAX);

	if (!stream_until(none_in_close_wait, set))
		fail(CAUSE_LEAK, text("none of %d connections in CLOSE_WAIT", CROWD),
			text("%d in CLOSE_WAIT", in_close_wait(set)),
			"the server read the end of file and did not close its descriptor");
}
