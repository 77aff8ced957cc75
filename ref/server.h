/* server - the listener and all of its connections
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>

struct loop;
struct server;

struct server_config {
	const char *address; /* as sock_listen takes it */
	int backlog;
	int buffer; /* bytes that one connection may keep */
	int budget; /* bytes that one connection may read before others have their turn */
	int timeout; /* milliseconds without a byte until that is reported; 0: never */
	void (*transform)(char *data, size_t size); /* or NULL */
};

/* Listens and serves as soon as the loop runs. NULL with *why in words and errno, which
 * is EINVAL when the address is malformed. Has to outlive the loop. */
struct server *server_create(
	struct loop *loop, const struct server_config *config, const char **why);
/* After the loop. NULL is fine. */
void server_destroy(struct server *server);

/* The port it got, or -1 with errno. */
int server_port(const struct server *server);

/* Accepts no more, answers what has arrived, and stops the loop when all connections have
 * ended or the grace period is over. A second call stops it at once. */
void server_drain(struct server *server);

/* Prints one line of figures on standard output. */
void server_report(const struct server *server);

#endif
