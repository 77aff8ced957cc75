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
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

static bool acknowledged(void *stream)
{
	return stream_unacknowledged(stream) == 0;
}

/* A server that waits: one that is still on its way to EAGAIN passes the mark without a look. */
static struct stream *open_asleep(void)
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	expect_echo(s);
	expect_silence(s, deadline_window(10));
	stimulus_let_sleep();
	return s;
}

CASE(urgent, oob_only, MUST, "RFC 9293, section 3.8.5; tcp(7)",
	"Urgent data alone neither kills nor stops a connection, nor any other.",
	.wire = "connect; 100 bytes and their echo; 10 ms of silence; "
		"1 byte MSG_OOB; wait for its acknowledgement; an old "
		"connection echoes; send 100 bytes; read them",
	.incidents = "giampaolo/pyftpdlib#77")
{
	struct stream *s = open_asleep();

	stream_urgent(s);
	stream_until(acknowledged, s);

	expect_bystander("after urgent data");
	stream_send(s, 100);
	expect_echo(s);
}

/* An idle connection on which the server finds all at once what is sent until it is let go: where
 * it can be stopped, and that is told. recv(2) ends at the mark then, whatever is behind it. */
static struct stream *open_stopped(bool *frozen)
{
	struct stream *s = open_asleep();

	*frozen = stimulus_freezes_safely();
	if (*frozen)
		stimulus_freeze();
	return s;
}

static void let_go(struct stream *s, bool frozen)
{
	if (!stream_until(acknowledged, s) && frozen)
		unsure("%d bytes and an urgent one have not arrived",
			(int)(s->sent - s->received));
	if (frozen)
		stimulus_thaw();
}

/* The urgent byte is the last: data behind it would hide a server that reads it and finds EAGAIN. */
CASE(urgent, oob_after_data, MUST, "RFC 9293, section 3.8.5; RFC 6093",
	"Data before an urgent byte comes back, and the connection goes on after it.",
	.wire = "connect; 100 bytes and their echo; 10 ms of silence; SIGSTOP where "
		"permitted; 3 bytes, 1 byte MSG_OOB; SIGCONT; read 3, or 4 with the "
		"urgent one; an old connection echoes; 100 bytes and their echo",
	.incidents = "giampaolo/pyftpdlib#77, "
		     "tempesta-tech/tempesta#873, apache/nuttx#17899")
{
	bool frozen;
	struct stream *s = open_stopped(&frozen);

	stream_send(s, 3);
	stream_urgent(s);
	let_go(s, frozen);

	expect_echo(s);
	expect_bystander("after data and urgent data");
	stream_send(s, 100);
	expect_echo(s);
}

CASE(urgent, oob_mid, MUST, "RFC 9293, section 3.8.5; RFC 6093",
	"Data before and after an urgent byte comes back, with or without that byte.",
	.wire = "connect; 100 bytes and their echo; 10 ms of silence; "
		"SIGSTOP where permitted; 3 bytes, 1 byte MSG_OOB, 3 bytes; "
		"SIGCONT; read the 6, the urgent one may be among them",
	.incidents = "tempesta-tech/tempesta#873, apache/nuttx#17899")
{
	bool frozen;
	struct stream *s = open_stopped(&frozen);

	stream_send(s, 3);
	stream_urgent(s);
	stream_send(s, 3);
	let_go(s, frozen);

	expect_echo(s);
}

CASE(urgent, oob_flood, SHOULD, "RFC 9293, section 3.8.5; RFC 6093",
	"A thousand messages with an urgent byte behind each come back in order.",
	.wire = "connect; 1,000 times: 8 bytes, 1 byte MSG_OOB; read meanwhile; "
		"read the rest of the 8,000, urgent ones may be among them",
	.incidents = "tempesta-tech/tempesta#873, apache/nuttx#17899")
{
	struct stream *s = stream_open();

	for (int i = 0; i < 1000; i++) {
		stream_send(s, 8);
		stream_urgent(s);
	}

	expect_echo(s);
}

CASE(urgent, oob_fin, MUST, "RFC 9293, section 3.8.5; recv(2)",
	"A connection that is half-closed behind an urgent byte is echoed and closed.",
	.wire = "connect; 100 bytes and their echo; 10 ms of silence; SIGSTOP "
		"where permitted; 100 bytes, 1 byte MSG_OOB, FIN; SIGCONT; "
		"read to the end of file, the urgent one may be among them",
	.incidents = "tempesta-tech/tempesta#873, apache/nuttx#17899")
{
	bool frozen;
	struct stream *s = open_stopped(&frozen);

	stream_send(s, 100);
	stream_urgent(s);
	stream_fin(s);
	let_go(s, frozen);

	expect_eof(s);
}

CASE(urgent, no_spin, SHOULD, "poll(2), POLLPRI; select(2), exceptfds",
	"An urgent byte that nobody reads keeps no server busy.",
	.wire = "connect; 100 bytes and their echo; 1 byte MSG_OOB, acknowledged; an "
		"old connection echoes; CPU time of the process tree over a quiet "
		"300 ms, then 600 ms unless below 5 %; 100 bytes and their echo",
	.incidents = "capnproto/capnproto#374, jcarreira/cirrus-kv#110", .sight = PID,
	.alone = true)
{
	struct stream *s = open_asleep();

	stream_urgent(s);
	stream_until(acknowledged, s);

	expect_bystander("after an urgent byte");
	expect_no_spin("after an urgent byte");
	stream_send(s, 100);
	expect_echo(s);
}
