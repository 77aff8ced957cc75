/* program - what a program says on a wrong command line: one line, the culprit, the status
 *
 * The programs are those in $BUILD, or build.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROGRAM_H
#define PROGRAM_H

/* Runs it to its end, which is no signal, and keeps what it prints; its exit status. */
int program_run(const char *name, const char *arguments, char text[static 4096]);

/* Asserts that it is refused by one line with the culprit and the reason. */
void program_refused(const char *name, const char *arguments, const char *culprit,
	const char *why, int status);

#endif
