/* mux_contract - what mux.h promises, demanded of every backend
 *
 * a. A blind backend reports its interest whatever the state: only the bookkeeping can be
 *    tested on it, so every "is quiet" leaves it out.
 * b. Nothing waits for time to pass. That a descriptor is quiet is asked with timeout 0,
 *    once poll(2) has shown that the state in question is there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ref/mux.h"
#include "ref/sock.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 5000, BOTH = MUX_READ | MUX_WRITE };

/* CONTRACT(name) { ... } runs with a fresh `mux` of each backend in turn. */
#define CONTRACT(name)                                                                   \
	static void name(struct mux *mux);                                               \
	ParameterizedTestParameters(mux_contract, name)                                  \
	{                                                                                \
		return backends();                                                       \
	}                                                                                \
	ParameterizedTest(int *backend, mux_contract, name, .timeout = 60)               \
	{                                                                                \
		run(*backend, name);                                                     \
	}                                                                                \
	static void name(struct mux *mux)

#define expect(condition) cr_assert(condition, "%s: " #condition, mux->ops->name)

#define expect_error(error, call)                                                        \
	cr_assert((call) == -1 && errno == (error), "%s: " #call " is not " #error,      \
		mux->ops->name)

static struct criterion_test_params backends(void)
{
	static int index[16];
	size_t n = 0;

	for (; mux_all[n]; n++)
		index[n] = (int)n;
	return cr_make_param_array(int, index, n);
}

static void run(int backend, void (*test)(struct mux *))
{
	const struct mux_ops *ops = mux_all[backend];
	struct mux *mux = ops->create();

	cr_assert_not_null(mux);
	cr_assert_eq(mux->ops, ops);
	test(mux);
	ops->destroy(mux);
}

struct pair {
	int ours, theirs;
};

/* Both ends of a TCP connection. */
static struct pair connected(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct pair pair = {.theirs = socket(AF_INET, SOCK_STREAM, 0)};
	struct pollfd arrival;
	const char *why;
	int listener = sock_listen("127.0.0.1:0", 1, &why);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((in_port_t)sock_port(listener));
	cr_assert_eq(connect(pair.theirs, (void *)&address, sizeof(address)), 0);
	arrival = (struct pollfd){listener, POLLIN, 0};
	cr_assert_eq(poll(&arrival, 1, PATIENCE), 1);
	pair.ours = sock_accept(listener);
	cr_assert_neq(pair.ours, -1);
	close(listener);
	return pair;
}

static void disconnect(struct pair pair)
{
	close(pair.ours);
	close(pair.theirs);
}

static void reset(int fd)
{
	struct linger linger = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

/* Until the kernel shows events at fd, whatever the backend may think. */
static void arrived(int fd, short events)
{
	struct pollfd state = {fd, events, 0};

	cr_assert_eq(poll(&state, 1, PATIENCE), 1);
	cr_assert(state.revents & events);
}

static void raise_limit(rlim_t wanted)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < wanted)
		cr_skip_test("the hard limit of open files is too low");
	limit.rlim_cur = wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* What one wait says of fd. */
static unsigned told(struct mux *mux, int fd, int timeout)
{
	struct mux_event events[64];
	unsigned ready = 0;
	int n = mux->ops->wait(mux, events, 64, timeout);

	expect(n >= 0);
	for (int i = 0; i < n; i++)
		if (events[i].fd == fd)
			ready |= events[i].ready;
	return ready;
}

/* Nothing is registered that is ready; an event that says nothing would be a spin. */
static bool quiet(struct mux *mux)
{
	struct mux_event event;

	return mux->ops->blind || mux->ops->wait(mux, &event, 1, 0) == 0;
}

CONTRACT(refuses_what_it_does_not_know)
{
	int fd = eventfd(1, EFD_NONBLOCK);

	expect_error(ENOENT, mux->ops->mod(mux, fd, MUX_READ));
	expect_error(ENOENT, mux->ops->del(mux, fd));
	expect_error(EBADF, mux->ops->add(mux, -1, MUX_READ));
	expect(mux->ops->add(mux, fd, MUX_READ) == 0);
	expect_error(EEXIST, mux->ops->add(mux, fd, BOTH));
	expect(told(mux, fd, PATIENCE) == MUX_READ);
	expect(mux->ops->del(mux, fd) == 0);
	expect_error(ENOENT, mux->ops->del(mux, fd));
	expect(told(mux, fd, 0) == 0);
	close(fd);
	expect_error(EBADF, mux->ops->add(mux, fd, MUX_READ));
}

CONTRACT(follows_the_interest)
{
	int fd = eventfd(1, EFD_NONBLOCK);

	expect(mux->ops->add(mux, fd, 0) == 0);
	expect(told(mux, fd, 0) == 0);
	expect(mux->ops->mod(mux, fd, MUX_WRITE) == 0);
	expect(told(mux, fd, PATIENCE) == MUX_WRITE);
	expect(mux->ops->mod(mux, fd, MUX_READ) == 0);
	expect(told(mux, fd, PATIENCE) == MUX_READ);
	expect(mux->ops->mod(mux, fd, BOTH) == 0);
	expect(told(mux, fd, PATIENCE) == BOTH);
	expect(mux->ops->mod(mux, fd, 0) == 0);
	expect(told(mux, fd, 0) == 0);
	close(fd);
}

