/* diff - what changed from one run to another: echospec diff OLD.json NEW.json
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIFF_H
#define DIFF_H

/* The command and its arguments. Prints a line for each case that is fixed, broken, changed, new,
 * gone or slower, and a summary. Returns the exit status: 1 when something is worse, 2 for bad
 * arguments or files. */
int diff_run(int argc, char **argv);

#endif
