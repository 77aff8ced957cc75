/* command - what the command lines of echod and echoload have in common
 *
 * A message begins with the name that the program was started by.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "mux.h"

struct option;

/* The exit status, or that there is none yet. */
enum status { GO_ON = -1, OK, FAILED, USAGE, UNREACHED };

/* Calls apply for each option of known, but for 'h' and 'v', which print help and the
 * version, and for what is not known; as long as that returns GO_ON. Help is a format for
 * the names of the multiplexers and that of the default one. optind is then the first
 * argument. */
enum status command_parse(int argc, char **argv, const struct option *known,
	const char *help, enum status (*apply)(void *context, int option), void *context);

/* Says what is wrong with it; USAGE. */
enum status command_reject(const char *option, const char *value, const char *why);

/* GO_ON, or USAGE when the value is no number between these. */
enum status command_number(
	int *n, int least, int most, const char *option, const char *value);
enum status command_mux(const struct mux_ops **mux, const char *name);

/* What has to be so before the first socket is made; 0, or -1 with errno. */
int command_prepare(void);

#endif
