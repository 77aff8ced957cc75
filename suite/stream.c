/* stream - the client end of one connection: its verbs
 *
 * read(2), not recv(2), where bytes are checked: memcheck takes the whole buffer of a recv for
 * defined.
 *
 * SPDX-License-Identifier: MIT
 */
#include "stream.h"

#include "config.h"
#include "deadline.h"
#include "net.h"
#include "reference.h"
#include "target.h"
#include "trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK         65536
#define NARROW_MSS    536 /* RFC 9293, section 3.7.1: the default for IPv4 */
#define NARROW_BUFFER 2048
#define NARROW_SEND   65536
#define BURST_MS      60   /* nothing moves: all was taken that will be */
#define PER_SOURCE    8192 /* connections from one source address before the next is used */

#define TRACE(stream, ...) trace((stream)->pattern.connection, __VA_ARGS__)

static struct stream *all;
static uint16_t last_connection;

/* --- connecting ------------------------------------------------------------------------ */

static void end(struct stream *stream, enum stream_end how, int error)
{
	static const char *const ends[] = {[STREAM_EOF] = "end of file",
		[STREAM_RESET] = "reset",
		[STREAM_REFUSED] = "refused",
		[STREAM_DAMAGED] = "a byte that does not belong there"};

	TRACE(stream, "%s%s%s", ends[how], error ? ": " : "",
		error ? strerror(error) : "");
	stream->end = how;
	stream->error = error;
}

void stream_choose_source(int fd)
{
	static atomic_uint opened;
	unsigned index = opened++ / PER_SOURCE;
	int on = 1;
	struct sockaddr_in source = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + index % 250)};

	if (index == 0 || !target_is_loopback())
		return;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	bind(fd, (struct sockaddr *)&source, sizeof(source));
}

static void narrow(int fd)
{
	int mss = NARROW_MSS, buffer = NARROW_BUFFER, send = NARROW_SEND;

	setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof(mss));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send, sizeof(send));
}

static void use_payload(void)
{
	answer_fn *answer = NULL;

	pattern_find_answer(config_get()->payload, &answer);
	pattern_set_answer(answer);
}

static struct stream *create(void)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		abort();
	if (last_connection == 0)
		use_payload();
	stream->pattern.connection = ++last_connection;
	stream->random = (stream->pattern.connection * UINT32_C(2654435761) ^
				 config_get()->seed * UINT32_C(2246822519)) |
		1;
	stream->opened_us = deadline_now_us();
	stream->next = all;
	stream->link = &all;
	if (all)
		all->link = &stream->next;
	all = stream;
	return stream;
}

static void connected(struct stream *stream)
{
	TRACE(stream, "connected");
	stream->connected = true;
	stream->connected_us = deadline_now_us();
}

static struct stream *begin(
	const struct sockaddr *address, socklen_t length, void (*prepare)(int fd))
{
	struct stream *stream = create();
	int on = 1;

	stream->fd = net_socket(address->sa_family);
	if (stream->fd == -1) {
		end(stream, STREAM_REFUSED, errno);
		return stream;
	}
	setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (prepare)
		prepare(stream->fd);
	stream_choose_source(stream->fd);
	TRACE(stream, "connect");
	if (connect(stream->fd, address, length) == 0)
		connected(stream);
	else if (errno != EINPROGRESS)
		end(stream, STREAM_REFUSED, errno);
	return stream;
}

static struct stream *begin_target(void (*prepare)(int fd))
{
	socklen_t length;
	const struct sockaddr *address = target_address(&length);

	return begin(address, length, prepare);
}

/* The outcome of a connect that poll(2) reported. */
static void connect_done(struct stream *stream)
{
	int error = 0;
	socklen_t length = sizeof(error);

	getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error) {
		end(stream, STREAM_REFUSED, error);
		return;
	}
	connected(stream);
}

void stream_begin_all(struct stream **set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		set[i] = begin_target(NULL);
}

/* --- the pump -------------------------------------------------------------------------- */

uint32_t stream_random(struct stream *stream)
{
	stream->random ^= stream->random << 13;
	stream->random ^= stream->random >> 17;
	stream->random ^= stream->random << 5;
	return stream->random;
}

static size_t piece_of(struct stream *stream, uint64_t left, size_t most)
{
	size_t piece = stream->piece && stream->piece < most ? stream->piece : most;

	if (stream->ragged)
		piece = 1 + stream_random(stream) % piece;
	return left < piece ? (size_t)left : piece;
}

