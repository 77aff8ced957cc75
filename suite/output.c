/* output - what the target prints: read so that it never blocks on us, the end of it kept
 *
 * A server that logs each message stops serving when its pipe is full; nobody may forget to
 * read it, least of all a case that is busy elsewhere. Hence a thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define KEPT       4096 /* bytes */
#define LAST_WORDS 300

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	int fd, stop;
	uint64_t total;
	char kept[KEPT]; /* a ring: byte i of the output stands at i % KEPT */
} output = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .stop = -1};

static void keep(const char *bytes, size_t n)
{
	pthread_mutex_lock(&output.lock);
	for (size_t i = 0; i < n; i++)
		output.kept[(output.total + i) % KEPT] = bytes[i];
	output.total += n;
	pthread_mutex_unlock(&output.lock);
}

static void *drain(void *unused)
{
	struct pollfd fds[] = {{.fd = output.fd, .events = POLLIN},
		{.fd = output.stop, .events = POLLIN}};
	char buffer[65536];

	for (;;) {
		if (poll(fds, 2, -1) == -1)
			continue;
		if (!fds[0].revents)
			return unused;
		ssize_t n = read(output.fd, buffer, sizeof(buffer));

		if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN))
			return unused;
		if (n > 0)
			keep(buffer, (size_t)n);
		if (fds[1].revents)
			return unused;
	}
}

int output_start(int fd)
{
	int problem = 0;

	output.fd = fd;
	output.total = 0;
	output.stop = eventfd(0, EFD_CLOEXEC);
	if (output.stop == -1)
		problem = errno;
	else
		problem = pthread_create(&output.thread, NULL, drain, NULL);
	if (problem == 0)
		return 0;
	if (output.stop != -1)
		close(output.stop);
	close(output.fd);
	output.stop = output.fd = -1;
	errno = problem;
	return -1;
}

void output_stop(void)
{
	if (output.stop == -1)
		return;
	eventfd_write(output.stop, 1);
	pthread_join(output.thread, NULL);
	close(output.stop);
	close(output.fd);
	output.stop = output.fd = -1;
}

uint64_t output_total(void)
{
	uint64_t total;

	pthread_mutex_lock(&output.lock);
	total = output.total;
	pthread_mutex_unlock(&output.lock);
	return total;
}

/* Copies the last n bytes, control characters as spaces, and returns their number. */
static size_t copy_tail(char *out, size_t n)
{
	uint64_t from;

	pthread_mutex_lock(&output.lock);
	if (n > output.total)
		n = output.total;
	from = output.total - n;
	for (size_t i = 0; i < n; i++) {
		char c = output.kept[(from + i) % KEPT];

		out[i] = c == '\n' ? '\n' : c >= ' ' && c <= '~' ? c : ' ';
	}
	pthread_mutex_unlock(&output.lock);
	return n;
}

char *output_tail(char *text, size_t size)
{
	text[copy_tail(text, size - 1)] = '\0';
	return text;
}

char *output_last_words(char *text, size_t size)
{
	char tail[LAST_WORDS + 1], *start = tail;
	size_t n = copy_tail(tail, LAST_WORDS);

	while (n > 0 && (tail[n - 1] == '\n' || tail[n - 1] == ' '))
		n--;
	tail[n] = '\0';
	if (n == LAST_WORDS && strchr(tail, '\n'))
		start = strchr(tail, '\n') + 1;
	for (char *c = start; *c; c++)
		if (*c == '\n')
			*c = ' ';
	if (*start)
		snprintf(text, size, "its last words: \"%s\"", start);
	else
		snprintf(text, size, "it printed nothing");
	return text;
}
