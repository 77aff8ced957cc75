/* client_test - what a client calls a fault; a load: whom it asks, and what it counts
 *
 * SPDX-License-Identifier: MIT
 */
#include "local.h"
#include "ref/client.h"
#include "ref/load.h"
#include "ref/payload.h"
#include "ref/server.h"
#include "ref/sock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 64 };

static unsigned char buffer[CLIENT_BUFFER];
static struct client_env env;
static struct client client;
static int server; /* the other end of the client's connection */
static int echoes;

static int on_echoed(struct client *from)
{
	cr_assert_eq(from, &client);
	echoes++;
	return 0;
}

static void setup(void)
{
	static const struct loop_io_ops ops;
	int pair[2];

	env = (struct client_env){
		.loop = loop_create(mux_default(), false),
		.payload = payload_create(1),
		.buffer = buffer,
		.size = SIZE,
		.echoed = on_echoed,
	};
	cr_assert(env.loop && env.payload);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	client.io.ops = &ops;
	client.env = &env;
	server = pair[0];
	cr_assert_eq(loop_add(env.loop, &client.io, pair[1], MUX_READ), 0);
}

static void teardown(void)
{
	close(server);
	loop_destroy(env.loop);
	payload_destroy(env.payload);
}

TestSuite(client, .init = setup, .fini = teardown);

/* What the server says to a message of which byte `wrong` is changed, if there is one. */
static void answer(int wrong)
{
	unsigned char message[SIZE];

	cr_assert_eq(client_begin(&client, 0), 0);
	cr_assert_eq(read(server, message, SIZE), SIZE);
	if (wrong >= 0)
		message[wrong] ^= 0x80;
	cr_assert_eq(write(server, message, SIZE), SIZE);
}

static void found(int faults, unsigned bytes)
{
	cr_assert_eq(client_ready(&client, MUX_READ), faults ? -1 : 0);
	cr_assert_eq(env.faults, faults);
	cr_assert_eq(env.bytes, bytes);
}

Test(client, is_content_with_its_echo)
{
	for (int i = 1; i <= 2; i++) {
		answer(-1);
		cr_assert(client.busy && env.busy == 1);
		found(0, SIZE * (unsigned)i);
		cr_assert(!client.busy && env.busy == 0 && echoes == i);
	}
}

Test(client, finds_a_wrong_byte)
{
	answer(40);
	found(1, 40);
	cr_assert_eq(echoes, 0);
}

Test(client, finds_what_nobody_sent)
{
	cr_assert_eq(write(server, "x", 1), 1);
	found(1, 0);
}

Test(client, finds_what_comes_behind_its_echo)
{
	answer(-1);
	cr_assert_eq(write(server, "x", 1), 1);
	found(1, SIZE);
}

Test(client, finds_the_end_of_the_connection)
{
	cr_assert_eq(shutdown(server, SHUT_WR), 0);
	found(1, 0);
}

/* --- a load on a listener, which echoes nothing ------------------------------------- */

static int listener;
static struct loop *loop;
static struct server *echod; /* or NULL */
static struct load_config config;
static struct load *load;

static void begin(void)
{
	const char *why;

	listener = sock_listen("127.0.0.1:0", 8, &why);
	loop = loop_create(mux_default(), false);
	cr_assert(listener != -1 && loop);
	config = (struct load_config){.to = local_address(sock_port(listener)),
		.connections = 1,
		.size = 1,
		.seconds = 1};
}

static void finish(void)
{
	loop_destroy(loop);
	load_destroy(load);
	server_destroy(echod);
	freeaddrinfo((void *)config.to);
	close(listener);
}

TestSuite(load, .init = begin, .fini = finish);

/* Before the listener. */
static void try_first(int port)
{
	struct addrinfo *to = local_address(port);

	to->ai_next = (void *)config.to;
	config.to = to;
}

/* To its end. */
static const struct load_figures *ran(void)
{
	load = load_create(loop, &config);
	cr_assert_not_null(load);
	cr_assert_eq(loop_run(loop), 0);
	return load_figures(load);
}

/* Nobody listens at the first. */
Test(load, goes_where_somebody_answers)
{
	const char *why;
	int other = sock_listen("127.0.0.1:0", 1, &why);

	try_first(sock_port(other));
	close(other);
	config.connections = 3;
	cr_assert_eq(ran()->connected, 3);
	cr_assert_eq(load_error(load), 0);
	cr_assert_eq(load_figures(load)->faults, 3); /* nobody echoes */
}

/* The backlog of the first is full: it drops every SYN. */
Test(load, goes_on_from_where_nobody_answers)
{
	const char *why;
	int full = sock_listen("127.0.0.1:0", 0, &why);
	int first = local_connect(sock_port(full));

	try_first(sock_port(full));
	cr_assert_eq(ran()->connected, 1);
	cr_assert_eq(load_error(load), 0);
	cr_assert_neq(sock_accept(listener), -1);
	close(first);
	close(full);
}

/* Many turns are due whenever the loop wakes up, so that most echoes come when the next
 * turn is over already: none of these may count from a time that is still to come. */
Test(load, counts_from_turns_that_have_come)
{
	static const struct server_config sound = {
		.address = "127.0.0.1:0", .backlog = 8, .buffer = 4096, .budget = 4096};
	const char *why;

	echod = server_create(loop, &sound, &why);
	try_first(server_port(echod));
	config.rate = 10000;
	cr_assert_gt(ran()->messages, 100);
	cr_assert_lt(load_figures(load)->latency.max, 10000000000); /* 10 s */
}

/* Descriptors for two of its connections. */
Test(load, blames_no_server_for_what_this_machine_refuses)
{
	int next = dup(listener);
	struct rlimit limit, few;

	close(next);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = limit;
	few.rlim_cur = (rlim_t)next + 2;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	config.connections = 3;
	ran();
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);

	cr_assert_gt(load_figures(load)->connected, 0);
	cr_assert_eq(load_error(load), EMFILE);
	cr_assert_eq(load_figures(load)->faults, 0);
}

Test(load, reached_nobody_when_it_is_stopped_before)
{
	load = load_create(loop, &config);
	load_stop(load);
	cr_assert_eq(loop_run(loop), 0);
	cr_assert_eq(load_error(load), ECANCELED);
}

static void on_signal(struct loop_timer *timer)
{
	(void)timer;
	load_stop(load);
}

static void on_answer(struct loop_timer *timer)
{
	int fd = sock_accept(listener);
	char byte;

	(void)timer;
	cr_assert_eq(read(fd, &byte, 1), 1);
	cr_assert_eq(write(fd, &byte, 1), 1);
	close(fd);
}

/* A signal just before the end, whose time is over before the last echo comes. */
Test(load, waits_for_echoes_beyond_its_end)
{
	static struct loop_timer signal = {.fire = on_signal};
	static struct loop_timer answer = {.fire = on_answer};

	loop_timer_start(loop, &signal, 500);
	loop_timer_start(loop, &answer, 1500);
	cr_assert_eq(ran()->messages, 1);
	cr_assert_eq(load_figures(load)->faults, 0);
}
