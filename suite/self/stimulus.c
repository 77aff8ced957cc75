/* stimulus - tests: what is told of a crowd that is not served
 *
 * SPDX-License-Identifier: MIT
 */
#include "../stimulus.h"

#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <sys/socket.h>

TestSuite(stimulus, .init = child_backstop);

static void serve_farewell(int fd)
{
	char byte;

	server_take(fd, &byte, 1);
}

static void expect_refusal(const char *words)
{
	struct stream *set[2];
	const char *refused = NULL;

	cr_expect_eq(stimulus_crowd(set, 2, &refused), 0);
	cr_expect_str_eq(refused, words);
}

Test(stimulus, a_crowd_is_refused_by_silence)
{
	server_use(serve_nothing, 0.1);
	expect_refusal("no answer");
}

Test(stimulus, a_crowd_is_refused_by_an_end)
{
	server_use(serve_farewell, 0.1);
	expect_refusal("it was closed");
}

Test(stimulus, a_crowd_is_refused_by_nobody)
{
	child_kill(server_use(serve_echo, 0.1));
	expect_refusal("Connection refused");
}
