/* child - a process that does not outlive the one that started it
 *
 * SPDX-License-Identifier: MIT
 */
#include "child.h"

#include "../proc.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void child_backstop(void)
{
	alarm(120);
}

pid_t child_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it ended before the call */
		_exit(1);
	return 0;
}

int child_wait(pid_t pid)
{
	int status = -1;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

void child_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	child_wait(pid);
}

void child_spare_descriptors(int n)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)(proc_lowest_free(getpid()) + n);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}
