/* output - what the target prints: read so that it never blocks on us, the end of it kept
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* Reads from the descriptor, in a thread, until its end or output_stop(). Takes ownership of it.
 * 0, or -1 with errno. */
int output_start(int fd);
void output_stop(void);

/* Bytes read so far. */
uint64_t output_total(void);

/* The end of it, printable. Returns text. */
char *output_tail(char *text, size_t size);

/* The last lines, printable, in double quotes; "it printed nothing" otherwise. Returns text. */
char *output_last_words(char *text, size_t size);

#endif
