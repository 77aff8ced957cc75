/* debugger - attaches to the target and detaches
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DEBUGGER_H
#define DEBUGGER_H

#include "proc.h"

/* Stops each thread of the tree for a moment (ptrace(2), PTRACE_INTERRUPT), so that what it waits
 * in is interrupted. How many; -1 with errno: EPERM when that is not allowed, ETIMEDOUT when one
 * did not stop. */
int debugger_interrupt(const struct tree *tree);

#endif
