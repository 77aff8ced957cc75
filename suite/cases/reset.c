/* reset - one peer's RST ends one connection and nothing else
 *
 * recv(2) and send(2) name ECONNRESET, EPIPE and ETIMEDOUT as ordinary ends. Which of them a
 * server meets depends on what was queued: a reset alone is ECONNRESET at the next call; after
 * the peer's FIN it is EPIPE, and without MSG_NOSIGNAL a SIGPIPE. On Linux a connection that was
 * reset in the backlog is still accepted, and only getpeername(2) and recv(2) tell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

CASE(reset, idle, MUST, "recv(2), ECONNRESET; RFC 9293, section 3.5.3",
	"A reset of an idle connection ends that connection only.",
	.wire = "connect; 1 byte and its echo; RST (linger "
		"0); an old and a new connection echo 64 bytes",
	.incidents = "agis/rea#14")
{
	struct stream *s = stream_open();

	stream_send(s, 1);
	expect_echo(s);
	stream_reset(s);

	expect_bystander("after a reset");
	expect_served("after a reset");
}

#define CHANCE "what the server met is chance: "

/* Each is accepted first: otherwise this is reset/before-accept. */
CASE(reset, unread_data, MUST, "recv(2), ECONNRESET",
	"A reset with data that the server has not read yet ends that connection only.",
	.wire = "20 connections, a byte and its echo on each; stop; 5,000 bytes and RST "
		"(linger 0) on each, the data seen first; continue; an old and a new "
		"connection echo 64 bytes; without its pid: no stop",
	.incidents = "agis/rea#14")
{
	bool frozen = stimulus_freezes_safely();
	struct stream *set[20];

	expect_open_each(set, 20);
	if (frozen)
		stimulus_freeze();
	for (int i = 0; i < 20; i++) {
		stream_send(set[i], 5000);
		if (frozen)
			expect_unread(set[i], 5000);
		stream_reset(set[i]);
	}
	if (frozen)
		stimulus_thaw();

	expect_bystander("after 20 resets");
	expect_served("after 20 resets");
	if (!frozen)
		note(CHANCE "%s", stimulus_freeze_obstacle());
}

#define GROUP 11

/* All but the last of n connections are reset before the server accepts them: for certain while it
 * is stopped, and otherwise as it comes. */
static void reset_before_accept(size_t n, bool frozen)
{
	struct stream *set[GROUP], *last;

	if (frozen)
		stimulus_freeze();
	stream_begin_all(set, n);
	for (size_t i = 0; i < n - 1; i++)
		stream_reset(set[i]);
	last = set[n - 1];
	stream_finish_connecting(&last, 1);
	stream_send(last, 100);
	if (frozen) {
		expect_queued(n);
		expect_unread(last, 100);
		stimulus_thaw();
	}

	expect_echo(last);
}

CASE(reset, before_accept, MUST, "accept(2); getpeername(2), ENOTCONN",
	"Connections that were reset before they are accepted harm nobody behind them.",
	.wire = "5 times: stop; 11 connects at once, or as many as the backlog takes; "
		"RST (linger 0) on all but the last; 100 bytes on that; see all queued; "
		"continue; read them; without its pid: 20 times, no stop",
	.incidents = "giampaolo/pyftpdlib#143, wconrad/ftpd#51, emqx/esockd#9, "
		     "benoitc/gunicorn#2277, denoland/deno#8499, google/gvisor#3780")
{
	bool frozen = stimulus_freezes_safely();
	size_t n = stimulus_fit(GROUP);

	if (n < 2)
		skip("a backlog of 0 queues no connection behind another");
	for (int round = 0; round < (frozen ? 5 : 20); round++)
		reset_before_accept(n, frozen);
	if (!frozen)
		note(CHANCE "%s", stimulus_freeze_obstacle());
}

#define LEAVERS 3     /* in each of two places of a batch */
#define BUSY    2     /* clients in the midst of a transfer */
#define LARGE   50000 /* fits into the first window, and takes several reads */

/* With data to be read before the error, without any, or behind a FIN: then a send is EPIPE. */
static void leave(struct stream *s, int how)
{
	if (how == 0)
		stream_send(s, 1000);
	if (how == 1)
		stream_send_fin(s, 1000);
	stream_reset(s);
}

/* Before the busy clients and behind them in the order of events. */
static void reset_around(struct stream *const *leavers, struct stream *const *busy)
{
	for (int i = 0; i < LEAVERS; i++)
		leave(leavers[i], i);
	for (int i = 0; i < BUSY; i++)
		stream_burst(&busy[i], 1, LARGE);
	for (int i = 0; i < LEAVERS; i++)
		leave(leavers[LEAVERS + i], i);
}

