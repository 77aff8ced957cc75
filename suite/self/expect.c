/* expect - tests: right servers pass, and each fault gets its own cause
 *
 * SPDX-License-Identifier: MIT
 */
#include "../expect.h"

#include "../deadline.h"
#include "../judge.h"
#include "../target.h"
#include "caught.h"
#include "child.h"
#include "faults.h"
#include "server.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define IMPATIENT 0.1 /* where silence is what is waited for */

TestSuite(expect, .init = child_backstop);

/* --- what cases do ------------------------------------------------------------------ */

static void echo(void)
{
	struct stream *s = stream_open();

	stream_send(s, 1000);
	expect_echo(s);
}

static void echo_two_hundred(void)
{
	struct stream *s = stream_open();

	stream_send(s, 2 * FAULT_AT);
	expect_echo(s);
}

static void end_of_file(void)
{
	struct stream *s = stream_open();

	stream_send(s, FAULT_AT);
	stream_fin(s);
	expect_eof(s);
}

static void coalesced_end_of_file(void)
{
	struct stream *s = stream_open();

	stream_send(s, FAULT_AT);
	expect_echo(s);
	stream_send_fin(s, FAULT_AT);
	expect_eof(s);
}

static void silence(void)
{
	expect_silence(stream_open(), deadline_window(50));
}

static void two_echoes(void)
{
	struct stream *s = stream_open();

	stream_send(s, FAULT_AT);
	expect_echo(s);
	stream_stirs(s, 100);
	stream_send(s, FAULT_AT);
	expect_echo(s);
}

/* As long as it takes a server to say something unasked. */
static void long_silence(void)
{
	expect_silence(stream_open(), 10 * deadline_patience());
}

static void crowd(void)
{
	struct stream *set[10];

	stream_open_all(set, 10);
	expect_connected(set, 10);
	stream_send_all(set, 10, 1000);
	expect_echo_all(set, 10);
	for (int i = 0; i < 10; i++)
		stream_fin(set[i]);
	expect_eof_all(set, 10);
}

static void bystander(void)
{
	expect_open_bystander();
	expect_bystander("before");
	expect_served("meanwhile");
	expect_bystander("after");
	expect_close_bystander();
	expect_open_bystander();
	expect_bystander("in its place");
}

/* --- right servers ------------------------------------------------------------------ */

Test(expect, a_right_server_passes_everything)
{
	static void (*const bodies[])(void) = {echo, echo_two_hundred, end_of_file,
		coalesced_end_of_file, two_echoes, silence, crowd, bystander};

	server_use(serve_echo, 1);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct message message = caught(SAMPLE_MUST, bodies[i]);

		cr_expect_eq(message.verdict, VERDICT_PASS, "%zu: %s; %s", i,
			message.seen, message.text);
	}
}

/* --- wrong servers ------------------------------------------------------------------ */

struct row {
	serve_fn *serve;
	void (*body)(void);
	enum cause cause;
	const char *seen;
};

static void expect_failure(const struct row *row)
{
	struct message message;

	server_use(row->serve, IMPATIENT);
	message = caught(SAMPLE_MUST, row->body);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, row->cause, "%s", cause_name(message.cause));
	cr_expect_not_null(strstr(message.seen, row->seen), "%s", message.seen);
	cr_expect_str_not_empty(message.expected);
	cr_expect_str_not_empty(message.text);
}

#define FAILS(name, ...)                                                                 \
	Test(expect, name)                                                               \
	{                                                                                \
		expect_failure(&(struct row){__VA_ARGS__});                              \
	}

FAILS(lost_bytes_are_data, serve_lossy, echo, CAUSE_DATA, "at offset 100: 50 bytes lost")
FAILS(duplicated_bytes_are_data, serve_twice, echo, CAUSE_DATA, "at offset 100: dup")
FAILS(late_bytes_are_reordered, serve_late, echo_two_hundred, CAUSE_DATA,
	"at offset 100: reordered")
FAILS(a_corrupted_byte_is_data, serve_corrupted, echo, CAUSE_DATA, "at offset 100: byte")
FAILS(a_greeting_is_data, serve_talkative, long_silence, CAUSE_DATA, "5 bytes more")
FAILS(an_early_close_is_eof, serve_closing, echo_two_hundred, CAUSE_EOF,
	"FIN at offset 100 of 200")
FAILS(an_echo_of_what_could_not_be_sent_is_none, serve_brief, two_echoes, CAUSE_EOF,
	"FIN at offset 100")
