/* run - the supervisor: has Criterion run the wanted cases and enters what they say
 *
 * Criterion's runner spins for ever when a child dies that it does not know, and a test that
 * ends as its timeout fires aborts the whole run. So the runner is a child that spawns nothing
 * but its tests; this process is the subreaper of all, holds the record, and outlives whatever
 * happens below it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "run.h"

#include "catalogue.h"
#include "config.h"
#include "deadline.h"
#include "proc.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <criterion/options.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS    200
#define FIRST      "!" /* a suite: they are run in the order of their names */
#define BACKSTOP_S 600 /* of one case; its own deadlines end it long before */

/* --- the runner's side ------------------------------------------------------------------ */

static void send_end(const struct criterion_test_stats *stats, const char *died)
{
	struct message message = {.kind = MESSAGE_END};

	/* Criterion has copies of its tests; what their data points to is ours. */
	while (message.row < catalogue_size() &&
		catalogue_row(message.row)->test->data != stats->test->data)
		message.row++;
	snprintf(message.text, sizeof(message.text), "%s", died);
	verdict_send(&message);
}

static void on_post_test(struct criterion_test_stats *stats)
{
	send_end(stats, "");
}

static void on_crash(struct criterion_test_stats *stats)
{
	char died[64];

	snprintf(died, sizeof(died), "was killed by signal %d", stats->signal);
	send_end(stats, died);
}

static void on_timeout(struct criterion_test_stats *stats)
{
	send_end(stats, "did not end in time");
}

static void on_exit_status(struct criterion_test_stats *stats)
{
	char died[64];

	snprintf(died, sizeof(died), "exited with status %d", stats->exit_code);
	send_end(stats, died);
}

static void on_message(enum criterion_severity severity, const char *text)
{
	if (severity == CR_LOG_ERROR)
		fprintf(stderr, "echospec: Criterion: %s\n", text);
}

static struct criterion_logger logger = {
	.log_post_test = on_post_test,
	.log_test_crash = on_crash,
	.log_test_timeout = on_timeout,
	.log_abnormal_exit = on_exit_status,
	.log_message = on_message,
};

static noreturn void runner(const bool *wanted, int jobs, pid_t parent)
{
	struct criterion_test_set *tests;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_OWN_FAULT);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (unsigned row = 0; row < catalogue_size(); row++) {
		struct criterion_test *test = catalogue_row(row)->test;

		test->data->disabled = !wanted[row];
		test->data->timeout = BACKSTOP_S * config_get()->scale;
		if (catalogue_row(row)->waits && jobs > 1)
			test->category = FIRST;
	}
	tests = criterion_initialize();
	criterion_options.logger = &logger;
	criterion_options.jobs = (size_t)jobs;
	criterion_run_all_tests(tests);
	criterion_finalize(tests);
	exit(0);
}

/* --- the supervisor's side -------------------------------------------------------------- */

struct supervisor {
	const struct run *run;
	int verdicts, signals;
	pid_t runner; /* 0 when it has ended */
	int stop_signal;
	bool target_down;
};

/* A blocked case in front of a shared target: it is down, and stays so for all others. */
static void enter(struct supervisor *super, const struct message *message)
{
	struct record *record = super->run->record;

	if (record_message(record, message) && super->run->on_end)
		super->run->on_end(record, message->row);
	if (message->kind == MESSAGE_JUDGED && message->verdict == VERDICT_BLOCKED &&
		super->run->shared)
		super->target_down = true;
}

static void read_verdicts(struct supervisor *super)
{
	struct message message;

	while (recv(super->verdicts, &message, sizeof(message), MSG_DONTWAIT) ==
		(ssize_t)sizeof(message))
		enter(super, &message);
}

static void reap(struct supervisor *super)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		if (pid == super->runner)
			super->runner = 0;
}

