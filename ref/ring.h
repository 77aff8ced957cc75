/* ring - bounded byte buffer: what the kernel refused to send, until it takes it
 *
 * Its memory exists only while something is in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>

struct ring {
	char *data;
	size_t size; /* bytes at most */
	size_t used;
	size_t head; /* where the oldest byte is */
};

void ring_init(struct ring *ring, size_t size);
void ring_finish(struct ring *ring);

/* Appends n bytes, which have to fit; 0, or -1 with ENOMEM and nothing changed. */
int ring_put(struct ring *ring, const char *data, size_t n);

/* The oldest bytes that lie in one piece, and their number in *n; there are more when the
 * content runs over the end. */
const char *ring_peek(const struct ring *ring, size_t *n);

/* Forgets the oldest n bytes. */
void ring_drop(struct ring *ring, size_t n);

#endif
