/* known - failures that the author of a target knows of, each with a reason
 *
 * SPDX-License-Identifier: MIT
 */
#include "known.h"

#include "catalogue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

static int wrong(const char *path, unsigned number, const char *id, const char *problem)
{
	fprintf(stderr, "echospec: --known-failing %s:%u: '%s' %s\n", path, number, id,
		problem);
	return -1;
}

/* One line, which is cut up. */
static int take(char *line, const char *path, unsigned number, struct record *record)
{
	char *id = line + strspn(line, blanks), *reason = id + strcspn(id, blanks);
	unsigned row;

	if (!*id || *id == '#')
		return 0;
	if (*reason)
		*reason++ = '\0';
	reason += strspn(reason, blanks);
	for (size_t end = strlen(reason); end && strchr(blanks, reason[end - 1]);)
		reason[--end] = '\0';
	row = catalogue_find_id(id);
	if (row == catalogue_size())
		return wrong(path, number, id, "is no case; see --list");
	if (!*reason)
		return wrong(path, number, id, "needs a reason behind it");
	if (record->results[row].known)
		return wrong(path, number, id, "is there twice");
	record->results[row].known = strdup(reason);
	return record->results[row].known ? 0 : wrong(path, number, id, strerror(errno));
}

int known_load(const char *path, struct record *record)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	int result = 0;

	if (!file) {
		fprintf(stderr, "echospec: --known-failing %s: %s\n", path,
			strerror(errno));
		return -1;
	}
	errno = 0;
	while (result == 0 && getline(&line, &size, file) != -1)
		result = take(line, path, ++number, record);
	if (result == 0 && ferror(file)) {
		fprintf(stderr, "echospec: --known-failing %s: %s\n", path,
			strerror(errno));
		result = -1;
	}
	free(line);
	fclose(file);
	return result;
}
