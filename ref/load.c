/* load - many connections to an echo server, each with a message under way
 *
 * a. A name may stand for addresses that nobody listens on (localhost is ::1 too). So the
 *    first connection is made alone, and the others, some at a time, to where it went.
 * b. With a rate, each connection has its turns, spread evenly over those of the others.
 *    A message that has to wait for the echo of the one before is late through the
 *    server's fault: its latency counts from its turn.
 * c. What comes back is compared as it comes. The first difference ends the connection:
 *    behind it everything differs.
 * d. Nothing waits for a constant time, only for progress: when for PATIENCE no
 *    connection was made, or no byte of the last echoes came, none will.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include "loop.h"
#include "payload.h"
#include "sock.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_ONCE = 64, /* connections that are being made */
	BUFFER = 256 << 10,
	READS = 16,      /* of one connection, before the others' turn */
	PATIENCE = 4000, /* milliseconds: the third SYN leaves after three seconds */
	TOLD = 10,       /* faults, before they are only counted */
	SECOND = 1000000000,
};

enum state { CONNECTING, AGAIN, OPEN, GONE };

struct conn {
	struct loop_io io;
	struct load *load;
	enum state state;
	unsigned long long end; /* of the message under way, in all that is sent */
	unsigned long long sent, received;
	long long turn; /* of that message */
	unsigned owed;  /* turns that came while one was under way */
	bool busy;
};

struct load {
	struct loop *loop;
	struct load_config config;
	const struct addrinfo *to;
	struct payload *payload;
	unsigned char *buffer;
	struct conn *conns;
	int begun, connecting, open; /* connections */
	int busy;                    /* with a message under way */
	unsigned long long turns;    /* that were given */
	unsigned long long progress; /* when it was last looked at */
	long long start;             /* 0: not all connections are decided */
	struct load_figures figures;
	struct loop_timer pace, end, patience;
	bool stopping;
	int error;
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * (long long)SECOND + time.tv_nsec;
}

