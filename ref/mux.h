/* mux - the readiness interface: which descriptors can be read or written now
 *
 * A backend reports readiness and does nothing else: it never reads, writes, closes or
 * calls back. The contract below is what ref/self/mux_contract.c runs over every backend;
 * a sixth backend is one file and one line in mux.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MUX_H
#define MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Interest, as given to add and mod, and readiness, as returned by wait. */
enum {
	MUX_READ = 1,
	MUX_WRITE = 2,
};

/* One ready descriptor. An error or a hang-up counts as readable and writable, so that
 * the next read or write names it: wait reports it whatever the interest was, and at least
 * as what was asked for. With an interest of 0 only some backends do. */
struct mux_event {
	int fd;
	unsigned ready;
};

struct mux;

struct mux_ops {
	const char *name;

	/* Readiness is reported once for each change (epoll(7), edge-triggered): whoever
	 * reads or writes has to go on until EAGAIN, or to come back without being told.
	 * mod asks anew: what is ready then is reported, change or not. */
	bool edge;

	/* The kernel is not asked: whatever is of interest is reported as ready, at once
	 * and always, and only trying tells. */
	bool blind;

	/* NULL with errno. */
	struct mux *(*create)(void);
	/* NULL is fine. The descriptors that were added stay open. */
	void (*destroy)(struct mux *mux);

	/* 0, or -1 with errno and nothing changed. An interest of 0 keeps the
	 * registration and asks for nothing. Each may be called between the events of one
	 * batch.
	 * add: EEXIST when fd is registered already, EBADF when fd is not open or
	 * negative, EMFILE when this backend cannot serve so high a number, EPERM when it
	 * takes no descriptor of this kind (a regular file in epoll), ENOMEM, ENOSPC.
	 * mod, del: ENOENT when fd is not registered. del comes before close(fd). */
	int (*add)(struct mux *mux, int fd, unsigned interest);
	int (*mod)(struct mux *mux, int fd, unsigned interest);
	int (*del)(struct mux *mux, int fd);

	/* Stores at most max events, each descriptor once, and returns their number; 0
	 * when timeout milliseconds passed (-1: no limit); -1 with errno, EINTR included.
	 * Descriptors that did not fit come first in a later call: none waits for ever
	 * behind the others. Urgent data is not readiness. */
	int (*wait)(struct mux *mux, struct mux_event *events, int max, int timeout);
};

/* Every backend's own structure begins with this. */
struct mux {
	const struct mux_ops *ops;
};

/* The backends of this machine, best first, ended by NULL. */
extern const struct mux_ops *const mux_all[];

/* The backend of that name, or NULL. */
const struct mux_ops *mux_find(const char *name);

/* The best backend that works here. */
const struct mux_ops *mux_default(void);

/* For a backend that tells the kernel everything at each wait: it begins with this
 * instead, and takes the three functions as its own or calls them from its own. */
struct mux_table {
	struct mux mux;
	/* Makes room for so many descriptors in what else the backend keeps: 0, or -1 with
	 * errno. NULL: there is nothing else. */
	int (*room)(struct mux_table *table, int size);
	unsigned char
		*interest; /* by descriptor; MUX_KNOWN is set when it is registered */
	int size;
	int top;  /* no descriptor from here on is registered */
	int next; /* where the next walk begins, so that none starves */
};

enum { MUX_KNOWN = 4 };

int mux_table_add(struct mux *mux, int fd, unsigned interest);
int mux_table_mod(struct mux *mux, int fd, unsigned interest);
int mux_table_del(struct mux *mux, int fd);

/* For a backend on epoll(7) that asks for other events, or tells more of them: its create
 * calls this one, and it takes the functions as its own. ask makes events of an interest,
 * tell makes readiness of events. NULL with errno. */
struct mux *mux_epoll_create(const struct mux_ops *ops,
	uint32_t (*ask)(unsigned interest), unsigned (*tell)(uint32_t events));
void mux_epoll_destroy(struct mux *mux);
int mux_epoll_add(struct mux *mux, int fd, unsigned interest);
int mux_epoll_mod(struct mux *mux, int fd, unsigned interest);
int mux_epoll_del(struct mux *mux, int fd);
int mux_epoll_wait(struct mux *mux, struct mux_event *events, int max, int timeout);

#endif
