/* stream - the client end of one connection: its verbs
 *
 * Every stream sends its own pattern and checks each byte that comes back while it comes. All
 * transfers are duplex: a stream reads whatever arrives while it waits to send, so that a
 * server with a bounded buffer never deadlocks against it, unless the case pauses the reading.
 * Verbs do not judge: what went wrong is kept in the stream for the expectations (expect.h).
 * The case owns no stream: all are closed when it ends.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STREAM_H
#define STREAM_H

#include "pattern.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum stream_end {
	STREAM_OPEN,
	STREAM_EOF,     /* FIN from the server */
	STREAM_RESET,   /* RST, or an error that ended the connection: see error */
	STREAM_REFUSED, /* the connection was never established: see error */
	STREAM_DAMAGED, /* a byte that does not belong where it came: see tail */
	STREAM_CLOSED,  /* by us */
};

#define STREAM_TAIL 16384

struct stream {
	int fd;
	enum stream_end end;
	int error; /* errno of the end */
	bool connected;
	struct pattern pattern;

	uint64_t sent;     /* bytes that the kernel took */
	uint64_t received; /* bytes that came back as they should */
	bool unsent;       /* had ended before everything was sent that should be */
	bool fin_sent;
	unsigned urgent; /* bytes '!' that may still come */
	bool paused;     /* read nothing */
	bool ragged;     /* send and receive pieces of random size */
	size_t piece;    /* largest piece of one send; 0: as much as possible */
	uint64_t window; /* most bytes out whose echo is not back yet; 0: no limit */
	int64_t opened_us, connected_us; /* deadline_now_us() */

	uint64_t send_goal, receive_goal; /* of the transfer under way */
	uint8_t *tail;                    /* what came from the wrong byte on */
	size_t tail_length;
	uint32_t random;
	struct stream *next, **link;
};

/* --- connecting ------------------------------------------------------------------------ */

/* A connection to the target, established or ended (STREAM_REFUSED). */
struct stream *stream_open(void);
/* The same with the smallest buffers and segments that the kernel allows: a peer whose window
 * is soon closed. */
struct stream *stream_open_narrow(void);
/* A connection to the reference (reference.h) in place of the target: to measure beside it. */
struct stream *stream_open_reference(void);
/* A connection to the target's port at another address of this host, in numbers. */
struct stream *stream_open_at(const char *host);
/* A connection that may take the first bytes along in its SYN (TCP Fast Open); whether it did. */
struct stream *stream_open_fast(void);
bool stream_was_fast(const struct stream *stream);
/* n connections that start at once; each is established or ended when this returns. */
void stream_open_all(struct stream **set, size_t n);
/* The same without waiting: connected or not, each tells by itself. */
void stream_begin_all(struct stream **set, size_t n);
/* Waits until each is established or ended. */
void stream_finish_connecting(struct stream *const *set, size_t n);

/* Binds a socket that will connect to the target: many are spread over 127.0.0.0/8, as one
 * address has some 28,000 ports, and each that we closed first stays in TIME_WAIT. */
void stream_choose_source(int fd);

/* --- transfers: each ends when its goal is reached, or the stream has ended, or nothing has
 * moved for the patience ----------------------------------------------------------------- */

/* n more bytes of the stream's pattern, all taken by the kernel. */
void stream_send(struct stream *stream, uint64_t n);
void stream_send_all(struct stream *const *set, size_t count, uint64_t n);
/* Reads until so many bytes have come back since the connection began, or it ended. */
void stream_receive(struct stream *const *set, size_t count, uint64_t total);
/* Everything that each stream has sent. */
void stream_receive_echo(struct stream *const *set, size_t count);
/* One small message and its echo; microseconds, or -1 when it did not come back. */
int64_t stream_ping(struct stream *stream, size_t n);
/* With a newline: a server that works by lines answers that too. */
int64_t stream_ping_line(struct stream *stream);

/* Sends without reading, n bytes each or until nothing moves: what the server meets does not
 * depend on how soon we read. */
void stream_burst(struct stream *const *set, size_t count, uint64_t n);
/* The next send of the transfer under way, or its end, within so many milliseconds: true when
 * something moved. Waits for nothing to read. */
bool stream_step(struct stream *stream, int milliseconds);

