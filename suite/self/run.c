/* run - tests: whole runs of echospec, from the command line to the exit status
 *
 * The test is the subreaper of all that it starts, so that a process that a run leaves
 * behind becomes a child of the test.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../deadline.h"
#include "../proc.h"
#include "../stream.h"
#include "child.h"
#include "command.h"
#include "peer.h"
#include "server.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 20 /* in which a run has to see that there is nothing to judge */
#define ONE     "half-close/fin-no-data"

static struct command command;
static char json[64] = "/tmp/echospec-self-XXXXXX";

static void prepare(void)
{
	child_backstop();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	close(mkstemp(json));
}

static void clean(void)
{
	unlink(json);
}

TestSuite(run, .init = prepare, .fini = clean);

/* The record as an array; NULL when it is no JSON. */
static json_t *record(void)
{
	json_error_t problem;
	json_t *run = json_load_file(json, 0, &problem);
	json_t *cases = json_incref(json_object_get(run, "cases"));

	cr_expect_not_null(run, "%s", problem.text);
	json_decref(run);
	return cases;
}

static const char *verdict_at(json_t *array, size_t index)
{
	json_t *object = json_array_get(array, index);

	return json_string_value(json_object_get(object, "verdict"));
}

static size_t count(json_t *array, const char *verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(array); i++)
		n += strcmp(verdict_at(array, i), verdict) == 0;
	return n;
}

static void expect_nobody_left(void)
{
	static struct tree tree;

	proc_tree(getpid(), false, &tree);
	cr_expect_eq(tree.n, 0, "%d are left", tree.n);
}

/* A right echo server, for --target; its address. */
static const char *right_server(void)
{
	static char address[64];
	int listener = server_listen(AF_INET, 0);

	server_start(listener, serve_echo);
	snprintf(address, sizeof(address), "%s", server_address(listener));
	close(listener);
	return address;
}

/* --- nothing to judge --------------------------------------------------------------- */

struct refusal {
	const char *arguments[6];
	const char *words[2]; /* what was tried, and why it is hopeless */
};

static void expect_unreachable(const struct refusal *refusal)
{
	int64_t began = deadline_now();

	command_run(&command, refusal->arguments);
	cr_expect_eq(command.status, 3, "%s: %d", refusal->words[0], command.status);
	cr_expect_lt(deadline_now() - began, SECONDS * 1000, "%s", refusal->words[0]);
	for (int i = 0; i < 2; i++)
		cr_expect_not_null(strstr(command.err, refusal->words[i]),
			"no \"%s\": %s", refusal->words[i], command.err);
	cr_expect_eq(
		strcspn(command.err, "\n") + 1, strlen(command.err), "%s", command.err);
	cr_expect_str_empty(command.out);
	expect_nobody_left();
}

#define UNREACHABLE(name, ...)                                                           \
	Test(run, name)                                                                  \
	{                                                                                \
		expect_unreachable(&(struct refusal){__VA_ARGS__});                      \
	}

UNREACHABLE(nothing_listens_there, {"--target", "127.0.0.1:1"},
	{"127.0.0.1:1", "Connection refused"})
UNREACHABLE(no_such_name, {"--target", "no-such-host.invalid:7"},
	{"no-such-host.invalid:7", "cannot resolve"})
UNREACHABLE(no_such_port, {"--target", "127.0.0.1:no-such-service"},
	{"127.0.0.1:no-such-service", "cannot resolve"})
UNREACHABLE(no_such_file, {"--exec", "/no/such/file {port}"},
	{"/no/such/file", "No such file or directory"})
UNREACHABLE(never_listens, {"--exec", "sleep 1000 {port}", "--scale", "0.1"},
	{"does not listen on port", "printed nothing"})
UNREACHABLE(exits_at_once, {"--exec", "sh -c 'echo my last words; exit 5' {port}"},
	{"exited with status 5", "my last words"})
UNREACHABLE(floods_its_output, {"--exec", "yes {port}", "--scale", "0.1"},
	{"does not listen on port", "its last words"})

Test(run, no_such_process)
{
	const char *const arguments[] = {
		"--target", right_server(), "--pid", "2147483647", NULL};

	command_run(&command, arguments);
	cr_expect_eq(command.status, 3);
	cr_expect_not_null(strstr(command.err, "no such process"), "%s", command.err);
}

static void expect_stranger(pid_t pid, const char *words)
{
	char number[16];
	const char *const arguments[] = {
		"--target", right_server(), "--pid", number, NULL};

	snprintf(number, sizeof(number), "%d", pid);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 3);
	cr_expect_not_null(strstr(command.err, words), "%s", command.err);
}

Test(run, a_process_that_does_not_listen_there_is_not_looked_at)
{
	pid_t pid = child_fork();

	if (pid == 0)
		for (;;)
			pause();
	expect_stranger(pid, "listens there");
	expect_stranger(getpid(), "echospec itself runs below");
	child_kill(pid);
}

