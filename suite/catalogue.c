/* catalogue - all cases, in the order of their ids, and which of them are wanted
 *
 * CASE() leaves a pointer to each row in a section of its own; the linker marks its two ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "catalogue.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CASES 512
#define ID_SIZE    64

extern const struct case_info *const __start_suite_cases[];
extern const struct case_info *const __stop_suite_cases[];

static const struct case_info *rows[MOST_CASES];
static char ids[MOST_CASES][ID_SIZE];

static int by_group_file_and_line(const void *left, const void *right)
{
	const struct case_info *a = *(const struct case_info *const *)left;
	const struct case_info *b = *(const struct case_info *const *)right;
	int order = strcmp(a->group, b->group);

	if (order == 0)
		order = strcmp(a->file, b->file);
	return order ? order : a->line - b->line;
}

static void make_id(const struct case_info *info, char *id)
{
	snprintf(id, ID_SIZE, "%s/%s", info->group, info->name);
	for (; *id; id++)
		if (*id == '_')
			*id = '-';
}

unsigned catalogue_size(void)
{
	unsigned n = (unsigned)(__stop_suite_cases - __start_suite_cases);

	if (rows[0] || n == 0)
		return n;
	if (n > MOST_CASES)
		abort();
	memcpy(rows, __start_suite_cases, n * sizeof(*rows));
	qsort(rows, n, sizeof(*rows), by_group_file_and_line);
	for (unsigned i = 0; i < n; i++)
		make_id(rows[i], ids[i]);
	return n;
}

const struct case_info *catalogue_row(unsigned row)
{
	return row < catalogue_size() ? rows[row] : NULL;
}

unsigned catalogue_find(const struct case_info *info)
{
	unsigned row = 0;

	while (row < catalogue_size() && rows[row] != info)
		row++;
	return row;
}

unsigned catalogue_find_id(const char *id)
{
	unsigned row = 0;

	while (row < catalogue_size() && strcmp(ids[row], id) != 0)
		row++;
	return row;
}

const char *catalogue_id(unsigned row)
{
	return row < catalogue_size() ? ids[row] : "?";
}

const char *level_name(enum level level)
{
	static const char *const names[] = {"MUST", "SHOULD", "MAY"};

	return names[level];
}

static bool mark(const char *pattern, bool value, bool *wanted)
{
	bool matched = false;

	for (unsigned row = 0; row < catalogue_size(); row++) {
		if (fnmatch(pattern, ids[row], 0) != 0)
			continue;
		wanted[row] = value;
		matched = true;
	}
	return matched;
}

const char *catalogue_select(char *const *only, char *const *skip, bool *wanted)
{
	for (unsigned row = 0; row < catalogue_size(); row++)
		wanted[row] = !only || !*only;
	for (; only && *only; only++)
		if (!mark(*only, true, wanted))
			return *only;
	for (; skip && *skip; skip++)
		if (!mark(*skip, false, wanted))
			return *skip;
	return NULL;
}
