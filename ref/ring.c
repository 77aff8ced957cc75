/* ring - bounded byte buffer: what the kernel refused to send, until it takes it
 *
 * SPDX-License-Identifier: MIT
 */
#include "ring.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

void ring_init(struct ring *ring, size_t size)
{
	*ring = (struct ring){.size = size};
}

void ring_finish(struct ring *ring)
{
	free(ring->data);
	ring_init(ring, ring->size);
}

int ring_put(struct ring *ring, const char *data, size_t n)
{
	size_t tail, first;

	if (n == 0)
		return 0;
	if (!ring->data && !(ring->data = malloc(ring->size)))
		return -1;
	tail = (ring->head + ring->used) % ring->size;
	first = MIN(n, ring->size - tail);
	memcpy(ring->data + tail, data, first);
	memcpy(ring->data, data + first, n - first);
	ring->used += n;
	return 0;
}

const char *ring_peek(const struct ring *ring, size_t *n)
{
	*n = MIN(ring->used, ring->size - ring->head);
	return ring->data + ring->head;
}

void ring_drop(struct ring *ring, size_t n)
{
	ring->head = (ring->head + n) % ring->size;
	ring->used -= n;
	if (ring->used == 0)
		ring_finish(ring);
}
