/* inject - what the manual pages allow and the kernel rarely does
 *
 * A signal interrupts any call (EINTR), a send or a receive may move one byte, accept(2) may fail
 * with the error of a connection that nobody has seen (accept_errno). On a quiet machine none of it
 * happens for months; the shim in fixtures/faults makes it happen at each call, or each third.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../inject.h"
#include "../case.h"
#include "../expect.h"

#define CONNECTIONS 3
#define TRANSFER    (8 << 10)

/* Some connections at a time, so that what one of them left undone shows at another. */
static void expect_transfers(void)
{
	struct stream *set[CONNECTIONS];

	expect_open_each(set, CONNECTIONS);
	for (int i = 0; i < CONNECTIONS; i++)
		set[i]->ragged = true;
	stream_send_all(set, CONNECTIONS, TRANSFER);

	expect_echo_all(set, CONNECTIONS);
	for (int i = 0; i < CONNECTIONS; i++)
		stream_fin(set[i]);
	expect_eof_all(set, CONNECTIONS);
}

CASE(inject, recv_short, MUST, "recv(2): up to the requested amount",
	"A receive that returns one byte at a time loses none.",
	.wire = "target behind the fault shim: each recv moves 1 "
		"byte; 3 connections, 64 bytes and then 8 KiB each in "
		"random pieces; read all; FIN; read to the end of file",
	.incidents = "netty/netty#7788", .faults = "recv:max=1")
{
	expect_transfers();
}

CASE(inject, recv_eintr, MUST, "recv(2), EINTR; signal(7)",
	"A receive that a signal interrupts is made again.",
	.wire = "target behind the fault shim: each third recv fails "
		"with EINTR; 3 connections, 64 bytes and then 8 KiB each "
		"in random pieces; read all; FIN; read to the end of file",
	.incidents = "netty/netty#7788", .faults = "recv:errno=EINTR:every=3")
{
	expect_transfers();
}

CASE(inject, recv_eagain, MUST, "recv(2), EAGAIN; select(2), BUGS",
	"A receive that finds nothing, though the socket was reported readable, waits again.",
	.wire = "target behind the fault shim: each third recv fails with EAGAIN, "
		"though there is data; 3 connections, 64 bytes and then 8 KiB "
		"each in random pieces; read all; FIN; read to the end of file",
	.faults = "recv:errno=EAGAIN:every=3")
{
	expect_transfers();
}

CASE(inject, send_eintr, MUST, "send(2), EINTR; signal(7)",
	"A send that a signal interrupts is made again.",
	.wire = "target behind the fault shim: each third send fails "
		"with EINTR; 3 connections, 64 bytes and then 8 KiB each "
		"in random pieces; read all; FIN; read to the end of file",
	.faults = "send:errno=EINTR:every=3")
{
	expect_transfers();
}

CASE(inject, epoll_eintr, MUST, "epoll_wait(2), EINTR; signal(7)",
	"A wait for events that a signal interrupts is made again.",
	.wire = "target behind the fault shim or strace: each third epoll_wait, "
		"poll or select fails with EINTR; 3 connections, 64 bytes and then "
		"8 KiB each in random pieces; read all; FIN; read to the end of file",
	.incidents = "acassen/keepalived#1883, vicinaehq/vicinae#1960, "
		     "pistacheio/pistache#565, nispor/mozim#10",
	.faults = "wait:errno=EINTR:every=3")
{
	expect_transfers();
}
