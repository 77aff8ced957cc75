/* caught - the verdict of an expectation that fails, without failing the test
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CAUGHT_H
#define CAUGHT_H

#include "../verdict.h"
#include "samples.h"

/* Lets body judge, as that sample, in a process of its own; a pass when it just
 * returns. Notes are left out. */
struct message caught(enum sample sample, void (*body)(void));

/* The next message that comes to a supervisor's descriptor; the test ends when none
 * does. */
struct message caught_next(int verdicts);

#endif
