/* faults - servers with one fault each, for what a stream or an expectation makes of it
 *
 * SPDX-License-Identifier: MIT
 */
#include "faults.h"

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

static char bytes[2 * FAULT_AT];

static void echo_first(int fd)
{
	server_take(fd, bytes, FAULT_AT);
	server_give(fd, bytes, FAULT_AT);
}

void serve_lossy(int fd)
{
	echo_first(fd);
	server_take(fd, bytes, 50);
	serve_echo(fd);
}

void serve_twice(int fd)
{
	echo_first(fd);
	server_give(fd, bytes + 50, 50);
	serve_echo(fd);
}

void serve_late(int fd)
{
	echo_first(fd);
	server_take(fd, bytes, FAULT_AT);
	server_give(fd, bytes + 50, 50);
	poll(NULL, 0, 5); /* in a segment of its own */
	server_give(fd, bytes, 50);
	serve_echo(fd);
}

void serve_corrupted(int fd)
{
	echo_first(fd);
	server_take(fd, bytes, 50);
	bytes[0] ^= 0x20;
	server_give(fd, bytes, 50);
	serve_echo(fd);
}

void serve_brief(int fd)
{
	echo_first(fd);
}

void serve_closing(int fd)
{
	echo_first(fd);
	server_take(fd, bytes, FAULT_AT);
}

void serve_resetting(int fd)
{
	struct linger linger = {.l_onoff = 1};

	echo_first(fd);
	server_take(fd, bytes, FAULT_AT);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

void serve_stuck(int fd)
{
	echo_first(fd);
	serve_nothing(fd);
}

void serve_talkative(int fd)
{
	server_give(fd, "hello", 5);
	serve_echo(fd);
}

void serve_fin_blind(int fd)
{
	serve_echo(fd);
	serve_nothing(fd);
}

void serve_fin_hasty(int fd)
{
	echo_first(fd);
	serve_sink(fd);
}
