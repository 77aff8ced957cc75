/* file - a report on the disk, of which a reader never meets half
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>

/* "-", or "/dev/stdout". */
bool file_is_stdout(const char *path);
/* Lets it be what standard output is now, which becomes standard error. 0, or -1 with errno. */
int file_keep_stdout(void);

/* A device, a pipe, or a file that somebody has opened for us: what is written there stays. */
bool file_is_stream(const char *path);
/* Whether it can be written. Otherwise false, with errno. */
bool file_may_add(const char *path);

/* Replaces the file as a whole (rename(2)), or adds to a stream. 0, or -1 with errno. */
int file_replace(const char *path, const char *text);

#endif
