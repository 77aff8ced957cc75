/* address - HOST:PORT and [IPv6]:PORT
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <netdb.h>
#include <stdbool.h>

#define ADDRESS_SIZE 300

struct address {
	char host[ADDRESS_SIZE];
	char port[32];
};

/* False when text is neither form. */
bool address_split(const char *text, struct address *address);

/* The same in numbers: "127.0.0.1:7", "[::1]:7". Returns text, ADDRESS_SIZE bytes. */
char *address_print(const struct sockaddr *address, socklen_t length, char *text);

#endif
