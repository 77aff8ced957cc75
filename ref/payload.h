/* payload - the bytes that a load client sends, without end and different on each connection
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stddef.h>

/* Where something is in what one connection sends. */
struct place {
	int connection;
	unsigned long long offset;
};

struct payload;

/* Pseudo-random by seed. NULL with errno. */
struct payload *payload_create(unsigned seed);
/* NULL is fine. */
void payload_destroy(struct payload *payload);

/* The bytes from there on; *size is lowered to how many follow one another in memory. */
const unsigned char *payload_at(
	const struct payload *payload, struct place place, size_t *size);

/* How many bytes of data are what belongs there, up to the first that is not. */
size_t payload_match(const struct payload *payload, struct place place,
	const unsigned char *data, size_t size);

#endif
