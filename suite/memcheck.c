/* memcheck - the target under valgrind: what that finds
 *
 * SPDX-License-Identifier: MIT
 */
#include "memcheck.h"

#include "judge.h"
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SUMMARY "ERROR SUMMARY: "

static int report = -1;

const char *memcheck_prefix(void)
{
	static char prefix[2048];
	char valgrind[1024];

	if (tool_in_path(valgrind, sizeof(valgrind), "valgrind") == -1)
		skip("needs valgrind: install it");
	report = memfd_create("memcheck", MFD_CLOEXEC);
	if (report == -1)
		error("memfd_create: %s", strerror(errno));
	snprintf(prefix, sizeof(prefix),
		"%s --leak-check=full --errors-for-leak-kinds=definite "
		"--show-leak-kinds=definite --log-file=/proc/%d/fd/%d",
		valgrind, getpid(), report);
	return prefix;
}

/* The text of a line of the report: what follows ==PID== . */
static char *told(char *line)
{
	char *text = strncmp(line, "==", 2) == 0 ? strstr(line + 2, "==") : NULL;

	line[strcspn(line, "\n")] = '\0';
	return text ? text + 2 + strspn(text + 2, " ") : line;
}

static long larger(long a, long b)
{
	return a > b ? a : b;
}

long memcheck_errors(char *first, size_t size)
{
	FILE *file = fdopen(report, "r");
	char line[512], last[512] = "", *text;
	long errors = -1;

	*first = '\0';
	if (!file)
		error("the report of valgrind: %s", strerror(errno));
	rewind(file);
	/* A finding is a line of words above a stack, which begins with "at". */
	while (fgets(line, sizeof(line), file)) {
		text = told(line);
		if (strstr(text, "client switching stacks"))
			skip("the target switches stacks by itself: memcheck cannot follow it");
		if (!*first && strncmp(text, "at 0x", 5) == 0)
			snprintf(first, size, "%s %s", last, text);
		/* Each process that was forked has one of its own. */
		if (strncmp(text, SUMMARY, strlen(SUMMARY)) == 0)
			errors = larger(errors, strtol(text + strlen(SUMMARY), NULL, 10));
		snprintf(last, sizeof(last), "%s", text);
	}
	fclose(file);
	report = -1;
	return errors;
}
