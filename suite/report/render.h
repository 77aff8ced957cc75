/* render - records that are there, as files for people: echospec report RUN.json... -o FILE.html
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RENDER_H
#define RENDER_H

/* The command and its arguments. Returns the exit status: 2 for bad arguments or files, after one
 * line on standard error. */
int render_run(int argc, char **argv);

#endif
