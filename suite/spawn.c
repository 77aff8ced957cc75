/* spawn - a command in a process of its own, as alone as under a service manager
 *
 * What a child inherits decides what it shows: an ignored SIGPIPE hides its death by SIGPIPE, a
 * standard input at its end stops some servers, a stray descriptor keeps ports and pipes open.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spawn.h"

#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <wordexp.h>

#define LONGEST_COMMAND  8192
#define MOST_DESCRIPTORS 65536 /* some runtimes touch every one that could be open */
#define NOT_STARTED      127   /* exit status, as a shell's */

/* The command with {port} filled in; -1 when it does not fit. */
static int fill_in(const char *command, uint16_t port, char *out, size_t size)
{
	static const char mark[] = "{port}";
	char number[8];
	size_t length = (size_t)snprintf(number, sizeof(number), "%u", port);

	while (*command) {
		const char *next = strstr(command, mark);
		size_t plain = next ? (size_t)(next - command) : strlen(command);

		if (plain + length >= size)
			return -1;
		out = mempcpy(out, command, plain);
		size -= plain;
		command += plain;
		if (!next)
			break;
		out = mempcpy(out, number, length);
		size -= length;
		command += sizeof(mark) - 1;
	}
	*out = '\0';
	return 0;
}

/* To be freed. */
static char *with_prefix(const char *prefix, const char *command)
{
	char *joined;

	if (!prefix)
		return strdup(command);
	return asprintf(&joined, "%s %s", prefix, command) == -1 ? NULL : joined;
}

static int split(
	const char *command, uint16_t port, wordexp_t *words, char *reason, size_t size)
{
	char filled[LONGEST_COMMAND];
	const char *why = "it is too long";
	int result = WRDE_NOSPACE;

	if (fill_in(command, port, filled, sizeof(filled)) == 0) {
		result = wordexp(filled, words, WRDE_NOCMD);
		why = result == WRDE_BADCHAR
			? "it is not run by a shell: quote | & ; < > ( ) { }, or say sh -c '…'"
			: "unbalanced quotes, or a command substitution";
	}
	if (result == 0 && words->we_wordc > 0)
		return 0;
	if (result == 0) {
		wordfree(words);
		why = "it names no command";
	}
	snprintf(reason, size, "cannot split \"%.300s\": %s", command, why);
	errno = EINVAL;
	return -1;
}

int spawn_check(const char *command, char *reason, size_t size)
{
	wordexp_t words;

	if (split(command, UINT16_MAX, &words, reason, size) == -1)
		return -1;
	wordfree(&words);
	return 0;
}

static void reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur =
		limit.rlim_max < MOST_DESCRIPTORS ? limit.rlim_max : MOST_DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* After fork: this process may have threads, so nothing here may take a lock. */
static void become(char *const words[], int input, int output, int low_fds, pid_t parent)
{
	setpgid(0, 0);
	if (net_join() == -1)
		_exit(NOT_STARTED);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NOT_STARTED);
	reset_signals();
	set_limit();
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	close_range(3, ~0U, 0);
	for (int fd = 3; fd < low_fds; fd++)
		if (open("/dev/null", O_RDONLY) == -1)
			_exit(NOT_STARTED);
	execvp(words[0], words);
	dprintf(STDERR_FILENO, "%s: %s\n", words[0], strerrordesc_np(errno));
	_exit(NOT_STARTED);
}

static int start(char *const words[], int low_fds, struct spawned *spawned)
{
	int input[2], output[2];
	pid_t parent = getpid();

	if (pipe2(input, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(output, O_CLOEXEC) == -1)
		goto close_input;
	*spawned =
		(struct spawned){.pid = fork(), .input = input[1], .output = output[0]};
	if (spawned->pid == -1)
		goto close_output;
	if (spawned->pid == 0)
		become(words, input[0], output[1], low_fds, parent);
	setpgid(spawned->pid, spawned->pid);
	close(input[0]);
	close(output[1]);
	return 0;
close_output:
	close(output[0]);
	close(output[1]);
close_input:
	close(input[0]);
	close(input[1]);
	return -1;
}

int spawn(const char *command, uint16_t port, const struct launch *launch,
	struct spawned *spawned, char *reason, size_t size)
{
	char *whole = with_prefix(launch->prefix, command);
	wordexp_t words;
	int result = whole ? split(whole, port, &words, reason, size) : -1;

	free(whole);
	if (result == -1)
		return -1;
	unsetenv(
		"BXFI_MAP"); /* Criterion's: a target that is built with it would abort */
	result = start(words.we_wordv, launch->low_fds, spawned);
	if (result == -1)
		snprintf(reason, size, "cannot start \"%.300s\": %s", words.we_wordv[0],
			strerror(errno));
	wordfree(&words);
	return result;
}
