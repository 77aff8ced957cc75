/* options - the command line of echospec
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "config.h"
#include "report/report.h"

#include <stdbool.h>

struct options {
	struct config config;
	char **only, **skip; /* patterns, NULL-ended */
	char **variants;     /* NAME=COMMAND, NULL-ended; NULL without any */
	const char *variant; /* the name of the one that is judged; or NULL */
	const char *reports[REPORT_COUNT]; /* paths; NULL: not asked for */
	const char *explain, *repro;       /* id of a case */
	const char *known;                 /* the file of --known-failing */
	int jobs, rounds;
	enum loudness loudness;
	bool strict, list;
};

/* Parses the command line. Returns -1 to go on, or the status to exit with: help and version
 * have been printed then, or one line that names what was wrong. */
int options_parse(struct options *options, int argc, char **argv);
void options_finish(struct options *options);

/* Prints what is wrong, by a format that takes one string, and returns EXIT_USAGE. */
int options_usage(const char *format, const char *what);

/* What --exec or --variant is given: -1 when it can be run, as far as its words tell. */
int options_check_command(const char *option, const char *command);

#endif