/* One send; true when something moved. */
static bool send_some(struct stream *stream, int flags)
{
	uint8_t chunk[CHUNK];
	uint64_t left = stream->send_goal - stream->sent;
	uint64_t open = stream->received + stream->window - stream->sent;
	size_t n = piece_of(
		stream, stream->window && open < left ? open : left, sizeof(chunk));
	ssize_t done;

	pattern_fill(&stream->pattern, stream->sent, chunk, n);
	done = send(stream->fd, chunk, n, MSG_NOSIGNAL | flags);
	if (done > 0) {
		TRACE(stream, "send %zd%s", done,
			flags & MSG_MORE ? " with MSG_MORE" : "");
		stream->sent += (uint64_t)done;
	} else if (errno != EAGAIN && errno != EINTR) {
		end(stream, STREAM_RESET, errno);
	}
	return done > 0 || stream->end != STREAM_OPEN;
}

static void keep_tail(struct stream *stream, const uint8_t *bytes, size_t n)
{
	if (!stream->tail)
		stream->tail = malloc(STREAM_TAIL);
	if (!stream->tail)
		abort();
	if (n > STREAM_TAIL - stream->tail_length)
		n = STREAM_TAIL - stream->tail_length;
	memcpy(stream->tail + stream->tail_length, bytes, n);
	stream->tail_length += n;
}

/* The number of bytes, from the first, that are as they should be. */
static size_t count_good(const struct stream *stream, const uint8_t *bytes, size_t n)
{
	uint64_t owed = stream->sent - stream->received;

	return pattern_mismatch(
		&stream->pattern, stream->received, bytes, n < owed ? n : (size_t)owed);
}

/* Bytes that are right move the stream on; from the first wrong one on they are kept. More
 * than was sent is wrong too. */
static void check(struct stream *stream, const uint8_t *bytes, size_t n)
{
	size_t good = count_good(stream, bytes, n);

	stream->received += good;
	while (good < n && stream->urgent > 0 && bytes[good] == '!') {
		stream->urgent--;
		bytes += good + 1;
		n -= good + 1;
		good = count_good(stream, bytes, n);
		stream->received += good;
	}
	if (good < n) {
		keep_tail(stream, bytes + good, n - good);
		end(stream, STREAM_DAMAGED, 0);
	}
}

/* One read; true when something moved. */
static bool receive_some(struct stream *stream)
{
	uint8_t chunk[CHUNK];
	ssize_t n = read(stream->fd, chunk, piece_of(stream, UINT64_MAX, sizeof(chunk)));

	if (n > 0) {
		TRACE(stream, "recv %zd", n);
		check(stream, chunk, (size_t)n);
	} else if (n == 0) {
		end(stream, STREAM_EOF, 0);
	} else if (errno != EAGAIN && errno != EINTR) {
		end(stream, STREAM_RESET, errno);
	}
	return n >= 0 || stream->end != STREAM_OPEN;
}

static bool may_send(const struct stream *stream)
{
	uint64_t out = stream->sent - stream->received;

	return stream->sent < stream->send_goal &&
		(stream->window == 0 || out < stream->window);
}

static short wanted(const struct stream *stream)
{
	short events = 0;

	if (stream->end != STREAM_OPEN)
		return 0;
	if (!stream->connected)
		return POLLOUT;
	if (may_send(stream))
		events |= POLLOUT;
	if (!stream->paused &&
		(stream->sent < stream->send_goal ||
			stream->received < stream->receive_goal))
		events |= POLLIN;
	return events;
}

static bool step(struct stream *stream, short ready)
{
	bool moved = false;

	if (!stream->connected) {
		connect_done(stream);
		return true;
	}
	if (ready & (POLLIN | POLLERR | POLLHUP) && !stream->paused)
		moved |= receive_some(stream);
	if (ready & POLLOUT && stream->end == STREAM_OPEN &&
		stream->sent < stream->send_goal)
		moved |= send_some(stream, 0);
	return moved;
}

/* Fills fds with the streams that still want something, and index with which they are. */
static nfds_t unfinished(
	struct stream *const *set, size_t count, struct pollfd *fds, size_t *index)
{
	nfds_t n = 0;

	for (size_t i = 0; i < count; i++) {
		short events = wanted(set[i]);

		if (!events)
			continue;
		index[n] = i;
		fds[n++] = (struct pollfd){.fd = set[i]->fd, .events = events};
	}
	return n;
}

/* Moves the set until each has its goals or has ended, or nothing moves for the patience. */
static void pump(struct stream *const *set, size_t count, int64_t patience)
{
	struct deadline deadline = deadline_in(patience);
	struct pollfd *fds = calloc(count, sizeof(*fds));
	size_t *index = calloc(count, sizeof(*index));
	bool over = false;
	nfds_t n;

	if (!fds || !index)
		abort();
	/* One more look when it is over: it may be us who did not run for so long. */
	while ((n = unfinished(set, count, fds, index)) && !over) {
		over = deadline_over(&deadline);
		if (poll(fds, n, deadline_left(&deadline)) <= 0)
			continue;
		for (nfds_t i = 0; i < n; i++)
			if (fds[i].revents && step(set[index[i]], fds[i].revents)) {
				deadline_progress(&deadline);
				over = false;
			}
	}
	free(fds);
	free(index);
}

