/* debugger - tests: what a debugger interrupts returns early
 *
 * SPDX-License-Identifier: MIT
 */
#include "../debugger.h"

#include "../deadline.h"
#include "../stream.h"
#include "child.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(debugger, .init = child_backstop);

static struct tree tree = {.n = 1};

/* A child that waits in epoll_wait(2) until that is interrupted. */
static pid_t waiting_child(void)
{
	struct epoll_event event;
	pid_t pid = child_fork();

	if (pid != 0)
		return pid;
	while (epoll_wait(epoll_create1(0), &event, 1, -1) != -1)
		;
	_exit(errno == EINTR ? 0 : 1);
}

static bool sleeps(void *pid)
{
	return proc_state(*(pid_t *)pid) == 'S';
}

Test(debugger, a_wait_is_interrupted)
{
	pid_t pid = waiting_child();

	cr_assert(stream_until(sleeps, &pid));
	stream_hold(20);
	tree.pids[0] = pid;
	cr_expect_eq(debugger_interrupt(&tree), 1);
	cr_expect_eq(child_wait(pid), 0);
}

static bool is_stopped(void *pid)
{
	return proc_stopped(*(pid_t *)pid);
}

Test(debugger, a_stopped_process_stays_stopped)
{
	pid_t pid = waiting_child();
	siginfo_t info;

	kill(pid, SIGSTOP);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WSTOPPED), 0);
	tree.pids[0] = pid;
	cr_expect_eq(debugger_interrupt(&tree), 1);
	cr_expect(stream_until(is_stopped, &pid));
	child_kill(pid);
}

Test(debugger, the_end_of_a_process_is_left_to_be_reaped)
{
	pid_t pid = waiting_child();
	siginfo_t info;

	kill(pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	tree.pids[0] = pid;
	cr_expect_eq(debugger_interrupt(&tree), 0);
	child_wait(pid);
	cr_expect_eq(debugger_interrupt(&tree), 0);
}

static bool waits_for_child(void *pid)
{
	static struct tree children;

	proc_tree(*(pid_t *)pid, false, &children);
	return children.n == 1 && proc_state(children.pids[0]) == 'S';
}

/* vfork(2): its parent does not stop before its child has ended. */
Test(debugger, one_that_does_not_stop_is_named_so)
{
	pid_t pid = child_fork();

	if (pid == 0) {
		if (vfork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		_exit(0);
	}
	cr_assert(stream_until(waits_for_child, &pid));
	deadline_set_scale(0.1);
	tree.pids[0] = pid;
	cr_expect_eq(debugger_interrupt(&tree), -1);
	cr_expect_eq(errno, ETIMEDOUT, "%d", errno);
	child_kill(pid);
}
