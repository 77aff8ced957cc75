/* mux_select - select(2), past FD_SETSIZE
 *
 * a. The kernel takes any number of descriptors; only the C library's fd_set and FD_SET
 *    end at 1024, and write beyond their end. So the bit maps are our own, on the heap,
 *    in words of the width that the kernel uses.
 * b. select overwrites the maps it is given, so they are made anew for each wait.
 * c. It counts a descriptor twice that can be read and written, and shows an error only
 *    to those who asked for something.
 * d. exceptfds would be urgent data and nothing else: not asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mux.h"

#include <stdlib.h>
#include <sys/select.h>

enum { WORD = 8 * sizeof(unsigned long) };

struct selector {
	struct mux_table table;
	/* One allocation, room for as many as the table has. */
	unsigned long *readable, *writable;
};

extern const struct mux_ops mux_select;

static int room(struct mux_table *table, int size)
{
	struct selector *selector = (struct selector *)table;
	size_t words = (size_t)size / WORD + 1;
	unsigned long *maps = realloc(selector->readable, 2 * words * sizeof(*maps));

	if (!maps)
		return -1;
	selector->readable = maps;
	selector->writable = maps + words;
	return 0;
}

static struct mux *create(void)
{
	struct selector *selector = calloc(1, sizeof(*selector));

	if (!selector)
		return NULL;
	selector->table.mux.ops = &mux_select;
	selector->table.room = room;
	return &selector->table.mux;
}

static void destroy(struct mux *mux)
{
	struct selector *selector = (struct selector *)mux;

	if (!selector)
		return;
	free(selector->table.interest);
	free(selector->readable);
	free(selector);
}

static bool get(const unsigned long *map, int fd)
{
	return map[fd / WORD] >> fd % WORD & 1;
}

static void put(unsigned long *map, int fd, bool value)
{
	if (fd % WORD == 0)
		map[fd / WORD] = 0;
	map[fd / WORD] |= (unsigned long)value << fd % WORD;
}

static void fill(struct selector *selector)
{
	for (int fd = 0; fd < selector->table.top; fd++) {
		put(selector->readable, fd, selector->table.interest[fd] & MUX_READ);
		put(selector->writable, fd, selector->table.interest[fd] & MUX_WRITE);
	}
}

/* Stores what is marked, from next on round; marks is the number that select gave. */
static int collect(
	struct selector *selector, int marks, struct mux_event *events, int max)
{
	int n = 0, fd = selector->table.next;

	for (; marks > 0 && n < max; fd++) {
		bool readable, writable;

		if (fd >= selector->table.top)
			fd = 0;
		readable = get(selector->readable, fd);
		writable = get(selector->writable, fd);
		marks -= readable + writable;
		if (readable || writable)
			events[n++] = (struct mux_event){
				fd, readable * MUX_READ | writable * MUX_WRITE};
	}
	selector->table.next = fd;
	return n;
}

static int wait(struct mux *mux, struct mux_event *events, int max, int timeout)
{
	struct selector *selector = (struct selector *)mux;
	struct timeval limit = {timeout / 1000, timeout % 1000 * 1000};
	int marks;

	fill(selector);
	marks = select(selector->table.top, (fd_set *)selector->readable,
		(fd_set *)selector->writable, NULL, timeout < 0 ? NULL : &limit);
	return marks == -1 ? -1 : collect(selector, marks, events, max);
}

const struct mux_ops mux_select = {
	.name = "select",
	.create = create,
	.destroy = destroy,
	.add = mux_table_add,
	.mod = mux_table_mod,
	.del = mux_table_del,
	.wait = wait,
};
