/* ring_test - the bounded buffer: order, wrapping, and no memory while empty
 *
 * SPDX-License-Identifier: MIT
 */
#include "ref/ring.h"

#include <criterion/criterion.h>
#include <string.h>

Test(ring, holds_no_memory_while_empty)
{
	struct ring ring;

	ring_init(&ring, 8);
	cr_assert_null(ring.data);
	cr_assert_eq(ring_put(&ring, "", 0), 0);
	cr_assert_null(ring.data);
	cr_assert_eq(ring_put(&ring, "abc", 3), 0);
	cr_assert_not_null(ring.data);
	ring_drop(&ring, 3);
	cr_assert_null(ring.data);
	ring_finish(&ring);
}

Test(ring, gives_what_runs_over_the_end_in_two_pieces)
{
	struct ring ring;
	size_t n;

	ring_init(&ring, 8);
	ring_put(&ring, "abcdef", 6);
	ring_drop(&ring, 5);
	ring_put(&ring, "ghijklm", 7);
	cr_assert_eq(ring.used, 8);
	cr_assert_arr_eq(ring_peek(&ring, &n), "fgh", 3);
	cr_assert_eq(n, 3);
	ring_drop(&ring, 3);
	cr_assert_arr_eq(ring_peek(&ring, &n), "ijklm", 5);
	cr_assert_eq(n, 5);
	ring_finish(&ring);
}

/* Every fill at every offset of a small ring: each byte comes out as its number. */
Test(ring, keeps_the_order)
{
	for (size_t step = 1; step <= 7; step++) {
		unsigned char in = 0, out = 0;
		struct ring ring;

		ring_init(&ring, 7);
		for (int round = 0; round < 500; round++) {
			const char *piece;
			size_t n;

			while (ring.used < ring.size)
				ring_put(&ring, (char *)&(unsigned char){in++}, 1);
			piece = ring_peek(&ring, &n);
			n = n < step ? n : step;
			for (size_t i = 0; i < n; i++)
				cr_assert_eq((unsigned char)piece[i], out++);
			ring_drop(&ring, n);
		}
		ring_finish(&ring);
	}
}
