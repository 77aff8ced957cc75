/* target - the server under test: spawn or attach, ready, watch, stop, reap
 *
 * This process is the subreaper of what it spawns, so that the tree below it is the target,
 * whichever way that forks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target.h"

#include "address.h"
#include "config.h"
#include "deadline.h"
#include "limit.h"
#include "output.h"
#include "port.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS          5000 /* without a sign of life, before it counts as never ready */
#define SIGN_OF_LIFE_NS   100000000
#define STOP_MS           1000 /* from SIGTERM to SIGKILL */
#define SETTLE_MS         300  /* for descriptors to be closed one after the other */
#define DEATH_MS          300 /* from the cut of its connections to the end of a process */
#define EMULATED_SLOWDOWN 10  /* valgrind: 3 to 5 on an idle machine */

static struct {
	struct sockaddr_storage address;
	socklen_t length;
	pid_t pid; /* of the command; 0 when it has none or has been reaped */
	pid_t group;
	bool spawned, dead, told_to_end;
	bool shows_sockets;
	bool daemon; /* the command was gone when the target listened */
	int status;  /* of the command, or of the daemon it left; once dead */
	struct port port;
	int input; /* our end of its standard input */
	char reason[1024];
	bool fault_is_ours;
} target = {.input = -1, .port.lock = -1};

const char *sight_name(enum sight sight)
{
	static const char *const names[] = {"BB", "LO", "PID", "EXEC"};

	return names[sight];
}

const char *sight_remedy(enum sight sight)
{
	static const char *const remedies[] = {
		[BB] = "",
		[LO] = "run echospec on the target's host",
		[PID] = "add --pid N, or use --exec",
		[OWN] = "use --exec 'COMMAND {port}'",
	};

	return remedies[sight];
}

const char *target_reason(void)
{
	return target.reason;
}

bool target_fault_is_ours(void)
{
	return target.fault_is_ours;
}

const struct sockaddr *target_address(socklen_t *length)
{
	*length = target.length;
	return (const struct sockaddr *)&target.address;
}

bool target_is_loopback(void)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&target.address;

	return in->sin_family == AF_INET &&
		ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

int target_listener(struct diag_row *row)
{
	return diag_find((const struct sockaddr *)&target.address, NULL, row);
}

static unsigned sysctl_number(const char *path, unsigned otherwise)
{
	FILE *file = fopen(path, "re");
	unsigned number;

	if (!file || fscanf(file, "%u", &number) != 1)
		number = otherwise;
	if (file)
		fclose(file);
	return number;
}

unsigned target_most_backlog(void)
{
	return sysctl_number("/proc/sys/net/core/somaxconn", SOMAXCONN);
}

enum sight target_sight(void)
{
	if (target.spawned)
		return OWN;
	if (config_get()->pid)
		return PID;
	return target.shows_sockets ? LO : BB;
}

bool target_shows_sockets(void)
{
	return target.shows_sockets;
}

bool target_shares_port(void)
{
	return diag_listeners((const struct sockaddr *)&target.address) > 1;
}

/* --- watching -------------------------------------------------------------------------- */

/* By a signal that only a defect sends. */
static bool is_crash(int status)
{
	static const int defects[] = {
		SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP};

	for (size_t i = 0; i < sizeof(defects) / sizeof(*defects); i++)
		if (WIFSIGNALED(status) && WTERMSIG(status) == defects[i])
			return true;
	return false;
}

/* Of the command, of a daemon that it left, and of servers whose parent ended before them, which
 * are this process's then: nothing that ends after a crash makes it forgotten. */
