/* server - the listener and all of its connections
 *
 * a. Accepting stops after some connections, so that a flood of them leaves the others
 *    their turn; it comes back by itself, as edge mode demands.
 * b. accept reports errors of the network that belong to the new connection alone
 *    (accept(2), "Error handling"): on to the next one.
 * c. When descriptors or memory run out, the listener stays readable and accept goes on
 *    failing. So it is left alone until a connection closes, or for a moment: nobody is
 *    told when the limit is raised.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server.h"

#include "conn.h"
#include "sock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	READ_BUFFER = 256 << 10,
	ACCEPTS = 128, /* a turn */
	RETRY = 100,   /* milliseconds */
	GRACE = 2000,
};

struct server {
	struct loop_io listener;
	struct conn_env env;
	struct loop_timer retry, quiet, grace;
	int timeout;
	bool shortage; /* an episode of it: lasts until accepting went well for RETRY */
	bool paused;   /* accepting, for now */
};

static unsigned long long connections(const struct server *server)
{
	return server->env.stats.opened - server->env.stats.closed;
}

static void pause_accepting(struct server *server, int error)
{
	if (!server->shortage)
		fprintf(stderr,
			"echod: accept: %s; %llu connections are served, others wait "
			"or are turned away until one closes or the limit is raised\n",
			strerror(error), connections(server));
	server->shortage = true;
	server->paused = true;
	loop_interest(server->env.loop, &server->listener, 0);
	loop_timer_start(server->env.loop, &server->retry, RETRY);
}

static void resume_accepting(struct server *server)
{
	if (!server->paused || server->env.closing)
		return;
	server->paused = false;
	loop_interest(server->env.loop, &server->listener, MUX_READ);
	loop_again(server->env.loop, &server->listener, MUX_READ);
	loop_timer_start(server->env.loop, &server->retry, RETRY);
}

static void on_retry(struct loop_timer *timer)
{
	struct server *server = LOOP_OWNER(timer, struct server, retry);

	server->shortage = server->paused;
	resume_accepting(server);
}

/* 1 when there may be more, 0 when there are none, -1 with errno when we are at fault. */
static int accept_one(struct server *server)
{
	int fd = sock_accept(server->listener.fd);

	if (fd != -1) {
		server->env.active = loop_now(server->env.loop);
		if (conn_open(&server->env, fd) == 0)
			return 1;
		sock_discard(fd);
		return -1;
	}
	switch (errno) {
	case EAGAIN: return 0;
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case EPERM:
	case ENETDOWN:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH: return 1;
	default: return -1;
	}
}

static void on_connections(struct loop_io *io, unsigned ready)
{
	struct server *server = (struct server *)io;

	(void)ready;
	if (server->paused)
		return;
	for (int i = 0; i < ACCEPTS; i++) {
		int more = accept_one(server);

		if (more == -1)
			pause_accepting(server, errno);
		if (more != 1)
			return;
	}
	loop_again(server->env.loop, io, MUX_READ);
}

static void on_conn_closed(struct conn_env *env)
{
	struct server *server = LOOP_OWNER(env, struct server, env);

	resume_accepting(server);
	if (env->closing && connections(server) == 0)
		loop_stop(env->loop);
}

static void on_quiet(struct loop_timer *timer)
{
	struct server *server = LOOP_OWNER(timer, struct server, quiet);
	long long now = loop_now(server->env.loop);

	if (now - server->env.active >= server->timeout) {
		printf("echod: nothing happened for %d ms\n", server->timeout);
		server->env.active = now;
	}
	loop_timer_start(server->env.loop, timer,
		(int)(server->env.active + server->timeout - now));
}

static void on_grace(struct loop_timer *timer)
{
	struct server *server = LOOP_OWNER(timer, struct server, grace);

	fprintf(stderr,
		"echod: %llu connections did not take their last bytes in %d ms\n",
		connections(server), GRACE);
	loop_stop(server->env.loop);
}

static int start(
	struct server *server, const struct server_config *config, const char **why)
{
	static const struct loop_io_ops ops = {.ready = on_connections};
	int fd;

	server->env.buffer = malloc(READ_BUFFER);
	*why = strerror(ENOMEM);
	if (!server->env.buffer)
		return -1;
	fd = sock_listen(config->address, config->backlog, why);
	if (fd == -1)
		return -1;
	server->listener.ops = &ops;
	if (loop_add(server->env.loop, &server->listener, fd, MUX_READ) == 0)
		return 0;
	*why = strerror(errno);
	sock_discard(fd);
	return -1;
}

struct server *server_create(
	struct loop *loop, const struct server_config *config, const char **why)
{
	struct server *server = calloc(1, sizeof(*server));

	*why = strerror(ENOMEM);
	if (!server)
		return NULL;
	server->env = (struct conn_env){
		.loop = loop,
		.size = READ_BUFFER,
		.limit = (size_t)config->buffer,
		.budget = (size_t)config->budget,
		.transform = config->transform,
		.active = loop_now(loop),
		.closed = on_conn_closed,
	};
	server->timeout = config->timeout;
	server->retry.fire = on_retry;
	server->quiet.fire = on_quiet;
	server->grace.fire = on_grace;
	if (start(server, config, why) == -1) {
		server_destroy(server);
		return NULL;
	}
	if (config->timeout)
		loop_timer_start(loop, &server->quiet, config->timeout);
	return server;
}

void server_destroy(struct server *server)
{
	if (server)
		free(server->env.buffer);
	free(server);
}

int server_port(const struct server *server)
{
	return sock_port(server->listener.fd);
}

void server_drain(struct server *server)
{
	struct loop *loop = server->env.loop;

	if (server->env.closing || connections(server) == 0)
		loop_stop(loop);
	if (server->env.closing)
		return;
	server->env.closing = true;
	loop_close(loop, &server->listener);
	loop_again_all(loop);
	loop_timer_start(loop, &server->grace, GRACE);
}

void server_report(const struct server *server)
{
	const struct conn_stats *stats = &server->env.stats;

	printf("echod: %llu connections open, %llu accepted, %llu broken off, "
	       "%llu bytes received, %llu sent\n",
		connections(server), stats->opened, stats->broken, stats->received,
		stats->sent);
}