static void expect_busy_served(bool frozen)
{
	struct stream *leavers[2 * LEAVERS], *busy[BUSY];

	expect_open_each(leavers, 2 * LEAVERS);
	expect_open_each(busy, BUSY);
	if (frozen)
		stimulus_freeze();
	reset_around(leavers, busy);
	for (int i = 0; i < BUSY && frozen; i++)
		expect_unread(busy[i], LARGE);
	if (frozen)
		stimulus_thaw();

	expect_echo_all(busy, BUSY);
}

/* Exact where the server can be stopped: it then learns of all of this at once. */
CASE(reset, in_batch, MUST, "recv(2), ECONNRESET; epoll(7), Q6",
	"Resets that are reported together with others' data cost these not a byte.",
	.wire = "20 times, then 5 times under SIGSTOP: RST on 3 connections "
		"(behind data, behind data and FIN, alone), 50,000 bytes on "
		"each of 2 others, RST on 3 more; read all 50,000 of both")
{
	bool frozen = stimulus_freezes_safely();

	for (int round = 0; round < 20; round++)
		expect_busy_served(false);
	for (int round = 0; round < 5 && frozen; round++)
		expect_busy_served(true);

	expect_bystander("after resets in one batch with data");
	if (!frozen)
		note(CHANCE "%s", stimulus_freeze_obstacle());
}

/* One of the moments at which a connection can be reset. */
static void reset_in_phase(struct stream *s, size_t phase)
{
	if (phase == 1 || phase == 2)
		stream_send(s, 100);
	if (phase == 2)
		expect_echo(s);
	if (phase == 3)
		stream_send_fin(s, 100);
	stream_reset(s);
	stream_free(s);
}

CASE(reset, storm, MUST, "recv(2), ECONNRESET",
	"5,000 resets at mixed moments cost ten other clients not a byte.",
	.wire = "5,000 connects, 20 at a time: RST (linger 0) at once, "
		"after 100 bytes, after their echo, or behind data and "
		"FIN; 512 bytes on each of 10 others meanwhile; read them",
	.incidents = "agis/rea#14, ROCm/FastFlowLM#680")
{
	struct stream *others[10];
	size_t n = stimulus_fit(20);

	expect_open_each(others, 10);
	for (size_t done = 0; done < 5000; done += n) {
		struct stream *set[20];

		stream_begin_all(set, n);
		stream_send_all(others, 10, 512);
		for (size_t i = 0; i < n; i++)
			reset_in_phase(set[i], (done + i) % 4);
		expect_echo_all(others, 10);
		stream_until(stimulus_all_accepted, NULL);
	}
}

/* n connections, each reset at another moment than the one before. */
static void reset_each(int n)
{
	for (int i = 0; i < n; i++)
		reset_in_phase(stream_open(), i % 4);
	stream_until(stimulus_all_accepted, NULL);
}

CASE(reset, fd_release, MUST, "close(2)",
	"After 200 resets the server has as many descriptors as before.",
	.wire = "20 RSTs; count descriptors; 160 RSTs (at once, after 100 "
		"bytes, after their echo, behind data and FIN) and 40 closes "
		"with the echo unread; count again: 20 more are allowed",
	.incidents = "ROCm/FastFlowLM#680", .sight = PID)
{
	long before;

	reset_each(20);
	before = target_descriptors();
	reset_each(160);
	stimulus_churn(PART_UNREAD, 40);

	expect_given_back(before, 200);
}

CASE(reset, no_spin, SHOULD, "epoll_ctl(2), EPOLLERR and EPOLLHUP",
	"After resets at every moment, a server has nothing more to do with them.",
	.wire = "10 RSTs at four moments; 2 closes with the echo unread; RST behind "
		"a FIN in a stall; RST in a stall with 64 KiB held back; CPU time of "
		"the process tree over a quiet 300 ms, then 600 ms unless below 5 %",
	.incidents = "scylladb/seastar#1945, wlanslovenija/tunneldigger#148, "
		     "wingo/fibers#38, xrootd/xrootd#303, amjuarez/bytecoin#83",
	.sight = PID, .alone = true)
{
	struct stream *s;

	reset_each(8);
	stimulus_churn(PART_RESET, 2);
	stimulus_churn(PART_UNREAD, 2);
	stimulus_broken_pipe();
	s = stream_open_narrow();
	expect_stall(s, 64 << 10);
	stream_reset(s);

	expect_no_spin("after resets at every moment");
}