/* As HTTP does with what it does not understand. */
static void serve_refusal(int fd)
{
	char byte;

	server_take(fd, &byte, 1);
	server_give(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
}

/* A line at a time, as fgets reads them. */
static void serve_lines(int fd)
{
	char line[4096];

	for (size_t n = 0;;) {
		server_take(fd, line + n, 1);
		if (line[n++] != '\n' && n < sizeof(line))
			continue;
		server_give(fd, line, n);
		n = 0;
	}
}

static void serve_farewell(int fd)
{
	char byte;

	server_take(fd, &byte, 1);
}

static void expect_no_target(serve_fn *serve, const char *words)
{
	int listener = server_listen(AF_INET, 0);
	const char *const arguments[] = {
		"--target", server_address(listener), "--scale", "0.1", NULL};

	server_start(listener, serve);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 3);
	cr_expect_not_null(strstr(command.err, words), "%s", command.err);
}

Test(run, one_that_does_not_echo_is_no_target)
{
	expect_no_target(serve_sink, "does not echo");
	expect_no_target(serve_refusal, "with something else");
	expect_no_target(serve_farewell, "ends a connection");
}

Test(run, one_that_works_by_lines_is_judged)
{
	int listener = server_listen(AF_INET, 0);
	const char *const arguments[] = {"--target", server_address(listener), "--only",
		"integrity/no-line-buffering", "--scale", "0.1", NULL};

	server_start(listener, serve_lines);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 1, "%s%s", command.out, command.err);
	cr_expect_not_null(
		strstr(command.out, "until a line is complete"), "%s", command.out);
}

/* --- verdicts ----------------------------------------------------------------------- */

Test(run, a_right_server_conforms)
{
	const char *const arguments[] = {
		"--exec", peer_command(), "--only", ONE, "--json", json, NULL};
	json_t *array;

	command_run(&command, arguments);
	cr_expect_eq(command.status, 0, "%s%s", command.out, command.err);
	cr_expect_not_null(strstr(command.out, "pass"), "%s", command.out);
	cr_expect_str_empty(command.err);
	array = record();
	cr_assert_eq(json_array_size(array), 1);
	cr_expect_str_eq(verdict_at(array, 0), "pass");
	json_decref(array);
	expect_nobody_left();
}

Test(run, a_right_server_somewhere_conforms)
{
	const char *const arguments[] = {"--target", right_server(), "--only", ONE, NULL};

	command_run(&command, arguments);
	cr_expect_eq(command.status, 0, "%s%s", command.out, command.err);
}

static void serve_until_fin(int fd)
{
	serve_echo(fd);
	serve_nothing(fd);
}

Test(run, a_wrong_server_does_not_conform)
{
	int listener = server_listen(AF_INET, 0);
	const char *const arguments[] = {"--target", server_address(listener), "--only",
		ONE, "--json", json, "--scale", "0.1", NULL};
	json_t *array;

	server_start(listener, serve_until_fin);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 1, "%s%s", command.out, command.err);
	cr_expect_not_null(strstr(command.out, "hang"), "%s", command.out);
	cr_expect_not_null(strstr(command.out, "expected"), "%s", command.out);
	cr_expect_not_null(strstr(command.out, "not conforming"), "%s", command.out);
	cr_expect_null(strchr(command.out, '\033'), "no colour but on a terminal");
	array = record();
	cr_expect_str_eq(verdict_at(array, 0), "fail");
	json_decref(array);
}

Test(run, nothing_selected_is_77)
{
	const char *const arguments[] = {
		"--target", right_server(), "--only", ONE, "--skip", ONE, NULL};

	command_run(&command, arguments);
	cr_expect_eq(command.status, 77, "%s%s", command.out, command.err);
}

/* Nobody's processes can be seen through --target alone. */
Test(run, nothing_visible_is_77)
{
	const char *const arguments[] = {"--target", right_server(), "--only",
		"idle/conns-cpu", "--json", json, NULL};
	json_t *array;

	command_run(&command, arguments);
	cr_expect_eq(command.status, 77, "%s%s", command.out, command.err);
	cr_expect_not_null(strstr(command.out, "--pid"), "the remedy: %s", command.out);
	array = record();
	cr_expect_str_eq(verdict_at(array, 0), "skip");
	json_decref(array);
}

Test(run, a_process_id_lets_more_be_seen)
{
	int listener = server_listen(AF_INET, 0);
	pid_t server = server_start(listener, serve_echo);
	char pid[16];
	const char *const arguments[] = {"--target", server_address(listener), "--pid",
		pid, "--only", "idle/conns-cpu", NULL};

	snprintf(pid, sizeof(pid), "%d", server);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 0, "%s%s", command.out, command.err);
}

/* A server that ends, with all its connections, when it has accepted a few. */
static void serve_a_few(int listener, int few)
{
	if (child_fork() != 0)
		return;
	for (int i = 0; i < few; i++) {
		int fd = accept(listener, NULL, NULL);

		if (child_fork() == 0) {
			close(listener);
			serve_echo(fd);
			_exit(0);
		}
		close(fd);
	}
	_exit(0);
}

