/* program - what a program says on a wrong command line: one line, the culprit, the status
 *
 * SPDX-License-Identifier: MIT
 */
#include "program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

int program_run(const char *name, const char *arguments, char text[static 4096])
{
	const char *build = getenv("BUILD");
	char command[512];
	size_t n;
	FILE *output;
	int status;

	snprintf(command, sizeof(command), "exec %s/%s %s 2>&1 </dev/null",
		build ? build : "build", name, arguments);
	output = popen(command, "r");
	cr_assert_not_null(output);
	n = fread(text, 1, 4095, output);
	text[n] = '\0';
	status = pclose(output);
	cr_assert(WIFEXITED(status), "%s %s: ended by signal %d", name, arguments,
		WTERMSIG(status));
	return WEXITSTATUS(status);
}

void program_refused(const char *name, const char *arguments, const char *culprit,
	const char *why, int status)
{
	char text[4096];
	int seen = program_run(name, arguments, text);
	char *end = strchr(text, '\n');
	size_t length = strlen(name);

	cr_assert_eq(seen, status, "%s: exit %d: %s", arguments, seen, text);
	cr_assert(end && !end[1], "%s: not one line: %s", arguments, text);
	cr_assert_eq(strncmp(text, name, length), 0, "%s: %s", arguments, text);
	cr_assert_eq(strncmp(text + length, ": ", 2), 0, "%s: %s", arguments, text);
	cr_assert(strstr(text, culprit) && strstr(text, why), "%s: %s", arguments, text);
}
