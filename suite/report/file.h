/* file - a report on the disk, of which a reader never meets half
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FILE_H
#define FILE_H

/* Replaces the file as a whole (rename(2)); writes to a device or a pipe. 0, or -1 with errno. */
int file_replace(const char *path, const char *text);

#endif
