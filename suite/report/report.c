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
#include <unistd.h>

static const struct {
	const char *option;
	char *(*render)(const json_t *run); /* the text of the file; or */
	int (*write)(const char *path, const json_t *run);
	bool live; /* written after each case */
} reports[REPORT_COUNT] = {
	[REPORT_JSON] = {.option = "json", .render = json_render, .live = true},
	[REPORT_JUNIT] = {.option = "junit", .render = junit_render},
	[REPORT_TAP] = {.option = "tap", .render = tap_render},
	[REPORT_BUNDLE] = {.option = "bundle", .write = bundle_write},
	[REPORT_MARKDOWN] = {.option = "markdown", .render = markdown_render},
};

const char *report_option(enum report report)
{
	return reports[report].option;
}

static bool is_due(enum report report, enum moment moment)
{
	return moment != REPORT_LIVE || reports[report].live;
}

static int write_one(
	enum report report, const char *path, const json_t *run, enum moment moment)
{
	char *text = NULL;
	int result = -1;

	if (reports[report].render && moment != REPORT_OVER && file_is_stream(path))
		result = file_may_add(path) ? 0 : -1;
	else if (reports[report].write)
		result = reports[report].write(path, run);
	else if ((text = reports[report].render(run)))
		result = file_replace(path, text);
	if (result == -1)
		fprintf(stderr, "echospec: --%s %s: %s\n", report_option(report), path,
			strerror(errno));
	free(text);
	return result;
}

int report_write(const char *const paths[REPORT_COUNT], const struct record *record,
	enum moment moment)
{
	json_t *run = NULL;
	int result = 0;

	for (int report = 0; report < REPORT_COUNT; report++) {
		if (!paths[report] || !is_due(report, moment))
			continue;
		if (!run)
			run = json_of(record);
		result |= write_one(report, paths[report], run, moment);
	}
	json_decref(run);
	return result;
}