CONTRACT(reports_a_descriptor_once_a_batch)
{
	int fd = eventfd(1, EFD_NONBLOCK);
	struct mux_event events[4];

	expect(mux->ops->add(mux, fd, BOTH) == 0);
	expect(mux->ops->wait(mux, events, 4, PATIENCE) == 1);
	close(fd);
}

CONTRACT(waits_for_data)
{
	struct pair pair = connected();
	char byte;

	expect(mux->ops->add(mux, pair.ours, MUX_READ) == 0);
	expect(quiet(mux));
	send(pair.theirs, "x", 1, 0);
	expect(told(mux, pair.ours, PATIENCE) == MUX_READ);
	expect(read(pair.ours, &byte, 1) == 1);
	expect(quiet(mux));
	disconnect(pair);
}

CONTRACT(waits_for_room)
{
	static char data[1 << 16];
	struct pair pair = connected();

	expect(mux->ops->add(mux, pair.ours, MUX_WRITE) == 0);
	expect(told(mux, pair.ours, PATIENCE) == MUX_WRITE);
	while (send(pair.ours, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	expect(quiet(mux));
	while (poll(&(struct pollfd){pair.ours, POLLOUT, 0}, 1, 0) == 0)
		expect(read(pair.theirs, data, sizeof(data)) > 0);
	expect(told(mux, pair.ours, PATIENCE) == MUX_WRITE);
	disconnect(pair);
}

CONTRACT(tells_what_was_there_before)
{
	struct pair pair = connected();

	send(pair.theirs, "x", 1, 0);
	arrived(pair.ours, POLLIN);
	expect(mux->ops->add(mux, pair.ours, MUX_READ) == 0);
	expect(told(mux, pair.ours, PATIENCE) == MUX_READ);
	disconnect(pair);
}

CONTRACT(is_edge_or_level_as_it_says)
{
	int fd = eventfd(1, EFD_NONBLOCK);
	unsigned again = mux->ops->edge ? 0 : MUX_READ;

	expect(mux->ops->add(mux, fd, MUX_READ) == 0);
	expect(told(mux, fd, PATIENCE) == MUX_READ);
	expect(told(mux, fd, 0) == again);
	expect(mux->ops->mod(mux, fd, MUX_READ) == 0);
	expect(told(mux, fd, PATIENCE) == MUX_READ);
	close(fd);
}

CONTRACT(shows_fin_as_readable)
{
	struct pair pair = connected();
	char byte;

	expect(mux->ops->add(mux, pair.ours, MUX_READ) == 0);
	shutdown(pair.theirs, SHUT_WR);
	arrived(pair.ours, POLLIN);
	expect(told(mux, pair.ours, PATIENCE) & MUX_READ);
	expect(read(pair.ours, &byte, 1) == 0);
	expect(mux->ops->mod(mux, pair.ours, 0) == 0);
	expect(quiet(mux));
	disconnect(pair);
}

CONTRACT(shows_rst_to_any_interest)
{
	for (unsigned interest = MUX_READ; interest <= BOTH; interest++) {
		struct pair pair = connected();
		char byte;

		expect(mux->ops->add(mux, pair.ours, interest) == 0);
		reset(pair.theirs);
		arrived(pair.ours, POLLERR);
		expect((told(mux, pair.ours, PATIENCE) & interest) == interest);
		expect_error(ECONNRESET, read(pair.ours, &byte, 1));
		expect(mux->ops->del(mux, pair.ours) == 0);
		close(pair.ours);
	}
}

CONTRACT(is_not_moved_by_urgent_data)
{
	struct pair pair = connected();

	expect(mux->ops->add(mux, pair.ours, MUX_READ) == 0);
	send(pair.theirs, "!", 1, MSG_OOB);
	arrived(pair.ours, POLLPRI);
	expect(quiet(mux));
	send(pair.theirs, "x", 1, 0);
	expect(told(mux, pair.ours, PATIENCE) == MUX_READ);
	disconnect(pair);
}

CONTRACT(serves_descriptors_past_1024)
{
	int fds[] = {3, 1023, 1024, 1025, 1500, 2000, 4000};
	int fd = eventfd(0, EFD_NONBLOCK), high;
	uint64_t one = 1;

	raise_limit(4100);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		high = fcntl(fd, F_DUPFD, fds[i]);
		expect(mux->ops->add(mux, high, MUX_READ) == 0);
		expect(quiet(mux));
		fds[i] = high;
	}
	expect(write(fd, &one, sizeof(one)) == sizeof(one));
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		expect(mux->ops->mod(mux, fds[i], MUX_READ) == 0);
		expect(told(mux, fds[i], PATIENCE) == MUX_READ);
	}
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		expect(mux->ops->del(mux, fds[i]) == 0);
		expect(told(mux, fds[i], 0) == 0);
		close(fds[i]);
	}
	close(fd);
}

