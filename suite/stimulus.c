/* stimulus - what several cases do to a server: churn, broken pipes, exhaustion, SIGSTOP
 *
 * SPDX-License-Identifier: MIT
 */
#include "stimulus.h"

#include "config.h"
#include "deadline.h"
#include "diag.h"
#include "expect.h"
#include "judge.h"
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>

/* With those that the server has yet to close: few servers have a limit below twice as many. */
#define AT_A_TIME 16
#define MESSAGE   100

/* --- churn ------------------------------------------------------------------------------- */

const char *parting_name(enum parting parting)
{
	static const char *const names[PART_COUNT] = {"close", "FIN", "data with FIN",
		"RST", "close with unread echo", "close at once"};

	return names[parting];
}

size_t stimulus_fit(size_t n)
{
	struct diag_row row;

	return target_listener(&row) == 0 && row.send < n ? row.send + 1 : n;
}

bool stimulus_all_accepted(void *unused)
{
	struct diag_row row;

	(void)unused;
	return target_listener(&row) == -1 || row.receive == 0;
}

static bool are_queued(void *n)
{
	struct diag_row row;

	return target_listener(&row) == -1 || row.receive >= *(size_t *)n;
}

static bool is_deferred(void *unused)
{
	socklen_t length;

	(void)unused;
	return diag_count(target_address(&length), TCP_SYN_RECV) > 0;
}

void expect_queues_without_data(void)
{
	stream_open();
	if (stream_until(is_deferred, NULL))
		skip("its listener has TCP_DEFER_ACCEPT: what has no data is not queued");
}

void expect_queued(size_t n)
{
	if (stream_until(are_queued, &n))
		return;
	expect_queues_without_data();
	unsure("%zu connections do not come to be queued at the stopped server", n);
}

struct unread {
	const struct stream *stream;
	int64_t bytes;
};

static bool is_unread(void *data)
{
	const struct unread *unread = data;

	return !target_shows_sockets() ||
		stream_server_unread(unread->stream) >= unread->bytes;
}

void expect_unread(const struct stream *stream, int64_t bytes)
{
	if (!stream_until(is_unread, &(struct unread){stream, bytes}))
		unsure("%" PRId64 " bytes do not fit into the stopped server's window",
			bytes);
}

static void part(struct stream *const *set, size_t n, enum parting parting)
{
	for (size_t i = 0; i < n; i++) {
		if (parting == PART_COALESCED)
			stream_send_fin(set[i], MESSAGE);
		else if (parting != PART_AT_ONCE)
			stream_send(set[i], MESSAGE);
	}
	if (parting != PART_AT_ONCE && parting != PART_UNREAD)
		expect_echo_all(set, n);
	for (size_t i = 0; i < n; i++) {
		if (parting == PART_UNREAD)
			stream_peek(set[i]);
		if (parting == PART_FIN)
			stream_fin(set[i]);
		if (parting == PART_RESET)
			stream_reset(set[i]);
		else
			stream_close(set[i]);
		stream_free(set[i]);
	}
}

bool stimulus_was_shed(const struct stream *stream)
{
	return stream->end == STREAM_EOF || stream->end == STREAM_RESET;
}

void stimulus_churn(enum parting parting, unsigned n)
{
	struct stream *set[AT_A_TIME];
	size_t most = stimulus_fit(AT_A_TIME), some;
	bool keeps_up = true; /* for one that does not, there is nothing to wait for */

	for (unsigned done = 0; done < n; done += some) {
		some = n - done < most ? n - done : most;

		stream_open_all(set, some);
		expect_connected(set, some);
		part(set, some, parting);
		keeps_up = keeps_up && stream_until(stimulus_all_accepted, NULL);
	}
}

/* --- crowds ------------------------------------------------------------------------------ */

#define WARM  20   /* most */
#define FORKS 100  /* of so many connections: a process for each */
#define MANY  2000 /* too many processes for a machine that was not meant to bear them */

