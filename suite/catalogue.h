/* catalogue - all cases, in the order of their ids, and which of them are wanted
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "case.h"

/* Rows are numbered alike in every process of a run. */
unsigned catalogue_size(void);
const struct case_info *catalogue_row(unsigned row);
unsigned catalogue_find(const struct case_info *info);
/* The row of that id; catalogue_size() when there is none. */
unsigned catalogue_find_id(const char *id);

/* "half-close/fin-coalesced"; stays valid. */
const char *catalogue_id(unsigned row);
const char *level_name(enum level level);

/* Sets wanted[row] for ids that match one of only (all when NULL) and none of skip: NULL-ended
 * lists of patterns (fnmatch(3)). NULL, or the pattern that matches no id. */
const char *catalogue_select(char *const *only, char *const *skip, bool *wanted);

#endif
