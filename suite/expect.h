/* expect - what a correct server shows: each ends the case with expected, seen and meaning
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPECT_H
#define EXPECT_H

#include "stream.h"

/* Everything the stream has sent comes back. */
void expect_echo(struct stream *stream);
void expect_echo_all(struct stream *const *set, size_t n);
/* The same, where the case has better words for what is expected. */
void expect_echo_as(const char *expected, struct stream *stream);

/* The server closes by FIN, after every byte that it owes and none more. */
void expect_eof(struct stream *stream);
void expect_eof_all(struct stream *const *set, size_t n);

/* The connections were established. */
void expect_connected(struct stream *const *set, size_t n);

/* Ends the case with `error` when this machine, not the target, refused the connection. */
void expect_machine_able(const struct stream *stream);
/* The same when it was this machine that could not start the target. */
void expect_machine_starts(void);

/* The server holds back so many bytes that its socket does not take: stream_stall(). */
void expect_stall(struct stream *stream, uint64_t pending);

/* Opens n connections, each served before the next: for cases that are not about bursts. */
void expect_open_each(struct stream **set, size_t n);
void expect_open_narrow_each(struct stream **set, size_t n);

/* For so many milliseconds nothing comes and nothing ends. They are those of deadline_window(), or of
 * the claim itself, which --scale does not change. */
void expect_silence(struct stream *stream, int64_t milliseconds);

/* A new connection is served, in so many words: "after the resets". */
void expect_served(const char *when);

/* The connection that was opened before the case is still served. */
void expect_bystander(const char *when);
/* Opens it; closes it, for cases about a server without connections, which open another. */
void expect_open_bystander(void);
void expect_close_bystander(void);
/* A fresh target with a bystander, for cases that have ended theirs. */
void expect_new_target(void);
/* Of one that was told to end, and has: it did not break down, whatever the level of the case. */
void expect_orderly_end(void);

/* Of n connections that are over, all but a tenth have given their descriptors back: a server may
 * have opened a few for itself since there were so many (sight PID, target_descriptors()). */
void expect_given_back(long before, long n);

/* The target's processes rest while nothing is asked of them (sight PID). */
void expect_no_spin(const char *when);
/* The share of one processor that they use, and that they use or wait for, over so many
 * milliseconds; again when a thread ended meanwhile and took its time along, and negative when that
 * is so in three windows. */
struct cpu_share {
	double ran, wanted;
};
struct cpu_share expect_cpu_share(int64_t milliseconds);

#endif
