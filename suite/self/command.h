/* command - runs echospec as a person does, and keeps what it says
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdint.h>
#include <sys/types.h>

struct command {
	pid_t pid;
	int output, errors; /* what it prints, until it has ended */
	int64_t began;
	int status; /* of its exit; -1 when it was killed or did not end in time */
	char out[65536], err[4096];
};

/* The program under test: beside this one, or what the environment's ECHOSPEC says. */
const char *command_echospec(void);

/* Starts it with these arguments (NULL-ended, its name not among them). */
void command_start(struct command *command, const char *const arguments[]);
/* Reads to its end, under a deadline. */
void command_wait(struct command *command);
/* Both. */
void command_run(struct command *command, const char *const arguments[]);

#endif
