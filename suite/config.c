/* config - what the options say to the processes that run the cases
 *
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#define EXEC   "ECHOSPEC_EXEC"
#define TARGET "ECHOSPEC_TARGET"
#define PID    "ECHOSPEC_PID"
#define SCALE  "ECHOSPEC_SCALE"

static int put(const char *name, const char *value)
{
	return value ? setenv(name, value, 1) : unsetenv(name);
}

int config_export(const struct config *config)
{
	char pid[16], scale[32];

	snprintf(pid, sizeof(pid), "%d", config->pid);
	snprintf(scale, sizeof(scale), "%a", config->scale);
	return put(EXEC, config->exec) || put(TARGET, config->target) || put(PID, pid) ||
			put(SCALE, scale)
		? -1
		: 0;
}

const struct config *config_get(void)
{
	static struct config config;

	if (config.scale == 0) {
		const char *pid = getenv(PID), *scale = getenv(SCALE);

		config = (struct config){
			.exec = getenv(EXEC),
			.target = getenv(TARGET),
			.pid = pid ? atoi(pid) : 0,
			.scale = scale ? strtod(scale, NULL) : 1,
		};
	}
	return &config;
}
