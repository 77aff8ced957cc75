/* file - a report on the disk, of which a reader never meets half
 *
 * SPDX-License-Identifier: MIT
 */
#include "file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool replaceable(const char *path)
{
	struct stat status;

	return lstat(path, &status) == -1 ? errno == ENOENT : S_ISREG(status.st_mode);
}

static int write_to(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int result;

	if (!file)
		return -1;
	result = fputs(text, file);
	if (fclose(file) == EOF || result == EOF)
		return -1;
	return 0;
}

int file_replace(const char *path, const char *text)
{
	char *temporary;
	int result, saved;

	if (!replaceable(path))
		return write_to(path, text);
	if (asprintf(&temporary, "%s.new", path) == -1)
		return -1;
	result = write_to(temporary, text);
	if (result == 0)
		result = rename(temporary, path);
	saved = errno;
	if (result == -1)
		unlink(temporary);
	free(temporary);
	errno = saved;
	return result;
}
