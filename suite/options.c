/* options - the command line of echospec
 *
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "address.h"
#include "help.h"
#include "nearest.h"
#include "pattern.h"
#include "record.h"
#include "report/file.h"
#include "spawn.h"
#include "variants.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_PER_CORE 4 /* most of a case is waiting */

int options_usage(const char *format, const char *what)
{
	fputs("echospec: ", stderr);
	fprintf(stderr, format, what);
	fputs("; see --help\n", stderr);
	return EXIT_USAGE;
}

static bool number(const char *text, long lowest, long highest, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	return *text && !*end && !errno && *value >= lowest && *value <= highest;
}

static int add(char ***list, char *pattern)
{
	size_t n = 0;
	char **grown;

	while (*list && (*list)[n])
		n++;
	grown = realloc(*list, (n + 2) * sizeof(*grown));
	if (!grown)
		return options_usage("no memory for the pattern '%s'", pattern);
	grown[n] = pattern;
	grown[n + 1] = NULL;
	*list = grown;
	return -1;
}

static int set_number(const char *name, const char *text, long highest, int *out)
{
	long value;

	if (!number(text, 1, highest, &value)) {
		fprintf(stderr,
			"echospec: %s takes a whole number from 1 to %ld, not '%s'; see --help\n",
			name, highest, text);
		return EXIT_USAGE;
	}
	*out = (int)value;
	return -1;
}

static int set_scale(const char *text, double *scale)
{
	char *end;

	*scale = strtod(text, &end);
	if (!*text || *end || !(*scale >= 0.1 && *scale <= 1000))
		return options_usage(
			"--scale takes a number from 0.1 to 1000, not '%s'", text);
	return -1;
}

enum {
	OPT_TARGET = 256,
	OPT_PID,
	OPT_EXEC,
	OPT_VARIANT,
	OPT_PAYLOAD,
	OPT_ONLY,
	OPT_SKIP,
	OPT_LIST,
	OPT_EXPLAIN,
	OPT_REPRO,
	OPT_JOBS,
	OPT_REPEAT,
	OPT_SCALE,
	OPT_LONG,
	OPT_EXHAUST,
	OPT_SEED,
	OPT_TRACE,
	OPT_STRICT,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_KNOWN,
	OPT_JSON,
	OPT_JUNIT,
	OPT_TAP,
	OPT_MARKDOWN,
	OPT_BUNDLE,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option table[] = {
	{"target", required_argument, NULL, OPT_TARGET},
	{"pid", required_argument, NULL, OPT_PID},
	{"exec", required_argument, NULL, OPT_EXEC},
	{"variant", required_argument, NULL, OPT_VARIANT},
	{"payload", required_argument, NULL, OPT_PAYLOAD},
	{"only", required_argument, NULL, OPT_ONLY},
	{"skip", required_argument, NULL, OPT_SKIP},
	{"list", no_argument, NULL, OPT_LIST},
	{"explain", required_argument, NULL, OPT_EXPLAIN},
	{"repro", required_argument, NULL, OPT_REPRO},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"repeat", required_argument, NULL, OPT_REPEAT},
	{"scale", required_argument, NULL, OPT_SCALE},
	{"long", no_argument, NULL, OPT_LONG},
	{"exhaust", no_argument, NULL, OPT_EXHAUST},
	{"seed", required_argument, NULL, OPT_SEED},
	{"trace", no_argument, NULL, OPT_TRACE},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"known-failing", required_argument, NULL, OPT_KNOWN},
	{"json", required_argument, NULL, OPT_JSON},
	{"junit", required_argument, NULL, OPT_JUNIT},
	{"tap", required_argument, NULL, OPT_TAP},
	{"markdown", required_argument, NULL, OPT_MARKDOWN},
	{"bundle", required_argument, NULL, OPT_BUNDLE},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{0},
};

/* getopt_long(3) is not yet behind the word when it meets a letter in the middle of it. */
static int unknown(const char *word)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	struct nearest nearest = {
		.word = word + strspn(word, "-")}; /* with its =VALUE, if any */

	if (optopt > 0 && optopt < OPT_TARGET)
		return options_usage("unknown option '%s'", letter);
	for (const struct option *row = table; row->name; row++)
		nearest_consider(&nearest, row->name);
	if (!nearest.best)
		return options_usage("unknown option '%s'", word);
	fprintf(stderr, "echospec: unknown option '%s': did you mean --%s? see --help\n",
		word, nearest.best);
	return EXIT_USAGE;
}

static int set_payload(const char *name, struct config *config)
{
	answer_fn *answer;

	config->payload = name;
	return pattern_find_answer(name, &answer)
		? -1
		: options_usage("--payload takes echo or upper, not '%s'", name);
}

static int set_seed(const char *text, uint32_t *seed)
{
	int value = 1, status = set_number("--seed", text, INT_MAX, &value);

	*seed = (uint32_t)value;
	return status;
}

