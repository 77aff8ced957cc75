/* lifecycle - from one process to the next, and who may reach it how
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../knock.h"
#include "../stimulus.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

/* The port's connections that outlive the server. */
static bool left_behind(void *unused)
{
	static const int states[] = {TCP_TIME_WAIT, TCP_FIN_WAIT1, TCP_FIN_WAIT2};
	socklen_t length;
	int n = 0;

	for (int i = 0; i < 3; i++)
		n += diag_count(target_address(&length), states[i]) > 0;
	return n > 0 && !unused;
}

/* Nine connections go to TIME_WAIT, as far as the kernel has room for it; one cannot deliver its
 * last bytes and stays in FIN_WAIT1. */
CASE(lifecycle, restart_time_wait, SHOULD, "socket(7), SO_REUSEADDR",
	"A server that was killed with live connections can be started again at once.",
	.wire = "9 connections after an echo, and a narrow one with 12 KiB "
		"unread; SIGKILL; read to the end; close; wait for TIME_WAIT or "
		"FIN_WAIT; same command on the same port; wait until it listens",
	.incidents = "squarewavedot/matrixserver#2, neondatabase/neon#801, "
		     "tio/tio#257, OpenSlides/OpenSlides#1053",
	.sight = OWN)
{
	struct stream *set[9], *late;

	expect_open_each(set, 9);
	late = stream_open_narrow();
	for (int i = 0; i < 4; i++) {
		stream_overfill(late, 3 << 10);
		stream_until(stream_is_read, late);
	}

	target_kill();
	stream_receive(set, 9, UINT64_MAX);
	for (int i = 0; i < 9; i++)
		stream_close(set[i]);
	if (!stream_until(left_behind, NULL))
		unsure("no connection of the killed server is left in TIME_WAIT or FIN_WAIT");

	if (target_restart(&(struct launch){0}) == -1) {
		expect_machine_starts();
		fail(CAUSE_HANG, "a server that listens again", target_reason(),
			"it binds its port without SO_REUSEADDR: old connections keep it away "
			"for a minute");
	}
	expect_open_bystander();
}

CASE(lifecycle, double_bind, MAY, "socket(7), SO_REUSEPORT; bind(2), EADDRINUSE",
	"A second server on the same port is told so, and ends with an exit status.",
	.wire = "start the same command on the same port, beside the target; "
		"wait for its exit status or its listener, 5 s at most; SIGKILL",
	.sight = OWN)
{
	static const char *const seen[] = {
		[SECOND_ENDED] = "it ends, with status 0",
		[SECOND_LISTENS] = "both listen, and share what comes",
		[SECOND_WAITS] = "it runs on, and does not listen",
	};
	enum target_second second = target_start_second();

	if (second == SECOND_UNKNOWN)
		error("%s", target_reason());
	if (second != SECOND_FAILED)
		fail(CAUSE_NONE, "a second one that fails", seen[second],
			"who starts it twice by mistake does not notice");
}

static const char *answer(const char *host)
{
	return text("%s %s", host,
		stream_ping(stream_open_at(host), 64) == -1 ? "does not" : "answers");
}

CASE(lifecycle, ipv4_v6, MAY, "ipv6(7), IPV6_V6ONLY",
	"Which addresses of this host answer is told.",
	.wire = "connect to the port at 127.0.0.1, ::1 and "
		"::ffff:127.0.0.1; send 64 bytes; tell where they come back",
	.incidents = "nodejs/node#7200, mguessan/davmail#272, "
		     "vllm-project/vllm#1288, ziglang/zig#5555",
	.sight = LO)
{
	note("%s, %s, %s", answer("127.0.0.1"), answer("::1"),
		answer("::ffff:127.0.0.1"));
}

/* In a network where every listener takes it, whether it asks for it or not: the server finds its
 * first bytes there when it accepts. */
CASE(lifecycle, tfo, MAY, "RFC 7413; tcp(7), TCP_FASTOPEN",
	"Data that comes in the SYN is echoed.",
	.wire = "private network with TCP Fast Open on every listener; "
		"connect with 100 bytes in the SYN (TCP_FASTOPEN_CONNECT); "
		"read them; TCP_INFO has to show that the SYN took data",
	.incidents = "multipath-tcp/mptcp_net-next#316", .private_net = true)
{
	struct stream *s = stream_open_fast();

	stream_send(s, 100);
	expect_echo(s);

	if (!stream_was_fast(s))
		unsure("no data was taken with the SYN");
}

/* A listener with TCP_DEFER_ACCEPT is told of no connection before its first byte; any other must
 * not wait for it. */
CASE(lifecycle, defer_accept, MUST, "RFC 862; tcp(7), TCP_DEFER_ACCEPT",
	"A client that is silent for two seconds after it has connected is served then.",
	.wire = "connect; send nothing for 2 s, in which no byte, FIN or RST may "
		"come; 64 bytes echoed on an old connection; send 100 bytes; read them")
{
	struct stream *s = stream_open();

	expect_silence(s, 2000);
	expect_bystander("while a new client is silent");
	stream_send(s, 100);

	expect_echo(s);
}

#define SCANS 60

/* What is not to be seen from there is told and left out. */
static void scan_by_syn(int n)
{
	for (int i = 0; i < n; i++) {
		if (knock_syn() == 0)
			continue;
		note("no scan by SYN alone: %s", strerror(errno));
		return;
	}
}

CASE(lifecycle, port_scan, MUST, "accept(2); RFC 9293, section 3.5.3",
	"Who only looks whether the port is open, in three ways, harms nobody.",
	.wire = "60 times connect, and close or RST at once, in turn; 20 SYNs "
		"alone from a raw socket where permitted; wait for an empty "
		"accept queue; an old and a new connection echo 64 bytes",
	.incidents = "giampaolo/pyftpdlib#143, wconrad/ftpd#51")
{
	for (int i = 0; i < SCANS; i++) {
		struct stream *s = stream_open();

		if (i % 2)
			stream_reset(s);
		else
			stream_close(s);
	}
	scan_by_syn(SCANS / 3);
	stream_until(stimulus_all_accepted, NULL);

	expect_bystander("after the scans");
	expect_served("after the scans");
}
