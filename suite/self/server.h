/* server - small servers, right and wrong, each in processes of its own
 *
 * They end with the process that started them, at the latest.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdnoreturn.h>
#include <sys/types.h>

/* What is done with a connection, in a process of its own. Returning closes it. */
typedef void serve_fn(int fd);

/* A blocking echo server: right, as long as its client reads. */
serve_fn serve_echo;
/* Accepts and does nothing more: neither reads nor closes. */
serve_fn serve_nothing;
/* Reads everything and answers nothing. */
serve_fn serve_sink;

/* So many bytes exactly, from the client or back to it; what the echo of a faulty
 * server is made of. The process ends when the client does not play along. */
void server_take(int fd, void *bytes, size_t n);
void server_give(int fd, const void *bytes, size_t n);

/* Serves the connections of a listener, for ever, a process for each. */
noreturn void server_run(int listener, serve_fn *serve);
/* A socket that listens on loopback; port 0 is any. */
int server_listen(int family, int port);
/* Its address, as --target takes it; stays valid. */
const char *server_address(int listener);

/* Starts a server; its process. */
pid_t server_start(int listener, serve_fn *serve);

/* Starts one and makes it this process's target, with that scale of every wait. */
pid_t server_use(serve_fn *serve, double scale);
/* Makes a target of what listens there; of its process too, unless 0. */
void server_attach(int listener, pid_t pid, double scale);

#endif
