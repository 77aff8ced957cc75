/* mux - the backends there are, the choice among them, and the table that some share
 *
 * SPDX-License-Identifier: MIT
 */
#include "mux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

extern const struct mux_ops mux_epoll, mux_epollet, mux_poll, mux_select, mux_scan;

const struct mux_ops *const mux_all[] = {
	&mux_epoll,
	&mux_epollet,
	&mux_poll,
	&mux_select,
	&mux_scan,
	NULL,
};

const struct mux_ops *mux_find(const char *name)
{
	for (size_t i = 0; mux_all[i]; i++)
		if (strcmp(mux_all[i]->name, name) == 0)
			return mux_all[i];
	return NULL;
}

/* A kernel or a sandbox may lack what the headers promise, so try. */
const struct mux_ops *mux_default(void)
{
	const struct mux_ops *const *best = mux_all;
	struct mux *mux;

	while (!(mux = (*best)->create()) && best[1])
		best++;
	(*best)->destroy(mux);
	return *best;
}

static int grow(struct mux_table *table, int size)
{
	unsigned char *interest = realloc(table->interest, (size_t)size);

	if (!interest)
		return -1;
	table->interest = interest;
	if (table->room && table->room(table, size) == -1)
		return -1;
	memset(interest + table->size, 0, (size_t)(size - table->size));
	table->size = size;
	return 0;
}

int mux_table_add(struct mux *mux, int fd, unsigned interest)
{
	struct mux_table *table = (struct mux_table *)mux;

	if (fcntl(fd, F_GETFD) == -1)
		return -1;
	if (fd >= table->size && grow(table, 2 * fd + 64) == -1)
		return -1;
	if (table->interest[fd]) {
		errno = EEXIST;
		return -1;
	}
	table->interest[fd] = (unsigned char)(MUX_KNOWN | interest);
	if (table->top <= fd)
		table->top = fd + 1;
	return 0;
}

int mux_table_mod(struct mux *mux, int fd, unsigned interest)
{
	struct mux_table *table = (struct mux_table *)mux;

	if (fd < 0 || fd >= table->top || !table->interest[fd]) {
		errno = ENOENT;
		return -1;
	}
	table->interest[fd] = (unsigned char)(MUX_KNOWN | interest);
	return 0;
}

int mux_table_del(struct mux *mux, int fd)
{
	struct mux_table *table = (struct mux_table *)mux;

	if (mux_table_mod(mux, fd, 0) == -1)
		return -1;
	table->interest[fd] = 0;
	while (table->top > 0 && !table->interest[table->top - 1])
		table->top--;
	return 0;
}
