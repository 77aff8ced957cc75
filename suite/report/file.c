/* file - a report on the disk, of which a reader never meets half
 *
 * SPDX-License-Identifier: MIT
 */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define REDIRECTED 10 /* descriptors that a shell can redirect */

/* Where /dev/stdout and its like lead: the file is not ours to replace. */
static bool is_open_already(const struct stat *file)
{
	struct stat open;

	for (int fd = 0; fd < REDIRECTED; fd++)
		if (fstat(fd, &open) == 0 && open.st_dev == file->st_dev &&
			open.st_ino == file->st_ino)
			return true;
	return false;
}

bool file_is_stream(const char *path)
{
	struct stat status;

	if (stat(path, &status) == -1 || S_ISDIR(status.st_mode))
		return false;
	return !S_ISREG(status.st_mode) || is_open_already(&status);
}

static int write_to(const char *path, const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);
	int result;

	if (!file)
		return -1;
	result = fputs(text, file);
	if (fclose(file) == EOF || result == EOF)
		return -1;
	return 0;
}

static int rename_to(const char *path, const char *text)
{
	char *temporary;
	int result, saved;

	if (asprintf(&temporary, "%s.new", path) == -1)
		return -1;
	result = write_to(temporary, "we", text);
	if (result == 0)
		result = rename(temporary, path);
	saved = errno;
	if (result == -1)
		unlink(temporary);
	free(temporary);
	errno = saved;
	return result;
}

int file_replace(const char *path, const char *text)
{
	char *real; /* behind symbolic links; NULL when it is not there yet */
	int result;

	if (file_is_stream(path)) {
		fflush(stdout); /* what it may lead to */
		return write_to(path, "ae", text);
	}
	real = realpath(path, NULL);
	result = rename_to(real ? real : path, text);
	free(real);
	return result;
}