static void read_signals(struct supervisor *super)
{
	struct signalfd_siginfo info;

	while (read(super->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			super->stop_signal = (int)info.ssi_signo;
	reap(super);
}

/* One that another user runs, as sudo(8) starts it, is not ours to end. */
static void kill_leftovers(struct supervisor *super)
{
	static struct tree tree;
	struct deadline deadline = deadline_in(deadline_patience());

	for (proc_tree(getpid(), false, &tree); tree.n > 0;
		proc_tree(getpid(), false, &tree)) {
		if (deadline_over(&deadline)) {
			fprintf(stderr, "echospec: cannot end process %d of the target\n",
				tree.pids[0]);
			return;
		}
		for (int i = 0; i < tree.n; i++)
			kill(tree.pids[i], SIGKILL);
		poll(NULL, 0, 1);
		reap(super);
	}
}

static void wait_for_runner(struct supervisor *super)
{
	struct pollfd fds[] = {{.fd = super->verdicts, .events = POLLIN},
		{.fd = super->signals, .events = POLLIN}};
	struct deadline tick = deadline_in(TICK_MS);

	while (super->runner && !super->stop_signal && !super->target_down) {
		poll(fds, 2, deadline_left(&tick));
		read_verdicts(super);
		read_signals(super);
		if (!deadline_over(&tick))
			continue;
		deadline_progress(&tick);
		if (super->run->on_tick)
			super->run->on_tick(super->run->record);
	}
	kill_leftovers(super);
	read_verdicts(super);
}

/* Runs those cases, in that round; whatever Criterion left without a word is judged here. */
static int run_some(struct supervisor *super, const bool *some, unsigned round, int jobs)
{
	struct record *record = super->run->record;
	pid_t parent = getpid();

	super->runner = fork();
	if (super->runner == -1)
		return -1;
	if (super->runner == 0)
		runner(some, jobs, parent);
	wait_for_runner(super);
	if (super->stop_signal)
		return 0;
	for (unsigned row = 0; row < record->size; row++) {
		struct message end = {.kind = MESSAGE_END, .row = row};
		struct message blocked = {.kind = MESSAGE_JUDGED,
			.row = row,
			.verdict = VERDICT_BLOCKED,
			.text = "the target is down"};

		if (!some[row] || record->results[row].runs > round)
			continue;
		if (super->target_down && record->results[row].progress < JUDGED)
			enter(super, &blocked);
		snprintf(end.text, sizeof(end.text), "was not heard of again");
		enter(super, &end);
	}
	return 0;
}

/* Measuring cases first, one at a time; the others after them. */
static int run_round(struct supervisor *super, unsigned round)
{
	struct record *record = super->run->record;

	for (int alone = 1; alone >= 0 && !super->stop_signal; alone--) {
		bool some[record->size];
		unsigned n = 0;

		for (unsigned row = 0; row < record->size; row++) {
			some[row] = record->results[row].progress == WAITING &&
				record->results[row].runs == round &&
				(super->run->shared ||
					catalogue_row(row)->alone == alone);
			n += some[row];
		}
		if (n &&
			run_some(super, some, round,
				alone || super->run->shared ? 1 : super->run->jobs))
			return -1;
	}
	return super->stop_signal;
}

/* Rounds of everything, not of one case after the other: what changes from run to run is often
 * what else was going on. */
static int run_rounds(struct supervisor *super)
{
	struct record *record = super->run->record;
	int result = 0;

	for (unsigned round = 0; round < record->rounds && !result; round++) {
		result = run_round(super, round);
		if (super->target_down)
			break;
	}
	return result;
}

/* Cases that wait for another round when there is none any more: what they have shown is shown, and
 * an interrupted record is not complete by it. */
static void settle(struct supervisor *super)
{
	struct record *record = super->run->record;

	for (unsigned row = 0; row < record->size; row++) {
		struct result *result = &record->results[row];

		if (result->runs == 0 || result->progress == DONE)
			continue;
		result->progress = DONE;
		record->done++;
		if (super->run->on_end)
			super->run->on_end(record, row);
	}
}

static sigset_t watched_signals(void)
{
	sigset_t watched;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGHUP);
	sigaddset(&watched, SIGQUIT);
	return watched;
}

void run_hold_signals(void)
{
	sigset_t watched = watched_signals();

	sigprocmask(SIG_BLOCK, &watched, NULL);
}

int run_cases(const struct run *run)
{
	struct supervisor super = {.run = run, .signals = -1};
	sigset_t watched = watched_signals();
	int result = -1, problem;

	run_hold_signals();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	super.verdicts = verdict_listen();
	if (super.verdicts != -1)
		super.signals = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
	if (super.signals != -1) {
		read_signals(&super);
		result = run_rounds(&super);
		problem = errno;
		/* Those that came again have done their work. */
		read_signals(&super);
		run->record->interrupted = result != 0;
		settle(&super);
		errno = problem;
		close(super.signals);
	}
	if (super.verdicts != -1)
		close(super.verdicts);
	sigprocmask(SIG_UNBLOCK, &watched, NULL);
	return result;
}
