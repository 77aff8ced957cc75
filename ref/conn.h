/* conn - one connection: what comes in goes out again
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONN_H
#define CONN_H

#include "loop.h"

struct conn_stats {
	unsigned long long opened, closed, broken;
	unsigned long long received, sent;
};

/* What all connections of a server share. */
struct conn_env {
	struct loop *loop;
	/* Every connection reads into this one, and has sent or kept what is in it before
	 * the next one reads. */
	char *buffer;
	size_t size;
	size_t limit;  /* bytes that one connection may keep */
	size_t budget; /* bytes that one connection may read before the others' turn */
	void (*transform)(char *data, size_t size); /* or NULL */
	bool closing;     /* echo what has arrived already, then end every connection */
	long long active; /* loop_now() when a byte moved last */
	struct conn_stats stats;
	void (*closed)(struct conn_env *env); /* a descriptor is free again */
};

/* Serves a connected socket from now on, until it ends. 0; or -1 with errno, and fd still
 * the caller's. */
int conn_open(struct conn_env *env, int fd);

#endif
