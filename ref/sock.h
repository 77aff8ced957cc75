/* sock - sockets made the one way an event loop needs them: non-blocking, close-on-exec
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SOCK_H
#define SOCK_H

#include <stddef.h>
#include <sys/types.h>

struct addrinfo;

/* A listening socket on address: "HOST:PORT", "[IPv6]:PORT" or ":PORT" (every interface,
 * IPv4 and IPv6); port 0 lets the kernel choose. SO_REUSEADDR is set; a backlog above the
 * kernel's own limit means that limit (listen(2)). Returns the descriptor, or -1 with
 * *why the reason in words (static or errno text, not to be freed) and errno, which is
 * EINVAL when the address is malformed. */
int sock_listen(const char *address, int backlog, const char **why);

/* The next connection of a listener that sock_listen made, non-blocking, close-on-exec,
 * with TCP_NODELAY; -1 with errno. */
int sock_accept(int listener);

/* What address stands for, to be freed with freeaddrinfo(3): "HOST:PORT" or "[IPv6]:PORT".
 * NULL with *why and errno as of sock_listen. */
struct addrinfo *sock_resolve(const char *address, const char **why);

/* A connection to the first of these, non-blocking, close-on-exec, with
 * TCP_NODELAY: it is made or refused once it is writable. -1 with errno. */
int sock_connect(const struct addrinfo *to);

/* Whether it is made: 1, 0 while it is under way, or -1 with errno why it never will. */
int sock_connected(int fd);

/* close(2), whatever it does to errno. */
void sock_discard(int fd);

/* The local port of a socket, or -1 with errno. */
int sock_port(int fd);

/* read(2) and send(2), taken up again after a signal, so that no caller sees EINTR;
 * sending to a connection that is gone is EPIPE and never SIGPIPE. */
ssize_t sock_read(int fd, void *data, size_t size);
ssize_t sock_send(int fd, const void *data, size_t size);

#endif
