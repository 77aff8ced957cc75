/* echoload - the load client: many connections, every echo verified, latencies
 *
 * The map of this directory is in echod.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "command.h"
#include "control.h"
#include "load.h"
#include "loop.h"
#include "sock.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { OWN_DESCRIPTORS = 16 }; /* at most: standard, signals, multiplexer, resolver */

struct options {
	const struct mux_ops *mux;
	const char *address;
	struct load_config load;
};

static const char help[] =
	"usage: echoload [OPTION]... HOST:PORT\n"
	"Keeps an echo server busy and verifies every byte that comes back.\n"
	"\n"
	"  --connections N    so many at the same time (default: 1)\n"
	"  --rate R           messages a second on each connection, in turns that are\n"
	"                     spread evenly (default: flat out, the next message when\n"
	"                     the echo has come)\n"
	"  --size BYTES       of a message (default: 64)\n"
	"  --seconds S        how long, once all are connected; 0: until a signal\n"
	"                     (default: 10)\n"
	"  --seed N           of the pseudo-random contents (default: 1)\n"
	"  --mux NAME         the multiplexer:%s (default: %s)\n"
	"  --help, --version  print this, or the version, and exit\n"
	"\n"
	"A connection has one message under way at a time, and latencies count from its turn\n"
	"to the last byte of its echo; median and percentiles are exact or up to 0.8 %% high.\n"
	"SIGTERM and SIGINT: send no more, wait for the echoes that are due, print the\n"
	"figures, exit. SIGUSR1: print the figures so far.\n"
	"Exit status: 0 every byte came back, 1 not, 2 usage, 3 the server was not reached,\n"
	"or not before a signal, or the machine refused something.\n";

static enum status set_number(int *n, int least, int most, const char *option)
{
	return command_number(n, least, most, option, optarg);
}

static enum status apply(void *context, int option)
{
	struct options *options = context;
	struct load_config *load = &options->load;

	switch (option) {
	case 'c': return set_number(&load->connections, 1, INT_MAX, "--connections");
	case 'r': return set_number(&load->rate, 1, 1000000, "--rate");
	case 's': return set_number(&load->size, 1, INT_MAX, "--size");
	case 't': return set_number(&load->seconds, 0, INT_MAX / 1000, "--seconds");
	case 'd': return set_number(&load->seed, 0, INT_MAX, "--seed");
	default: return command_mux(&options->mux, optarg);
	}
}

static enum status parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"connections", required_argument, NULL, 'c'},
		{"rate", required_argument, NULL, 'r'},
		{"size", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 't'},
		{"seed", required_argument, NULL, 'd'},
		{"mux", required_argument, NULL, 'm'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{0},
	};
	enum status status = command_parse(argc, argv, known, help, apply, options);

	if (status != GO_ON)
		return status;
	options->address = argv[optind];
	if (!options->address)
		return command_reject("argument", "HOST:PORT", "is missing");
	if (argv[optind + 1])
		return command_reject("argument", argv[optind + 1], "one is taken");
	return GO_ON;
}

static const char *remedy(int error)
{
	switch (error) {
	case ECONNREFUSED: return "; start a server there";
	case ETIMEDOUT: return "; nothing answers there, or no more are accepted";
	case EADDRNOTAVAIL:
		return "; no local port is left (net.ipv4.ip_local_port_range)";
	case EMFILE: return "; raise the limit of open files (ulimit -n)";
	default: return "";
	}
}

static enum status fail(const char *what, const char *object, const char *why)
{
	fprintf(stderr, "echoload: cannot %s %s: %s%s\n", what, object, why,
		remedy(errno));
	return UNREACHED;
}

/* One value a line, the name behind it. */
static void report(void *context)
{
	const struct load_figures *figures = load_figures(context);
	const struct latency *latency = &figures->latency;
	double seconds = figures->seconds > 0 ? figures->seconds : 1;

	printf("%16d connections\n", figures->connected);
	printf("%16llu faults\n", figures->faults);
	printf("%16.3f seconds\n", figures->seconds);
	printf("%16llu messages\n", figures->messages);
	printf("%16llu bytes\n", figures->bytes);
	printf("%16.1f messages a second\n", (double)figures->messages / seconds);
	printf("%16.1f bytes a second\n", (double)figures->bytes / seconds);
	printf("%16.3f ms least latency\n", (double)latency->min / 1e6);
	printf("%16.3f ms median\n", (double)latency_quantile(latency, 0.5) / 1e6);
	printf("%16.3f ms 90 %%\n", (double)latency_quantile(latency, 0.9) / 1e6);
	printf("%16.3f ms 99 %%\n", (double)latency_quantile(latency, 0.99) / 1e6);
	printf("%16.3f ms most\n", (double)latency->max / 1e6);
}

static void stop(void *load)
{
	load_stop(load);
}

/* Up to the hard limit, if that many connections need it. */
static int raise_limit(int connections)
{
	rlim_t wanted = (rlim_t)connections + OWN_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return -1;
	if (limit.rlim_cur >= wanted)
		return 0;
	if (limit.rlim_max < wanted) {
		errno = EMFILE;
		return -1;
	}
	limit.rlim_cur = wanted;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

static enum status work(const struct options *options, struct loop *loop,
	struct control *control, struct load *load)
{
	control_attach(control, stop, report, load);
	if (loop_run(loop) == -1)
		return fail("wait with", options->mux->name, strerror(errno));
	errno = load_error(load);
	if (errno)
		return fail("connect to", options->address, strerror(errno));
	report(load);
	return load_figures(load)->faults ? FAILED : OK;
}

static enum status run(const struct options *options)
{
	struct loop *loop = loop_create(options->mux, false);
	struct control *control = loop ? control_create(loop) : NULL;
	struct load *load = control ? load_create(loop, &options->load) : NULL;
	enum status status;

	if (load)
		status = work(options, loop, control, load);
	else
		status = fail("use", options->mux->name, strerror(errno));
	loop_destroy(loop);
	load_destroy(load);
	control_destroy(control);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {
		.mux = mux_default(),
		.load = {.connections = 1, .size = 64, .seconds = 10, .seed = 1},
	};
	enum status status = parse(argc, argv, &options);
	struct addrinfo *to;
	const char *why;

	if (status != GO_ON)
		return status;
	if (command_prepare() == -1)
		return fail("open", "/dev/null", strerror(errno));
	if (raise_limit(options.load.connections) == -1)
		return fail("open", "so many connections", strerror(errno));
	to = sock_resolve(options.address, &why);
	if (!to && errno == EINVAL)
		return command_reject("argument", options.address, why);
	if (!to)
		return fail("find", options.address, why);
	options.load.to = to;
	status = run(&options);
	freeaddrinfo(to);
	return status;
}
