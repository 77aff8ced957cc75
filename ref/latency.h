/* latency - how long things took, kept in a table of fixed size
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LATENCY_H
#define LATENCY_H

enum {
	LATENCY_STEPS = 128, /* between a power of two and the next */
	LATENCY_BUCKETS = (64 - 7 + 1) * LATENCY_STEPS,
};

/* All zero at first. */
struct latency {
	unsigned long long counts[LATENCY_BUCKETS];
	unsigned long long n, min, max; /* min and max are exact */
};

void latency_add(struct latency *latency, unsigned long long nanoseconds);

/* What so large a share of them, from 0 to 1, did not exceed: right or up to 1/128 too
 * high; 0 when there are none. */
unsigned long long latency_quantile(const struct latency *latency, double share);

#endif
