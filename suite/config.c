/* config - what the options say to the processes that run the cases
 *
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXEC    "ECHOSPEC_EXEC"
#define TARGET  "ECHOSPEC_TARGET"
#define PAYLOAD "ECHOSPEC_PAYLOAD"
#define PID     "ECHOSPEC_PID"
#define SCALE   "ECHOSPEC_SCALE"
#define SEED    "ECHOSPEC_SEED"
#define FLAGS   "ECHOSPEC_FLAGS"
#define LONG    'l'
#define EXHAUST 'e'
#define TRACE   't'

static int put(const char *name, const char *value)
{
	return value ? setenv(name, value, 1) : unsetenv(name);
}

int config_export(const struct config *config)
{
	char pid[16], scale[32], seed[16], flags[8], *flag = flags;

	if (config->thorough)
		*flag++ = LONG;
	if (config->exhaust)
		*flag++ = EXHAUST;
	if (config->trace)
		*flag++ = TRACE;
	*flag = '\0';
	snprintf(pid, sizeof(pid), "%d", config->pid);
	snprintf(scale, sizeof(scale), "%a", config->scale);
	snprintf(seed, sizeof(seed), "%u", config->seed);
	return put(EXEC, config->exec) || put(TARGET, config->target) ||
			put(PAYLOAD, config->payload) || put(PID, pid) ||
			put(SCALE, scale) || put(SEED, seed) || put(FLAGS, flags)
		? -1
		: 0;
}

const struct config *config_get(void)
{
	static struct config config;

	if (config.scale == 0) {
		const char *pid = getenv(PID), *scale = getenv(SCALE);
		const char *payload = getenv(PAYLOAD);
		const char *seed = getenv(SEED), *flags = getenv(FLAGS);

		config = (struct config){
			.exec = getenv(EXEC),
			.target = getenv(TARGET),
			.payload = payload ? payload : "echo",
			.pid = pid ? atoi(pid) : 0,
			.scale = scale ? strtod(scale, NULL) : 1,
			.seed = seed ? (uint32_t)strtoul(seed, NULL, 10) : 1,
			.thorough = flags && strchr(flags, LONG),
			.exhaust = flags && strchr(flags, EXHAUST),
			.trace = flags && strchr(flags, TRACE),
		};
	}
	return &config;
}
