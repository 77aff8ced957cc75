/* file - a report on the disk, of which a reader never meets half
 *
 * SPDX-License-Identifier: MIT
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REDIRECTED 64 /* descriptors that a shell hands out */

static int standard_output = STDOUT_FILENO;

bool file_is_stdout(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

int file_keep_stdout(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd == -1 || dup2(STDERR_FILENO, STDOUT_FILENO) == -1)
		return -1;
	standard_output = fd;
	return 0;
}

/* By which descriptor somebody has opened it for us to write; or -1. */
static int opened(const char *path)
{
	struct stat wanted, open;

	if (file_is_stdout(path))
		return standard_output;
	if (stat(path, &wanted) == -1 || S_ISDIR(wanted.st_mode))
		return -1;
	for (int fd = 0; fd < REDIRECTED; fd++)
		if (fstat(fd, &open) == 0 && open.st_dev == wanted.st_dev &&
			open.st_ino == wanted.st_ino &&
			(fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
			return fd;
	return -1;
}

bool file_is_stream(const char *path)
{
	struct stat status;

	if (opened(path) != -1)
		return true;
	return stat(path, &status) == 0 && !S_ISDIR(status.st_mode) &&
		!S_ISREG(status.st_mode);
}

bool file_may_add(const char *path)
{
	return opened(path) != -1 || access(path, W_OK) == 0;
}

/* Closes it. */
static int print(FILE *file, const char *text)
{
	int result;

	if (!file)
		return -1;
	result = fputs(text, file);
	if (fclose(file) == EOF || result == EOF)
		return -1;
	return 0;
}

/* By the descriptor that is there: a socket cannot be opened again, and what is behind ours in a
 * file has to go on behind what we write. */
static int add_to(const char *path, const char *text)
{
	int fd = opened(path);

	fflush(stdout); /* what it may lead to */
	fd = fd == -1 ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : dup(fd);
	return fd == -1 ? -1 : print(fdopen(fd, "w"), text);
}

static int rename_to(const char *path, const char *text)
{
	char *temporary;
	int result, saved;

	if (asprintf(&temporary, "%s.new", path) == -1)
		return -1;
	result = print(fopen(temporary, "we"), text);
	if (result == 0)
		result = rename(temporary, path);
	saved = errno;
	if (result == -1)
		unlink(temporary);
	free(temporary);
	errno = saved;
	return result;
}

/* A symbolic link to what is not there yet: it stays one. */
static bool dangles(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode) &&
		access(path, F_OK) == -1;
}

int file_replace(const char *path, const char *text)
{
	char *real; /* behind symbolic links; NULL when it is not there yet */
	int result;

	if (file_is_stream(path))
		return add_to(path, text);
	if (dangles(path))
		return print(fopen(path, "we"), text);
	real = realpath(path, NULL);
	result = rename_to(real ? real : path, text);
	free(real);
	return result;
}