/* Neither served nor refused when the crowd was full. */
static struct stream *waiting;

static const char *refusal(struct stream *stream)
{
	expect_machine_able(stream);
	if (stream->end == STREAM_DAMAGED)
		expect_echo(stream);
	if (stream->end == STREAM_OPEN)
		return "no answer";
	return stream->connected ? "it was closed" : strerror(stream->error);
}

/* How many of set[0..n) are served; the others are given back. Wrong bytes are no refusal. */
static size_t keep_served(struct stream **set, size_t n, const char **refused)
{
	size_t served = 0, left;

	while (served < n && set[served]->end == STREAM_OPEN &&
		set[served]->received == set[served]->sent)
		served++;
	left = served;
	if (served < n) {
		*refused = refusal(set[served]);
		if (set[served]->end == STREAM_OPEN)
			waiting = set[left++];
	}
	for (; left < n; left++)
		stream_free(set[left]);
	return served;
}

static int processes(void)
{
	static struct tree tree;

	target_tree(&tree);
	return tree.n;
}

static void expect_few_processes(int before, size_t n)
{
	if (processes() >= before + FORKS && !config_get()->exhaust)
		skip("it starts a process for each connection, and %zu may be too many for "
		     "this machine: add --exhaust",
			n);
}

static size_t crowd(struct stream **set, size_t n, size_t most, const char **refused)
{
	struct stream *some[AT_A_TIME];
	size_t done = 0, served, wanted;
	int before = processes();

	do {
		wanted = n - done < most ? n - done : most;
		stream_open_all(some, wanted);
		stream_send_all(some, wanted, MESSAGE);
		stream_receive_echo(some, wanted);
		served = keep_served(some, wanted, refused);
		memcpy(set + done, some, served * sizeof(*set));
		if (n > MANY && done < FORKS && done + served >= FORKS)
			expect_few_processes(before, n);
		done += served;
	} while (served == wanted && done < n);
	return done;
}

size_t stimulus_crowd(struct stream **set, size_t n, const char **refused)
{
	return crowd(set, n, stimulus_fit(AT_A_TIME), refused);
}

static void leave(struct stream **set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stream_fin(set[i]);
	stream_receive(set, n, UINT64_MAX);
	for (size_t i = 0; i < n; i++)
		stream_free(set[i]);
}

void stimulus_disperse(struct stream **set, size_t n)
{
	leave(set, n);
	if (!waiting)
		return;
	stream_receive_echo(&waiting, 1);
	if (!stimulus_was_shed(waiting))
		expect_echo(waiting);
	leave(&waiting, 1);
	waiting = NULL;
}

size_t stimulus_capacity(struct stream **set, size_t n)
{
	const char *refused;
	size_t served = crowd(set, n, 1, &refused);

	stimulus_disperse(set, served);
	return served;
}

long stimulus_warm_up(size_t n)
{
	struct stream *set[WARM];

	expect_open_each(set, n);
	stimulus_disperse(set, n);
	return target_descriptors();
}

/* --- broken pipes ------------------------------------------------------------------------ */

/* Fits into any server's receive buffer, so that the FIN behind it arrives. */
#define PENDING (32 << 10)

void stimulus_broken_pipe(void)
{
	struct stream *s = stream_open_narrow();

	expect_stall(s, PENDING);
	stream_fin(s);
	if (!stream_until(stream_server_has_fin, s))
		unsure("the FIN does not fit into the server's receive buffer");
	stream_reset(s);
}

/* --- exhaustion -------------------------------------------------------------------------- */

