/* report - the files that were asked for, each a rendering of one document
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *option;
	char *(*render)(const json_t *run);
	bool live; /* written after each case */
} reports[REPORT_COUNT] = {
	[REPORT_JSON] = {"json", json_render, true},
	[REPORT_JUNIT] = {"junit", junit_render, false},
	[REPORT_TAP] = {"tap", tap_render, false},
	[REPORT_MARKDOWN] = {"markdown", markdown_render, false},
};

const char *report_option(enum report report)
{
	return reports[report].option;
}

static int write_one(enum report report, const char *path, const json_t *run)
{
	char *text = reports[report].render(run);
	int result = text ? file_replace(path, text) : -1;

	if (result == -1)
		fprintf(stderr, "echospec: --%s %s: %s\n", report_option(report), path,
			strerror(errno));
	free(text);
	return result;
}

int report_write(
	const char *const paths[REPORT_COUNT], const struct record *record, bool over)
{
	json_t *run = NULL;
	int result = 0;

	for (int report = 0; report < REPORT_COUNT; report++) {
		if (!paths[report] || !(over || reports[report].live))
			continue;
		if (!run)
			run = json_of(record);
		result |= write_one(report, paths[report], run);
	}
	json_decref(run);
	return result;
}