static void reap(void)
{
	struct diag_row row;
	int status;
	pid_t pid;

	while (target.spawned && (pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (!is_crash(target.status) &&
			(pid == target.pid || target.daemon || is_crash(status)))
			target.status = status;
		if (pid != target.pid)
			continue;
		target.pid = 0;
		target.dead = true;
		target.daemon |= status == 0 && target_listener(&row) == 0;
	}
}

void target_tree(struct tree *tree)
{
	if (target.spawned)
		proc_tree(getpid(), false, tree);
	else if (config_get()->pid)
		proc_tree(config_get()->pid, true, tree);
	else
		tree->n = 0;
}

/* Whether no process of a spawned target is left. */
static bool gone(void)
{
	static struct tree tree;

	reap();
	target_tree(&tree);
	return tree.n == 0;
}

bool target_is_gone(void *unused)
{
	(void)unused;
	return gone();
}

/* A command that hands over to a daemon leaves in peace, before that listens or just after, and
 * leaves it the listener; one that took the listener along was the server, whatever its children
 * still do. */
bool target_alive(void)
{
	pid_t pid = config_get()->pid;

	if (!target.spawned)
		return !pid || !proc_has_ended(pid);
	reap();
	return target.daemon ? !gone() : !target.dead;
}

/* Waits until that is true, or for so many milliseconds. */
static bool wait_until(bool (*is_true)(void), int64_t patience)
{
	struct deadline deadline = deadline_in(patience);

	while (!is_true()) {
		if (deadline_over(&deadline))
			return false;
		poll(NULL, 0, 2);
	}
	return true;
}

static bool not_alive(void)
{
	return !target_alive();
}

bool target_dies(void)
{
	if (target_sight() < PID || !wait_until(not_alive, deadline_window(DEATH_MS)))
		return false;
	return !target.told_to_end || is_crash(target.status);
}

const char *target_death(void)
{
	static char text[128];

	if (!target.dead && !is_crash(target.status))
		return "is gone";
	if (WIFSIGNALED(target.status))
		snprintf(text, sizeof(text), "was killed by signal %d (%s)",
			WTERMSIG(target.status), strsignal(WTERMSIG(target.status)));
	else
		snprintf(text, sizeof(text), "exited with status %d",
			WEXITSTATUS(target.status));
	return text;
}

bool target_crashed(void)
{
	reap();
	return is_crash(target.status);
}

int target_signal(int signal)
{
	static struct tree tree;
	int result = -1;

	target.told_to_end |= signal == SIGTERM;
	errno = ESRCH;
	target_tree(&tree);
	for (int i = 0; i < tree.n; i++)
		if (kill(tree.pids[i], signal) == 0)
			result = 0;
	return result;
}

int target_spare_descriptors(int spare)
{
	static struct tree tree;

	target_tree(&tree);
	return limit_spare(&tree, spare);
}

long target_descriptors(void)
{
	static struct tree tree;

	target_tree(&tree);
	return proc_descriptors(&tree);
}

long target_descriptors_left(long most)
{
	struct deadline deadline = deadline_in(deadline_window(SETTLE_MS));
	long now = target_descriptors(), least = now;

	while (now > most && !deadline_over(&deadline)) {
		poll(NULL, 0, 1);
		now = target_descriptors();
		if (now < least)
			deadline_progress(&deadline);
		least = now < least ? now : least;
	}
	return now;
}

bool target_has_descriptor(void *unused)
{
	static struct tree tree;

	(void)unused;
	target_tree(&tree);
	return limit_leaves_room(&tree);
}

/* What the cases may change. */
static void remember_limits(void)
{
	static struct tree tree;

	target_tree(&tree);
	limit_remember(&tree);
}

/* A target that is not ours goes on as it was, whatever a case was doing to it. */
static void give_back(void)
{
	if (!limit_is_remembered())
		return;
	target_spare_descriptors(-1);
	target_signal(SIGCONT);
}

/* --- starting and stopping ------------------------------------------------------------- */

static void use_address(const struct sockaddr *address, socklen_t length)
{
	memcpy(&target.address, address, length);
	target.length = length;
}

static bool listens(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons(target.port.number),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
		.sin6_port = htons(target.port.number),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct diag_row row;

	if (diag_find((struct sockaddr *)&in, NULL, &row) == 0)
		use_address((struct sockaddr *)&in, sizeof(in));
	else if (diag_find((struct sockaddr *)&in6, NULL, &row) == 0)
		use_address((struct sockaddr *)&in6, sizeof(in6));
	else
		return false;
	return true;
}

/* Processor time is a sign of life: a virtual machine that warms up is given its time. */
static bool shows_life(int64_t *ran)
{
	static struct tree tree;
	int64_t now;

	target_tree(&tree);
	now = proc_time(&tree).ran;
	if (now < *ran + SIGN_OF_LIFE_NS)
		return false;
	*ran = now;
	return true;
}

static int never_ready(const char *what, const char *remedy)
{
	char words[400];

	output_stop();
	snprintf(target.reason, sizeof(target.reason), "the target %s port %u%s; %s",
		what, target.port.number, remedy,
		output_last_words(words, sizeof(words)));
	return -1;
}

/* One that has several processes may still be starting the others. */
static void let_settle(void)
{
	struct deadline deadline = deadline_in(deadline_window(SETTLE_MS));
	static struct tree tree;

	for (target_tree(&tree); proc_runnable(&tree) && !deadline_over(&deadline);
		target_tree(&tree))
		poll(NULL, 0, 1);
}

/* Once its address is known, and it listens there. */
static void look_around(void)
{
	struct diag_row row;

	target.shows_sockets = target_listener(&row) == 0;
	remember_limits();
	if (target_emulated())
		deadline_set_scale(config_get()->scale * EMULATED_SLOWDOWN);
}

bool target_interrupted(void)
{
	sigset_t pending;

	if (sigpending(&pending) == -1)
		return false;
	sigdelset(&pending, SIGCHLD);
	return !sigisemptyset(&pending);
}

/* A target that works but never listens has to be given up at some time. One that another tool
 * runs starts that tool first: valgrind took over 10 s on a busy machine. */
static int wait_ready(bool under_a_tool)
{
	struct deadline deadline = deadline_in(deadline_window(READY_MS));
	struct deadline limit =
		deadline_in((under_a_tool ? 12 : 2) * deadline_window(READY_MS));
	char death[160];
	int64_t ran = 0;

	while (!listens()) {
		if (shows_life(&ran))
			deadline_progress(&deadline);
		if (gone()) {
			snprintf(death, sizeof(death), "%s before it listened on",
				target_death());
			return never_ready(death, "");
		}
		if (target_interrupted())
			return never_ready("was interrupted before it listened on", "");
		if (deadline_over(&deadline) || deadline_over(&limit))
			return never_ready("runs but does not listen on",
				" (does its command use {port}?)");
		poll(NULL, 0, 2);
	}
	target.daemon = target.dead;
	let_settle();
	look_around();
	return 0;
}

bool target_emulated(void)
{
	pid_t pid = target.spawned ? target.pid : config_get()->pid;

	return pid && proc_emulated(pid);
}

static int start_command(const struct launch *launch)
{
	struct spawned spawned;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (spawn(config_get()->exec, target.port.number, launch, &spawned, target.reason,
		    sizeof(target.reason)) == -1) {
		target.fault_is_ours = errno != EINVAL;
		port_release(&target.port);
		return -1;
	}
	target.pid = target.group = spawned.pid;
	target.input = spawned.input;
	target.spawned = true;
	target.dead = target.daemon = target.told_to_end = false;
	target.status = 0;
	target.fault_is_ours = output_start(spawned.output) == -1;
	if (target.fault_is_ours)
		snprintf(target.reason, sizeof(target.reason),
			"cannot read its output: %s", strerror(errno));
	else if (wait_ready(launch->prefix) == 0)
		return 0;
	target_stop();
	return -1;
}

/* A name may have several addresses; the server may listen on only one of them. */
static bool accepts(const struct addrinfo *found)
{
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd writable = {.fd = fd, .events = POLLOUT};
	bool accepted;

	if (fd == -1)
		return false;
	accepted = connect(fd, found->ai_addr, found->ai_addrlen) == 0;
	if (!accepted && errno == EINPROGRESS)
		accepted = poll(&writable, 1, (int)deadline_patience()) == 1 &&
			!(writable.revents & (POLLERR | POLLHUP));
	close(fd);
	return accepted;
}

static int attach(const char *name)
{
	struct address address;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found, *next;
	int failure;

	if (config_get()->pid && proc_has_ended(config_get()->pid)) {
		snprintf(target.reason, sizeof(target.reason),
			"--pid %d: no such process on this host", config_get()->pid);
		return -1;
	}
	if (!address_split(name, &address))
		failure = EAI_NONAME;
	else
		failure = getaddrinfo(address.host, address.port, &hints, &found);
	if (failure) {
		snprintf(target.reason, sizeof(target.reason),
			"--target %.300s: cannot resolve it: %s", name,
			gai_strerror(failure));
		return -1;
	}
	for (next = found; next->ai_next && !accepts(next); next = next->ai_next)
		;
	use_address(next->ai_addr, next->ai_addrlen);
	freeaddrinfo(found);
	look_around();
	return 0;
}

static bool is_in(pid_t pid, const struct tree *tree)
{
	for (int i = 0; i < tree->n; i++)
		if (tree->pids[i] == pid)
			return true;
	return false;
}

/* Workers that share a port have a listener each: which of them is seen is the kernel's choice. */
static bool listens_elsewhere(const struct tree *tree)
{
	static struct tree holders;
	struct diag_row row;

	return target.shows_sockets && !target_shares_port() &&
		proc_descriptors(tree) != -1 && target_listener(&row) == 0 &&
		row.inode != 0 && proc_socket(tree, row.inode, &holders) == -1;
}

bool target_is_stranger(void)
{
	static struct tree tree;
	const char *why = NULL;
	pid_t pid = config_get()->pid;

	if (!pid)
		return false;
	proc_tree(pid, true, &tree);
	if (is_in(getpid(), &tree))
		why = "echospec itself runs below that process";
	else if (listens_elsewhere(&tree))
		why = "neither that process nor one below it listens there";
	if (why)
		snprintf(target.reason, sizeof(target.reason),
			"--pid %d: %s: give the server's own", pid, why);
	return why;
}

int target_start(const struct launch *launch)
{
	deadline_set_scale(config_get()->scale);
	if (!config_get()->exec)
		return attach(config_get()->target);
	target.fault_is_ours = port_reserve(&target.port) == -1;
	if (target.fault_is_ours) {
		snprintf(target.reason, sizeof(target.reason), "no free port: %s",
			strerror(errno));
		return -1;
	}
	return start_command(launch);
}

static enum target_second watch_second(pid_t pid)
{
	const struct sockaddr *address = (const struct sockaddr *)&target.address;
	struct deadline deadline = deadline_in(deadline_window(READY_MS));
	int listeners = diag_count(address, TCP_LISTEN), status;

	while (!deadline_over(&deadline)) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status == 0 ? SECOND_ENDED : SECOND_FAILED;
		if (diag_count(address, TCP_LISTEN) > listeners)
			return SECOND_LISTENS;
		poll(NULL, 0, 1);
	}
	return SECOND_WAITS;
}

