/* nearest - the word that was probably meant
 *
 * SPDX-License-Identifier: MIT
 */
#include "nearest.h"

#include <string.h>

#define LONGEST 64

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters have to be put in, taken out or changed (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], length = strlen(b);

	if (length > LONGEST)
		return LONGEST;
	for (size_t i = 0; i <= length; i++)
		row[i] = i;
	for (; *a; a++) {
		size_t diagonal = row[0]++;

		for (size_t i = 1; i <= length; i++) {
			size_t above = row[i];

			row[i] = least(
				above + 1, row[i - 1] + 1, diagonal + (*a != b[i - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

void nearest_consider(struct nearest *nearest, const char *candidate)
{
	size_t d = distance(nearest->word, candidate);

	/* Further off than a third of the word is another word. */
	if (d > 1 + strlen(nearest->word) / 3 ||
		(nearest->best && d >= nearest->distance))
		return;
	nearest->best = candidate;
	nearest->distance = d;
}