/* --- single calls ------------------------------------------------------------------------ */

/* n bytes and the FIN in one segment (MSG_MORE, then SHUT_WR). n must fit in one segment. */
void stream_send_fin(struct stream *stream, size_t n);
void stream_fin(struct stream *stream);
/* SHUT_RD: an end of file from here on as soon as nothing is there to be read. */
void stream_shut_read(struct stream *stream);
/* n bytes and close(2), before any echo can arrive: FIN, and RST when the echo comes. */
void stream_send_close(struct stream *stream, size_t n);
/* RST (SO_LINGER with a time of zero). */
void stream_reset(struct stream *stream);
/* close(2): FIN, or RST when bytes were left unread. */
void stream_close(struct stream *stream);
/* The peer is gone without a word: no FIN, no RST (TCP_REPAIR). False when that is not permitted,
 * as outside of a private network. */
bool stream_vanish(struct stream *stream);
/* One send and one read of so many bytes at most; waits for neither. */
void stream_nibble(struct stream *stream, size_t send, size_t receive);
/* Waits until something has arrived, without reading it. */
void stream_peek(struct stream *stream);
/* One more byte of urgent data, '!': no part of the pattern, and free to come back in-band or not. */
void stream_urgent(struct stream *stream);
/* Whether the kernel keeps small pieces back to fill a segment, for 200 ms at most. */
void stream_cork(struct stream *stream, bool on);
/* The content of the stream from here on: n bytes, repeated; they must stay. */
void stream_use(struct stream *stream, const void *bytes, size_t n);

/* --- hard conditions: stream_stall.c ----------------------------------------------------- */

/* Sends without reading until nothing moves any more on either side, at most limit bytes.
 * True when that stall was reached. */
bool stream_overfill(struct stream *stream, uint64_t limit);
/* Sends without reading just until the server holds back so many bytes that its socket does not
 * take, and nothing moves. True when that was reached. Without sight of the server's queues
 * (LO), as stream_overfill(). */
bool stream_stall(struct stream *stream, uint64_t pending);
/* Whether the server's socket holds bytes that the client does not take, and the server more of
 * them; without sight of that (LO), whether it takes nothing more itself. For stream_until(). */
bool stream_is_stalled(void *stream);
/* Bytes that wait in the server's socket, or -1 when they cannot be seen (sight LO). */
int64_t stream_server_unread(const struct stream *stream);
/* Whether the server has read all that was sent: for stream_until(). */
bool stream_is_read(void *stream);
/* Waits for that, or until nothing moves any more: then the server reads no more for now. */
bool stream_settles(struct stream *stream);
/* State of the server's socket, 0 when it has none, -1 when it cannot be seen. */
int stream_server_state(const struct stream *stream);
/* Whether the client's FIN has come to it, as far as that can be seen: for stream_until(). */
bool stream_server_has_fin(void *stream);
/* Whether the server's socket has SO_KEEPALIVE, once all that it sent is acknowledged; false too when
 * it cannot be seen. */
bool stream_server_keepalive(struct stream *stream);
/* Bytes that have come back and were not read. */
int64_t stream_arrived(const struct stream *stream);
/* Bytes that were sent and not acknowledged by the server's kernel. */
int64_t stream_unacknowledged(const struct stream *stream);

/* --- waiting ----------------------------------------------------------------------------- */

/* Waits until the end, or a byte more than expected, or so many milliseconds: true when
 * something happened. */
bool stream_stirs(struct stream *stream, int64_t milliseconds);

/* Adds to the tail what still comes within so many milliseconds. */
void stream_collect(struct stream *stream, int64_t milliseconds);

/* Waits for something on the server's side: true as soon as done(data) is, false when it was not
 * for the whole patience. */
bool stream_until(bool (*done)(void *data), void *data);

/* Keeps everything as it is for so many milliseconds: a peer that is late. */
void stream_hold(int64_t milliseconds);

/* The next of the stream's own random numbers, which follow from --seed. */
uint32_t stream_random(struct stream *stream);

/* Gives back one stream before the case ends: for cases with thousands. */
void stream_free(struct stream *stream);
/* Closes and frees all streams of this process, and ends the reference. */
void stream_close_all(void);

#endif
