/* nearest - the word that was probably meant
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* Begins as {.word = what was given}. */
struct nearest {
	const char *word;
	const char *best; /* of the candidates so far; NULL when none is near */
	size_t distance;
};

/* candidate has to stay valid for as long as best is used. */
void nearest_consider(struct nearest *nearest, const char *candidate);

#endif
