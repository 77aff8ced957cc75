/* control - what the operator says: signals and standard input
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONTROL_H
#define CONTROL_H

struct loop;

/* From now on SIGTERM, SIGINT and SIGUSR1 wait for the loop to run. NULL with errno. Has
 * to outlive the loop. */
struct control *control_create(struct loop *loop);
/* After the loop. NULL is fine. */
void control_destroy(struct control *control);

/* Before the loop runs. SIGTERM and SIGINT call stop; SIGUSR1 calls report, which may be
 * NULL. */
void control_attach(struct control *control, void (*stop)(void *context),
	void (*report)(void *context), void *context);

/* A line on standard input calls stop too; its end does not. 0, or -1 with errno:
 * EPERM when it is a file and the multiplexer takes none. */
int control_watch_stdin(struct control *control);

#endif
