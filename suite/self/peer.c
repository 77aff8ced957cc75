/* peer - this program as a server: what --exec can name, wherever the tests are run
 *
 * SPDX-License-Identifier: MIT
 */
#include "peer.h"

#include "../config.h"
#include "../stream.h"
#include "../target.h"
#include "server.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT        "ECHOSPEC_SELF_PORT"
#define LEASH       "ECHOSPEC_SELF_LEASH"
#define PATIENCE_MS 20000

/* --- the server's side -------------------------------------------------------------- */

static struct sockaddr_un abstract(const char *name)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1, "%s", name);
	return sun;
}

static void ask(const char *name)
{
	struct sockaddr_un sun = abstract(name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;

	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
		read(fd, &byte, 1) != 1)
		_exit(1);
	close(fd);
}

/* Before main(), which is Criterion's: in a process that says so, it is a server's. */
__attribute__((constructor)) static void serve_instead(void)
{
	const char *port = getenv(PORT), *leash = getenv(LEASH);
	int listener;

	if (!port)
		return;
	listener = server_listen(AF_INET, atoi(port));
	if (listener == -1)
		_exit(1);
	if (leash)
		ask(leash);
	server_run(listener, serve_echo);
}

/* --- the test's side ---------------------------------------------------------------- */

static const char *command_line(const char *more, const char *words)
{
	static char text[1024];
	char self[256] = "";

	cr_assert_gt(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
	snprintf(text, sizeof(text), "env " PORT "={port} PEER='%s' %s %s", self, more,
		words);
	return text;
}

const char *peer_script(const char *script)
{
	char words[512];

	snprintf(words, sizeof(words), "sh -c '%s'", script);
	return command_line("", words);
}

const char *peer_command(void)
{
	return peer_script("exec \"$PEER\"");
}

int peer_try(const char *command, double scale, int low_fds)
{
	struct config config = {.exec = command, .scale = scale};

	cr_assert_eq(config_export(&config), 0);
	return target_start(&(struct launch){.low_fds = low_fds});
}

static pid_t first_process(void)
{
	static struct tree tree;

	target_tree(&tree);
	cr_assert_gt(tree.n, 0);
	return tree.pids[0];
}

pid_t peer_starts(const char *command)
{
	cr_assert_eq(peer_try(command, 1, 0), 0, "%s", target_reason());
	return first_process();
}

pid_t peer_serves(const char *command)
{
	peer_starts(command);
	cr_assert_gt(stream_ping(stream_open(), 64), 0);
	return first_process();
}

void peer_is_gone(void)
{
	static struct tree tree;

	proc_tree(getpid(), false, &tree);
	cr_expect_eq(tree.n, 0, "%d processes are left", tree.n);
}

static const char *leash_name(void)
{
	static char name[64];

	snprintf(name, sizeof(name), "echospec/self/%d", getpid());
	return name;
}

const char *peer_leashed_command(void)
{
	char more[128];

	snprintf(more, sizeof(more), LEASH "=%s", leash_name());
	return command_line(more, "sh -c 'exec \"$PEER\"'");
}

int peer_leash(void)
{
	struct sockaddr_un sun = abstract(leash_name());
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	cr_assert_eq(listen(fd, 100), 0);
	return fd;
}

int peer_asks(int leash)
{
	struct pollfd fd = {.fd = leash, .events = POLLIN};

	cr_assert_eq(poll(&fd, 1, PATIENCE_MS), 1, "no server starts");
	return accept(leash, NULL, NULL);
}

void peer_let_go(int asking)
{
	cr_assert_eq(write(asking, "", 1), 1);
	close(asking);
}
