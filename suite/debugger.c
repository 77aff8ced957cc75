/* debugger - attaches to the target and detaches
 *
 * Its stops are waited for without WEXITED: the end of a target is not ours to reap.
 *
 * SPDX-License-Identifier: MIT
 */
#include "debugger.h"

#include "deadline.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* Passes on the signals that it meets on the way. 1, or 0 when the thread is gone. */
static int await_interrupt(pid_t tid)
{
	struct deadline deadline = deadline_in(deadline_patience());
	siginfo_t info;

	while (!deadline_over(&deadline)) {
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)tid, &info, WSTOPPED | WNOHANG | __WALL) == -1)
			return 0;
		if (info.si_pid == 0)
			poll(NULL, 0, 1);
		else if (info.si_status >> 8 == PTRACE_EVENT_STOP)
			return 1;
		else
			ptrace(PTRACE_CONT, tid, NULL, (long)(info.si_status & 0x7f));
	}
	errno = ETIMEDOUT;
	return -1;
}

/* A thread that has ended is refused like one that may not be traced. */
static bool gone(pid_t tid)
{
	int refused = errno;
	char state = proc_state(tid);

	errno = refused;
	return state == 'Z' || state == 'X' || state == 0;
}

static int interrupt_thread(pid_t tid)
{
	int result, problem;

	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) == -1)
		return gone(tid) ? 0 : -1;
	ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	result = await_interrupt(tid);
	problem = errno;
	ptrace(PTRACE_DETACH, tid, NULL, NULL); /* not of one that did not stop */
	errno = problem;
	return result;
}

static int interrupt_process(pid_t pid)
{
	char path[64];
	struct dirent *task;
	DIR *tasks;
	int one = 0, sum = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (!tasks)
		return 0;
	while (one != -1 && (task = readdir(tasks))) {
		one = task->d_name[0] == '.' ? 0 : interrupt_thread(atoi(task->d_name));
		sum += one;
	}
	closedir(tasks);
	return one == -1 ? -1 : sum;
}

int debugger_interrupt(const struct tree *tree)
{
	int sum = 0;

	for (int i = 0; i < tree->n; i++) {
		int some = interrupt_process(tree->pids[i]);

		if (some == -1)
			return -1;
		sum += some;
	}
	return sum;
}
