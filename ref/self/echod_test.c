/* echod_test - what echod says on a wrong command line: one line, the culprit, the status
 *
 * The program is $ECHOD, or build/echod.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ref/sock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs it and keeps what it prints; its exit status. */
static int echod(const char *arguments, char text[static 4096])
{
	const char *program = getenv("ECHOD");
	char command[512];
	size_t n;
	FILE *output;

	snprintf(command, sizeof(command), "exec %s %s 2>&1 </dev/null",
		program ? program : "build/echod", arguments);
	output = popen(command, "r");
	cr_assert_not_null(output);
	n = fread(text, 1, 4095, output);
	text[n] = '\0';
	return WEXITSTATUS(pclose(output));
}

static void refused(
	const char *arguments, const char *culprit, const char *why, int status)
{
	char text[4096];
	int seen = echod(arguments, text);
	char *end = strchr(text, '\n');

	cr_assert_eq(seen, status, "%s: exit %d: %s", arguments, seen, text);
	cr_assert(end && !end[1], "%s: not one line: %s", arguments, text);
	cr_assert_eq(strncmp(text, "echod: ", 7), 0, "%s: %s", arguments, text);
	cr_assert(strstr(text, culprit) && strstr(text, why), "%s: %s", arguments, text);
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

	cr_assert_eq(echod("--help", text), 0);
	cr_assert(strstr(text, "--listen") && strstr(text, "epollet"), "%s", text);
	cr_assert_eq(echod("--version", text), 0);
	cr_assert_eq(strncmp(text, "echod ", 6), 0, "%s", text);
}
