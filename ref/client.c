/* client - one connection to an echo server: a message at a time, its echo verified
 *
 * What comes back is compared as it comes. The first difference ends the connection: behind
 * it everything differs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client.h"

#include "payload.h"
#include "sock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	READS = 16, /* before the others' turn */
	TOLD = 10,  /* faults, before they are only counted */
};

int client_blame(struct client *client, const char *format, ...)
{
	struct client_env *env = client->env;
	char text[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (env->faults++ < TOLD)
		fprintf(stderr, "echoload: connection %d, byte %llu: %s%s\n",
			client->number, client->received, text,
			env->faults == TOLD ? " (others are only counted)" : "");
	return -1;
}

static struct place place(const struct client *client, unsigned long long offset)
{
	return (struct place){client->number, offset};
}

/* Sends until EAGAIN. */
static int push(struct client *client)
{
	while (client->sent < client->end) {
		size_t size = (size_t)(client->end - client->sent);
		const unsigned char *data = payload_at(
			client->env->payload, place(client, client->sent), &size);
		ssize_t n = sock_send(client->io.fd, data, size);

		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			return client_blame(client, "cannot send: %s", strerror(errno));
		client->sent += (size_t)n;
	}
	return 0;
}

int client_begin(struct client *client, long long turn)
{
	client->turn = turn;
	client->end += client->env->size;
	client->busy = true;
	client->env->busy++;
	return push(client);
}

static int verify(struct client *client, size_t size)
{
	struct client_env *env = client->env;
	unsigned long long due = client->sent - client->received;
	size_t wanted = size < due ? size : (size_t)due;
	size_t right = payload_match(
		env->payload, place(client, client->received), env->buffer, wanted);

	client->received += right;
	env->bytes += right;
	if (right < wanted) {
		size_t one = 1;

		return client_blame(client, "0x%02x came back for 0x%02x",
			env->buffer[right],
			*payload_at(env->payload, place(client, client->received), &one));
	}
	if (wanted < size)
		return client_blame(
			client, "%zu bytes came that were not sent", size - wanted);
	if (client->received < client->end)
		return 0;
	client->busy = false;
	env->busy--;
	return env->echoed(client);
}

static int receive(struct client *client)
{
	struct client_env *env = client->env;

	for (int i = 0; i < READS; i++) {
		ssize_t n = sock_read(client->io.fd, env->buffer, CLIENT_BUFFER);

		if (n == -1 && errno == EAGAIN)
			return 0;
		if (n == -1)
			return client_blame(client, "cannot read: %s", strerror(errno));
		if (n == 0)
			return client_blame(client, "the server ended the connection");
		if (verify(client, (size_t)n) == -1)
			return -1;
		if (n < CLIENT_BUFFER && !loop_edge(env->loop))
			return 0;
	}
	loop_again(env->loop, &client->io, MUX_READ);
	return 0;
}

int client_ready(struct client *client, unsigned ready)
{
	if (ready & MUX_WRITE && push(client) == -1)
		return -1;
	return ready & MUX_READ ? receive(client) : 0;
}

unsigned client_interest(const struct client *client)
{
	return MUX_READ | (client->sent < client->end ? MUX_WRITE : 0);
}
