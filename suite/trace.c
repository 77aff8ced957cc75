/* trace - the wire log of a case, call by call, for --trace
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace.h"

#include "config.h"
#include "deadline.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int64_t began; /* 0: no case has */

void trace_begin(const char *id)
{
	began = deadline_now_us();
	if (config_get()->trace)
		dprintf(STDERR_FILENO, "--- %s\n", id);
}

void trace(uint16_t connection, const char *format, ...)
{
	char what[256];
	va_list args;

	if (!began || !config_get()->trace)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "%12.6f  #%-4u %s\n",
		(double)(deadline_now_us() - began) / 1e6, connection, what);
}
