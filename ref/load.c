/* load - many connections to an echo server: made, given their turns, ended
 *
 * a. A name may stand for addresses that nobody listens on (localhost is ::1 too). So the
 *    first connection is made alone, and the others, some at a time, to where it went.
 * b. With a rate, each connection has its turns, spread evenly over those of the others.
 *    A message that has to wait for the echo of the one before is late through the
 *    server's fault: its latency counts from its turn. The time of a turn is
 *    computed and not read from the clock, so that our own lateness counts as well.
 * c. Nothing waits for a constant time, only for progress: when for PATIENCE no
 *    connection was made, or no byte of the last echoes came, none will.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include "client.h"
#include "loop.h"
#include "payload.h"
#include "sock.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	AT_ONCE = 64,    /* connections that are being made */
	PATIENCE = 4000, /* milliseconds: the third SYN leaves after three seconds */
	SECOND = 1000000000,
};

enum state { CONNECTING, AGAIN, OPEN, GONE };

struct conn {
	struct client client;
	enum state state;
	unsigned long long turn; /* of the message under way, in those of all */
	unsigned owed;           /* turns that came while it was */
};

struct load {
	struct client_env env;
	struct load_config config;
	const struct addrinfo *to;
	struct conn *conns;
	int begun, connecting, open; /* connections */
	unsigned long long turns;    /* that were given */
	unsigned long long progress; /* when it was last looked at */
	long long start;             /* 0: not all connections are decided */
	struct load_figures figures;
	struct loop_timer pace, end, patience;
	bool stopping;
	int error;
};

static struct load *load_of(const struct conn *conn)
{
	return LOOP_OWNER(conn->client.env, struct load, env);
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * (long long)SECOND + time.tv_nsec;
}

/* With a rate. */
static long long turn_time(const struct load *load, unsigned long long turn)
{
	double a_second = (double)load->config.rate * load->config.connections;

	return load->start + (long long)((double)turn / a_second * SECOND);
}

static int take_turn(struct conn *conn, unsigned long long turn)
{
	conn->turn = turn;
	return client_begin(&conn->client, turn_time(load_of(conn), turn));
}

/* The next message is sent, if it was its turn. */
static int on_echoed(struct client *client)
{
	struct conn *conn = (struct conn *)client;
	struct load *load = load_of(conn);
	long long time = now();

	latency_add(&load->figures.latency, (unsigned long long)(time - client->turn));
	load->figures.messages++;
	if (load->stopping)
		return 0;
	if (!load->config.rate)
		return client_begin(client, time);
	if (!conn->owed)
		return 0;
	conn->owed--;
	return take_turn(conn, conn->turn + (unsigned)load->config.connections);
}

/* --- connections ---------------------------------------------------------------------- */

static void connect_more(struct load *load);

static void hang_up(struct conn *conn)
{
	struct load *load = load_of(conn);

	load->open--;
	load->env.busy -= conn->client.busy;
	conn->state = GONE;
	loop_close(load->env.loop, &conn->client.io);
}

/* After each step: what is to be waited for now, if anything. */
static void settle(struct conn *conn, int result)
{
	struct load *load = load_of(conn);
	struct client *client = &conn->client;

	if (result == 0 &&
		loop_interest(load->env.loop, &client->io, client_interest(client)) == -1)
		result = client_blame(client, "cannot wait: %s", strerror(errno));
	if (result == -1)
		hang_up(conn);
	if (load->start && (!load->open || (load->stopping && !load->env.busy)))
		loop_stop(load->env.loop);
}

static bool is_own(int error)
{
	switch (error) {
	case EADDRNOTAVAIL:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM: return true;
	default: return false;
	}
}

/* No connection is made while none was: that is not the server's fault, but that there is
 * none. Nor is it what this machine refuses. */
static void give_up(struct conn *conn, int error)
{
	struct load *load = load_of(conn);

	conn->state = GONE;
	if (load->figures.connected && !is_own(error)) {
		client_blame(&conn->client, "cannot connect: %s", strerror(error));
		return;
	}
	load->error = error;
	loop_stop(load->env.loop);
}

static void be_patient(struct load *load)
{
	load->progress = load->env.bytes + (unsigned)load->figures.connected;
	loop_timer_start(load->env.loop, &load->patience, PATIENCE);
}

static bool next_address(struct load *load)
{
	if (load->figures.connected || !load->to->ai_next)
		return false;
	load->to = load->to->ai_next;
	be_patient(load);
	return true;
}

static int dial(struct conn *conn)
{
	int fd = sock_connect(load_of(conn)->to);

	if (fd == -1)
		return -1;
	conn->state = CONNECTING;
	if (loop_add(load_of(conn)->env.loop, &conn->client.io, fd, MUX_WRITE) == 0)
		return 0;
	sock_discard(fd);
	return -1;
}

static void open_conn(struct conn *conn)
{
	struct load *load = load_of(conn);

	do
		if (dial(conn) == 0) {
			load->connecting++;
			return;
		}
	while (next_address(load));
	give_up(conn, errno);
}

static void on_connected(struct conn *conn, int result)
{
	struct load *load = load_of(conn);
	int error = errno;

	load->connecting--;
	if (result == 1) {
		conn->state = OPEN;
		load->open++;
		load->figures.connected++;
		settle(conn, 0);
	} else {
		if (next_address(load))
			conn->state = AGAIN;
		else
			give_up(conn, error);
		loop_close(load->env.loop, &conn->client.io);
	}
	if (conn->state != AGAIN)
		connect_more(load);
}

