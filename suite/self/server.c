/* server - small servers, right and wrong, each in processes of its own
 *
 * SPDX-License-Identifier: MIT
 */
#include "server.h"

#include "../address.h"
#include "../config.h"
#include "../target.h"
#include "child.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER 3

/* --- what is done with a connection ------------------------------------------------- */

void server_take(int fd, void *bytes, size_t n)
{
	ssize_t done;

	for (size_t at = 0; at < n; at += (size_t)done)
		if ((done = read(fd, (char *)bytes + at, n - at)) <= 0)
			_exit(1);
}

void server_give(int fd, const void *bytes, size_t n)
{
	ssize_t done;

	for (size_t at = 0; at < n; at += (size_t)done)
		if ((done = write(fd, (const char *)bytes + at, n - at)) == -1)
			_exit(1);
}

void serve_echo(int fd)
{
	static char buffer[65536];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		server_give(fd, buffer, (size_t)n);
}

void serve_nothing(int fd)
{
	(void)fd;
	for (;;)
		pause();
}

void serve_sink(int fd)
{
	static char buffer[65536];

	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
}

/* --- the server --------------------------------------------------------------------- */

noreturn void server_run(int listener, serve_fn *serve)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd == -1 && errno != EINTR && errno != ECONNABORTED)
			_exit(1);
		if (fd == -1)
			continue;
		if (child_fork() == 0) {
			close(listener);
			serve(fd);
			_exit(0);
		}
		close(fd);
	}
}

int server_listen(int family, int port)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	int bound;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bound = family == AF_INET6 ? bind(fd, (struct sockaddr *)&in6, sizeof(in6))
				   : bind(fd, (struct sockaddr *)&in, sizeof(in));
	return bound == 0 && listen(fd, SOMAXCONN) == 0 ? fd : -1;
}

const char *server_address(int listener)
{
	static char text[ADDRESS_SIZE];
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	getsockname(listener, (struct sockaddr *)&address, &length);
	return address_print((struct sockaddr *)&address, length, text);
}

pid_t server_start(int listener, serve_fn *serve)
{
	pid_t pid = child_fork();

	if (pid != 0)
		return pid;
	signal(SIGPIPE, SIG_IGN);
	dup2(listener, LISTENER);
	close_range(LISTENER + 1, ~0U, 0);
	server_run(LISTENER, serve);
}

/* --- as a target -------------------------------------------------------------------- */

void server_attach(int listener, pid_t pid, double scale)
{
	struct config config = {
		.target = server_address(listener), .pid = pid, .scale = scale};

	cr_assert_eq(config_export(&config), 0);
	cr_assert_eq(target_start(&(struct launch){0}), 0, "%s", target_reason());
}

pid_t server_use(serve_fn *serve, double scale)
{
	int listener = server_listen(AF_INET, 0);
	pid_t pid = server_start(listener, serve);

	cr_assert_neq(listener, -1);
	cr_assert_gt(pid, 0);
	server_attach(listener, 0, scale);
	close(listener);
	return pid;
}
