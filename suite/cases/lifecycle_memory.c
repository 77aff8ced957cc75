/* lifecycle_memory - the server's own memory, while clients do what they may
 *
 * A read of freed memory, or a write past a buffer, often goes unseen for years: the connection
 * that was closed in the middle of a batch, the descriptor past the end of a table. memcheck sees
 * it the first time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../memcheck.h"
#include "../stimulus.h"

#define CROWD 40

static void expect_crowd_served(void)
{
	struct stream *set[CROWD];
	size_t n = stimulus_fit(CROWD);

	stream_open_all(set, n);
	stream_send_all(set, n, 8 << 10);
	expect_echo_all(set, n);
	for (size_t i = 0; i < n; i += 2)
		stream_reset(set[i]);
	for (size_t i = 1; i < n; i += 2)
		stream_fin(set[i]);
}

/* A bit of everything that other cases do, and judge. */
static void exercise(void)
{
	struct stream *s = stream_open_narrow();

	for (enum parting parting = 0; parting < PART_COUNT; parting++)
		stimulus_churn(parting, 10);
	expect_crowd_served();
	expect_stall(s, 32 << 10);
	expect_echo(s);
	stimulus_broken_pipe();
	expect_bystander("under memcheck");
}

CASE(lifecycle, valgrind_clean, SHOULD, "valgrind: memcheck",
	"Under memcheck the server makes no error and loses no memory.",
	.wire = "restart under memcheck; 10 connections for each of 6 ways to part; "
		"40 at once with 8 KiB, then RST or FIN; a stall, read; FIN and RST "
		"with output pending; SIGTERM; count errors and definite leaks",
	.sight = OWN)
{
	char first[512];
	bool survived;
	long errors;

	stream_close_all();
	target_stop();
	if (target_start(&(struct launch){.prefix = memcheck_prefix()}) == -1) {
		expect_machine_starts();
		skip("it does not run under valgrind: %s", target_reason());
	}
	expect_open_bystander();
	survived = attempt(exercise);
	stream_close_all();
	target_stop();
	errors = memcheck_errors(first, sizeof(first));

	if (errors > 0)
		fail(CAUSE_LEAK, "no error and no definite leak",
			text("%ld, the first: %s", errors, first),
			"the server uses memory that is not its own, or forgets it");
	if (!survived)
		skip("it does not get through all of that: other cases tell why");
	if (errors == -1)
		skip("valgrind left no report: the command runs another program, or had to "
		     "be killed");
	expect_new_target();
}
