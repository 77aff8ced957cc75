/* conn - one connection: what comes in goes out again
 *
 * a. A read of 0 bytes ends the input, not the output: what is pending is sent before
 *    FIN. (But a read that asks for 0 bytes returns 0 too: it is never done.)
 * b. What the kernel refuses is kept, and write interest lasts as long as something is.
 *    While more than half of the limit is kept, nothing is read: the peer's own sending
 *    stalls.
 * c. After close, the kernel still delivers what it took, and ends with FIN, as long as
 *    nothing was left unread (RFC 1122, section 4.2.2.13); so input is read to its end. A
 *    peer that goes on sending while the server leaves gets RST all the same.
 * d. An error at any call ends this connection and nothing else. Which one it is does not
 *    matter: ECONNRESET, EPIPE and ETIMEDOUT all say that the peer is gone.
 * e. A read that fills less than it was given found the socket empty, most likely. Where
 *    readiness is told again, that saves a system call; in edge mode it would be a guess
 *    that costs the connection: FIN and urgent data also make a read short.
 *
 * SPDX-License-Identifier: MIT
 */
#include "conn.h"

#include "ring.h"
#include "sock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

struct conn {
	struct loop_io io;
	struct conn_env *env;
	struct ring pending;
	bool ended; /* no more input */
};

static bool reading(const struct conn *conn)
{
	return !conn->ended && conn->pending.used <= conn->env->limit / 2;
}

static unsigned interest(const struct conn *conn)
{
	return (reading(conn) ? MUX_READ : 0) | (conn->pending.used ? MUX_WRITE : 0);
}

static void moved(struct conn_env *env, unsigned long long *count, size_t n)
{
	*count += n;
	if (n)
		env->active = loop_now(env->loop);
}

/* Sends until EAGAIN; the number of bytes that the kernel took, or -1. */
static ssize_t push(struct conn *conn, const char *data, size_t size)
{
	size_t sent = 0;

	while (sent < size) {
		ssize_t n = sock_send(conn->io.fd, data + sent, size - sent);

		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			return -1;
		sent += (size_t)n;
	}
	moved(conn->env, &conn->env->stats.sent, sent);
	return (ssize_t)sent;
}

static int flush(struct conn *conn)
{
	while (conn->pending.used) {
		size_t size;
		const char *data = ring_peek(&conn->pending, &size);
		ssize_t n = push(conn, data, size);

		if (n == -1)
			return -1;
		ring_drop(&conn->pending, (size_t)n);
		if ((size_t)n < size)
			break;
	}
	return 0;
}

/* Sends what is in the buffer, behind what is pending. */
static int echo(struct conn *conn, size_t size)
{
	struct conn_env *env = conn->env;
	ssize_t n = 0;

	moved(env, &env->stats.received, size);
	if (env->transform)
		env->transform(env->buffer, size);
	if (!conn->pending.used)
		n = push(conn, env->buffer, size);
	if (n == -1)
		return -1;
	return ring_put(&conn->pending, env->buffer + n, size - (size_t)n);
}

static int receive(struct conn *conn)
{
	struct conn_env *env = conn->env;
	bool exhaust = loop_edge(env->loop) || env->closing;
	size_t budget = env->budget;

	while (reading(conn) && budget > 0) {
		size_t size =
			MIN(MIN(env->size, budget), env->limit - conn->pending.used);
		ssize_t n = sock_read(conn->io.fd, env->buffer, size);

		if (n == -1 && errno != EAGAIN)
			return -1;
		if (n == 0 || (n == -1 && env->closing))
			conn->ended = true;
		if (n <= 0)
			return 0;
		if (echo(conn, (size_t)n) == -1)
			return -1;
		if ((size_t)n < size && !exhaust)
			return 0;
		budget -= (size_t)n;
	}
	if (budget == 0)
		loop_again(env->loop, &conn->io, MUX_READ);
	return 0;
}

static int serve(struct conn *conn, unsigned ready)
{
	if (ready & MUX_WRITE && flush(conn) == -1)
		return -1;
	if ((ready & MUX_READ || conn->env->closing) && receive(conn) == -1)
		return -1;
	return 0;
}

static void on_ready(struct loop_io *io, unsigned ready)
{
	struct conn *conn = (struct conn *)io;
	struct conn_env *env = conn->env;
	bool broken = serve(conn, ready) == -1;

	env->stats.broken += broken;
	if (broken || (conn->ended && !conn->pending.used))
		loop_close(env->loop, io);
	else if (loop_interest(env->loop, io, interest(conn)) == -1)
		loop_close(env->loop, io);
}

static void on_closed(struct loop_io *io)
{
	struct conn *conn = (struct conn *)io;
	struct conn_env *env = conn->env;

	ring_finish(&conn->pending);
	free(conn);
	env->stats.closed++;
	env->closed(env);
}

int conn_open(struct conn_env *env, int fd)
{
	static const struct loop_io_ops ops = {on_ready, on_closed};
	struct conn *conn = malloc(sizeof(*conn));

	if (!conn)
		return -1;
	conn->io.ops = &ops;
	conn->env = env;
	conn->ended = false;
	ring_init(&conn->pending, env->limit);
	if (loop_add(env->loop, &conn->io, fd, MUX_READ) == -1) {
		free(conn);
		return -1;
	}
	env->stats.opened++;
	return 0;
}
