/* control - what the operator says: signals and standard input
 *
 * a. A handler that sets a flag loses the signal that comes between looking at the flag
 *    and waiting. Blocked signals stay pending, and a signalfd makes them readable in the
 *    loop.
 * b. SIGTERM and SIGINT that come together are one request: a second one would not wait
 *    for what is pending.
 * c. Whoever started us shares our standard input: it is not ours to make non-blocking,
 *    so it is asked before each read.
 * d. The first line is all that is taken of it: a second drain would not wait for those
 *    that the first one waits for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "control.h"

#include "loop.h"
#include "sock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct control {
	struct loop_io signals;
	struct loop_io input;
	struct loop *loop;
	void (*stop)(void *context);
	void (*report)(void *context);
	void *context;
};

static void on_signals(struct loop_io *io, unsigned ready)
{
	struct control *control = (struct control *)io;
	struct signalfd_siginfo info;
	bool stop = false;

	(void)ready;
	while (read(io->fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGUSR1)
			stop = true;
		else if (control->report)
			control->report(control->context);
	}
	if (stop)
		control->stop(control->context);
}

static void on_input(struct loop_io *io, unsigned ready)
{
	struct control *control = LOOP_OWNER(io, struct control, input);
	struct pollfd input = {io->fd, POLLIN, 0};
	char text[512];
	ssize_t n;

	(void)ready;
	if (poll(&input, 1, 0) != 1)
		return;
	n = read(io->fd, text, sizeof(text));
	if (n > 0 && !memchr(text, '\n', (size_t)n)) {
		loop_again(control->loop, io, MUX_READ);
		return;
	}
	if (n > 0)
		control->stop(control->context);
	loop_close(control->loop, io);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int watch(struct control *control, struct loop_io *io, int fd)
{
	if (fd == -1)
		return -1;
	if (loop_add(control->loop, io, fd, MUX_READ) == 0)
		return 0;
	sock_discard(fd);
	return -1;
}

struct control *control_create(struct loop *loop)
{
	static const struct loop_io_ops ops = {.ready = on_signals};
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	control->signals.ops = &ops;
	control->loop = loop;
	if (watch(control, &control->signals, open_signals()) == 0)
		return control;
	free(control);
	return NULL;
}

void control_attach(struct control *control, void (*stop)(void *context),
	void (*report)(void *context), void *context)
{
	control->stop = stop;
	control->report = report;
	control->context = context;
}

void control_destroy(struct control *control)
{
	free(control);
}

int control_watch_stdin(struct control *control)
{
	static const struct loop_io_ops ops = {.ready = on_input};

	control->input.ops = &ops;
	return watch(control, &control->input, fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
}
