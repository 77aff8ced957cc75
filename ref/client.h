/* client - one connection to an echo server: a message at a time, its echo verified
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "loop.h"

struct client;
struct payload;

/* What all clients share. */
struct client_env {
	struct loop *loop;
	struct payload *payload;
	unsigned char *buffer;            /* to read into, of CLIENT_BUFFER bytes */
	size_t size;                      /* of a message */
	int busy;                         /* clients that are */
	unsigned long long bytes, faults; /* that came back right; that were found */
	/* The echo is whole: client_begin may follow. 0, or the -1 of that. */
	int (*echoed)(struct client *client);
};

enum { CLIENT_BUFFER = 256 << 10 };

/* Its io is in the loop by whoever has connected it. All zero at first but for env and
 * number. */
struct client {
	struct loop_io io;
	struct client_env *env;
	int number;
	unsigned long long end; /* of the message under way, in all that is sent */
	unsigned long long sent, received;
	long long turn; /* of that message, as given to client_begin */
	bool busy;      /* there is one under way */
};

/* Each of these is 0, or -1 after it has told of a fault, when the connection is of no
 * use any more. */
int client_begin(struct client *client, long long turn);
int client_ready(struct client *client, unsigned ready);

/* What is to be waited for. */
unsigned client_interest(const struct client *client);

/* Counts a fault, and tells it unless many were told. Returns -1. */
__attribute__((format(printf, 2, 3))) int client_blame(
	struct client *client, const char *format, ...);

#endif
