/* reference - an echo server inside this process: what this host can do at this minute
 *
 * Figures of the target are judged beside the same figures of the reference, so that a slow or
 * busy machine slows both. It is a thread: a child would count as a process of the target.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <sys/socket.h>

/* Where it listens, on loopback; starts it at the first call. */
const struct sockaddr *reference_address(socklen_t *length);

/* Ends it, with its connections, if it was started. */
void reference_stop(void);

#endif
