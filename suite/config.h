/* config - what the options say to the processes that run the cases
 *
 * A case runs in a process that executes this program anew (Criterion), so the configuration
 * travels in the environment.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct config {
	const char *exec;   /* command to spawn, {port} in it; or NULL */
	const char *target; /* numeric HOST:PORT or [IPv6]:PORT; or NULL */
	const char
		*payload; /* what the target answers: a name of pattern_find_answer() */
	pid_t pid;        /* of the target that --target names; 0: unknown */
	double scale;     /* of every wait */
	uint32_t seed;    /* of everything that is random, not 0 */
	bool thorough;    /* --long: cases may take minutes */
	bool exhaust;     /* what could hurt a shared target is allowed */
	bool trace;       /* the wire log of each case goes to standard error */
};

/* 0, or -1 with errno. */
int config_export(const struct config *config);

/* As it was exported. */
const struct config *config_get(void);

#endif
