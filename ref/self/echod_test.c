/* echod_test - what echod says on a wrong command line: one line, the culprit, the status
 *
 * SPDX-License-Identifier: MIT
 */
#include "program.h"
#include "ref/sock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void refused(
	const char *arguments, const char *culprit, const char *why, int status)
{
	program_refused("echod", arguments, culprit, why, status);
}

Test(echod, names_a_wrong_option)
{
	refused("--nonsense", "--nonsense", "--help", 2);
	refused("--trace --buffer", "--buffer", "value", 2);
	refused("--trace=1", "--trace=1", "--help", 2);
	refused("-q --trace", "-q", "--help", 2);
	refused("--trace -qx", "-qx", "--help", 2);
	refused("extra", "extra", "--help", 2);
	refused("--mux kqueue", "kqueue", "multiplexer", 2);
	refused("--transform lower", "lower", "upper", 2);
}

Test(echod, names_a_wrong_number)
{
	refused("--buffer 0", "--buffer '0'", "number from 1", 2);
	refused("--budget 64k", "--budget '64k'", "number from 1", 2);
	refused("--backlog -1", "--backlog '-1'", "number from 1", 2);
	refused("--timeout ''", "--timeout ''", "number from 1", 2);
	refused("--timeout 99999999999", "99999999999", "number from 1", 2);
}

Test(echod, names_a_wrong_address)
{
	refused("--listen 7007", "7007", "no port", 2);
	refused("--listen 127.0.0.1:", "127.0.0.1:", "0 to 65535", 2);
	refused("--listen 127.0.0.1:65536", "127.0.0.1:65536", "0 to 65535", 2);
	refused("--listen 127.0.0.1:http", "127.0.0.1:http", "0 to 65535", 2);
	refused("--listen ::1:7007", "::1:7007", "brackets", 2);
	refused("--listen '[::1:7007'", "[::1:7007", "brackets", 2);
	refused("--listen 192.0.2.1:0", "192.0.2.1:0", "this machine", 1);
	refused("--listen no-such-host.invalid:0", "no-such-host.invalid:0",
		"cannot listen", 1);
}

Test(echod, names_a_port_in_use)
{
	const char *why;
	int listener = sock_listen("127.0.0.1:0", 1, &why);
	char arguments[64], port[16];

	snprintf(port, sizeof(port), ":%d", sock_port(listener));
	snprintf(arguments, sizeof(arguments), "--listen 127.0.0.1%s", port);
	refused(arguments, port, "in use", 1);
	close(listener);
}

Test(echod, answers_help_and_version)
{
	char text[4096];

	cr_assert_eq(program_run("echod", "-h", text), 0);
	cr_assert_eq(program_run("echod", "--help", text), 0);
	cr_assert(strstr(text, "--listen") && strstr(text, "epollet"), "%s", text);
	cr_assert_eq(program_run("echod", "--version", text), 0);
	cr_assert_eq(strncmp(text, "echod ", 6), 0, "%s", text);
}