static int take(struct options *options, int option, const char *word)
{
	switch (option) {
	case OPT_TARGET: options->config.target = optarg; return -1;
	case OPT_PID: return set_number("--pid", optarg, INT_MAX, &options->config.pid);
	case OPT_EXEC: options->config.exec = optarg; return -1;
	case OPT_VARIANT: return add(&options->variants, optarg);
	case OPT_PAYLOAD: return set_payload(optarg, &options->config);
	case OPT_ONLY: return add(&options->only, optarg);
	case OPT_SKIP: return add(&options->skip, optarg);
	case OPT_LIST: options->list = true; return -1;
	case OPT_EXPLAIN: options->explain = optarg; return -1;
	case OPT_REPRO: options->repro = optarg; return -1;
	case OPT_JOBS: return set_number("--jobs", optarg, 256, &options->jobs);
	case OPT_REPEAT: return set_number("--repeat", optarg, 1000, &options->rounds);
	case OPT_SCALE: return set_scale(optarg, &options->config.scale);
	case OPT_LONG: options->config.thorough = true; return -1;
	case OPT_EXHAUST: options->config.exhaust = true; return -1;
	case OPT_SEED: return set_seed(optarg, &options->config.seed);
	case OPT_TRACE: options->config.trace = true; return -1;
	case OPT_STRICT: options->strict = true; return -1;
	case OPT_QUIET: options->loudness = QUIET; return -1;
	case OPT_VERBOSE: options->loudness = VERBOSE; return -1;
	case OPT_KNOWN: options->known = optarg; return -1;
	case OPT_JSON: options->reports[REPORT_JSON] = optarg; return -1;
	case OPT_JUNIT: options->reports[REPORT_JUNIT] = optarg; return -1;
	case OPT_TAP: options->reports[REPORT_TAP] = optarg; return -1;
	case OPT_MARKDOWN: options->reports[REPORT_MARKDOWN] = optarg; return -1;
	case OPT_BUNDLE: options->reports[REPORT_BUNDLE] = optarg; return -1;
	case 'h': help_print(false); return 0;
	case OPT_HELP: help_print(true); return 0;
	case OPT_VERSION: puts("echospec " VERSION); return 0;
	case ':': return options_usage("%s needs a value", word);
	default: return unknown(word);
	}
}

int options_check_command(const char *option, const char *command)
{
	char reason[512];

	if (!strstr(command, "{port}"))
		snprintf(reason, sizeof(reason),
			"'%.300s' does not say {port}: the server would not know where to listen",
			command);
	else if (spawn_check(command, reason, sizeof(reason)) == 0)
		return -1;
	fprintf(stderr, "echospec: --%s: %s; see --help\n", option, reason);
	return EXIT_USAGE;
}

static bool is_same_file(const char *one, const char *other)
{
	return strcmp(one, other) == 0 || (file_is_stdout(one) && file_is_stdout(other));
}

/* Two reports in one file are none. */
static int check_reports(const char *const *paths)
{
	for (int one = 0; one < REPORT_COUNT; one++)
		for (int other = 0; other < one; other++)
			if (paths[one] && paths[other] &&
				is_same_file(paths[one], paths[other])) {
				fprintf(stderr,
					"echospec: --%s and --%s would both write '%s'; see --help\n",
					report_option(other), report_option(one),
					paths[one]);
				return EXIT_USAGE;
			}
	return -1;
}

static int check_target(const struct options *options)
{
	const struct config *config = &options->config;
	struct address address;

	if (options->list || options->explain || options->repro)
		return -1;
	if (options->variants)
		return config->exec || config->target || config->pid
			? options_usage("%s",
				  "--variant goes without --exec, --target and --pid")
			: variants_check(options);
	if (!config->exec == !config->target)
		return options_usage("%s",
			config->exec
				? "--exec and --target exclude each other"
				: "nothing to judge: give --target HOST:PORT or --exec 'COMMAND {port}'");
	if (config->exec)
		return config->pid
			? options_usage("%s",
				  "--pid goes with --target; --exec knows its process")
			: options_check_command("exec", config->exec);
	if (!address_split(config->target, &address))
		return options_usage(
			"--target takes HOST:PORT or [IPv6]:PORT, with a port up to 65535, not '%s'",
			config->target);
	return -1;
}

int options_parse(struct options *options, int argc, char **argv)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int option, status = -1;

	*options = (struct options){.rounds = 1,
		.loudness = USUAL,
		.config = {.scale = 1, .seed = 1, .payload = "echo"},
		.jobs = JOBS_PER_CORE * (int)(cores > 0 ? cores : 1)};
	opterr = 0;
	while (status == -1 &&
		(option = getopt_long(argc, argv, ":h", table, NULL)) != -1)
		status = take(options, option, argv[optind - 1]);
	if (status == -1 && optind < argc)
		status = options_usage("unexpected argument '%s'", argv[optind]);
	if (status == -1)
		status = check_reports(options->reports);
	return status == -1 ? check_target(options) : status;
}

void options_finish(struct options *options)
{
	free(options->only);
	free(options->skip);
	free(options->variants);
}
