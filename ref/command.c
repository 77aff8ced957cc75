/* command - what the command lines of echod and echoload have in common
 *
 * SPDX-License-Identifier: MIT
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status print_help(const char *help)
{
	char names[128] = "";

	for (size_t i = 0; mux_all[i]; i++) {
		strcat(names, " ");
		strcat(names, mux_all[i]->name);
	}
	printf(help, names, mux_default()->name);
	return OK;
}

static enum status print_version(void)
{
	printf("%s " VERSION "\n", program_invocation_short_name);
	return OK;
}

enum status command_reject(const char *option, const char *value, const char *why)
{
	const char *name = program_invocation_short_name;

	fprintf(stderr, "%s: %s '%s': %s; '%s --help' tells more\n", name, option, value,
		why, name);
	return USAGE;
}

enum status command_number(
	int *n, int least, int most, const char *option, const char *value)
{
	char why[64], *end;
	long parsed;

	errno = 0;
	parsed = strtol(value, &end, 10);
	if (!errno && end != value && !*end && parsed >= least && parsed <= most) {
		*n = (int)parsed;
		return GO_ON;
	}
	snprintf(why, sizeof(why), "not a number from %d to %d", least, most);
	return command_reject(option, value, why);
}

enum status command_mux(const struct mux_ops **mux, const char *name)
{
	*mux = mux_find(name);
	return *mux ? GO_ON : command_reject("--mux", name, "no such multiplexer");
}

enum status command_parse(int argc, char **argv, const struct option *known,
	const char *help, enum status (*apply)(void *context, int option), void *context)
{
	enum status status = GO_ON;
	const char *culprit = argv[optind];
	int option;

	opterr = 0;
	while (status == GO_ON &&
		(option = getopt_long(argc, argv, "+:h", known, NULL)) != -1) {
		switch (option) {
		case 'h': return print_help(help);
		case 'v': return print_version();
		case ':': return command_reject("option", culprit, "needs a value");
		case '?':
			return command_reject("option", culprit,
				"not known, ambiguous, or takes no value");
		default: status = apply(context, option);
		}
		culprit = argv[optind];
	}
	return status;
}

/* A standard descriptor that is closed would be the number of a socket, and what is
 * printed would go to its peer. */
static int occupy_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1)
			return -1;
	return 0;
}

int command_prepare(void)
{
	signal(SIGPIPE, SIG_IGN); /* of standard output: sockets never cause it */
	setlinebuf(stdout);
	return occupy_standard();
}
