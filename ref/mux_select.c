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

#include <errno.h>
#include <stdlib.h>
#include <sys/select.h>

enum { WORD = 8 * sizeof(unsigned long) };

struct selector {
	struct mux_table table;
	unsigned long *readable, *writable; /* one allocation */
	int room;                           /* for as many as the table has */
};

extern const struct mux_ops mux_select;

static struct mux *create(void)
{
	struct selector *selector = calloc(1, sizeof(*selector));

	if (!selector)
		return NULL;
	selector->table.mux.ops = &mux_select;
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

static int make_room(struct selector *selector)
{
	int room = selector->table.size;
	size_t words = (size_t)room / WORD + 1;
	unsigned long *maps;

	if (room == selector->room)
		return 0;
	maps = realloc(selector->readable, 2 * words * sizeof(*maps));
	if (!maps)
		return -1;
	selector->readable = maps;
	selector->writable = maps + words;
	selector->room = room;
	return 0;
}

static int add(struct mux *mux, int fd, unsigned interest)
{
	if (mux_table_add(mux, fd, interest) == -1)
		return -1;
	if (make_room((struct selector *)mux) == 0)
		return 0;
	mux_table_del(mux, fd);
	errno = ENOMEM;
	return -1;
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
	.add = add,
	.mod = mux_table_mod,
	.del = mux_table_del,
	.wait = wait,
};
