/* trace - the wire log of a case, call by call
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace.h"

#include "config.h"
#include "deadline.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define KEPT 128 /* lines: what led to a verdict, not all that went before */
#define LINE 112

static int64_t began; /* 0: no case has */
static char lines[KEPT][LINE];
static unsigned written;

void trace_begin(const char *id)
{
	began = deadline_now_us();
	written = 0;
	if (config_get()->trace)
		dprintf(STDERR_FILENO, "--- %s\n", id);
}

void trace(uint16_t connection, const char *format, ...)
{
	char *line = lines[written % KEPT];
	va_list args;
	int n;

	if (!began)
		return;
	n = snprintf(line, LINE, "%12.6f  #%-4u ",
		(double)(deadline_now_us() - began) / 1e6, connection);
	va_start(args, format);
	vsnprintf(line + n, LINE - (size_t)n, format, args);
	va_end(args);
	written++;
	if (config_get()->trace)
		dprintf(STDERR_FILENO, "%s\n", line);
}

void trace_each(void (*take)(const char *line))
{
	for (unsigned i = written > KEPT ? written - KEPT : 0; i < written; i++)
		take(lines[i % KEPT]);
}
