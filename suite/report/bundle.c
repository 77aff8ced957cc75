/* bundle - a folder for each case that is not met, with all that there was to see of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "../repro.h"
#include "file.h"
#include "pcap.h"
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH 4096

static const char *text_in(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_unmet(const json_t *result)
{
	const char *verdict = text_in(result, "verdict");

	return strcmp(verdict, "fail") == 0 || strcmp(verdict, "warn") == 0;
}

static int make_directory(const char *path)
{
	return mkdir(path, 0777) == -1 && errno != EEXIST ? -1 : 0;
}

/* --- the files of a case ---------------------------------------------------------------- */

static void print_lines(FILE *out, const json_t *lines)
{
	const json_t *line;
	size_t index;

	json_array_foreach(lines, index, line)
		fprintf(out, "%s\n", json_string_value(line));
}

static void print_verdict(FILE *out, const json_t *run, const json_t *result)
{
	static const char *const members[] = {"id", "level", "verdict", "cause",
		"requirement", "source", "on_the_wire", "expected", "seen", "meaning",
		"notes"};

	(void)run;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		fprintf(out, "%-12s %s\n", members[i], text_in(result, members[i]));
}

/* The command that runs it alone, as it was run. */
static void print_replay(FILE *out, const json_t *run, const json_t *result)
{
	const json_t *options = json_object_get(run, "options");
	const char *target = text_in(run, "target");
	bool spawned = strstr(target, "{port}");
	struct config config = {
		.exec = spawned ? target : NULL,
		.target = spawned ? NULL : target,
		.payload = text_in(options, "payload"),
		.seed = (uint32_t)json_integer_value(json_object_get(options, "seed")),
		.scale = json_number_value(json_object_get(options, "scale")),
		.thorough = json_is_true(json_object_get(options, "long")),
	};

	fputs("#!/bin/sh\n", out);
	repro_command(out, text_in(result, "id"), &config);
}

static const struct part {
	const char *file;
	const char *lines; /* the member of the case that has them; or print() */
	void (*print)(FILE *out, const json_t *run, const json_t *result);
} parts[] = {
	{"verdict.txt", NULL, print_verdict},
	{"wire.txt", "wire", NULL},
	{"output.txt", "output", NULL},
	{"processes.txt", "processes", NULL},
	{"replay.sh", NULL, print_replay},
};

static int write_part(const struct part *part, const char *directory, const json_t *run,
	const json_t *result)
{
	char path[PATH + 32], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int written = -1;

	if (!out)
		return -1;
	if (part->lines)
		print_lines(out, json_object_get(result, part->lines));
	else
		part->print(out, run, result);
	snprintf(path, sizeof(path), "%s/%s", directory, part->file);
	if (fclose(out) == 0)
		written = file_replace(path, text);
	free(text);
	return written;
}

static int write_case(const char *directory, const json_t *run, const json_t *result)
{
	char path[PATH + 32];

	if (make_directory(directory) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (write_part(&parts[i], directory, run, result) == -1)
			return -1;
	snprintf(path, sizeof(path), "%s/wire.pcap", directory);
	return pcap_write(path, json_object_get(result, "wire"));
}

int bundle_write(const char *directory, const json_t *run)
{
	const json_t *result;
	size_t index;
	char path[PATH];

	if (make_directory(directory) == -1)
		return -1;
	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		char *slash;

		if (!is_unmet(result))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, text_in(result, "id"));
		slash = strrchr(path, '/');
		*slash = '-';
		if (write_case(path, run, result) == -1)
			return -1;
	}
	return 0;
}
