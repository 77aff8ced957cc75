/* local - a port of this machine, and a connection to it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LOCAL_H
#define LOCAL_H

struct addrinfo;

/* To be freed with freeaddrinfo(3). */
struct addrinfo *local_address(int port);

/* A connection there, once it is decided. */
int local_connect(int port);

#endif