FAILS(a_lost_answer_to_a_fin_is_eof, serve_fin_hasty, coalesced_end_of_file, CAUSE_EOF,
	"FIN at offset 100 of 200")
FAILS(an_rst_is_reset, serve_resetting, echo_two_hundred, CAUSE_RESET,
	"Connection reset by peer at offset 100 of 200")
FAILS(no_answer_is_hang, serve_sink, echo, CAUSE_HANG, "at offset 0 of 1000")
FAILS(half_an_answer_is_hang, serve_stuck, echo, CAUSE_HANG, "at offset 100 of 1000")
FAILS(no_fin_is_hang, serve_fin_blind, end_of_file, CAUSE_HANG, "at offset 100 of 100")

/* Two connections, each answered with what the other said. */
static void serve_crosswise(int listener)
{
	int a = accept(listener, NULL, NULL), b = accept(listener, NULL, NULL);
	char from_a[1000], from_b[1000];

	server_take(a, from_a, sizeof(from_a));
	server_take(b, from_b, sizeof(from_b));
	server_give(a, from_b, sizeof(from_b));
	server_give(b, from_a, sizeof(from_a));
	serve_nothing(a);
}

static void cross_talk(void)
{
	struct stream *set[2];

	stream_open_all(set, 2);
	stream_send_all(set, 2, 1000);
	expect_echo_all(set, 2);
}

Test(expect, bytes_of_somebody_else_are_foreign)
{
	int listener = server_listen(AF_INET, 0);
	struct message message;

	if (child_fork() == 0)
		serve_crosswise(listener);
	server_attach(listener, 0, IMPATIENT);
	message = caught(SAMPLE_MUST, cross_talk);
	cr_expect_eq(message.cause, CAUSE_DATA);
	cr_expect_not_null(strstr(message.seen, "foreign"), "%s", message.seen);
}

Test(expect, nobody_there_is_reset_by_connect)
{
	pid_t pid = server_use(serve_echo, IMPATIENT);
	struct message message;

	child_kill(pid);
	message = caught(SAMPLE_MUST, bystander);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_RESET);
	cr_expect_not_null(
		strstr(message.seen, "Connection refused"), "%s", message.seen);
}

Test(expect, a_full_backlog_is_hang)
{
	int listener = server_listen(AF_INET, 0);

	listen(listener, 0);
	server_attach(listener, 0, IMPATIENT);
	cr_expect_eq(caught(SAMPLE_MUST, crowd).cause, CAUSE_HANG);
}

/* --- the target's own processor ----------------------------------------------------- */

static void no_spin(void)
{
	expect_no_spin("at rest");
}

static pid_t spinner(void)
{
	pid_t pid = child_fork();

	if (pid == 0)
		for (;;)
			getppid();
	return pid;
}

static pid_t sleeper(void)
{
	pid_t pid = child_fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

Test(expect, a_spinner_uses_a_whole_processor_and_fails)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = spinner();
	struct message message;
	struct cpu_share share;

	server_attach(listener, pid, IMPATIENT);
	share = expect_cpu_share(200);
	cr_expect_gt(share.wanted, 0.7, "%f", share.wanted);
	cr_expect_lt(share.wanted, 1.2, "%f", share.wanted);
	cr_expect_leq(share.ran, share.wanted);
	message = caught(SAMPLE_MUST, no_spin);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_SPIN);
	/* Its window is short: on a busy machine it may miss the spinner. */
	message.cause = CAUSE_NONE;
	for (int i = 0; i < 5 && message.cause != CAUSE_SPIN; i++)
		message = caught(SAMPLE_MUST, echo);
	cr_expect_eq(message.cause, CAUSE_SPIN, "silent and busy");
	child_kill(pid);
}

Test(expect, a_sleeper_uses_nothing_and_passes)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = sleeper();
	struct cpu_share share;

	server_attach(listener, pid, IMPATIENT);
	share = expect_cpu_share(100);
	cr_expect_lt(share.ran, 0.01, "%f", share.ran);
	cr_expect_lt(share.wanted, 0.5, "%f", share.wanted);
	cr_expect_eq(caught(SAMPLE_MUST, no_spin).verdict, VERDICT_PASS);
	cr_expect_eq(caught(SAMPLE_MUST, echo).cause, CAUSE_HANG, "silent and at rest");
	child_kill(pid);
}

static bool stopped(void *pid)
{
	return proc_stopped(*(pid_t *)pid);
}

