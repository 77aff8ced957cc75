/* spawn - tests: a spawned server is as alone as under a service manager
 *
 * SPDX-License-Identifier: MIT
 */
#include "../output.h"
#include "../stream.h"
#include "../target.h"
#include "child.h"
#include "peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

TestSuite(spawn, .init = child_backstop);

/* The signals that /proc/PID/status has under that name. */
static uint64_t signal_set(pid_t pid, const char *name)
{
	char path[64], line[256];
	unsigned long long set = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	cr_assert_not_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			set = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(file);
	return set;
}

Test(spawn, it_inherits_no_descriptor)
{
	static struct tree tree;
	pid_t pid;

	for (int i = 0; i < 10; i++)
		cr_assert_neq(dup(0), -1);
	pid = peer_starts(peer_command());
	cr_expect_eq(proc_lowest_free(pid), 4, "three and its listener");
	proc_tree(pid, true, &tree);
	cr_expect_eq(proc_descriptors(&tree), 4);
	target_stop();
}

Test(spawn, its_low_descriptors_are_taken)
{
	static struct tree tree;

	cr_assert_eq(peer_try(peer_command(), 1, 200), 0);
	target_tree(&tree);
	cr_expect_eq(proc_lowest_free(tree.pids[0]), 201, "its listener is the next one");
	target_stop();
}

Test(spawn, signals_have_their_defaults_whatever_ours_are)
{
	const uint64_t pipe_bit = UINT64_C(1) << (SIGPIPE - 1);
	sigset_t all;
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	pid = peer_serves(peer_command());
	cr_expect_eq(signal_set(pid, "SigIgn:") & pipe_bit, 0);
	cr_expect_eq(signal_set(pid, "SigBlk:"), 0);
	target_stop();
}

Test(spawn, it_leads_a_group_of_its_own)
{
	pid_t pid = peer_serves(peer_command());

	cr_expect_eq(getpgid(pid), pid);
	cr_expect_neq(getpgid(0), pid);
	target_stop();
}

Test(spawn, its_descriptor_limit_is_not_ours)
{
	struct rlimit limit;
	rlim_t hard;
	pid_t pid;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	hard = limit.rlim_max;
	limit.rlim_cur = 100;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pid = peer_serves(peer_command());
	cr_assert_eq(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), 0);
	cr_expect_eq(limit.rlim_cur, hard < 65536 ? hard : 65536);
	cr_expect_eq(limit.rlim_max, hard);
	target_stop();
}

/* A shell that reads the end of its input would say so, and end the server. */
Test(spawn, its_standard_input_is_open_and_silent)
{
	peer_serves(peer_script("\"$PEER\" & read line; echo stirred; kill $!"));
	cr_expect_not(stream_stirs(stream_open(), 100));
	cr_expect(target_alive());
	cr_expect_eq(output_total(), 0);
	target_stop();
	peer_is_gone();
}
