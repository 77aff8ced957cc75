/* repro - how to see a case's edge with one's own eyes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPRO_H
#define REPRO_H

#include "config.h"

#include <stdio.h>

/* Prints the script that stages the case with socat and a shell; for a case that no shell can
 * stage, the command that runs it alone and shows its wire log. 0, or -1 with errno. */
int repro_print(const char *id, const struct config *config);

/* The command that runs a case alone and shows its wire log, on a line. */
void repro_command(FILE *out, const char *id, const struct config *config);

/* A text as a shell takes it literally: in single quotes. */
void repro_quote(FILE *out, const char *text);

#endif
