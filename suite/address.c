/* address - HOST:PORT and [IPv6]:PORT
 *
 * SPDX-License-Identifier: MIT
 */
#include "address.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getaddrinfo(3) takes a larger number modulo 65536. */
static bool is_port(const char *digits)
{
	long number = strtol(digits, NULL, 10);

	return number >= 1 && number <= UINT16_MAX;
}

bool address_split(const char *text, struct address *address)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	bool bracket = length > 2 && *text == '[' && colon[-1] == ']';

	if (length == 0 || length >= ADDRESS_SIZE || !colon[1] ||
		strlen(colon + 1) >= sizeof(address->port))
		return false;
	if (strspn(colon + 1, "0123456789") == strlen(colon + 1) && !is_port(colon + 1))
		return false;
	if (!bracket && (memchr(text, ':', length) || *text == '['))
		return false;
	snprintf(address->host, sizeof(address->host), "%.*s", (int)length - 2 * bracket,
		text + bracket);
	snprintf(address->port, sizeof(address->port), "%s", colon + 1);
	return true;
}

char *address_print(const struct sockaddr *address, socklen_t length, char *text)
{
	char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "?";

	getnameinfo(address, length, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, ADDRESS_SIZE,
		address->sa_family == AF_INET6 ? "[%.240s]:%s" : "%.240s:%s", host, port);
	return text;
}
