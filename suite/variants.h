/* variants - several forms of one server, judged one after the other
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef VARIANTS_H
#define VARIANTS_H

#include "options.h"

/* With the options as they are for one variant: its command in place of --exec, {variant} in the paths
 * of reports replaced by its name. Returns an exit status. */
typedef int variants_fn(struct options *options, const bool *wanted);

/* Calls announce() for each variant of the options, and then, when there is nothing against any of
 * them, judge(), in a process of its own. Prints a line for each at the end. Returns the exit status:
 * that of the worst. */
int variants_run(const struct options *options, variants_fn *announce, variants_fn *judge,
	const bool *wanted);

/* -1, or the status to exit with after one line that names what is wrong with them. */
int variants_check(const struct options *options);

#endif
