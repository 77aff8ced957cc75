/* inject - faults that the kernel makes rarely, made on request
 *
 * The shim (fixtures/faults) stands between the target and its C library. A target that goes
 * past it, because it is static or makes its system calls itself, is run under strace(1), which
 * can do less: an error in place of accept(2) or of a wait.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>

/* The words, for struct launch, that run a command with those faults ("send:max=7"; the grammar
 * stands in fixtures/faults/README.md); they stay valid until the next call. Ends the case with a
 * skip when nothing here can make them. */
const char *inject_prefix(const char *faults);

/* Once the target has served somebody: whether it goes through the tool. After false,
 * inject_prefix() takes strace. */
bool inject_reaches(void);

/* Faults made since inject_prefix(). */
unsigned long inject_count(void);

/* Ends the target and starts it with those faults and a new bystander, for cases that have
 * several. */
void inject_restart(const char *faults);

#endif
