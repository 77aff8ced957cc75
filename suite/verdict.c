/* verdict - verdicts, causes, and their way from a test's process to the record
 *
 * The address is in the abstract namespace (unix(7)): no file to leave behind. The kernel chooses
 * it: a process id is not unique there, as containers may share a network and not their processes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "verdict.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define VARIABLE  "ECHOSPEC_VERDICTS"
#define EXIT_DEAF 4

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		"pass", "warn", "fail", "info", "skip", "blocked", "unsure", "error"};

	return names[verdict];
}

enum verdict verdict_find(const char *name)
{
	enum verdict verdict = 0;

	while (verdict < VERDICT_COUNT && strcmp(verdict_name(verdict), name) != 0)
		verdict++;
	return verdict;
}

bool verdict_is_unmet(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_WARN;
}

const char *cause_name(enum cause cause)
{
	static const char *const names[] = {
		"", "data", "eof", "reset", "hang", "crash", "spin", "leak", "starve"};

	return names[cause];
}

static socklen_t address(const char *name, struct sockaddr_un *sun)
{
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	strncpy(sun->sun_path + 1, name, sizeof(sun->sun_path) - 2);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

int verdict_listen(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	socklen_t length = sizeof(sun);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun.sun_family)) == -1 ||
		getsockname(fd, (struct sockaddr *)&sun, &length) == -1 ||
		setenv(VARIABLE, sun.sun_path + 1, 1) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static int dial(void)
{
	struct sockaddr_un sun;
	const char *name = getenv(VARIABLE);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!name || fd == -1 ||
		connect(fd, (struct sockaddr *)&sun, address(name, &sun)))
		_exit(EXIT_DEAF);
	return fd;
}

void verdict_send(const struct message *message)
{
	static int fd = -1;
	ssize_t n;

	if (fd == -1)
		fd = dial();
	do
		n = send(fd, message, sizeof(*message), MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		_exit(EXIT_DEAF);
}
