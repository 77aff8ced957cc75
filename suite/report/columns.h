/* columns - labels on the left, words on the right, wrapped to the terminal
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef COLUMNS_H
#define COLUMNS_H

/* Of standard output: that of the terminal, and a usual one when it is none. */
int columns_width(void);

/* A label at one column and words from another one on, wrapped at spaces; ends with a newline. */
void columns_print(int label_at, const char *label, int words_at, const char *words);

#endif
