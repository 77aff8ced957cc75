/* knock - connections that nobody means to use: a flood of them, and SYNs alone
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef KNOCK_H
#define KNOCK_H

#include <stdint.h>

struct knocks;

/* A thread that connects and closes without pause. */
struct knocks *knock_start(void);
/* Connections that it made so far. */
uint64_t knock_count(const struct knocks *knocks);
void knock_stop(struct knocks *knocks);

/* A SYN and nothing else: our kernel, which knows nothing of it, resets the connection when the
 * answer comes. 0 once that came; -1 with errno: EPERM without CAP_NET_RAW, EAFNOSUPPORT when
 * the target is not at 127.0.0.0/8, ETIMEDOUT. */
int knock_syn(void);

#endif