/* --- transfers ------------------------------------------------------------------------- */

/* SYNs are repeated after 1, 3 and 7 seconds (RFC 6298): a connect is given time for two. */
void stream_finish_connecting(struct stream *const *set, size_t n)
{
	pump(set, n, 2 * deadline_patience());
	for (size_t i = 0; i < n; i++)
		if (!set[i]->connected && set[i]->end == STREAM_OPEN)
			end(set[i], STREAM_REFUSED, ETIMEDOUT);
}

void stream_open_all(struct stream **set, size_t n)
{
	stream_begin_all(set, n);
	stream_finish_connecting(set, n);
}

static struct stream *finished(struct stream *stream)
{
	stream_finish_connecting(&stream, 1);
	return stream;
}

struct stream *stream_open(void)
{
	return finished(begin_target(NULL));
}

struct stream *stream_open_narrow(void)
{
	return finished(begin_target(narrow));
}

struct stream *stream_open_reference(void)
{
	socklen_t length;
	const struct sockaddr *address = reference_address(&length);
	struct stream *stream = begin(address, length, NULL);

	stream->pattern.plain = true;
	return finished(stream);
}

struct stream *stream_open_at(const char *host)
{
	socklen_t length;
	const struct sockaddr_in *target =
		(const struct sockaddr_in *)target_address(&length);
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = target->sin_port};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = target->sin_port};

	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		return finished(begin((struct sockaddr *)&in, sizeof(in), NULL));
	inet_pton(AF_INET6, host, &in6.sin6_addr);
	return finished(begin((struct sockaddr *)&in6, sizeof(in6), NULL));
}

static void be_fast(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on));
}

struct stream *stream_open_fast(void)
{
	return finished(begin_target(be_fast));
}

bool stream_was_fast(const struct stream *stream)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	return getsockopt(stream->fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
		info.tcpi_options & TCPI_OPT_SYN_DATA;
}

void stream_send_all(struct stream *const *set, size_t count, uint64_t n)
{
	for (size_t i = 0; i < count; i++) {
		set[i]->send_goal = set[i]->sent + n;
		set[i]->receive_goal = set[i]->received;
	}
	pump(set, count, deadline_patience());
	for (size_t i = 0; i < count; i++) {
		set[i]->unsent |=
			set[i]->end != STREAM_OPEN && set[i]->sent < set[i]->send_goal;
		set[i]->send_goal = set[i]->sent;
	}
}

void stream_send(struct stream *stream, uint64_t n)
{
	stream_send_all(&stream, 1, n);
}

void stream_receive(struct stream *const *set, size_t count, uint64_t total)
{
	for (size_t i = 0; i < count; i++) {
		set[i]->paused = false;
		set[i]->receive_goal = total;
	}
	pump(set, count, deadline_patience());
}

void stream_receive_echo(struct stream *const *set, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		set[i]->paused = false;
		set[i]->receive_goal = set[i]->sent;
	}
	pump(set, count, deadline_patience());
}

int64_t stream_ping(struct stream *stream, size_t n)
{
	int64_t start = deadline_now_us();
	uint64_t goal = stream->sent + n;

	stream_send(stream, n);
	stream_receive_echo(&stream, 1);
	return stream->received == goal && stream->end != STREAM_DAMAGED
		? deadline_now_us() - start
		: -1;
}

int64_t stream_ping_line(struct stream *stream)
{
	stream_use(stream, "\n", 1);
	return stream_ping(stream, 1);
}

void stream_burst(struct stream *const *set, size_t count, uint64_t n)
{
	for (size_t i = 0; i < count; i++) {
		set[i]->paused = true;
		set[i]->send_goal = set[i]->sent + n;
	}
	pump(set, count, deadline_window(BURST_MS));
	for (size_t i = 0; i < count; i++) {
		set[i]->send_goal = set[i]->sent;
		set[i]->paused = false;
	}
}

bool stream_step(struct stream *stream, int milliseconds)
{
	struct pollfd fd = {.fd = stream->fd};

	if (stream->sent < stream->send_goal)
		fd.events = POLLOUT;
	return poll(&fd, 1, milliseconds) > 0 && step(stream, fd.revents);
}

/* --- single calls ---------------------------------------------------------------------- */

/* MSG_MORE keeps the bytes back until the FIN joins them. */
static void send_corked(struct stream *stream, size_t n)
{
	if (stream->end != STREAM_OPEN)
		return;
	stream->send_goal = stream->sent + n;
	send_some(stream, MSG_MORE);
	stream->send_goal = stream->sent;
}

void stream_send_fin(struct stream *stream, size_t n)
{
	send_corked(stream, n);
	stream_fin(stream);
}

