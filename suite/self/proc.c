/* proc - tests: what /proc tells of processes that are known
 *
 * SPDX-License-Identifier: MIT
 */
#include "../proc.h"

#include "../deadline.h"
#include "../stream.h"
#include "child.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(proc, .init = child_backstop);

static struct tree tree;

static struct tree *only(pid_t pid)
{
	tree = (struct tree){.pids = {pid}, .n = 1};
	return &tree;
}

static pid_t child(void (*body)(void))
{
	pid_t pid = child_fork();

	if (pid != 0)
		return pid;
	body();
	for (;;)
		pause();
}

static void rest(void)
{
}

static void spin(void)
{
	for (;;)
		getppid();
}

/* The part of a window for which a child ran, or ran and waited for a processor. */
static void measure(void (*body)(void), double *ran, double *wanted)
{
	pid_t pid = child(body);
	int64_t start = deadline_now_us();
	struct proc_time before = proc_time(only(pid)), after;
	double window;

	stream_hold(200);
	after = proc_time(only(pid));
	window = (double)(deadline_now_us() - start) * 1e3;
	child_kill(pid);
	*ran = (double)(after.ran - before.ran) / window;
	*wanted = *ran + (double)(after.waited - before.waited) / window;
}

Test(proc, a_spinning_process_is_busy_all_the_time)
{
	double ran, wanted;

	measure(spin, &ran, &wanted);
	cr_expect_gt(ran, 0, "%f", ran);
	cr_expect_gt(wanted, 0.7, "%f", wanted);
	cr_expect_lt(wanted, 1.2, "%f", wanted);
}

Test(proc, a_resting_process_is_not_busy)
{
	double ran, wanted;

	measure(rest, &ran, &wanted);
	cr_expect_lt(ran, 0.01, "%f", ran);
	cr_expect_lt(wanted, 0.5, "%f", wanted);
}

Test(proc, the_time_of_a_tree_is_that_of_its_processes)
{
	struct tree both = {.pids = {child(spin), child(rest)}, .n = 2};
	struct proc_time before, sum, after;

	stream_hold(50);
	before = proc_time(only(both.pids[0]));
	sum = proc_time(&both);
	after = proc_time(only(both.pids[0]));
	cr_expect_gt(before.ran, 0);
	cr_expect_geq(sum.ran, before.ran);
	cr_expect_leq(sum.ran, after.ran + 5000000);
	child_kill(both.pids[0]);
	child_kill(both.pids[1]);
}

static void nap(void)
{
	for (;;)
		poll(NULL, 0, 1);
}

static int64_t switches_of(void (*body)(void))
{
	pid_t pid = child(body);
	int64_t before;

	stream_hold(50);
	before = proc_switches(only(pid));
	stream_hold(200);
	before = proc_switches(only(pid)) - before;
	child_kill(pid);
	return before;
}

Test(proc, who_naps_switches_and_who_rests_or_spins_does_not)
{
	cr_expect_gt(switches_of(nap), 10);
	cr_expect_eq(switches_of(rest), 0);
	cr_expect_lt(switches_of(spin), 10);
}

static void *idle_thread(void *data)
{
	return (void *)read(*(int *)data, &(char){0}, 1);
}

Test(proc, threads_are_counted_over_the_tree)
{
	struct tree both = {.pids = {getpid(), child(rest)}, .n = 2};
	long before = proc_threads(&both);
	pthread_t thread;
	int fds[2];

	cr_expect_eq(proc_threads(only(both.pids[1])), 1);
	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(pthread_create(&thread, NULL, idle_thread, fds), 0);
	cr_expect_eq(proc_threads(&both), before + 1);
	close(fds[1]);
	pthread_join(thread, NULL);
	child_kill(both.pids[1]);
}

Test(proc, a_socket_is_found_with_its_holders_and_flags)
{
	static struct tree holders;
	struct tree both = {.pids = {getpid(), child(rest)}, .n = 2};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct stat stat;
	int flags;

	cr_assert_eq(fstat(fd, &stat), 0);
	flags = proc_socket(&both, (uint32_t)stat.st_ino, &holders);
	cr_expect_eq(holders.n, 1, "the child is older");
	cr_expect_eq(holders.pids[0], getpid());
	cr_expect_eq(flags, fcntl(fd, F_GETFL));
	child_kill(both.pids[1]);

	both.pids[1] = child(rest);
	fcntl(fd, F_SETFL, 0);
	flags = proc_socket(&both, (uint32_t)stat.st_ino, &holders);
	cr_expect_eq(holders.n, 2);
	cr_expect_eq(flags & O_NONBLOCK, 0);
	close(fd);
	cr_expect_geq(proc_socket(&both, (uint32_t)stat.st_ino, &holders), 0);
	cr_assert_eq(holders.n, 1);
	cr_expect_eq(holders.pids[0], both.pids[1]);
	child_kill(both.pids[1]);
	cr_expect_eq(proc_socket(&both, (uint32_t)stat.st_ino, &holders), -1);
}

