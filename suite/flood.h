/* flood - writers so hot that the server's queues never run dry
 *
 * A thread sends on some streams without pause and drops what comes back. The case may look at
 * these streams meanwhile, but neither send nor read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FLOOD_H
#define FLOOD_H

#include "stream.h"

struct flood;

/* Before the flood each stream is sent a burst, some MiB in all, that nobody reads: the server
 * meets EAGAIN. That much is what they have sent, as far as the streams know. */
struct flood *flood_start(struct stream *const *set, size_t n);

/* Bytes of a stream that were sent so far, burst and all; that came back. At most 256 MiB are
 * under way. */
uint64_t flood_sent(const struct flood *flood, size_t i);
uint64_t flood_echoed(const struct flood *flood, size_t i);

/* Whether more of each came back than the burst, or a connection was cut: for stream_until(). */
bool flood_is_echoed(void *flood);

/* Whether the server has more to read of at least half of them: for stream_until(). */
bool flood_is_hot(void *flood);

/* Reads what is owed, and half-closes. Ends the case when the server had cut a connection, or does
 * not echo all of it. */
void flood_stop(struct flood *flood);

#endif
