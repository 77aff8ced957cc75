/* trace - the wire log of a case, call by call, for --trace
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>

/* The case begins, and with it the clock. */
void trace_begin(const char *id);

/* One line on standard error, without --trace nothing: seconds since the beginning, the
 * connection, and what happened to it. */
void trace(uint16_t connection, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
