/* target - tests: a server that is spawned is watched, heard, and gone at the end
 *
 * The tests start nothing else: every descendant of theirs is the target's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../target.h"

#include "../deadline.h"
#include "../output.h"
#include "../stream.h"
#include "child.h"
#include "peer.h"
#include "server.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

TestSuite(target, .init = child_backstop);

/* --- a target that serves ----------------------------------------------------------- */

Test(target, it_is_ready_seen_and_gone_after_the_stop)
{
	peer_serves(peer_command());
	cr_expect_eq(target_sight(), OWN);
	cr_expect(target_alive());
	cr_expect(target_is_loopback());
	target_stop();
	cr_expect_not(target_crashed());
	peer_is_gone();
}

Test(target, two_one_after_the_other)
{
	peer_serves(peer_command());
	stream_close_all();
	target_stop();
	peer_serves(peer_command());
	cr_expect(target_alive());
	cr_expect_str_eq(target_death(), "is gone", "that was the other one");
	target_stop();
	peer_is_gone();
}

Test(target, it_is_given_just_so_many_descriptors)
{
	pid_t pid = peer_starts(peer_command());
	struct rlimit limit, before;

	prlimit(pid, RLIMIT_NOFILE, NULL, &before);
	cr_assert_eq(target_spare_descriptors(2), 0);
	prlimit(pid, RLIMIT_NOFILE, NULL, &limit);
	cr_expect_eq(limit.rlim_cur, 4 + 2, "four are open");
	cr_assert_eq(target_spare_descriptors(-1), 0);
	prlimit(pid, RLIMIT_NOFILE, NULL, &limit);
	cr_expect_eq(limit.rlim_cur, before.rlim_cur);
	target_stop();
}

/* The child that serves a connection is younger than the look around. */
Test(target, what_is_given_back_is_no_more_than_there_was)
{
	int listener = server_listen(AF_INET, 0);
	static struct tree tree;
	struct rlimit limit;
	pid_t pid;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 300;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pid = server_start(listener, serve_echo);
	server_attach(listener, pid, 1);
	cr_assert_gt(stream_ping(stream_open(), 64), 0);
	target_tree(&tree);
	cr_assert_eq(tree.n, 2);
	cr_assert_eq(target_spare_descriptors(0), 0);
	target_stop();
	for (int i = 0; i < tree.n; i++) {
		prlimit(tree.pids[i], RLIMIT_NOFILE, NULL, &limit);
		cr_expect_eq(limit.rlim_cur, 300, "%lu", limit.rlim_cur);
	}
	child_kill(pid);
}

/* --- its output --------------------------------------------------------------------- */

static bool printed(void *bytes)
{
	return output_total() >= *(uint64_t *)bytes;
}

/* What it has printed reaches us a moment later than that it serves. */
static const char *last_words(uint64_t bytes)
{
	static char words[400];

	cr_assert(stream_until(printed, &bytes));
	return output_last_words(words, sizeof(words));
}

#define AND_SERVE "; exec \"$PEER\""

Test(target, output_is_read_so_that_it_never_blocks)
{
	peer_serves(peer_script(
		"head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2" AND_SERVE));
	cr_expect(stream_until(printed, &(uint64_t){2000000}));
	target_stop();
}

Test(target, last_words_are_printable_and_quoted)
{
	const char *words;

	peer_serves(
		peer_script("printf \"first\\033[31m\\n\\001second\\377\\n\"" AND_SERVE));
	words = last_words(20);
	cr_expect_not_null(strstr(words, "\"first [31m  second"), "%s", words);
	for (const char *c = words; *c; c++)
		cr_expect(*c >= ' ' && *c <= '~');
	target_stop();
}

Test(target, last_words_of_many_are_the_last_whole_lines)
{
	const char *words;

	peer_serves(peer_script("seq 1 100000" AND_SERVE));
	words = last_words(588895);
	cr_expect_not_null(strstr(words, "99999 100000\""), "%s", words);
	cr_expect_lt(strlen(words), 399);
	target_stop();
}

Test(target, one_that_says_nothing_printed_nothing)
{
	peer_serves(peer_command());
	cr_expect_str_eq(last_words(0), "it printed nothing");
	target_stop();
}

/* --- a target that dies, or does not want to ---------------------------------------- */

Test(target, a_death_is_noticed_with_its_signal)
{
	pid_t pid = peer_serves(peer_command());

	kill(pid, SIGABRT);
	cr_expect(target_dies());
	cr_expect_not(target_alive());
	cr_expect_str_eq(target_death(), "was killed by signal 6 (Aborted)");
	cr_expect(target_crashed());
	target_stop();
	cr_expect(target_crashed(), "known after the stop too");
}

Test(target, being_killed_is_no_crash)
{
	pid_t pid = peer_serves(peer_command());

	kill(pid, SIGKILL);
	cr_expect(target_dies());
	cr_expect_not(target_crashed());
	target_stop();
}

Test(target, to_end_when_it_is_told_to_is_no_death)
{
	peer_serves(peer_command());
	target_signal(SIGTERM);
	cr_expect(stream_until(target_is_gone, NULL));
	cr_expect_not(target_dies());
	target_stop();
}

Test(target, to_break_down_when_it_is_told_to_end_is_a_death)
{
	peer_serves(peer_script("trap \"kill -ABRT \\$\\$\" TERM; \"$PEER\" & wait"));
	target_signal(SIGTERM);
	cr_expect(target_dies());
	target_stop();
}

