/* memcheck - the target under valgrind: what that finds
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEMCHECK_H
#define MEMCHECK_H

#include <stddef.h>

/* The words, for struct launch, that run a command under memcheck; they stay valid. Ends the case
 * with a skip when valgrind is not here. */
const char *memcheck_prefix(void);

/* Once that command has ended: errors and definite leaks found, the first of them in words; -1
 * when there is no report, as of a process that was killed, or of a script. Ends the case with a skip when the
 * program has stacks of its own making, as Go's: memcheck cannot follow it. */
long memcheck_errors(char *first, size_t size);

#endif