/* Has so many children that have worked for 3 ms each; they end one after the other, 10 ms apart,
 * once it is continued. */
static pid_t bereaved(int n)
{
	pid_t pid = child_fork(), children[100];

	if (pid != 0)
		return pid;
	for (int i = 0; i < n; i++) {
		children[i] = child_fork();
		while (children[i] == 0)
			if (clock() > CLOCKS_PER_SEC * 3 / 1000)
				raise(SIGSTOP);
		waitpid(children[i], NULL, WUNTRACED);
	}
	raise(SIGSTOP);
	for (int i = 0; i < n; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
		poll(NULL, 0, 10);
	}
	for (;;)
		pause();
}

static pid_t attach_bereaved(int n)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = bereaved(n);

	cr_assert(stream_until(stopped, &pid));
	server_attach(listener, pid, 1);
	kill(pid, SIGCONT);
	return pid;
}

Test(expect, a_child_that_ends_takes_no_time_along)
{
	pid_t pid = attach_bereaved(1);
	struct cpu_share share = expect_cpu_share(100);

	cr_expect_geq(share.ran, 0, "%f", share.ran);
	cr_expect_geq(share.wanted, 0, "%f", share.wanted);
	child_kill(pid);
}

Test(expect, children_that_end_all_the_time_are_no_rest)
{
	pid_t pid = attach_bereaved(100);

	cr_expect_eq(caught(SAMPLE_MUST, no_spin).verdict, VERDICT_UNSURE);
	child_kill(pid);
}

static long before;

static void given_back(void)
{
	expect_given_back(before, 20);
}

Test(expect, descriptors_that_are_not_given_back_are_a_leak)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = sleeper();
	struct message message;
	long now;

	server_attach(listener, pid, IMPATIENT);
	now = target_descriptors();
	cr_assert_gt(now, 0);
	before = now;
	cr_expect_eq(caught(SAMPLE_MUST, given_back).verdict, VERDICT_PASS);
	before = now - 2;
	cr_expect_eq(caught(SAMPLE_MUST, given_back).verdict, VERDICT_PASS, "a tenth");
	before = now - 3;
	message = caught(SAMPLE_MUST, given_back);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_LEAK);
	before = -1;
	cr_expect_eq(caught(SAMPLE_MUST, given_back).verdict, VERDICT_SKIP);
	child_kill(pid);
}

/* Its descriptors go one after the other: what is left is counted when they have gone. */
static pid_t closer(void)
{
	pid_t pid = child_fork();

	if (pid != 0)
		return pid;
	for (int i = 0; i < 20; i++)
		dup2(0, 100 + i);
	kill(getpid(), SIGSTOP);
	for (int i = 0; i < 20; i++) {
		poll(NULL, 0, 5);
		close(100 + i);
	}
	for (;;)
		pause();
}

Test(expect, descriptors_that_are_still_being_closed_are_waited_for)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = closer();

	server_attach(listener, pid, 1);
	cr_assert(stream_until(stopped, &pid));
	before = target_descriptors() - 20;
	kill(pid, SIGCONT);
	cr_expect_eq(caught(SAMPLE_MUST, given_back).verdict, VERDICT_PASS);
	child_kill(pid);
}

Test(expect, a_target_that_died_overrules_the_cause)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = sleeper();
	struct message message;

	server_attach(listener, pid, IMPATIENT);
	child_kill(pid);
	message = caught(SAMPLE_MUST, echo);
	cr_expect_eq(message.verdict, VERDICT_FAIL);
	cr_expect_eq(message.cause, CAUSE_CRASH);
	cr_expect_not_null(strstr(message.text, "is gone"), "%s", message.text);
}

static void fail_in_vain(void)
{
	fail(CAUSE_HANG, "an answer", "none", "what is tried only is not judged");
}

static void be_at_fault(void)
{
	error("the machine is on fire");
}

static void attempt_a_failure(void)
{
	if (attempt(fail_in_vain))
		fail(CAUSE_NONE, "false", "true", "the body did not come to its end");
}

static void attempt_an_error(void)
{
	attempt(be_at_fault);
}

Test(expect, what_fails_in_an_attempt_is_no_verdict)
{
	int listener = server_listen(AF_INET, 0);

	server_attach(listener, 0, IMPATIENT);
	cr_expect_eq(caught(SAMPLE_MUST, attempt_a_failure).verdict, VERDICT_PASS);
	cr_expect_eq(caught(SAMPLE_MUST, attempt_an_error).verdict, VERDICT_ERROR);
}
