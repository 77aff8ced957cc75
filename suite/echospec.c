/* echospec - tells the author of a TCP server whether its event loop is right
 *
 * A map of this directory, from the outside in:
 *	echospec.c               this file: from the options to the exit status
 *	options help variants    the command line; several forms of one server
 *	config                   what of it reaches the cases
 *	run                      the supervisor: Criterion below it, the record in its hands
 *	record known             what is known of a run, and what was expected of it
 *	report/                  its renderings: for the console, for files, for a browser
 *	diagnosis rules          from what is not met to the likely bug and its repair
 *	case catalogue nearest   CASE(): a claim, its life cycle, the list of all claims
 *	cases/                   the claims, a file or two for each group
 *	expect judge verdict     from an observation to a verdict, and its way to the record
 *	scene trace              what there was to see when it fell
 *	stimulus flood knock     what clients do, from polite to rude
 *	stream stream_stall      the client end of a connection; what both ends hold, and when it rests
 *	pattern                  bytes that know their place
 *	target spawn output      the server: spawned or found, watched, stopped
 *	inject memcheck debugger tools that run it: the fault shim, strace, valgrind, ptrace
 *	reference pace           the built-in echo, and how fast it is here
 *	address port net         HOST:PORT, a free port, a network of its own
 *	proc diag limit          what /proc and the kernel's socket tables tell of it; what it may open
 *	repro tool               the scripts, and where they and the shim are found
 *	deadline                 one clock, one scale
 *
 * SPDX-License-Identifier: MIT
 */
#include "address.h"
#include "catalogue.h"
#include "deadline.h"
#include "help.h"
#include "known.h"
#include "nearest.h"
#include "options.h"
#include "report/diff.h"
#include "report/file.h"
#include "report/render.h"
#include "report/report.h"
#include "repro.h"
#include "run.h"
#include "stream.h"
#include "target.h"
#include "variants.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* One of our output, as head(1): a run that ended by SIGPIPE would leave a target stopped. */
static void ignore_leaving_readers(void)
{
	signal(SIGPIPE, SIG_IGN);
}

/* Why it cannot be an echo server. */
static const char *refusal(const struct stream *stream)
{
	if (!stream->connected)
		return strerror(stream->error);
	if (stream->end == STREAM_DAMAGED)
		return "it answers a newline with something else: is it an echo server?";
	return stream->end == STREAM_OPEN
		? "it accepts a connection but does not echo a newline: is it an echo server?"
		: "it ends a connection that sends a newline: is it an echo server?";
}

/* Whether the target can be reached at all, and how fast it is. A spawned one that does not
 * echo goes on to the cases, which tell why; somebody else's may not be an echo server. */
