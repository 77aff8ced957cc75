/* urgent - one byte beside the stream
 *
 * A segment with URG makes a descriptor exceptional: POLLPRI without POLLIN, and recv(2) says
 * EAGAIN. Servers take it for data, for an error, or for an event that nobody handles. Whether
 * the byte itself is echoed is theirs to decide (SO_OOBINLINE); TCP has to support it (RFC 9293,
 * section 3.8.5; RFC 6093).
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../stimulus.h"

static bool acknowledged(void *stream)
{
	return stream_unacknowledged(stream) == 0;
}

CASE(urgent, oob_only, MUST, "RFC 9293, section 3.8.5; tcp(7)",
	"Urgent data alone neither kills nor stops a connection, nor any other.")
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	stream_urgent(s);
	stream_until(acknowledged, s);

	expect_bystander("after urgent data");
	stream_send(s, 100);
	expect_echo(s);
}

/* Where the server can be stopped, all seven bytes wait for it when it goes on: recv(2) then
 * stops at the mark, with more behind it. */
CASE(urgent, oob_mid, MUST, "RFC 9293, section 3.8.5; RFC 6093",
	"Data before and after an urgent byte comes back, with or without that byte.")
{
	bool frozen = stimulus_freezes_safely();
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	if (frozen)
		stimulus_freeze();
	stream_send(s, 3);
	stream_urgent(s);
	stream_send(s, 3);
	if (frozen)
		stimulus_thaw();

	expect_echo(s);
}
