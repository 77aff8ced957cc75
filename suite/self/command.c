/* command - runs echospec as a person does, and keeps what it says
 *
 * SPDX-License-Identifier: MIT
 */
#include "command.h"

#include "../deadline.h"
#include "child.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 40000
#define MOST        30 /* arguments */

const char *command_echospec(void)
{
	static char path[512];
	const char *given = getenv("ECHOSPEC");
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 10);

	if (given)
		return given;
	cr_assert_gt(n, 0);
	path[n] = '\0';
	strcpy(strrchr(path, '/'), "/echospec");
	return path;
}

/* In the child: no assertion, Criterion must not hear of it. */
static noreturn void become(char *const words[], int output, int errors)
{
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	close_range(3, ~0U, 0);
	execv(words[0], words);
	_exit(127);
}

void command_start(struct command *command, const char *const arguments[])
{
	const char *words[MOST + 2] = {command_echospec()};
	int output[2], errors[2];

	for (int i = 0; i < MOST && arguments[i]; i++)
		words[i + 1] = arguments[i];
	unsetenv("BXFI_MAP"); /* or Criterion takes the program for one of our workers */
	cr_assert_eq(pipe2(output, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(errors, O_CLOEXEC), 0);
	memset(command, 0, sizeof(*command));
	command->began = deadline_now();
	command->pid = child_fork();
	if (command->pid == 0)
		become((char *const *)words, output[1], errors[1]);
	close(output[1]);
	close(errors[1]);
	command->output = output[0];
	command->errors = errors[0];
}

/* Appends what can be read; false at the end. */
static bool read_some(int fd, char *text, size_t size)
{
	size_t length = strlen(text);
	char rest[1024];
	ssize_t n = length < size - 1 ? read(fd, text + length, size - 1 - length)
				      : read(fd, rest, sizeof(rest));

	return n > 0;
}

static void read_all(struct command *command, const struct deadline *deadline)
{
	struct pollfd fds[] = {{.fd = command->output, .events = POLLIN},
		{.fd = command->errors, .events = POLLIN}};

	while ((fds[0].fd != -1 || fds[1].fd != -1) &&
		poll(fds, 2, deadline_left(deadline)) > 0) {
		if (fds[0].revents &&
			!read_some(fds[0].fd, command->out, sizeof(command->out)))
			fds[0].fd = -1;
		if (fds[1].revents &&
			!read_some(fds[1].fd, command->err, sizeof(command->err)))
			fds[1].fd = -1;
	}
}

void command_wait(struct command *command)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	int status;

	read_all(command, &deadline);
	if (deadline_over(&deadline))
		kill(command->pid, SIGKILL);
	status = child_wait(command->pid);
	command->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	close(command->output);
	close(command->errors);
}

void command_run(struct command *command, const char *const arguments[])
{
	command_start(command, arguments);
	command_wait(command);
}
