/* stream_stall - what both ends of a connection have in their queues, and when nothing moves in them
 *
 * The server's own row (diag.h) proves what the client alone can only suppose.
 *
 * SPDX-License-Identifier: MIT
 */
#include "stream.h"

#include "deadline.h"
#include "diag.h"
#include "proc.h"
#include "target.h"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#define TOO_MUCH (UINT64_C(64) << 20) /* taken unread: no stall will come */
#define STALL_MS 60 /* nothing moves: measured over at least three looks */
#define RESTLESS 10 /* windows */

/* --- queues ---------------------------------------------------------------------------- */

static int server_row(const struct stream *stream, struct diag_row *row)
{
	struct sockaddr_storage here, there;
	socklen_t length = sizeof(here);

	if (getsockname(stream->fd, (struct sockaddr *)&here, &length) == -1 ||
		getpeername(stream->fd, (struct sockaddr *)&there, &length) == -1)
		return -1;
	return diag_find((struct sockaddr *)&there, (struct sockaddr *)&here, row);
}

int stream_server_state(const struct stream *stream)
{
	struct diag_row row;

	if (!target_shows_sockets())
		return -1;
	return server_row(stream, &row) == 0 ? row.state : 0;
}

static bool is_acknowledged(void *stream)
{
	struct diag_row row;

	return server_row(stream, &row) == -1 || row.send == 0;
}

bool stream_server_has_fin(void *stream)
{
	return stream_server_state(stream) != TCP_ESTABLISHED;
}

/* A socket has one timer: while an echo is on its way it is another one. */
bool stream_server_keepalive(struct stream *stream)
{
	struct diag_row row;

	stream_until(is_acknowledged, stream);
	return server_row(stream, &row) == 0 && row.keepalive;
}

int64_t stream_server_unread(const struct stream *stream)
{
	struct diag_row row;

	return server_row(stream, &row) == 0 ? (int64_t)row.receive : -1;
}

bool stream_is_read(void *stream)
{
	return stream_unacknowledged(stream) == 0 && stream_server_unread(stream) <= 0;
}

int64_t stream_arrived(const struct stream *stream)
{
	int n = 0;

	return ioctl(stream->fd, SIOCINQ, &n) == 0 ? n : -1;
}

int64_t stream_unacknowledged(const struct stream *stream)
{
	int n = 0;

	return ioctl(stream->fd, SIOCOUTQ, &n) == 0 ? n : -1;
}

/* --- stalls ---------------------------------------------------------------------------- */

/* What must stand still for a stall: our two queues and both of the server's. */
struct queues {
	int64_t ours, unread, unsent, arrived;
};

static struct queues look(const struct stream *stream)
{
	struct diag_row row = {0};

	server_row(stream, &row);
	return (struct queues){stream_unacknowledged(stream), row.receive, row.send,
		stream_arrived(stream)};
}

/* Bytes that the server has neither sent nor put into its socket to send. */
static uint64_t held_back(const struct stream *stream, const struct queues *queues)
{
	uint64_t passed_on =
		(uint64_t)(queues->unsent + queues->arrived) + stream->received;

	return passed_on < stream->sent ? stream->sent - passed_on : 0;
}

/* Three looks in a row, over the window, at which nothing had moved. A server that only waits for a
 * processor is not still; one that never rests has to be taken for it at last. */
struct stillness {
	struct deadline deadline, restless;
	struct queues before;
	int looks;
	bool full; /* a server whose socket takes more is not still: it waits for something else */
};

static struct stillness stillness_of(int64_t milliseconds)
{
	int64_t window = deadline_window(milliseconds);

	return (struct stillness){.deadline = deadline_in(window),
		.restless = deadline_in(RESTLESS * window)};
}

static bool server_rests(void)
{
	static struct tree tree;

	target_tree(&tree);
	return !proc_runnable(&tree);
}

static bool is_still(struct stillness *stillness, const struct queues *now, bool moved)
{
	if (moved || memcmp(now, &stillness->before, sizeof(*now)) != 0) {
		stillness->before = *now;
		stillness->looks = 0;
		deadline_progress(&stillness->deadline);
		deadline_progress(&stillness->restless);
	}
	return ++stillness->looks > 3 && deadline_over(&stillness->deadline) &&
		((server_rests() && (!stillness->full || now->unsent > 0)) ||
			deadline_over(&stillness->restless));
}

bool stream_overfill(struct stream *stream, uint64_t limit)
{
	struct stillness stillness = stillness_of(STALL_MS);
	struct queues now;
	bool moved;

	stream->paused = true;
	stream->send_goal = stream->sent + limit;
	do {
		moved = stream_step(stream, STALL_MS / 6);
		now = look(stream);
	} while (stream->end == STREAM_OPEN && stream->sent < stream->send_goal &&
		!is_still(&stillness, &now, moved));
	bool stalled = stream->end == STREAM_OPEN && stream->sent < stream->send_goal;

	stream->send_goal = stream->sent;
	return stalled;
}

bool stream_stall(struct stream *stream, uint64_t pending)
{
	struct stillness stillness = stillness_of(STALL_MS / 3);
	uint64_t limit = stream->sent + TOO_MUCH;
	struct queues now;
	bool moved;

	if (!target_shows_sockets())
		return stream_overfill(stream, TOO_MUCH);
	stillness.full = true;
	stream->paused = true;
	do {
		now = look(stream);
		if (held_back(stream, &now) < pending)
			stream->send_goal =
				stream->sent + pending - held_back(stream, &now);
		moved = stream_step(stream, 1);
	} while (stream->end == STREAM_OPEN && stream->sent < limit &&
		!is_still(&stillness, &now, moved));
	stream->send_goal = stream->sent;
	return stream->end == STREAM_OPEN && held_back(stream, &now) > 0 &&
		stream_server_state(stream) != 0;
}

bool stream_is_stalled(void *data)
{
	const struct stream *stream = data;
	struct queues now = look(stream);

	if (!target_shows_sockets())
		return now.ours > 0;
	return now.unsent > 0 && held_back(stream, &now) > 0;
}

bool stream_settles(struct stream *stream)
{
	struct stillness stillness = stillness_of(STALL_MS);
	struct queues now;

	do {
		if (stream_is_read(stream))
			return true;
		poll(NULL, 0, 1);
		now = look(stream);
	} while (!is_still(&stillness, &now, false));
	return false;
}
