/* launch - tests: a server that does not get there is given up soon, with the reason
 *
 * SPDX-License-Identifier: MIT
 */
#include "../deadline.h"
#include "../target.h"
#include "child.h"
#include "peer.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(launch, .init = child_backstop);

static void expect_reason(const char *words)
{
	cr_expect_not_null(strstr(target_reason(), words), "%s", target_reason());
}

Test(launch, one_that_exits_at_once_says_how_and_why)
{
	cr_assert_eq(peer_try("sh -c 'echo no such luck; exit 7' {port}", 1, 0), -1);
	expect_reason("exited with status 7");
	expect_reason("no such luck");
	peer_is_gone();
}

Test(launch, one_that_is_killed_says_by_what)
{
	cr_assert_eq(peer_try("sh -c 'kill -SEGV $$' {port}", 1, 0), -1);
	expect_reason("was killed by signal 11");
	expect_reason("it printed nothing");
}

Test(launch, no_such_file_is_named)
{
	cr_assert_eq(peer_try("/no/such/file {port}", 1, 0), -1);
	expect_reason("/no/such/file: No such file or directory");
}

Test(launch, one_that_never_listens_is_given_up)
{
	int64_t began = deadline_now();

	cr_assert_eq(peer_try("sleep 1000 {port}", 0.1, 0), -1);
	cr_expect_geq(deadline_now() - began, 300);
	cr_expect_lt(deadline_now() - began, 10000);
	expect_reason("does not listen");
	peer_is_gone();
}

Test(launch, one_that_works_but_never_listens_is_given_up_too)
{
	int64_t began = deadline_now();

	cr_assert_eq(peer_try("sh -c 'while :; do :; done' {port}", 0.1, 0), -1);
	cr_expect_lt(deadline_now() - began, 10000);
	peer_is_gone();
}

Test(launch, a_flood_of_output_does_not_help)
{
	cr_assert_eq(peer_try("yes {port}", 0.1, 0), -1);
	expect_reason("does not listen");
	expect_reason("its last words");
	peer_is_gone();
}

Test(launch, words_that_only_a_shell_understands_are_explained)
{
	cr_assert_eq(peer_try("server {port} | cat", 1, 0), -1);
	expect_reason("not run by a shell");
}

Test(launch, a_command_that_does_not_split_is_refused)
{
	cr_assert_eq(peer_try("server 'half a quote {port}", 1, 0), -1);
	expect_reason("cannot split");
}

Test(launch, a_command_substitution_is_not_run)
{
	cr_assert_eq(peer_try("server $(echo run >&2) {port}", 1, 0), -1);
	expect_reason("command substitution");
}

Test(launch, a_bad_command_is_not_our_fault)
{
	cr_assert_eq(peer_try("server 'half a quote {port}", 1, 0), -1);
	cr_expect_not(target_fault_is_ours());
}

Test(launch, no_port_and_no_pipe_are_our_fault)
{
	for (int spare = 1; spare < 4; spare++) {
		child_spare_descriptors(spare);
		cr_assert_eq(peer_try("sleep 1000 {port}", 1, 0), -1);
		cr_expect(target_fault_is_ours(), "%s", target_reason());
		expect_reason("Too many open files");
	}
}