enum target_second target_start_second(void)
{
	struct launch launch = {0};
	struct spawned second;
	enum target_second result;

	if (spawn(config_get()->exec, target.port.number, &launch, &second, target.reason,
		    sizeof(target.reason)) == -1)
		return SECOND_UNKNOWN;
	result = watch_second(second.pid);
	kill(-second.pid, SIGKILL);
	if (result > SECOND_ENDED)
		waitpid(second.pid, NULL, 0);
	close(second.input);
	close(second.output);
	return result;
}

/* The supervisor names what cannot be ended. */
static void kill_all(void)
{
	struct deadline deadline = deadline_in(deadline_window(STOP_MS));

	do
		target_signal(SIGKILL);
	while (!wait_until(gone, 5) && !deadline_over(&deadline));
}

static void forget_process(void)
{
	output_stop();
	if (target.input != -1)
		close(target.input);
	target.input = -1;
	target.pid = 0;
	target.spawned = false;
}

void target_stop(void)
{
	give_back();
	if (target.spawned) {
		if (!gone() && kill(-target.group, SIGTERM) == -1)
			target_signal(SIGTERM);
		if (!wait_until(gone, deadline_window(STOP_MS)))
			kill_all();
		forget_process();
	}
	port_release(&target.port);
}

void target_kill(void)
{
	kill_all();
	forget_process();
}

int target_restart(const struct launch *launch)
{
	return start_command(launch);
}
