/* net - a private network namespace for one case: real segments, tiny buffers, peers that vanish
 *
 * The loopback device of a namespace of its own may have an MTU, and buffers a size, that nobody
 * else has to live with. A user namespace around it makes that possible without root, where the
 * kernel allows it (user_namespaces(7)). This process has threads and cannot enter it: a child
 * makes it, leaves sockets behind, and ends.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_H
#define NET_H

#include <stddef.h>

/* Makes a namespace with an MTU of 1500 bytes, 4 KiB for what a socket may hold to send, and TCP Fast
 * Open for all. 0, or -1 with the reason, and the sysctl that would help, in words. */
int net_make(char *reason, size_t size);

/* A non-blocking, close-on-exec stream socket, in the namespace if there is one; -1 with errno:
 * ENOBUFS when the namespace has no more. */
int net_socket(int family);

/* Puts the calling process, which has one thread, into the namespace if there is one. 0, or -1
 * with errno. Calls nothing but the kernel. */
int net_join(void);

#endif
