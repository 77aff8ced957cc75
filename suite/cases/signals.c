/* signals - what the kernel does to a server from behind
 *
 * After SIGSTOP and SIGCONT, or when a debugger comes and goes, epoll_wait(2) fails with EINTR
 * even when no handler is installed (signal(7)). A write to a connection that is gone raises
 * SIGPIPE, which kills by default.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../debugger.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

CASE(signals, stop_cont, MUST, "signal(7), interruption by stop signals",
	"A server that was stopped and continued goes on, in the middle of a transfer too.",
	.wire = "connect; SIGSTOP and SIGCONT while it sleeps; "
		"an old connection echoes; send 256 KiB unread; "
		"SIGSTOP; send 64 KiB more; SIGCONT; read all",
	.incidents = "acassen/keepalived#1883, vicinaehq/vicinae#1960, "
		     "oxcaml/oxcaml#5904, checkpoint-restore/criu#611, nispor/mozim#10",
	.sight = PID)
{
	struct stream *s = stream_open();

	stimulus_interrupt();
	expect_bystander("after SIGSTOP and SIGCONT");

	stream_overfill(s, 256 << 10);
	stimulus_freeze();
	stream_overfill(s, 64 << 10);
	stimulus_thaw();
	expect_echo(s);
}

CASE(signals, sigpipe, MUST, "send(2), EPIPE; signal(7)",
	"A server that writes to a client who has left is not killed by SIGPIPE.",
	.wire = "5 times: stall (536-byte segments, SO_RCVBUF 2048) until the "
		"server holds back 32 KiB; FIN; wait for CLOSE_WAIT; RST: the "
		"next send is EPIPE; at the end an old connection echoes",
	.incidents = "yhirose/cpp-httplib#77, stonier/ecl_core#34, nanomsg/nng#338, "
		     "lima-vm/socket_vmnet#49, frevib/io_uring-echo-server#2",
	.sight = OWN)
{
	for (int i = 0; i < 5; i++)
		stimulus_broken_pipe();

	expect_bystander("after writes to clients who had left");
}

static void attach_and_detach(void)
{
	static struct tree tree;

	stimulus_let_sleep();
	target_tree(&tree);
	if (debugger_interrupt(&tree) > 0 || !target_alive())
		return;
	if (errno == EPERM)
		skip("this process may not trace the target (ptrace(2))");
	unsure("no thread of the target stopped for a debugger: %s", strerror(errno));
}

CASE(signals, ptrace_eintr, SHOULD, "signal(7); epoll_wait(2), EINTR; ptrace(2)",
	"A server to which a debugger attached, and detached, goes on.",
	.wire = "connect; PTRACE_INTERRUPT and detach each thread "
		"while it sleeps; an old connection echoes; send 256 "
		"KiB unread; interrupt and detach once more; read all",
	.incidents = "rust-lang/futures-rs#2, pistacheio/pistache#565", .sight = PID)
{
	struct stream *s = stream_open();

	attach_and_detach();
	expect_bystander("after a debugger came and went");

	stream_overfill(s, 256 << 10);
	attach_and_detach();
	expect_echo(s);
}

/* SIGCONT to a process that is not stopped, SIGCHLD without a child: whoever has a handler may
 * see its calls interrupted. */
CASE(signals, ignored_signals, SHOULD, "signal(7): the default is to ignore them",
	"Signals that mean nothing by default do not end or stop a server.",
	.wire = "send SIGWINCH, SIGCHLD, SIGURG and SIGCONT, in turn, to each process "
		"while it sleeps; 64 bytes echoed on an old connection after each",
	.sight = PID)
{
	static const int ignored[] = {SIGWINCH, SIGCHLD, SIGURG, SIGCONT};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++) {
		stimulus_let_sleep();
		if (target_signal(ignored[i]) == -1)
			skip("cannot signal the target: %s (run as its user)",
				strerror(errno));
		expect_bystander(text("after SIG%s", sigabbrev_np(ignored[i])));
	}
}

#define GRACE 3 /* patiences, some nine seconds: container runtimes kill after ten */

/* What becomes of the echo that is pending then is a policy, like the exit status: both are
 * told. */
CASE(signals, sigterm, SHOULD, "signal(7); systemd.kill(5)",
	"A server that gets a SIGTERM ends, though clients are connected.",
	.wire = "2 connections after an echo; send 256 KiB unread "
		"on one; SIGTERM to each process; read what comes; "
		"wait 9 s at most until all are gone; start it anew",
	.incidents = "h2o/h2o#119, fluent/fluent-bit#4339, Tarsnap/spiped#51",
	.sight = OWN)
{
	struct stream *idle, *pending;
	int64_t start;

	expect_open_each(&idle, 1);
	expect_open_each(&pending, 1);
	stream_overfill(pending, 256 << 10);
	start = deadline_now();
	target_signal(SIGTERM);
	stream_receive_echo(&pending, 1);
	deadline_stretch(GRACE);

	if (!stream_until(target_is_gone, NULL))
		fail(CAUSE_HANG, "an end after SIGTERM",
			text("it lives on after %.1f s",
				(double)(deadline_now() - start) / 1e3),
			"whoever manages it has to kill it, with all that is pending");
	expect_orderly_end();
	note("it %s, after %.2f s; %" PRIu64 " of %" PRIu64 " bytes came back",
		target_death(), (double)(deadline_now() - start) / 1e3, pending->received,
		pending->sent);

	expect_new_target();
}
