/* address - tests: the forms of --target
 *
 * SPDX-License-Identifier: MIT
 */
#include "../address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>

Test(address, name_ipv4_and_bracketed_ipv6_are_accepted)
{
	static const struct {
		const char *text, *host, *port;
	} rows[] = {
		{"localhost:7007", "localhost", "7007"},
		{"127.0.0.1:7", "127.0.0.1", "7"},
		{"[::1]:65535", "::1", "65535"},
		{"[fe80::1%eth0]:7", "fe80::1%eth0", "7"},
		{"echo.example.org:echo", "echo.example.org", "echo"},
	};
	struct address address;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cr_assert(address_split(rows[i].text, &address), "%s", rows[i].text);
		cr_expect_str_eq(address.host, rows[i].host);
		cr_expect_str_eq(address.port, rows[i].port);
	}
}

Test(address, anything_else_is_refused)
{
	static const char *const rows[] = {"", ":", ":7", "host", "host:", "7007",
		"::1:7", "fe80::1", "[::1]", "[::1]:", "[::1]7", "[::1:7", "::1]:7",
		"[]:7", "[host:7", "host:0", "host:65536",
		"host:1234567890123456789012345678901234567890"};
	struct address address;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_not(address_split(rows[i], &address), "\"%s\"", rows[i]);
}

Test(address, a_host_of_any_length_does_no_harm)
{
	char text[2 * ADDRESS_SIZE];
	struct address address;

	memset(text, 'a', sizeof(text));
	strcpy(text + sizeof(text) - 3, ":7");
	cr_expect_not(address_split(text, &address));
	cr_expect(address_split(text + ADDRESS_SIZE, &address));
	cr_expect_eq(strlen(address.host), ADDRESS_SIZE - 3);
}

Test(address, printed_in_numbers_it_can_be_split_again)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons(7),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
		.sin6_port = htons(7007),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	char text[ADDRESS_SIZE];
	struct address address;

	cr_expect_str_eq(
		address_print((struct sockaddr *)&in, sizeof(in), text), "127.0.0.1:7");
	cr_expect_str_eq(
		address_print((struct sockaddr *)&in6, sizeof(in6), text), "[::1]:7007");
	cr_assert(address_split(text, &address));
	cr_expect_str_eq(address.host, "::1");
}
