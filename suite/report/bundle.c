/* bundle - a folder for each case that is not met, with all that there was to see of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "../catalogue.h"
#include "../repro.h"
#include "file.h"
#include "outcome.h"
#include "pcap.h"
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH   4096
#define PCAP   "wire.pcap"
#define REPLAY "replay.sh"

static bool is_unmet(const json_t *result)
{
	return verdict_is_unmet(verdict_find(outcome_text(result, "verdict")));
}

static int make_directory(const char *path)
{
	struct stat found;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &found) == 0 && !S_ISDIR(found.st_mode))
		errno = ENOTDIR;
	return errno == EEXIST ? 0 : -1;
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
		fprintf(out, "%-12s %s\n", members[i], outcome_text(result, members[i]));
}

/* Where the words of the command lead somewhere. */
static void print_place(FILE *out)
{
	char *place = get_current_dir_name();

	if (place) {
		fputs("cd ", out);
		repro_quote(out, place);
		fputs(" || exit\n", out);
	}
	free(place);
}

/* The command that runs it alone, as it was run. */
static void print_replay(FILE *out, const json_t *run, const json_t *result)
{
	const json_t *options = json_object_get(run, "options");
	const char *target = outcome_text(run, "target");
	bool spawned = strstr(target, "{port}");
	struct config config = {
		.exec = spawned ? target : NULL,
		.target = spawned ? NULL : target,
		.payload = outcome_text(options, "payload"),
		.seed = (uint32_t)json_integer_value(json_object_get(options, "seed")),
		.scale = json_number_value(json_object_get(options, "scale")),
		.thorough = json_is_true(json_object_get(options, "long")),
		.exhaust = json_is_true(json_object_get(options, "exhaust")),
	};

	fputs("#!/bin/sh\n", out);
	if (spawned)
		print_place(out);
	if (!spawned && strcmp(outcome_text(result, "mode"), "PID") == 0)
		fputs("# add --pid N: the number that the target's process has now\n",
			out);
	repro_command(out, outcome_text(result, "id"), &config);
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
	{REPLAY, NULL, print_replay},
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
	snprintf(path, sizeof(path), "%s/" REPLAY, directory);
	if (chmod(path, 0755) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/" PCAP, directory);
	return pcap_write(path, json_object_get(result, "wire"));
}

/* --- all of them ------------------------------------------------------------------------ */

static void name_folder(char path[PATH], const char *directory, const char *id)
{
	snprintf(path, PATH, "%s/%s", directory, id);
	*strrchr(path, '/') = '-';
}

/* What an earlier run has left there; a folder with more in it than that stays. */
static void clear(const char *directory, const char *id)
{
	char folder[PATH], path[PATH + 32];

	name_folder(folder, directory, id);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, parts[i].file);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/" PCAP, folder);
	unlink(path);
	rmdir(folder);
}

int bundle_write(const char *directory, const json_t *run)
{
	const json_t *result;
	size_t index;
	char folder[PATH];

	if (make_directory(directory) == -1)
		return -1;
	for (unsigned row = 0; row < catalogue_size(); row++)
		clear(directory, catalogue_id(row));
	json_array_foreach(json_object_get(run, "cases"), index, result)
	{
		if (!is_unmet(result))
			continue;
		name_folder(folder, directory, outcome_text(result, "id"));
		if (write_case(folder, run, result) == -1)
			return -1;
	}
	return 0;
}