static int preflight(struct options *options)
{
	static char numeric[ADDRESS_SIZE];
	struct stream *stream;
	socklen_t length;
	int64_t rtt;

	if (options->config.exec)
		run_hold_signals();
	if (target_start(&(struct launch){0}) == -1) {
		fprintf(stderr, "echospec: %s\n", target_reason());
		return target_fault_is_ours() ? EXIT_OWN_FAULT : EXIT_UNREACHABLE;
	}
	if (target_is_stranger()) {
		fprintf(stderr, "echospec: %s\n", target_reason());
		return EXIT_UNREACHABLE;
	}
	stream = stream_open();
	rtt = stream_ping_line(stream);
	if (rtt == -1 && options->config.target) {
		fprintf(stderr, "echospec: --target %s: %s\n", options->config.target,
			refusal(stream));
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

static const char *const *report_paths;

static void on_end(const struct record *record, unsigned row)
{
	console_done(record, row);
	report_write(report_paths, record, REPORT_LIVE);
}

/* Of a run that came to its end, or was ended by a signal. */
static int run_status(const struct record *record, int signal)
{
	if (signal == -1)
		fprintf(stderr, "echospec: cannot run the cases: %s\n", strerror(errno));
	if (signal)
		return signal > 0 ? EXIT_SIGNAL + signal : EXIT_OWN_FAULT;
	return (int)record_status(record);
}

/* A reader that has left, as head(1), has seen what it wanted. */
static int flush_console(void)
{
	if (fflush(stdout) == 0 || errno == EPIPE)
		return 0;
	fprintf(stderr, "echospec: standard output: %s\n", strerror(errno));
	return -1;
}

static int judge_target(struct options *options, struct record *record)
{
	struct run run = {.record = record,
		.jobs = options->config.exec && !options->config.trace ? options->jobs
								       : 1,
		.shared = options->config.target,
		.on_end = on_end,
		.on_tick = console_tick};
	int status, unwritten;

	if (config_export(&options->config) == -1) {
		fprintf(stderr, "echospec: %s\n", strerror(errno));
		return EXIT_OWN_FAULT;
	}
	record->began = deadline_now();
	console_begin(record, run.jobs, options->loudness);
	status = run_status(record, run_cases(&run));
	target_stop();
	console_end(record);
	advice_print(record);
	unwritten = flush_console();
	unwritten |= report_write(report_paths, record, REPORT_OVER);
	return unwritten && status == EXIT_CONFORMING ? EXIT_OWN_FAULT : status;
}

/* The reports are written before anything is run: a path that does not exist is no reason to lose
 * what a run has found. */
static int open_record(
	struct record *record, const struct options *options, const bool *wanted)
{
	const char *target =
		options->config.exec ? options->config.exec : options->config.target;

	*record = (struct record){.size = catalogue_size(),
		.rounds = (unsigned)options->rounds,
		.strict = options->strict};
	if (record_init(record, target, wanted) == -1 ||
		config_export(&options->config) == -1) {
		fprintf(stderr, "echospec: %s\n", strerror(errno));
		return EXIT_OWN_FAULT;
	}
	record->variant = options->variant;
	report_paths = options->reports;
	if ((options->known && known_load(options->known, record) == -1) ||
		report_write(report_paths, record, REPORT_BEGIN) == -1)
		return EXIT_USAGE;
	return EXIT_CONFORMING;
}

/* What is judged later has a record of today already, that nothing is done. */
static int announce(struct options *options, const bool *wanted)
{
	struct record record;
	int status = open_record(&record, options, wanted);

	record_finish(&record);
	return status;
}

static int judge(struct options *options, const bool *wanted)
{
	struct record record;
	int status = open_record(&record, options, wanted);

	ignore_leaving_readers();
	raise_limit();
	if (status == EXIT_CONFORMING) {
		status = preflight(options);
		if (status == EXIT_CONFORMING || target_interrupted())
			status = judge_target(options, &record);
		else
			report_write(report_paths, &record, REPORT_OVER);
	}
	record_finish(&record);
	return status;
}

static int no_such_case(const char *problem, const char *id)
{
	struct nearest nearest = {.word = id};

	for (unsigned row = 0; row < catalogue_size(); row++)
		nearest_consider(&nearest, catalogue_id(row));
	fprintf(stderr, "echospec: '%s' %s", id, problem);
	if (nearest.best)
		fprintf(stderr, ": did you mean %s?", nearest.best);
	fputs(nearest.best ? "\n" : "; see --list\n", stderr);
	return EXIT_USAGE;
}

/* --explain and --repro: what is known of one case. */
static int tell(const struct options *options)
{
	const char *id = options->explain ? options->explain : options->repro;
	unsigned row = catalogue_find_id(id);

	if (row == catalogue_size())
		return no_such_case("is no case", id);
	if (options->explain)
		advice_explain(row);
	else if (repro_print(id, &options->config) == -1)
		return EXIT_OWN_FAULT;
	return EXIT_CONFORMING;
}

/* A report on standard output has it for itself: what people read goes to standard error. */
static int give_way(const char *const paths[REPORT_COUNT])
{
	bool asked = false;

	for (int report = 0; report < REPORT_COUNT; report++)
		asked |= report != REPORT_BUNDLE && paths[report] &&
			file_is_stdout(paths[report]);
	if (!asked || file_keep_stdout() == 0)
		return EXIT_CONFORMING;
	fprintf(stderr, "echospec: standard output: %s\n", strerror(errno));
	return EXIT_USAGE;
}

static int start(struct options *options)
{
	bool wanted[catalogue_size()];
	const char *unmatched = catalogue_select(options->only, options->skip, wanted);
	int status;

	if (unmatched)
		return no_such_case("matches no case", unmatched);
	if (options->list) {
		console_list(wanted);
		return EXIT_CONFORMING;
	}
	if (options->explain || options->repro)
		return tell(options);
	if (options->variants)
		return variants_run(options, announce, judge, wanted);
	status = give_way(options->reports);
	return status ? status : judge(options, wanted);
}

/* echospec COMMAND ...: what is done with records, without a target. */
static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"diff", diff_run},
	{"report", render_run},
};

static int run_command(const struct command *command, int argc, char **argv)
{
	bool whole = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (!whole && !(argc == 2 && strcmp(argv[1], "-h") == 0))
		return command->run(argc, argv);
	help_print(whole);
	return EXIT_CONFORMING;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run_command(&commands[i], argc - 1, argv + 1);
	status = options_parse(&options, argc, argv);

	if (status == -1)
		status = start(&options);
	options_finish(&options);
	return status;
}
