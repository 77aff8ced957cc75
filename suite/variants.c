/* variants - several forms of one server, judged one after the other
 *
 * Each has a process of its own: what a run leaves behind in memory, from the calibration to the
 * console, is none of the next one's business.
 *
 * SPDX-License-Identifier: MIT
 */
#include "variants.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "{variant}"

/* --- NAME=COMMAND ----------------------------------------------------------------------- */

static size_t name_length(const char *variant)
{
	return strspn(variant,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
}

static bool is_named_before(char **variants, char **variant)
{
	size_t length = name_length(*variant) + 1; /* with the sign */

	for (; variants < variant; variants++)
		if (strncmp(*variants, *variant, length) == 0)
			return true;
	return false;
}

int variants_check(const struct options *options)
{
	for (char **variant = options->variants; *variant; variant++) {
		size_t length = name_length(*variant);
		int status;

		if (length == 0 || (*variant)[length] != '=')
			return options_usage(
				"--variant takes NAME='COMMAND {port}', the name of "
				"letters, digits, '.', '_' and '-', not '%s'",
				*variant);
		status = options_check_command("variant", *variant + length + 1);
		if (status != -1)
			return status;
	}
	for (char **variant = options->variants; *variant; variant++)
		if (is_named_before(options->variants, variant))
			return options_usage(
				"--variant '%s': there is another one of that name",
				*variant);
	for (int report = 0; report < REPORT_COUNT; report++) {
		const char *path = options->reports[report];

		if (path && !strstr(path, NAME))
			return options_usage(
				"each variant has a report of its own: let the path "
				"'%s' contain " NAME,
				path);
	}
	return -1;
}

/* --- one of them ------------------------------------------------------------------------ */

static const char *with_name(const char *path, const char *name)
{
	const char *at = strstr(path, NAME);
	char *out;

	if (asprintf(&out, "%.*s%s%s", (int)(at - path), path, name, at + strlen(NAME)) ==
		-1)
		return NULL;
	return out;
}

static int call_for(struct options options, const char *variant, variants_fn *function,
	const bool *wanted)
{
	size_t length = name_length(variant);

	options.variant = strndup(variant, length);
	options.config.exec = variant + length + 1;
	for (int report = 0; report < REPORT_COUNT; report++)
		if (options.reports[report])
			options.reports[report] =
				with_name(options.reports[report], options.variant);
	return function(&options, wanted);
}

static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static volatile sig_atomic_t child, stopped; /* by that signal */

/* What is typed at a terminal reaches the child too, and a second one would end it at once; of the
 * end of the terminal a leader of the session is told alone. */
static void pass_on(int signal, siginfo_t *info, void *unused)
{
	(void)unused;
	stopped = signal;
	if (child > 0 && (signal == SIGHUP || info->si_code != SI_KERNEL))
		kill(child, signal);
}

static void on_stop(const struct sigaction *action)
{
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		sigaction(stops[i], action, NULL);
}

/* What comes while the child is being made reaches it, or us once it is known. */
static void hold_stops(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		sigaddset(&set, stops[i]);
	sigprocmask(how, &set, NULL);
}

/* Its exit status, as a shell tells it; EXIT_OWN_FAULT when there was none. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return EXIT_OWN_FAULT;
	if (stopped)
		return EXIT_SIGNAL + stopped;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_OWN_FAULT;
}

static int run_one(const struct options *options, const char *variant,
	variants_fn *function, const bool *wanted)
{
	int status;

	fflush(stdout);
	hold_stops(SIG_BLOCK);
	if (stopped) {
		hold_stops(SIG_UNBLOCK);
		return EXIT_SIGNAL + stopped;
	}
	child = fork();
	if (child == 0)
		on_stop(&(struct sigaction){.sa_handler = SIG_DFL});
	hold_stops(SIG_UNBLOCK);
	if (child == -1) {
		fprintf(stderr, "echospec: fork: %s\n", strerror(errno));
		return EXIT_OWN_FAULT;
	}
	if (child == 0) {
		status = call_for(*options, variant, function, wanted);
		fflush(stdout);
		_exit(status);
	}
	status = wait_for(child);
	child = 0;
	return status;
}

/* --- all of them ------------------------------------------------------------------------ */

static const char *words_of(int status)
{
	switch (status) {
	case EXIT_CONFORMING: return "conforming";
	case EXIT_NOT_CONFORMING: return "not conforming";
	case EXIT_UNREACHABLE: return "could not be reached, or went down";
	case EXIT_NOTHING_RUN: return "nothing was run";
	default: return "undecided";
	}
}

/* That a MUST failed says more than that something could not be decided, and that more than that
 * there was nothing to decide. */
static int worse_of(int status, int other)
{
	static const int worst_first[] = {EXIT_NOT_CONFORMING, EXIT_OWN_FAULT,
		EXIT_UNREACHABLE, EXIT_USAGE, EXIT_NOTHING_RUN};

	for (size_t i = 0; i < sizeof(worst_first) / sizeof(*worst_first); i++)
		if (status == worst_first[i] || other == worst_first[i])
			return worst_first[i];
	return EXIT_CONFORMING;
}

static int announce_all(
	const struct options *options, variants_fn *announce, const bool *wanted)
{
	int status = EXIT_CONFORMING;

	for (char **variant = options->variants; *variant && !status; variant++)
		status = run_one(options, *variant, announce, wanted);
	return status;
}

static int judge_all(
	const struct options *options, variants_fn *judge, const bool *wanted)
{
	char *summary = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&summary, &size);
	int worst = EXIT_CONFORMING;

	if (!out)
		return EXIT_OWN_FAULT;
	for (char **variant = options->variants; *variant; variant++) {
		int status = run_one(options, *variant, judge, wanted);

		if (status >= EXIT_SIGNAL) {
			worst = status;
			break;
		}
		worst = worse_of(worst, status);
		fprintf(out, "  %-20.*s %s\n", (int)name_length(*variant), *variant,
			words_of(status));
		putchar('\n');
	}
	fclose(out);
	printf("variants\n%s", summary);
	free(summary);
	return worst;
}

int variants_run(const struct options *options, variants_fn *announce, variants_fn *judge,
	const bool *wanted)
{
	int status;

	on_stop(&(struct sigaction){.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO});
	status = announce_all(options, announce, wanted);
	return status ? status : judge_all(options, judge, wanted);
}
