/* echospec - tells the author of a TCP server whether its event loop is right
 *
 * A map of this directory, from the outside in:
 *	echospec.c              this file: from the options to the exit status
 *	options config          the command line, and what of it reaches the cases
 *	run                     the supervisor: Criterion below it, the record in its hands
 *	record report/          what is known of a run, and its renderings
 *	diagnosis rules         from what is not met to the likely bug and its repair
 *	case catalogue          CASE(): a claim, its life cycle, and the list of all claims
 *	cases/                  the claims, a file for each group
 *	expect judge verdict    from an observation to a verdict, and its way to the record
 *	stream pattern          the client end of a connection, and bytes that know their place
 *	target spawn output     the server: spawned or found, watched, stopped
 *	address port            HOST:PORT, and a free port
 *	proc diag               what /proc and the kernel's socket tables tell of it
 *	deadline                one clock, one scale
 *
 * SPDX-License-Identifier: MIT
 */
#include "address.h"
#include "catalogue.h"
#include "deadline.h"
#include "options.h"
#include "report/report.h"
#include "repro.h"
#include "run.h"
#include "stream.h"
#include "target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SIGNAL_STATUS 128

/* --- before the run ----------------------------------------------------------------------- */

/* Criterion touches every descriptor that could be open; the target's limit is its own. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max < CASE_MAX_DESCRIPTORS ? limit.rlim_max
							       : CASE_MAX_DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Whether the target can be reached at all, and how fast it is. A spawned one that does not
 * echo goes on to the cases, which tell why; somebody else's may not be an echo server. */
static int preflight(struct options *options)
{
	static char numeric[ADDRESS_SIZE];
	struct stream *stream;
	socklen_t length;
	int64_t rtt;

	if (target_start(&(struct launch){0}) == -1) {
		fprintf(stderr, "echospec: %s\n", target_reason());
		return EXIT_UNREACHABLE;
	}
	stream = stream_open();
	rtt = stream_ping(stream, 64);
	if (rtt == -1 && options->config.target) {
		fprintf(stderr, "echospec: --target %s: %s\n", options->config.target,
			stream->connected ? "it accepts a connection but does not echo"
					  : strerror(stream->error));
		stream_close_all();
		return EXIT_UNREACHABLE;
	}
	deadline_calibrate(rtt > 0 ? rtt : 0);
	if (options->config.target) {
		const struct sockaddr *address = target_address(&length);

		options->config.target = address_print(address, length, numeric);
	}
	stream_close_all();
	target_stop();
	return EXIT_CONFORMING;
}

/* --- the run ------------------------------------------------------------------------------ */

static const char *json_path;

static void on_done(const struct record *record, unsigned row)
{
	console_done(record, row);
	if (json_path && json_write(json_path, record) == -1)
		fprintf(stderr, "echospec: --json %s: %s\n", json_path, strerror(errno));
}

static int judge_target(struct options *options, const bool *wanted)
{
	struct record record = {
		.size = catalogue_size(), .rounds = (unsigned)options->rounds};
	char *title = strdup(
		options->config.exec ? options->config.exec : options->config.target);
	struct run run = {.record = &record,
		.jobs = options->config.exec && !options->config.trace ? options->jobs
								       : 1,
		.shared = options->config.target,
		.on_done = on_done,
		.on_tick = console_tick};
	int signal, status;

	if (config_export(&options->config) == -1 ||
		record_init(&record, title, wanted) == -1) {
		fprintf(stderr, "echospec: %s\n", strerror(errno));
		free(title);
		return EXIT_OWN_FAULT;
	}
	console_begin(&record, run.jobs);
	signal = run_cases(&run);
	target_stop();
	if (signal == -1)
		fprintf(stderr, "echospec: cannot run the cases: %s\n", strerror(errno));
	console_end(&record, options->strict);
	advice_print(&record);
	status = signal == 0 ? (int)record_status(&record, options->strict)
		: signal > 0 ? SIGNAL_STATUS + signal
			     : EXIT_OWN_FAULT;
	record_finish(&record);
	free(title);
	return status;
}

/* --explain and --repro: what is known of one case. */
static int tell(const struct options *options)
{
	const char *id = options->explain ? options->explain : options->repro;
	unsigned row = 0;

	while (row < catalogue_size() && strcmp(catalogue_id(row), id) != 0)
		row++;
	if (row == catalogue_size()) {
		fprintf(stderr, "echospec: --%s: there is no case '%s'; see --list\n",
			options->explain ? "explain" : "repro", id);
		return EXIT_USAGE;
	}
	if (options->explain)
		advice_explain(row);
	else if (repro_print(id, &options->config) == -1)
		return EXIT_OWN_FAULT;
	return EXIT_CONFORMING;
}

static int start(struct options *options)
{
	bool wanted[catalogue_size()];
	const char *unmatched = catalogue_select(options->only, options->skip, wanted);
	int status;

	if (unmatched) {
		fprintf(stderr, "echospec: '%s' matches no case; see --list\n",
			unmatched);
		return EXIT_USAGE;
	}
	if (options->list) {
		console_list(wanted);
		return EXIT_CONFORMING;
	}
	if (options->explain || options->repro)
		return tell(options);
	json_path = options->json;
	if (json_path && json_begin(json_path) == -1) {
		fprintf(stderr, "echospec: --json %s: %s\n", json_path, strerror(errno));
		return EXIT_USAGE;
	}
	raise_limit();
	if (config_export(&options->config) == -1)
		return EXIT_OWN_FAULT;
	status = preflight(options);
	return status == EXIT_CONFORMING ? judge_target(options, wanted) : status;
}

int main(int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, argc, argv);

	if (status == -1)
		status = start(&options);
	options_finish(&options);
	return status;
}