CONTRACT(unregisters_inside_a_batch)
{
	int first = eventfd(1, EFD_NONBLOCK), second = eventfd(1, EFD_NONBLOCK);
	struct mux_event events[4];
	int other;

	expect(mux->ops->add(mux, first, MUX_READ) == 0);
	expect(mux->ops->add(mux, second, MUX_READ) == 0);
	expect(mux->ops->wait(mux, events, 4, PATIENCE) == 2);
	expect(events[0].fd != events[1].fd);
	other = events[0].fd;
	expect(mux->ops->del(mux, events[1].fd) == 0);
	expect(told(mux, events[1].fd, 0) == 0);
	expect(mux->ops->mod(mux, other, MUX_READ) == 0);
	expect(told(mux, other, PATIENCE) == MUX_READ);
	close(first);
	close(second);
}

CONTRACT(gives_a_reused_number_nothing_of_the_old)
{
	int fd = eventfd(1, EFD_NONBLOCK), again;

	expect(mux->ops->add(mux, fd, BOTH) == 0);
	expect(told(mux, fd, PATIENCE) == BOTH);
	expect(mux->ops->del(mux, fd) == 0);
	close(fd);
	again = eventfd(0, EFD_NONBLOCK);
	expect(again == fd);
	expect(told(mux, again, 0) == 0);
	expect(mux->ops->add(mux, again, MUX_READ) == 0);
	expect(quiet(mux));
	expect(mux->ops->mod(mux, again, BOTH) == 0);
	expect(told(mux, again, PATIENCE) & MUX_WRITE);
	close(again);
}

/* epoll watches what is open, not its number: without del it would go on. */
CONTRACT(forgets_a_descriptor_that_lives_on_as_a_copy)
{
	int fd = eventfd(1, EFD_NONBLOCK), copy = dup(fd);

	expect(mux->ops->add(mux, fd, MUX_READ) == 0);
	expect(mux->ops->del(mux, fd) == 0);
	close(fd);
	expect(told(mux, fd, 0) == 0);
	close(copy);
}

CONTRACT(gives_up_at_the_timeout)
{
	struct mux_event event;
	struct timespec start, end;

	expect(mux->ops->wait(mux, &event, 1, 0) == 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	expect(mux->ops->wait(mux, &event, 1, 20) == 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	expect((end.tv_sec - start.tv_sec) * 1000 +
			(end.tv_nsec - start.tv_nsec) / 1000000 >=
		19);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* The timer repeats: the first one may come before the wait. */
CONTRACT(returns_when_a_signal_comes)
{
	struct itimerval often = {{0, 10000}, {0, 10000}}, never = {0};
	struct mux_event event;

	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	expect_error(EINTR, mux->ops->wait(mux, &event, 1, -1));
	setitimer(ITIMER_REAL, &never, NULL);
}

/* All are ready and stay so; nobody reads. Three times round is more than fair. */
CONTRACT(lets_none_of_10000_starve)
{
	enum { MANY = 10000, BATCH = 64 };
	static bool seen[MANY + 100];
	struct mux_event events[BATCH];
	int left = MANY;

	raise_limit(MANY + 100);
	for (int i = 0; i < MANY; i++)
		expect(mux->ops->add(mux, eventfd(1, EFD_NONBLOCK), MUX_READ) == 0);
	for (int round = 0; left && round < 3 * MANY / BATCH; round++) {
		int n = mux->ops->wait(mux, events, BATCH, PATIENCE);

		expect(n > 0 && n <= BATCH);
		for (int i = 0; i < n; i++) {
			left -= !seen[events[i].fd];
			seen[events[i].fd] = true;
		}
	}
	expect(left == 0);
}

/* Somebody may lower it under the descriptors that are open; the last one has its
 * turn. */
CONTRACT(goes_on_when_the_limit_falls)
{
	struct rlimit limit;
	int last = -1, waits = 100;

	for (int i = 0; i < 50; i++) {
		last = eventfd(i == 49, EFD_NONBLOCK);
		expect(mux->ops->add(mux, last, MUX_READ) == 0);
	}
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 10;
	setrlimit(RLIMIT_NOFILE, &limit);
	while (told(mux, last, PATIENCE) == 0)
		expect(waits-- > 0);
}

CONTRACT(leaves_descriptors_open)
{
	struct mux *other = mux->ops->create();
	int fd = eventfd(1, EFD_NONBLOCK);

	expect(other->ops->add(other, fd, MUX_READ) == 0);
	other->ops->destroy(other);
	mux->ops->destroy(NULL);
	expect(fcntl(fd, F_GETFD) != -1);
	close(fd);
}

Test(mux, is_found_by_name)
{
	for (size_t i = 0; mux_all[i]; i++)
		cr_assert_eq(mux_find(mux_all[i]->name), mux_all[i]);
	cr_assert_null(mux_find("kqueue"));
	cr_assert_eq(mux_default(), mux_find("epoll"));
}
