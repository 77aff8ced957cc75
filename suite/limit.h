/* limit - how many descriptors processes may have open: RLIMIT_NOFILE, by prlimit(2)
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIMIT_H
#define LIMIT_H

#include "proc.h"

#include <stdbool.h>

/* What the processes may have now, to be given back. */
void limit_remember(const struct tree *tree);
bool limit_is_remembered(void);

/* Leaves each process just so many descriptors to open; with a negative number what is remembered
 * of it, or of the first one. 0, or -1 with errno when one could not be changed. */
int limit_spare(const struct tree *tree, int spare);

/* Whether any of them may open one more. */
bool limit_leaves_room(const struct tree *tree);

#endif