void stream_send_close(struct stream *stream, size_t n)
{
	send_corked(stream, n);
	stream_close(stream);
}

void stream_fin(struct stream *stream)
{
	if (stream->end != STREAM_OPEN)
		return;
	TRACE(stream, "shutdown SHUT_WR");
	if (shutdown(stream->fd, SHUT_WR) == -1)
		end(stream, STREAM_RESET, errno);
	stream->fin_sent = true;
}

void stream_shut_read(struct stream *stream)
{
	TRACE(stream, "shutdown SHUT_RD");
	if (stream->end == STREAM_OPEN && shutdown(stream->fd, SHUT_RD) == -1)
		end(stream, STREAM_RESET, errno);
}

void stream_close(struct stream *stream)
{
	if (stream->fd != -1) {
		TRACE(stream, "close");
		close(stream->fd);
	}
	stream->fd = -1;
	stream->end = STREAM_CLOSED;
}

void stream_reset(struct stream *stream)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	TRACE(stream, "SO_LINGER with 0 seconds");
	setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	stream_close(stream);
}

bool stream_vanish(struct stream *stream)
{
	int on = 1;

	if (setsockopt(stream->fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) == -1)
		return false;
	TRACE(stream, "TCP_REPAIR");
	stream_close(stream);
	return true;
}

void stream_nibble(struct stream *stream, size_t send, size_t receive)
{
	size_t piece = stream->piece;

	stream->send_goal = stream->sent + send;
	if (send && stream->end == STREAM_OPEN)
		send_some(stream, 0);
	stream->send_goal = stream->sent;
	stream->piece = receive;
	if (receive && stream->end == STREAM_OPEN)
		receive_some(stream);
	stream->piece = piece;
}

void stream_peek(struct stream *stream)
{
	struct pollfd fd = {.fd = stream->fd, .events = POLLIN};

	if (stream->end == STREAM_OPEN)
		poll(&fd, 1, (int)deadline_patience());
}

void stream_urgent(struct stream *stream)
{
	TRACE(stream, "send 1 with MSG_OOB");
	stream->urgent++;
	if (stream->end == STREAM_OPEN &&
		send(stream->fd, "!", 1, MSG_OOB | MSG_NOSIGNAL) == -1)
		end(stream, STREAM_RESET, errno);
}

void stream_cork(struct stream *stream, bool on)
{
	int value = on;

	TRACE(stream, "TCP_CORK %s", on ? "on" : "off");
	if (stream->end == STREAM_OPEN)
		setsockopt(stream->fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
}

void stream_use(struct stream *stream, const void *bytes, size_t n)
{
	stream->pattern.bytes = bytes;
	stream->pattern.length = n;
}

/* --- waiting -------------------------------------------------------------------------- */

static bool has_stirred(const struct stream *stream, uint64_t before)
{
	return stream->end != STREAM_OPEN || stream->received != before;
}

bool stream_stirs(struct stream *stream, int64_t milliseconds)
{
	uint64_t before = stream->received;
	struct deadline deadline = deadline_in(milliseconds);

	while (!has_stirred(stream, before)) {
		struct pollfd fd = {.fd = stream->fd, .events = POLLIN};

		if (poll(&fd, 1, deadline_left(&deadline)) > 0)
			step(stream, fd.revents);
		if (deadline_over(&deadline))
			break;
	}
	return has_stirred(stream, before);
}

void stream_collect(struct stream *stream, int64_t milliseconds)
{
	struct deadline deadline = deadline_in(milliseconds);
	struct pollfd fd = {.fd = stream->fd, .events = POLLIN};
	uint8_t chunk[STREAM_TAIL];
	ssize_t n = 1;

	while (n > 0 && stream->tail_length < STREAM_TAIL &&
		poll(&fd, 1, deadline_left(&deadline)) > 0) {
		n = read(stream->fd, chunk, sizeof(chunk));
		if (n > 0)
			keep_tail(stream, chunk, (size_t)n);
	}
}

bool stream_until(bool (*done)(void *data), void *data)
{
	struct deadline deadline = deadline_in(deadline_patience());

	while (!done(data)) {
		if (deadline_over(&deadline))
			return false;
		poll(NULL, 0, 1);
	}
	return true;
}

void stream_hold(int64_t milliseconds)
{
	struct deadline deadline = deadline_in(milliseconds);

	while (!deadline_over(&deadline))
		poll(NULL, 0, deadline_left(&deadline));
}

void stream_free(struct stream *stream)
{
	stream_close(stream);
	*stream->link = stream->next;
	if (stream->next)
		stream->next->link = stream->link;
	free(stream->tail);
	free(stream);
}

void stream_close_all(void)
{
	while (all)
		stream_free(all);
	reference_stop();
}
