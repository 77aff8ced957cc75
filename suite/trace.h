/* trace - the wire log of a case, call by call
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>

/* The case begins, and with it the clock. */
void trace_begin(const char *id);

/* One line: seconds since the beginning, the connection, and what happened to it. The last hundred
 * or so are kept; with --trace each goes to standard error. */
void trace(uint16_t connection, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Those that are kept, the oldest first. */
void trace_each(void (*take)(const char *line));

#endif
