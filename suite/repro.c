/* repro - how to see a case's edge with one's own eyes
 *
 * The scripts are files for people; each names the cases that it stages on a line that begins
 * with "# Cases:".
 *
 * SPDX-License-Identifier: MIT
 */
#include "repro.h"

#include "tool.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPTS "fixtures/repro"
#define CASES   "# Cases:"

/* Whether the id is one of the words of a line. */
static bool names(const char *line, const char *id)
{
	static const char blanks[] = " \t\n";
	size_t length;

	for (line += strspn(line, blanks); *line; line += strspn(line, blanks)) {
		length = strcspn(line, blanks);
		if (strlen(id) == length && strncmp(line, id, length) == 0)
			return true;
		line += length;
	}
	return false;
}

static bool stages(FILE *script, const char *id)
{
	char line[512];
	bool found = false;

	while (!found && fgets(line, sizeof(line), script))
		found = strncmp(line, CASES, strlen(CASES)) == 0 &&
			names(line + strlen(CASES), id);
	rewind(script);
	return found;
}

/* The script of that case, open; NULL when there is none. */
static FILE *find(const char *id, char *path, size_t size)
{
	char directory[1024];
	struct dirent *entry;
	FILE *script = NULL;
	DIR *dir;

	if (tool_find(directory, sizeof(directory), SCRIPTS) == -1)
		return NULL;
	dir = opendir(directory);
	while (dir && !script && (entry = readdir(dir))) {
		snprintf(path, size, "%s/%s", directory, entry->d_name);
		if (strstr(entry->d_name, ".sh"))
			script = fopen(path, "re");
		if (script && !stages(script, id)) {
			fclose(script);
			script = NULL;
		}
	}
	if (dir)
		closedir(dir);
	return script;
}

static int print_script(FILE *script, const char *path)
{
	char line[512];

	printf("# %s\n", path);
	while (fgets(line, sizeof(line), script))
		fputs(line, stdout);
	fclose(script);
	return fflush(stdout);
}

void repro_quote(FILE *out, const char *text)
{
	putc('\'', out);
	for (; *text; text++)
		fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
	putc('\'', out);
}

void repro_command(FILE *out, const char *id, const struct config *config)
{
	fprintf(out, "echospec --only %s --trace --seed %u", id, config->seed);
	if (config->scale != 1)
		fprintf(out, " --scale %g", config->scale);
	if (config->thorough)
		fputs(" --long", out);
	if (config->exhaust)
		fputs(" --exhaust", out);
	if (strcmp(config->payload, "echo") != 0)
		fprintf(out, " --payload %s", config->payload);
	fputs(config->target ? " --target " : " --exec ", out);
	if (config->target)
		repro_quote(out, config->target);
	else
		repro_quote(out, config->exec ? config->exec : "COMMAND {port}");
	putc('\n', out);
}

int repro_print(const char *id, const struct config *config)
{
	char path[2048];
	FILE *script = find(id, path, sizeof(path));

	if (script)
		return print_script(script, path);
	repro_command(stdout, id, config);
	return fflush(stdout);
}
