/* load - many connections to an echo server: made, given their turns, ended
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LOAD_H
#define LOAD_H

#include "latency.h"

struct addrinfo;
struct load;
struct loop;

struct load_config {
	const struct addrinfo *to; /* tried in turn, until one answers */
	int connections;
	int rate;    /* messages a second on each; 0: the next when the echo has come */
	int size;    /* of a message, bytes */
	int seconds; /* from when all connections are made; 0: until load_stop */
	int seed;
};

struct load_figures {
	int connected;
	unsigned long long messages, bytes; /* that came back as they were sent */
	unsigned long long faults;
	double seconds;         /* since all connections were made */
	struct latency latency; /* from the turn of a message to the end of its echo */
};

/* Connects as soon as the loop runs, and stops the loop when all is said. NULL with
 * errno. Has to outlive the loop; to has to outlive it. */
struct load *load_create(struct loop *loop, const struct load_config *config);
/* After the loop. NULL is fine. */
void load_destroy(struct load *load);

/* Sends no more messages, and waits for the echoes that are due. A second call does not
 * wait. Before all connections are made there is nothing to wait for, and that is an
 * error: ECANCELED. */
void load_stop(struct load *load);

/* Why the server could not be reached, or what this machine refused, an errno; or 0. */
int load_error(const struct load *load);

const struct load_figures *load_figures(struct load *load);

#endif
