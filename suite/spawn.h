/* spawn - a command in a process of its own, as alone as under a service manager
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct spawned {
	pid_t pid;  /* leads a process group of its own */
	int input;  /* our end of its standard input */
	int output; /* our end of its standard output and error */
};

struct launch {
	int low_fds;        /* the command's lowest free descriptor is this or more */
	const char *prefix; /* words before the command: a tool that runs it; or NULL */
};

/* Starts the command: its words as a shell would split them, {port} replaced by port. Ends with
 * this process. 0, or -1 with the reason in words, and errno: EINVAL when it is no command. */
int spawn(const char *command, uint16_t port, const struct launch *launch,
	struct spawned *spawned, char *reason, size_t size);

/* Whether the command can be split into words: 0, or -1 with the reason. */
int spawn_check(const char *command, char *reason, size_t size);

#endif
