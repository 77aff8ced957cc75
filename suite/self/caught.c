/* caught - the verdict of an expectation that fails, without failing the test
 *
 * A verdict ends its case through Criterion, which must not hear of it from a process
 * that it did not start: it would hang. So the two calls that a verdict makes stand here
 * too, in front of Criterion's own, and end the process that is being watched.
 *
 * SPDX-License-Identifier: MIT
 */
#include "caught.h"

#include "../catalogue.h"
#include "../judge.h"
#include "child.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static bool watched;

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	void (*original)(struct criterion_assert_stats *) =
		(void (*)(struct criterion_assert_stats *))dlsym(
			RTLD_NEXT, "criterion_send_assert");

	if (watched)
		_exit(0);
	original(stats);
}

noreturn void criterion_skip_test(const char *format, ...)
{
	void (*original)(const char *, ...) =
		(void (*)(const char *, ...))dlsym(RTLD_NEXT, "criterion_skip_test");
	char reason[512];
	va_list args;

	if (watched)
		_exit(0);
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	original("%s", reason);
	abort();
}

struct message caught_next(int verdicts)
{
	struct pollfd fd = {.fd = verdicts, .events = POLLIN};
	struct message message;

	cr_assert_eq(poll(&fd, 1, PATIENCE_MS), 1, "no message comes");
	cr_assert_eq(
		recv(verdicts, &message, sizeof(message), 0), (ssize_t)sizeof(message));
	return message;
}

static noreturn void judge_in_child(enum sample sample, void (*body)(void))
{
	watched = true;
	judge_begin(catalogue_row(sample));
	body();
	pass();
	_exit(0);
}

struct message caught(enum sample sample, void (*body)(void))
{
	int verdicts = verdict_listen();
	struct message message;
	pid_t pid;

	cr_assert_neq(verdicts, -1);
	pid = child_fork();
	if (pid == 0)
		judge_in_child(sample, body);
	do
		message = caught_next(verdicts);
	while (message.kind != MESSAGE_JUDGED);
	child_wait(pid);
	close(verdicts);
	return message;
}