Test(target, one_that_lives_does_not_die)
{
	cr_assert_eq(peer_try(peer_command(), 0.1, 0), 0);
	cr_expect_not(target_dies());
	target_stop();
}

Test(target, sigterm_is_enough_for_one_that_obeys)
{
	int64_t began;

	peer_serves(peer_command());
	began = deadline_now();
	target_stop();
	cr_expect_lt(deadline_now() - began, 900, "no SIGKILL was needed");
	cr_expect_str_eq(target_death(), "was killed by signal 15 (Terminated)");
}

Test(target, one_that_ignores_sigterm_is_killed_with_all_its_own)
{
	static struct tree tree;

	peer_serves(peer_script(
		"trap \"\" TERM; sleep 1000 & setsid sleep 1000 & exec \"$PEER\""));
	target_tree(&tree);
	cr_expect_geq(tree.n, 3);
	deadline_set_scale(0.1);
	target_stop();
	peer_is_gone();
}

static bool stopped(void *pid)
{
	return proc_state(*(pid_t *)pid) == 'T';
}

Test(target, a_stopped_one_may_go_on_and_end_in_order)
{
	pid_t pid = peer_serves(peer_command());

	cr_assert_eq(target_signal(SIGSTOP), 0);
	cr_assert(stream_until(stopped, &pid));
	target_stop();
	cr_expect_str_eq(target_death(), "was killed by signal 15 (Terminated)");
	peer_is_gone();
}

Test(target, a_daemon_is_found_and_stopped)
{
	peer_serves(peer_script(
		"(while kill -0 $$ 2>/dev/null; do :; done; exec \"$PEER\") &"));
	cr_expect(target_alive());
	target_signal(SIGKILL);
	cr_expect(target_dies());
	target_stop();
	peer_is_gone();
}

Test(target, a_daemon_dies_its_own_death)
{
	pid_t pid = peer_serves(peer_script(
		"(while kill -0 $$ 2>/dev/null; do :; done; exec \"$PEER\") &"));

	kill(pid, SIGABRT);
	cr_expect(target_dies());
	cr_expect_str_eq(target_death(), "was killed by signal 6 (Aborted)");
	cr_expect(target_crashed());
	target_stop();
}

Test(target, a_server_below_a_shell_crashes_after_it)
{
	pid_t shell = peer_serves(peer_script("\"$PEER\" & wait"));
	static struct tree tree;

	proc_tree(shell, false, &tree);
	kill(shell, SIGTERM);
	kill(tree.pids[0], SIGABRT);
	cr_expect(stream_until(target_is_gone, NULL));
	cr_expect(target_crashed());
	cr_expect_str_eq(target_death(), "was killed by signal 6 (Aborted)");
	target_stop();
}

static bool is_reaped(void *pid)
{
	return target_alive() && kill(*(pid_t *)pid, 0) == -1;
}

Test(target, a_daemon_may_listen_before_its_parent_leaves)
{
	pid_t parent = peer_serves(peer_script("trap \"exit 0\" USR1; \"$PEER\" & wait"));

	cr_expect(target_alive());
	cr_assert_eq(kill(parent, SIGUSR1), 0);
	cr_expect(stream_until(is_reaped, &parent));
	cr_expect_not(stream_stirs(stream_open(), 100));
	cr_expect(target_alive());
	target_stop();
	peer_is_gone();
}

Test(target, killed_and_restarted_it_serves_on_the_same_port)
{
	pid_t first = peer_serves(peer_command());
	struct sockaddr_storage before;
	const struct sockaddr *address;
	socklen_t length;

	address = target_address(&length);
	memcpy(&before, address, length);
	target_kill();
	peer_is_gone();
	cr_assert_eq(target_restart(&(struct launch){0}), 0, "%s", target_reason());
	cr_expect_arr_eq(target_address(&length), &before, length);
	cr_expect_gt(stream_ping(stream_open(), 64), 0);
	cr_expect_eq(kill(first, 0), -1);
	target_stop();
}

/* --- a second one beside it ----------------------------------------------------------- */

Test(target, a_second_one_on_the_port_fails)
{
	peer_serves(peer_command());
	cr_expect_eq(target_start_second(), SECOND_FAILED);
	cr_expect_gt(stream_ping(stream_open(), 64), 0, "the first one serves on");
	target_stop();
	peer_is_gone();
}

Test(target, a_second_one_may_end_as_if_all_were_well)
{
	peer_serves(peer_script("\"$PEER\" || exit 0"));
	cr_expect_eq(target_start_second(), SECOND_ENDED);
	target_stop();
	peer_is_gone();
}

Test(target, a_second_one_may_stay_and_is_ended)
{
	cr_assert_eq(peer_try(peer_script("\"$PEER\" || exec sleep 1000"), 0.1, 0), 0);
	cr_expect_eq(target_start_second(), SECOND_WAITS);
	target_stop();
	peer_is_gone();
}

Test(target, a_second_one_that_cannot_be_started_has_not_failed)
{
	peer_serves(peer_command());
	child_spare_descriptors(0);
	cr_expect_eq(target_start_second(), SECOND_UNKNOWN);
	target_stop();
}

Test(target, it_is_gone_when_no_process_is_left)
{
	peer_serves(peer_script("setsid \"$PEER\" & wait"));
	cr_expect_not(target_is_gone(NULL));
	target_signal(SIGKILL);
	cr_expect(stream_until(target_is_gone, NULL));
	target_stop();
}
