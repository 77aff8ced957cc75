/* echod - the reference echo server: every byte comes back, on any multiplexer
 *
 * How to read this directory, from the outside in:
 *
 *   echod.c         options, messages, exit status
 *   command.[ch]    what every command line of this directory has
 *   control.[ch]    signals and standard input
 *   server.[ch]     the listener: accepting, running out of descriptors, ending
 *   conn.[ch]       one connection: reading, echoing, half-close, errors
 *   ring.[ch]       what the kernel refused to send, until it takes it
 *   loop.[ch]       wait, serve each ready descriptor once, close the dead; timers
 *   mux.[ch]        what a multiplexer is, and which there are
 *   mux_epoll.c     epoll, level-triggered and edge-triggered
 *   mux_poll.c      poll
 *   mux_select.c    select, past FD_SETSIZE
 *   mux_scan.c      none: every descriptor in turn
 *   sock.[ch]       sockets, non-blocking and close-on-exec
 *   echoload.c      the load client, on the same loop: options, figures, exit status
 *   load.[ch]       its connections and their turns
 *   client.[ch]     one of them: a message, its echo, the faults
 *   payload.[ch]    what belongs where in them
 *   latency.[ch]    how long they took
 *   self/           the tests of all this, first the contract of the multiplexers
 *
 * SPDX-License-Identifier: MIT
 */
#include "command.h"
#include "control.h"
#include "loop.h"
#include "server.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct options {
	const struct mux_ops *mux;
	struct server_config server;
	bool trace, input, stats;
};

static const char help[] =
	"usage: echod [OPTION]...\n"
	"Sends back every byte that it is sent over TCP.\n"
	"\n"
	"  --mux NAME         the multiplexer:%s (default: %s)\n"
	"  --listen ADDRESS   HOST:PORT, [IPv6]:PORT, or :PORT for every interface;\n"
	"                     port 0 takes a free one (default: 127.0.0.1:7007)\n"
	"  --backlog N        connections that may wait for accept (default: as many as\n"
	"                     the kernel allows)\n"
	"  --buffer BYTES     kept for one that does not read (default: 262144)\n"
	"  --budget BYTES     read from one connection before the others' turn\n"
	"                     (default: 262144)\n"
	"  --timeout MS       report when nothing happened for so long, and go on\n"
	"  --trace            print every batch of events\n"
	"  --transform upper  answer in upper case\n"
	"  --stdin            stop when a line arrives on standard input\n"
	"  --stats            print figures on SIGUSR1 and at the end\n"
	"  --help, --version  print this, or the version, and exit\n"
	"\n"
	"SIGTERM and SIGINT: accept no more, send what is pending for two seconds at most,\n"
	"exit; a second one exits at once.\n"
	"Exit status: 0 stopped as asked, 1 the machine refused something, 2 usage.\n";

static enum status set_flag(bool *flag)
{
	*flag = true;
	return GO_ON;
}

static enum status set_address(struct options *options, const char *address)
{
	options->server.address = address;
	return GO_ON;
}

static void upper(char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] >= 'a' && data[i] <= 'z')
			data[i] -= 'a' - 'A';
}

static enum status set_transform(struct options *options, const char *name)
{
	if (strcmp(name, "upper") != 0)
		return command_reject("--transform", name, "only 'upper' is known");
	options->server.transform = upper;
	return GO_ON;
}

static enum status set_number(int *n, const char *option)
{
	return command_number(n, 1, INT_MAX, option, optarg);
}

static enum status apply(void *context, int option)
{
	struct options *options = context;
	struct server_config *server = &options->server;

	switch (option) {
	case 'm': return command_mux(&options->mux, optarg);
	case 'l': return set_address(options, optarg);
	case 'n': return set_number(&server->backlog, "--backlog");
	case 'b': return set_number(&server->buffer, "--buffer");
	case 'g': return set_number(&server->budget, "--budget");
	case 'o': return set_number(&server->timeout, "--timeout");
	case 't': return set_flag(&options->trace);
	case 'x': return set_transform(options, optarg);
	case 'i': return set_flag(&options->input);
	default: return set_flag(&options->stats);
	}
}

static enum status parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"mux", required_argument, NULL, 'm'},
		{"listen", required_argument, NULL, 'l'},
		{"backlog", required_argument, NULL, 'n'},
		{"buffer", required_argument, NULL, 'b'},
		{"budget", required_argument, NULL, 'g'},
		{"timeout", required_argument, NULL, 'o'},
		{"trace", no_argument, NULL, 't'},
		{"transform", required_argument, NULL, 'x'},
		{"stdin", no_argument, NULL, 'i'},
		{"stats", no_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{0},
	};
	enum status status = command_parse(argc, argv, known, help, apply, options);

	if (status == GO_ON && argv[optind])
		status = command_reject("argument", argv[optind], "none is taken");
	return status;
}

static const char *remedy(int error)
{
	switch (error) {
	case EADDRINUSE: return "; stop who has it, or take another port (0: a free one)";
	case EADDRNOTAVAIL: return "; it has to be an address of this machine";
	case EACCES: return "; ports below 1024 need privileges: take a higher one";
	case EPERM: return "; make it a pipe or a terminal, or take --mux poll";
	case EMFILE: return "; raise the limit of open files (ulimit -n)";
	default: return "";
	}
}

static enum status fail(const char *what, const char *object, const char *why)
{
	fprintf(stderr, "echod: cannot %s %s: %s%s\n", what, object, why, remedy(errno));
	return FAILED;
}

static void announce(const struct options *options, const struct server *server)
{
	const char *address = options->server.address;

	printf("echod: listening on %.*s:%d (%s)\n",
		(int)(strrchr(address, ':') - address), address, server_port(server),
		options->mux->name);
}

static void stop(void *server)
{
	server_drain(server);
}

static void report(void *server)
{
	server_report(server);
}

static enum status serve(const struct options *options, struct loop *loop,
	struct control *control, struct server *server)
{
	control_attach(control, stop, options->stats ? report : NULL, server);
	if (options->input && control_watch_stdin(control) == -1)
		return fail("wait for", "standard input", strerror(errno));
	announce(options, server);
	if (loop_run(loop) == -1)
		return fail("wait with", options->mux->name, strerror(errno));
	if (options->stats)
		server_report(server);
	return OK;
}

static enum status run(const struct options *options)
{
	struct loop *loop = loop_create(options->mux, options->trace);
	struct control *control = loop ? control_create(loop) : NULL;
	struct server *server = NULL;
	enum status status;
	const char *why;

	if (!control)
		status = fail("use", options->mux->name, strerror(errno));
	else if ((server = server_create(loop, &options->server, &why)))
		status = serve(options, loop, control, server);
	else if (errno == EINVAL)
		status = command_reject("--listen", options->server.address, why);
	else
		status = fail("listen on", options->server.address, why);
	loop_destroy(loop);
	server_destroy(server);
	control_destroy(control);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {
		.mux = mux_default(),
		.server =
			{
				.address = "127.0.0.1:7007",
				.backlog =
					INT_MAX, /* the kernel lowers it to its limit */
				.buffer = 256 << 10,
				.budget = 256 << 10,
			},
	};
	enum status status = parse(argc, argv, &options);

	if (status != GO_ON)
		return status;
	if (command_prepare() == -1)
		return fail("open", "/dev/null", strerror(errno));
	return run(&options);
}
