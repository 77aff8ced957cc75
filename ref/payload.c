/* payload - the bytes that a load client sends, without end and different on each connection
 *
 * One random table for all, which each connection goes round from a place of its own. Its
 * size is a prime number: what servers lose, repeat or mix up is a multiple of something
 * rounder.
 *
 * SPDX-License-Identifier: MIT
 */
#include "payload.h"

#include <stdlib.h>
#include <string.h>

enum {
	SIZE = 1048573,
	APART = 65537, /* two connections, round the table */
};

struct payload {
	unsigned char bytes[SIZE];
};

struct payload *payload_create(unsigned seed)
{
	struct payload *payload = malloc(sizeof(*payload));
	unsigned long long state = seed;

	if (!payload)
		return NULL;
	for (size_t i = 0; i < SIZE; i++) { /* Knuth's MMIX generator, its high byte */
		state = state * 6364136223846793005 + 1442695040888963407;
		payload->bytes[i] = (unsigned char)(state >> 56);
	}
	return payload;
}

void payload_destroy(struct payload *payload)
{
	free(payload);
}

const unsigned char *payload_at(
	const struct payload *payload, struct place place, size_t *size)
{
	unsigned long long first = (unsigned long long)place.connection * APART;
	size_t at = (size_t)((first + place.offset) % SIZE);

	if (*size > SIZE - at)
		*size = SIZE - at;
	return payload->bytes + at;
}

size_t payload_match(const struct payload *payload, struct place place,
	const unsigned char *data, size_t size)
{
	size_t right = 0;

	while (right < size) {
		size_t n = size - right, i = 0;
		const unsigned char *piece = payload_at(payload, place, &n);

		if (memcmp(piece, data + right, n) != 0) {
			while (piece[i] == data[right + i])
				i++;
			return right + i;
		}
		right += n;
		place.offset += n;
	}
	return right;
}
