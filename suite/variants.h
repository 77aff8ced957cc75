/* variants - several forms of one server, judged one after the other
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef VARIANTS_H
#define VARIANTS_H

#include "options.h"

/* Judges each variant of the options by judge(), in a process of its own, with the options as they
 * are for that variant: its command in place of --exec, {variant} in the paths of reports replaced
 * by its name. Prints a line for each at the end. Returns the exit status: that of the worst. */
int variants_run(const struct options *options,
	int (*judge)(struct options *options, const bool *wanted), const bool *wanted);

/* -1, or the status to exit with after one line that names what is wrong with them. */
int variants_check(const struct options *options);

#endif
