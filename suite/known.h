/* known - failures that the author of a target knows of, each with a reason
 *
 * They are judged like all others and do not count; but one that is met counts as a failure, so
 * that a list never outlives what it was made for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "record.h"

/* Reads lines of "ID  REASON"; blank ones and those that begin with # are for people. Enters the
 * reasons into the record, which owns them. 0, or -1 after one line on standard error that names
 * the file, the line and what is wrong there. */
int known_load(const char *path, struct record *record);

#endif
