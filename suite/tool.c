/* tool - files that echospec brings, and programs that others brought
 *
 * SPDX-License-Identifier: MIT
 */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tool_find(char *path, size_t size, const char *name)
{
	/* From a build tree; from PREFIX/bin. */
	static const char *const places[] = {
		".", "..", "../lib/echospec", "../share/echospec"};
	char own[1024];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	if (n == -1)
		return -1;
	own[n] = '\0';
	slash = strrchr(own, '/');
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, size, "%.*s/%s/%s", (int)(slash - own), own, places[i],
			name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return -1;
}

int tool_in_path(char *path, size_t size, const char *name)
{
	const char *next = getenv("PATH");

	while (next && *next) {
		size_t length = strcspn(next, ":");

		snprintf(path, size, "%.*s/%s", (int)length, next, name);
		if (access(path, X_OK) == 0)
			return 0;
		next += length + (next[length] == ':');
	}
	return -1;
}
