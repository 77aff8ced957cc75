/* help - what echospec says of itself, on one screen or whole
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HELP_H
#define HELP_H

#include <stdbool.h>

/* Prints all that there is, or what is most needed: 24 lines of 80 columns at most. */
void help_print(bool whole);

#endif
