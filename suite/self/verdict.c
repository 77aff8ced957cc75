/* verdict - tests: what a case says reaches the record, whatever becomes of the case
 *
 * SPDX-License-Identifier: MIT
 */
#include "../verdict.h"

#include "../judge.h"
#include "caught.h"
#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(verdict, .init = child_backstop);

Test(verdict, a_message_outlives_its_sender)
{
	struct message sent = {.kind = MESSAGE_JUDGED,
		.row = 3,
		.verdict = VERDICT_FAIL,
		.cause = CAUSE_CRASH,
		.seconds = 0.25,
		.expected = "an echo",
		.seen = "none"};
	struct message got;
	int verdicts = verdict_listen();
	pid_t pid;

	memset(sent.text, 'x', sizeof(sent.text) - 1);
	cr_assert_neq(verdicts, -1);
	pid = child_fork();
	if (pid == 0) {
		verdict_send(&sent);
		raise(SIGKILL);
	}
	cr_assert(WIFSIGNALED(child_wait(pid)));
	cr_assert_eq(
		recv(verdicts, &got, sizeof(got), MSG_DONTWAIT), (ssize_t)sizeof(got));
	cr_expect_eq(got.kind, sent.kind);
	cr_expect_eq(got.row, sent.row);
	cr_expect_eq(got.verdict, sent.verdict);
	cr_expect_eq(got.cause, sent.cause);
	cr_expect_eq(got.seconds, sent.seconds);
	cr_expect_str_eq(got.expected, sent.expected);
	cr_expect_str_eq(got.seen, sent.seen);
	cr_expect_str_eq(got.text, sent.text);
}

/* More than the kernel queues (net.unix.max_dgram_qlen): the sender waits, nothing is
 * lost. */
Test(verdict, many_messages_arrive_in_order)
{
	int verdicts = verdict_listen();
	struct message message = {.kind = MESSAGE_NOTE};
	pid_t pid = child_fork();

	if (pid == 0) {
		for (; message.row < 2000; message.row++)
			verdict_send(&message);
		_exit(0);
	}
	for (unsigned row = 0; row < 2000; row++)
		cr_assert_eq(caught_next(verdicts).row, row);
	cr_expect_eq(child_wait(pid), 0);
}

Test(verdict, a_case_that_nobody_hears_ends)
{
	struct message message = {.kind = MESSAGE_BEGIN};
	int verdicts = verdict_listen(), status;
	pid_t pid;

	close(verdicts);
	pid = child_fork();
	if (pid == 0) {
		verdict_send(&message);
		_exit(0);
	}
	status = child_wait(pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

/* As two processes of the same number have it that share a network. */
Test(verdict, one_process_may_listen_twice)
{
	struct message message = {.kind = MESSAGE_BEGIN, .row = 7};
	int first = verdict_listen(), second = verdict_listen();

	cr_assert_neq(first, -1);
	cr_assert_neq(second, -1);
	verdict_send(&message);
	cr_expect_eq(caught_next(second).row, 7);
}

/* --- the words of a case ------------------------------------------------------------ */

static void fail_somehow(void)
{
	fail(CAUSE_EOF, "an echo", "FIN", "closed too early");
}

Test(verdict, an_unmet_claim_weighs_what_its_level_says)
{
	cr_expect_eq(caught(SAMPLE_MUST, fail_somehow).verdict, VERDICT_FAIL);
	cr_expect_eq(caught(SAMPLE_SHOULD, fail_somehow).verdict, VERDICT_WARN);
	cr_expect_eq(caught(SAMPLE_MAY, fail_somehow).verdict, VERDICT_INFO);
}

static void fall_short(void)
{
	warn(CAUSE_STARVE, "an echo at once", "an echo later", "it naps");
}

Test(verdict, a_warning_never_weighs_more_than_a_should)
{
	cr_expect_eq(caught(SAMPLE_MUST, fall_short).verdict, VERDICT_WARN);
	cr_expect_eq(caught(SAMPLE_SHOULD, fall_short).verdict, VERDICT_WARN);
	cr_expect_eq(caught(SAMPLE_MAY, fall_short).verdict, VERDICT_INFO);
	cr_expect_eq(caught(SAMPLE_MUST, fall_short).cause, CAUSE_STARVE);
}

Test(verdict, a_failure_tells_row_cause_and_words)
{
	struct message message = caught(SAMPLE_OTHER, fail_somehow);

	cr_expect_eq(message.row, SAMPLE_OTHER);
	cr_expect_eq(message.cause, CAUSE_EOF);
	cr_expect_str_eq(message.expected, "an echo");
	cr_expect_str_eq(message.seen, "FIN");
	cr_expect_str_eq(message.text, "closed too early");
}

static void break_down(void)
{
	broken_down("an orderly end", "it breaks down");
}

Test(verdict, a_death_is_no_policy)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = server_start(listener, serve_echo);
	struct message message;

	server_attach(listener, pid, 1);
	kill(pid, SIGABRT);
	message = caught(SAMPLE_MAY, fail_somehow);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_CRASH);
	cr_expect_eq(caught(SAMPLE_SHOULD, fail_somehow).verdict, VERDICT_WARN);
	cr_expect_eq(caught(SAMPLE_MAY, break_down).verdict, VERDICT_FAIL);
}

static void skip_somehow(void)
{
	skip("needs %s", "more");
}

static void block_somehow(void)
{
	blocked("down since %d", 7);
}

static void doubt_somehow(void)
{
	unsure("no stall");
}

static void err_somehow(void)
{
	error("no memory");
}

static void pass_at_last(void)
{
	note("worth telling");
}

Test(verdict, every_word_is_its_own_verdict)
{
	static const struct {
		void (*body)(void);
		enum verdict verdict;
		const char *text;
	} rows[] = {
		{skip_somehow, VERDICT_SKIP, "needs more"},
		{block_somehow, VERDICT_BLOCKED, "down since 7"},
		{doubt_somehow, VERDICT_UNSURE, "no stall"},
		{err_somehow, VERDICT_ERROR, "no memory"},
		{pass_at_last, VERDICT_PASS, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct message message = caught(SAMPLE_SHOULD, rows[i].body);

		cr_expect_eq(message.verdict, rows[i].verdict, "%s", rows[i].text);
		cr_expect_str_eq(message.text, rows[i].text);
	}
}

static void fail_at_length(void)
{
	static char words[100000];

	memset(words, 'w', sizeof(words) - 1);
	fail(CAUSE_DATA, words, words, words);
}

Test(verdict, words_of_any_length_are_cut_and_not_lost)
{
	struct message message = caught(SAMPLE_MUST, fail_at_length);

	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(strlen(message.expected), sizeof(message.expected) - 1);
	cr_expect_eq(strlen(message.seen), sizeof(message.seen) - 1);
	cr_expect_eq(strlen(message.text), sizeof(message.text) - 1);
}

Test(verdict, names_are_told_apart)
{
	for (int a = 0; a < VERDICT_COUNT; a++)
		for (int b = 0; b < a; b++)
			cr_expect_str_neq(verdict_name(a), verdict_name(b));
	for (int a = 0; a <= CAUSE_STARVE; a++)
		for (int b = 0; b < a; b++)
			cr_expect_str_neq(cause_name(a), cause_name(b));
}