Test(proc, descriptors_are_counted_over_the_tree)
{
	struct tree both = {.pids = {getpid(), child(rest)}, .n = 2};
	long one, two, fds[2];

	one = proc_descriptors(only(getpid()));
	two = proc_descriptors(&both);
	fds[0] = dup(0);
	fds[1] = dup(0);
	cr_expect_eq(proc_descriptors(only(getpid())), one + 2);
	cr_expect_eq(proc_descriptors(&both), two + 2);
	cr_expect_gt(two, one);
	close((int)fds[0]);
	close((int)fds[1]);
	child_kill(both.pids[1]);
}

Test(proc, the_lowest_free_descriptor_is_the_next_one)
{
	int first = dup(0), second = dup(0);

	close(first);
	cr_expect_eq(proc_lowest_free(getpid()), first);
	cr_expect_eq(dup(0), first);
	cr_expect_gt(proc_lowest_free(getpid()), second);
}

/* Tells through a pipe when its own child is there. */
static int told[2];

static void have_child(void)
{
	if (child_fork() == 0) {
		if (write(told[1], "", 1) == 1)
			for (;;)
				pause();
	}
}

Test(proc, the_tree_has_grandchildren)
{
	static struct tree below, whole;
	pid_t pid;
	char byte;

	cr_assert_eq(pipe(told), 0);
	pid = child(have_child);
	cr_assert_eq(read(told[0], &byte, 1), 1);
	proc_tree(getpid(), false, &below);
	cr_expect_eq(below.n, 2);
	cr_expect_eq(below.pids[0], pid);
	proc_tree(pid, true, &whole);
	cr_assert_eq(whole.n, 2);
	cr_expect_eq(whole.pids[0], pid);
	cr_expect_eq(whole.pids[1], below.pids[1]);
	child_kill(pid);
}

static void take_memory(void)
{
	size_t n = 64 << 20;
	char *memory = malloc(n);

	for (size_t i = 0; i < n; i += 4096)
		memory[i] = 1;
	if (write(told[1], "", 1) == 1)
		for (;;)
			pause();
}

Test(proc, memory_that_is_touched_counts)
{
	int64_t before = proc_memory(only(getpid())), after;
	char byte;
	pid_t pid;

	cr_assert_eq(pipe(told), 0);
	pid = child(take_memory);
	cr_assert_eq(read(told[0], &byte, 1), 1);
	after = proc_memory(only(pid));
	cr_expect_gt(after, 64 << 20);
	cr_expect_lt(after, before + (80 << 20));
	child_kill(pid);
}

Test(proc, who_runs_is_told_from_who_rests)
{
	pid_t spinning = child(spin), resting = child(rest);
	struct deadline deadline = deadline_in(5000);

	cr_expect(proc_runnable(only(spinning)));
	while (proc_runnable(only(resting)) && !deadline_over(&deadline))
		;
	cr_expect_not(proc_runnable(only(resting)));
	child_kill(spinning);
	child_kill(resting);
}

Test(proc, states_are_told_apart)
{
	pid_t pid = child(rest);
	siginfo_t info;

	cr_expect_not(proc_stopped(pid));
	kill(pid, SIGSTOP);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WSTOPPED), 0);
	cr_expect_eq(proc_state(pid), 'T');
	cr_expect(proc_stopped(pid));
	kill(pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	cr_expect_eq(proc_state(pid), 'Z');
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	cr_expect_eq(proc_state(pid), 0);
}

Test(proc, what_is_gone_counts_as_nothing)
{
	pid_t pid = child(rest);

	child_kill(pid);
	cr_expect_eq(proc_time(only(pid)).ran, 0);
	cr_expect_eq(proc_memory(only(pid)), 0);
	cr_expect_eq(proc_descriptors(only(pid)), -1);
	cr_expect_not(proc_emulated(pid));
	proc_tree(pid, false, &tree);
	cr_expect_eq(tree.n, 0);
}

/* To another user, or of a process that may not be looked at (PR_SET_DUMPABLE). */
Test(proc, descriptors_that_cannot_be_seen_are_not_free)
{
	pid_t pid;

	prctl(PR_SET_DUMPABLE, 0);
	pid = child_fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) == -1)
			_exit(2);
		_exit(proc_lowest_free(getppid()) == -1 && errno == EACCES ? 0 : 1);
	}
	cr_expect_eq(child_wait(pid), 0);
}

Test(proc, an_emulator_is_told_by_its_path)
{
	cr_expect(proc_is_emulator("/usr/libexec/valgrind/memcheck-amd64-linux"));
	cr_expect(proc_is_emulator("/opt/valgrind/lib64/valgrind/none-x86-linux"));
	cr_expect(proc_is_emulator("/usr/bin/qemu-aarch64-static"));
	cr_expect_not(proc_is_emulator("/home/me/valgrind-tests/server"));
	cr_expect_not(proc_is_emulator("/home/me/valgrind/server"));
	cr_expect_not(proc_is_emulator("/home/me/valgrind/build/server-linux"));
	cr_expect_not(proc_is_emulator("/home/me/qemu-tests/server"));
	cr_expect_not(proc_is_emulator("/s"));
}