/* Counts a fault, and tells it unless there were many. Returns -1. */
__attribute__((format(printf, 2, 3))) static int blame(
	struct conn *conn, const char *format, ...)
{
	struct load *load = conn->load;
	char text[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (load->figures.faults++ < TOLD)
		fprintf(stderr, "echoload: connection %td, byte %llu: %s%s\n",
			conn - load->conns, conn->received, text,
			load->figures.faults == TOLD ? " (others are only counted)" : "");
	return -1;
}

/* --- a message and its echo ----------------------------------------------------------- */

static struct place place(const struct conn *conn, unsigned long long offset)
{
	return (struct place){(int)(conn - conn->load->conns), offset};
}

/* Sends until EAGAIN. */
static int push(struct conn *conn)
{
	while (conn->sent < conn->end) {
		size_t size = (size_t)(conn->end - conn->sent);
		const unsigned char *data =
			payload_at(conn->load->payload, place(conn, conn->sent), &size);
		ssize_t n = sock_send(conn->io.fd, data, size);

		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			return blame(conn, "cannot send: %s", strerror(errno));
		conn->sent += (size_t)n;
	}
	return 0;
}

static int begin(struct conn *conn, long long turn)
{
	conn->turn = turn;
	conn->end += (size_t)conn->load->config.size;
	conn->busy = true;
	conn->load->busy++;
	return push(conn);
}

/* The echo is whole: the next message is sent, if it was its turn. */
static int complete(struct conn *conn)
{
	struct load *load = conn->load;
	long long time = now();

	latency_add(&load->figures.latency, (unsigned long long)(time - conn->turn));
	load->figures.messages++;
	conn->busy = false;
	load->busy--;
	if (load->stopping)
		return 0;
	if (!load->config.rate)
		return begin(conn, time);
	if (!conn->owed)
		return 0;
	conn->owed--;
	return begin(conn, conn->turn + SECOND / load->config.rate);
}

static int verify(struct conn *conn, size_t size)
{
	struct load *load = conn->load;
	unsigned long long due = conn->sent - conn->received;
	size_t wanted = size < due ? size : (size_t)due;
	size_t right = payload_match(
		load->payload, place(conn, conn->received), load->buffer, wanted);

	conn->received += right;
	load->figures.bytes += right;
	if (right < wanted) {
		size_t one = 1;

		return blame(conn, "0x%02x came back for 0x%02x", load->buffer[right],
			*payload_at(load->payload, place(conn, conn->received), &one));
	}
	if (wanted < size)
		return blame(conn, "%zu bytes came that were not sent", size - wanted);
	return conn->received < conn->end ? 0 : complete(conn);
}

static int receive(struct conn *conn)
{
	struct load *load = conn->load;

	for (int i = 0; i < READS; i++) {
		ssize_t n = sock_read(conn->io.fd, load->buffer, BUFFER);

		if (n == -1 && errno == EAGAIN)
			return 0;
		if (n == -1)
			return blame(conn, "cannot read: %s", strerror(errno));
		if (n == 0)
			return blame(conn, "the server ended the connection");
		if (verify(conn, (size_t)n) == -1)
			return -1;
		if (n < BUFFER && !loop_edge(load->loop))
			return 0;
	}
	loop_again(load->loop, &conn->io, MUX_READ);
	return 0;
}

/* --- connections ---------------------------------------------------------------------- */

static void connect_more(struct load *load);

static void hang_up(struct conn *conn)
{
	struct load *load = conn->load;

	load->open--;
	load->busy -= conn->busy;
	conn->state = GONE;
	loop_close(load->loop, &conn->io);
}

/* After each step: what is to be waited for now, if anything. */
static void settle(struct conn *conn, int result)
{
	struct load *load = conn->load;
	unsigned interest = MUX_READ | (conn->sent < conn->end ? MUX_WRITE : 0);

	if (result == 0 && loop_interest(load->loop, &conn->io, interest) == -1)
		result = blame(conn, "cannot wait: %s", strerror(errno));
	if (result == -1)
		hang_up(conn);
	if (load->start && (!load->open || (load->stopping && !load->busy)))
		loop_stop(load->loop);
}

/* No connection is made while none was: that is not the server's fault, but that there is
 * none. */
static void give_up(struct conn *conn, int error)
{
	struct load *load = conn->load;

	conn->state = GONE;
	if (load->figures.connected) {
		blame(conn, "cannot connect: %s", strerror(error));
		return;
	}
	load->error = error;
	loop_stop(load->loop);
}

static bool next_address(struct load *load)
{
	if (load->figures.connected || !load->to->ai_next)
		return false;
	load->to = load->to->ai_next;
	return true;
}

static int dial(struct conn *conn)
{
	int fd = sock_connect(conn->load->to), error;

	if (fd == -1)
		return -1;
	conn->state = CONNECTING;
	if (loop_add(conn->load->loop, &conn->io, fd, MUX_WRITE) == 0)
		return 0;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void open_conn(struct conn *conn)
{
	struct load *load = conn->load;

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
	struct load *load = conn->load;
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
		loop_close(load->loop, &conn->io);
	}
	if (conn->state != AGAIN)
		connect_more(load);
}

static void on_ready(struct loop_io *io, unsigned ready)
{
	struct conn *conn = (struct conn *)io;
	int result = 0;

	if (conn->state == CONNECTING) {
		result = sock_connected(io->fd);
		if (result)
			on_connected(conn, result);
		return;
	}
	if (ready & MUX_WRITE)
		result = push(conn);
	if (result == 0 && ready & MUX_READ)
		result = receive(conn);
	settle(conn, result);
}

static void on_closed(struct loop_io *io)
{
	struct conn *conn = (struct conn *)io;

	if (conn->state == AGAIN)
		open_conn(conn);
}

/* --- the course of it ----------------------------------------------------------------- */

static void give_turn(struct conn *conn, long long time)
{
	if (conn->state != OPEN)
		return;
	if (conn->busy)
		conn->owed++;
	else
		settle(conn, begin(conn, time));
}

/* Gives all the turns that are due, and sleeps until the next. */
static void on_pace(struct loop_timer *timer)
{
	struct load *load = LOOP_OWNER(timer, struct load, pace);
	int n = load->config.connections;
	double a_second = (double)load->config.rate * n;
	long long time = now();
	double due = (double)(time - load->start) / SECOND * a_second;
	int rest;

	if (load->stopping)
		return;
	for (; (double)load->turns <= due; load->turns++)
		give_turn(&load->conns[load->turns % (unsigned)n], time);
	rest = (int)(((double)load->turns - due) / a_second * 1000);
	loop_timer_start(load->loop, timer, rest > 1 ? rest : 1);
}

static void start(struct load *load)
{
	load->start = now();
	if (!load->open)
		loop_stop(load->loop);
	else if (load->config.rate)
		on_pace(&load->pace);
	else
		for (int i = 0; i < load->config.connections; i++)
			give_turn(&load->conns[i], load->start);
	if (load->config.seconds)
		loop_timer_start(load->loop, &load->end, load->config.seconds * 1000);
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
	load_stop(LOOP_OWNER(timer, struct load, end));
}

/* The last echoes do not come: each is a fault. */
static void miss(struct load *load)
{
	for (int i = 0; i < load->config.connections; i++)
		if (load->conns[i].state == OPEN && load->conns[i].busy)
			blame(&load->conns[i], "%llu bytes of the echo never came",
				load->conns[i].end - load->conns[i].received);
	loop_stop(load->loop);
}

static void be_patient(struct load *load)
{
	load->progress = load->figures.bytes + (unsigned)load->figures.connected;
	loop_timer_start(load->loop, &load->patience, PATIENCE);
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
	} else if (!load->start) {
		load->error = ETIMEDOUT;
		loop_stop(load->loop);
	}
}

void load_stop(struct load *load)
{
	if (!load->stopping && load->start)
		load->figures.seconds = (double)(now() - load->start) / SECOND;
	if (load->stopping || !load->busy)
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
	load->loop = loop;
	load->config = *config;
	load->to = config->to;
	load->payload = payload_create((unsigned)config->seed);
	load->buffer = malloc(BUFFER);
	load->conns = calloc((size_t)config->connections, sizeof(*load->conns));
	if (!load->payload || !load->buffer || !load->conns) {
		load_destroy(load);
		return NULL;
	}
	for (int i = 0; i < config->connections; i++) {
		load->conns[i].load = load;
		load->conns[i].io.ops = &ops;
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
	payload_destroy(load->payload);
	free(load->buffer);
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
	return &load->figures;
}
