/* tool - files that echospec brings, and programs that others brought
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TOOL_H
#define TOOL_H

#include <stddef.h>

/* The path of a file that was built or installed together with this program: beside it, or in
 * one of the directories that installations have for it. 0, or -1 when it is nowhere. */
int tool_find(char *path, size_t size, const char *name);

/* The path of a program that is found by PATH. 0, or -1. */
int tool_in_path(char *path, size_t size, const char *name);

#endif