static void on_ready(struct loop_io *io, unsigned ready)
{
	struct conn *conn = (struct conn *)io;
	int result;

	if (conn->state != CONNECTING) {
		settle(conn, client_ready(&conn->client, ready));
		return;
	}
	result = sock_connected(io->fd);
	if (result)
		on_connected(conn, result);
}

static void on_closed(struct loop_io *io)
{
	struct conn *conn = (struct conn *)io;

	if (conn->state == AGAIN)
		open_conn(conn);
}

/* --- the course of it ----------------------------------------------------------------- */

static void give_turn(struct conn *conn, unsigned long long turn)
{
	if (conn->state != OPEN)
		return;
	if (conn->client.busy)
		conn->owed++;
	else
		settle(conn, take_turn(conn, turn));
}

/* Gives all the turns that are due, and sleeps until the next. */
static void on_pace(struct loop_timer *timer)
{
	struct load *load = LOOP_OWNER(timer, struct load, pace);
	unsigned n = (unsigned)load->config.connections;
	long long time = now();
	int rest;

	if (load->stopping)
		return;
	for (; turn_time(load, load->turns) <= time; load->turns++)
		give_turn(&load->conns[load->turns % n], load->turns);
	rest = (int)((turn_time(load, load->turns) - time) * 1000 / SECOND);
	loop_timer_start(load->env.loop, timer, rest > 1 ? rest : 1);
}

static void go_flat_out(struct conn *conn)
{
	if (conn->state == OPEN)
		settle(conn, client_begin(&conn->client, load_of(conn)->start));
}

static void start(struct load *load)
{
	load->start = now();
	if (!load->open)
		loop_stop(load->env.loop);
	else if (load->config.rate)
		on_pace(&load->pace);
	else
		for (int i = 0; i < load->config.connections; i++)
			go_flat_out(&load->conns[i]);
	if (load->config.seconds)
		loop_timer_start(load->env.loop, &load->end, load->config.seconds * 1000);
}

static void connect_more(struct load *load)
{
	int at_once = load->figures.connected ? AT_ONCE : 1;

	while (!load->error && load->begun < load->config.connections &&
		load->connecting < at_once)
		open_conn(&load->conns[load->begun++]);
	if (!load->error && !load->start && !load->connecting)
		start(load);
}

static void on_end(struct loop_timer *timer)
{
	struct load *load = LOOP_OWNER(timer, struct load, end);

	if (!load->stopping)
		load_stop(load);
}

/* The last echoes do not come: each is a fault. */
static void miss(struct load *load)
{
	for (int i = 0; i < load->config.connections; i++) {
		struct client *client = &load->conns[i].client;

		if (load->conns[i].state == OPEN && client->busy)
			client_blame(client, "%llu bytes of the echo never came",
				client->end - client->received);
	}
	loop_stop(load->env.loop);
}

static void on_patience(struct loop_timer *timer)
{
	struct load *load = LOOP_OWNER(timer, struct load, patience);
	unsigned long long before = load->progress;

	be_patient(load);
	if (load->progress != before)
		return;
	if (load->stopping) {
		miss(load);
	} else if (!load->start && !load->figures.connected) {
		errno = ETIMEDOUT;
		on_connected(load->conns, -1);
	} else if (!load->start) {
		load->error = ETIMEDOUT;
		loop_stop(load->env.loop);
	}
}

void load_stop(struct load *load)
{
	if (!load->start)
		load->error = ECANCELED;
	else if (!load->stopping)
		load->figures.seconds = (double)(now() - load->start) / SECOND;
	if (load->stopping || !load->env.busy)
		miss(load);
	load->stopping = true;
	be_patient(load);
}

struct load *load_create(struct loop *loop, const struct load_config *config)
{
	static const struct loop_io_ops ops = {on_ready, on_closed};
	struct load *load = calloc(1, sizeof(*load));

	if (!load)
		return NULL;
	load->env = (struct client_env){
		.loop = loop,
		.payload = payload_create((unsigned)config->seed),
		.buffer = malloc(CLIENT_BUFFER),
		.size = (size_t)config->size,
		.echoed = on_echoed,
	};
	load->config = *config;
	load->to = config->to;
	load->conns = calloc((size_t)config->connections, sizeof(*load->conns));
	if (!load->env.payload || !load->env.buffer || !load->conns) {
		load_destroy(load);
		return NULL;
	}
	for (int i = 0; i < config->connections; i++) {
		load->conns[i].client.io.ops = &ops;
		load->conns[i].client.env = &load->env;
		load->conns[i].client.number = i;
	}
	load->pace.fire = on_pace;
	load->end.fire = on_end;
	load->patience.fire = on_patience;
	be_patient(load);
	connect_more(load);
	return load;
}

void load_destroy(struct load *load)
{
	if (!load)
		return;
	payload_destroy(load->env.payload);
	free(load->env.buffer);
	free(load->conns);
	free(load);
}

int load_error(const struct load *load)
{
	return load->error;
}

const struct load_figures *load_figures(struct load *load)
{
	if (load->start && !load->stopping)
		load->figures.seconds = (double)(now() - load->start) / SECOND;
	load->figures.bytes = load->env.bytes;
	load->figures.faults = load->env.faults;
	return &load->figures;
}
