/* json - the record as an array of objects
 *
 * The file is replaced as a whole (rename(2)), so that a reader never meets half of one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "../catalogue.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT (JSON_INDENT(2) | JSON_REAL_PRECISION(6))

/* Hostile targets print anything: what is not UTF-8 becomes '?'. */
static json_t *string(const char *text)
{
	json_t *string = json_string(text);
	char *plain;

	if (string || !text)
		return string;
	plain = strdup(text);
	for (char *c = plain; c && *c; c++)
		if (*c & 0x80)
			*c = '?';
	string = json_string(plain);
	free(plain);
	return string;
}

static json_t *object(unsigned row, const struct result *result)
{
	const struct case_info *info = catalogue_row(row);
	char *text = record_text(result);
	json_t *object = json_object();

	json_object_set_new(object, "id", string(catalogue_id(row)));
	json_object_set_new(object, "level", string(level_name(info->level)));
	json_object_set_new(object, "mode", string(case_mode(info)));
	json_object_set_new(object, "verdict", string(verdict_name(result->verdict)));
	json_object_set_new(object, "cause", string(cause_name(result->cause)));
	json_object_set_new(object, "message", string(text ? text : ""));
	json_object_set_new(object, "seconds", json_real(result->seconds));
	free(text);
	return object;
}

/* A device or a pipe is written to, not replaced. */
static bool replaceable(const char *path)
{
	struct stat status;

	return lstat(path, &status) == -1 ? errno == ENOENT : S_ISREG(status.st_mode);
}

static int replace(const char *path, json_t *array)
{
	char *temporary;
	int result = -1;

	if (!replaceable(path))
		return json_dump_file(array, path, FORMAT);
	if (asprintf(&temporary, "%s.new", path) == -1)
		return -1;
	if (json_dump_file(array, temporary, FORMAT) == 0)
		result = rename(temporary, path);
	if (result == -1) {
		int saved = errno;

		unlink(temporary);
		errno = saved;
	}
	free(temporary);
	return result;
}

int json_begin(const char *path)
{
	json_t *array = json_array();
	int result = replace(path, array);

	json_decref(array);
	return result;
}

int json_write(const char *path, const struct record *record)
{
	json_t *array = json_array();
	int result;

	for (unsigned row = 0; row < record->size; row++)
		if (record->results[row].progress == DONE)
			json_array_append_new(array, object(row, &record->results[row]));
	result = replace(path, array);
	json_decref(array);
	return result;
}