Test(run, a_shared_target_that_dies_blocks_the_rest)
{
	int listener = server_listen(AF_INET, 0);
	const char *const arguments[] = {"--target", server_address(listener), "--only",
		"half-close/*", "--json", json, "--scale", "0.1", NULL};
	const char *const list[] = {"--list", "--only", "half-close/*", NULL};
	size_t lines = 0;
	json_t *array;

	command_run(&command, list);
	for (char *c = command.out; *c; c++)
		lines += *c == '\n';
	serve_a_few(listener, 4);
	close(listener);
	command_run(&command, arguments);
	cr_expect_eq(command.status, 1, "%s%s", command.out, command.err);
	array = record();
	cr_expect_eq(json_array_size(array), lines, "the record is whole");
	cr_expect_eq(count(array, "fail"), 1);
	cr_expect_eq(count(array, "blocked"), lines - 1);
	json_decref(array);
}

/* --- interrupted -------------------------------------------------------------------- */

/* The first server is let go: that is the look before the run. The second one is a
 * case's. */
static void interrupt_in_the_middle(int signal)
{
	int leash = peer_leash(), held;
	const char *const arguments[] = {
		"--exec", peer_leashed_command(), "--only", ONE, "--json", json, NULL};
	int64_t began;
	json_t *array;

	command_start(&command, arguments);
	peer_let_go(peer_asks(leash));
	held = peer_asks(leash);
	began = deadline_now();
	kill(command.pid, signal);
	command_wait(&command);
	cr_expect_eq(command.status, 128 + signal, "%d", command.status);
	cr_expect_lt(deadline_now() - began, 5000);
	cr_expect_not_null(strstr(command.out, "interrupted"), "%s", command.out);
	array = record();
	cr_expect_eq(json_array_size(array), 0);
	json_decref(array);
	expect_nobody_left();
	close(held);
	close(leash);
}

Test(run, sigint_in_the_middle_leaves_a_record_and_nobody)
{
	interrupt_in_the_middle(SIGINT);
}

Test(run, sigterm_in_the_middle_leaves_a_record_and_nobody)
{
	interrupt_in_the_middle(SIGTERM);
}

Test(run, sighup_in_the_middle_leaves_a_record_and_nobody)
{
	interrupt_in_the_middle(SIGHUP);
}

Test(run, sigquit_in_the_middle_leaves_a_record_and_nobody)
{
	interrupt_in_the_middle(SIGQUIT);
}

static bool has_started(void *unused)
{
	static struct tree tree;

	(void)unused;
	proc_tree(command.pid, false, &tree);
	return tree.n == 2;
}

/* Its second process is one that no end of the first would end. */
Test(run, sigint_before_the_target_is_ready_leaves_nobody)
{
	const char *const arguments[] = {"--exec",
		"sh -c 'setsid sleep 1000 & exec sleep 1000' {port}", "--json", json,
		NULL};
	int64_t began;

	command_start(&command, arguments);
	cr_assert(stream_until(has_started, NULL));
	began = deadline_now();
	kill(command.pid, SIGINT);
	command_wait(&command);
	cr_expect_eq(command.status, 128 + SIGINT, "%d", command.status);
	cr_expect_lt(deadline_now() - began, 3000, "before the start is given up");
	cr_expect_not_null(strstr(command.err, "interrupted"), "%s", command.err);
	json_decref(record());
	expect_nobody_left();
}

Test(run, a_reader_that_leaves_does_not_end_it)
{
	const char *const arguments[] = {
		"--exec", peer_command(), "--only", ONE, "--json", json, NULL};
	json_t *array;

	command_start(&command, arguments);
	close(command.output);
	command.output = -1;
	command_wait(&command);
	cr_expect_eq(command.status, 0, "%d", command.status);
	array = record();
	cr_expect_eq(count(array, "pass"), 1);
	json_decref(array);
	expect_nobody_left();
}

static bool nobody_is_left(void *unused)
{
	(void)unused;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return waitpid(-1, NULL, WNOHANG) == -1;
}

/* What cannot be caught: the kernel ends what hung on it. */
Test(run, sigkill_leaves_a_valid_record_and_nobody)
{
	int leash = peer_leash(), held;
	const char *const arguments[] = {
		"--exec", peer_leashed_command(), "--only", ONE, "--json", json, NULL};
	int64_t began;

	command_start(&command, arguments);
	peer_let_go(peer_asks(leash));
	held = peer_asks(leash);
	began = deadline_now();
	kill(command.pid, SIGKILL);
	command_wait(&command);
	json_decref(record());
	cr_expect(stream_until(nobody_is_left, NULL));
	cr_expect_lt(deadline_now() - began, 2000, "at once, before the case gives up");
	close(held);
	close(leash);
}
