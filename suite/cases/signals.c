/* signals - what the kernel does to a server from behind
 *
 * After SIGSTOP and SIGCONT epoll_wait(2) fails with EINTR even when no handler is installed
 * (signal(7)). A write to a connection that is gone raises SIGPIPE, which kills by default.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <signal.h>

CASE(signals, stop_cont, MUST, "signal(7), interruption by stop signals",
	"A server that was stopped and continued goes on, in the middle of a transfer too.",
	.sight = PID)
{
	struct stream *s = stream_open();

	stimulus_freeze();
	stimulus_thaw();
	expect_bystander("after SIGSTOP and SIGCONT");

	stream_overfill(s, 256 << 10);
	stimulus_freeze();
	stream_overfill(s, 64 << 10);
	stimulus_thaw();
	expect_echo(s);
}

CASE(signals, sigpipe, MUST, "send(2), EPIPE; signal(7)",
	"A server that writes to a client who has left is not killed by SIGPIPE.",
	.sight = OWN)
{
	for (int i = 0; i < 5; i++)
		stimulus_broken_pipe();

	expect_bystander("after writes to clients who had left");
	if (target_death_signal() == SIGPIPE)
		fail(CAUSE_CRASH, "a server that lives", "SIGPIPE",
			"it sends without MSG_NOSIGNAL and does not ignore SIGPIPE");
}
