/* latency - how long things took, kept in a table of fixed size
 *
 * Below 128 ns each value has its bucket. From there on a bucket is as wide as the number
 * of binary digits wants, and holds the values that have the same first eight of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "latency.h"

enum { DIGITS = 7 }; /* behind the first, so that there are 1 << DIGITS steps */

static int width(unsigned long long value)
{
	return value < LATENCY_STEPS ? 0 : 63 - DIGITS - __builtin_clzll(value);
}

/* The leading digits are from STEPS to 2 * STEPS, so that the buckets of a width follow
 * those of the width before. */
static unsigned long long bucket(unsigned long long value)
{
	int shift = width(value);

	return (unsigned long long)shift * LATENCY_STEPS + (value >> shift);
}

/* The largest value that goes into it. */
static unsigned long long top(unsigned long long index)
{
	unsigned long long shift = index < LATENCY_STEPS ? 0 : index / LATENCY_STEPS - 1;

	return ((index - shift * LATENCY_STEPS + 1) << shift) - 1;
}

void latency_add(struct latency *latency, unsigned long long nanoseconds)
{
	latency->counts[bucket(nanoseconds)]++;
	if (!latency->n || nanoseconds < latency->min)
		latency->min = nanoseconds;
	if (nanoseconds > latency->max)
		latency->max = nanoseconds;
	latency->n++;
}

unsigned long long latency_quantile(const struct latency *latency, double share)
{
	unsigned long long rank = (unsigned long long)(share * (double)latency->n);
	unsigned long long seen = 0, value;
	int index = 0;

	if (!latency->n)
		return 0;
	if (rank == latency->n)
		rank--;
	while ((seen += latency->counts[index]) <= rank)
		index++;
	value = top((unsigned long long)index);
	return value < latency->max ? value : latency->max;
}