void stimulus_exhaust(struct exhaustion *exhaustion)
{
	for (int i = 0; i < EXHAUST_SERVED; i++) {
		exhaustion->served[i] = stream_open();
		stream_send(exhaustion->served[i], MESSAGE);
		expect_echo(exhaustion->served[i]);
	}
	if (target_spare_descriptors(0) == -1)
		skip("cannot set the target's descriptor limit: %s (run as its user)",
			strerror(errno));
	exhaustion->fit = stimulus_fit(EXHAUST_QUEUED);
	stream_open_all(exhaustion->queued, exhaustion->fit);
	expect_connected(exhaustion->queued, exhaustion->fit);
	stream_send_all(exhaustion->queued, exhaustion->fit, MESSAGE);
	if (!target_alive() || stream_ping(exhaustion->served[0], MESSAGE) == -1)
		expect_echo(exhaustion->served[0]);
}

void stimulus_relieve(void)
{
	target_spare_descriptors(-1);
}

bool stimulus_serves_again(void *unused)
{
	struct stream *probe = stream_open();
	bool served = stream_ping(probe, MESSAGE) != -1;

	(void)unused;
	stream_free(probe);
	return served;
}

void expect_relief(struct exhaustion *exhaustion, const char *when)
{
	int shed_connections = 0;

	stream_receive_echo(exhaustion->queued, exhaustion->fit);
	for (size_t i = 0; i < exhaustion->fit; i++)
		if (stimulus_was_shed(exhaustion->queued[i]))
			shed_connections++;
		else
			expect_echo_as(text("a connection that was queued meanwhile is "
					    "served %s",
					       when),
				exhaustion->queued[i]);
	if (shed_connections) {
		note("%d connections were shed while descriptors were exhausted",
			shed_connections);
		stream_until(stimulus_serves_again, NULL);
	}
	expect_served(when);
}

/* --- SIGSTOP ----------------------------------------------------------------------------- */

static bool all_stopped(const struct tree *tree)
{
	for (int i = 0; i < tree->n; i++)
		if (!proc_stopped(tree->pids[i]))
			return false;
	return true;
}

/* A child that is forked while its parent is being stopped runs on, and forks in its turn: the
 * tree is stopped again until a look finds nobody running. */
static bool stop_all(void *unused)
{
	static struct tree tree;

	(void)unused;
	target_tree(&tree);
	if (all_stopped(&tree))
		return true;
	target_signal(SIGSTOP);
	return false;
}

void stimulus_freeze(void)
{
	if (target_signal(SIGSTOP) == -1)
		skip("cannot stop the target: %s (run as its user)", strerror(errno));
	if (!stream_until(stop_all, NULL))
		unsure("the target did not stop on SIGSTOP");
}

void stimulus_thaw(void)
{
	target_signal(SIGCONT);
}

/* Looks at a server before it is interrupted, a millisecond apart: one that is idle sleeps by then,
 * and one that never does is interrupted anyway. */
#define LOOKS 50

static bool all_asleep(void)
{
	static struct tree tree;

	target_tree(&tree);
	for (int i = 0; i < tree.n; i++)
		if (proc_state(tree.pids[i]) != 'S')
			return false;
	return true;
}

void stimulus_let_sleep(void)
{
	for (int i = 0; i < LOOKS && !all_asleep(); i++)
		stream_hold(1);
}

void stimulus_interrupt(void)
{
	stimulus_let_sleep();
	stimulus_freeze();
	stimulus_thaw();
}

void stimulus_expect_survivor(void)
{
	struct stream *s;

	stimulus_interrupt();
	s = stream_open();
	if (stream_ping_line(s) == -1)
		skip("the server does not survive SIGSTOP and SIGCONT: see "
		     "signals/stop-cont");
}

bool stimulus_freezes_safely(void)
{
	if (target_sight() < PID || !target_shows_sockets() || target_shares_port() ||
		target_signal(0) == -1)
		return false;
	stimulus_expect_survivor();
	return true;
}

const char *stimulus_freeze_obstacle(void)
{
	return target_sight() < PID
		? text("it cannot be stopped here: %s", sight_remedy(PID))
		: "it cannot be stopped, its sockets are not seen here, or others take "
		  "connections from its port";
}
