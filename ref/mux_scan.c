/* mux_scan - no multiplexer: every descriptor in turn, ready or not
 *
 * The baseline that the others are measured against. It asks the kernel nothing and so
 * never sleeps while anything is of interest: an idle server keeps a core busy, by
 * design. Trying tells what is ready, so every descriptor has to be non-blocking.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mux.h"

#include <poll.h>
#include <stdlib.h>

extern const struct mux_ops mux_scan;

static struct mux *create(void)
{
	struct mux_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->mux.ops = &mux_scan;
	return &table->mux;
}

static void destroy(struct mux *mux)
{
	if (mux)
		free(((struct mux_table *)mux)->interest);
	free(mux);
}

static int wait(struct mux *mux, struct mux_event *events, int max, int timeout)
{
	struct mux_table *table = (struct mux_table *)mux;
	int n = 0;

	for (int left = table->top; left > 0 && n < max; left--) {
		int fd = table->next < table->top ? table->next : 0;
		unsigned interest = table->interest[fd] & (MUX_READ | MUX_WRITE);

		if (interest)
			events[n++] = (struct mux_event){fd, interest};
		table->next = fd + 1;
	}
	return n ? n : poll(NULL, 0, timeout);
}

const struct mux_ops mux_scan = {
	.name = "scan",
	.blind = true,
	.create = create,
	.destroy = destroy,
	.add = mux_table_add,
	.mod = mux_table_mod,
	.del = mux_table_del,
	.wait = wait,
};
