/* deadline - one clock, one scale, and deadlines on progress
 *
 * SPDX-License-Identifier: MIT
 */
#include "deadline.h"

#include <time.h>

/* Three seconds without a byte: longer than any retransmission on a healthy path (RFC 6298
 * starts at one second), short enough for a person to wait for. */
#define PATIENCE_MS   3000
#define PATIENCE_RTTS 200
#define WINDOW_RTTS   20

static double scale = 1;
static int64_t rtt_us;

int64_t deadline_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t deadline_now(void)
{
	return deadline_now_us() / 1000;
}

void deadline_set_scale(double factor)
{
	scale = factor;
}

double deadline_scale(void)
{
	return scale;
}

void deadline_stretch(double factor)
{
	scale *= factor;
}

void deadline_calibrate(int64_t rtt)
{
	rtt_us = rtt;
}

int64_t deadline_rtt_us(void)
{
	return rtt_us;
}

static int64_t at_least(int64_t floor, int rtts)
{
	int64_t measured = rtts * rtt_us / 1000;
	int64_t scaled = (int64_t)((double)floor * scale);

	return measured > scaled ? measured : scaled;
}

int64_t deadline_patience(void)
{
	return at_least(PATIENCE_MS, PATIENCE_RTTS);
}

int64_t deadline_window(int64_t floor)
{
	return at_least(floor, WINDOW_RTTS);
}

struct deadline deadline_in(int64_t patience)
{
	return (struct deadline){.patience = patience, .at = deadline_now() + patience};
}

void deadline_progress(struct deadline *deadline)
{
	deadline->at = deadline_now() + deadline->patience;
}

bool deadline_over(const struct deadline *deadline)
{
	return deadline_now() >= deadline->at;
}

int deadline_left(const struct deadline *deadline)
{
	int64_t left = deadline->at - deadline_now();

	return left > 0 ? (int)left : 0;
}
