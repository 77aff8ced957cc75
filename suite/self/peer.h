/* peer - this program as a server: what --exec can name, wherever the tests are run
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PEER_H
#define PEER_H

#include <sys/types.h>

/* The command of a right echo server at {port}, for --exec. */
const char *peer_command(void);

/* A command that is run by a shell, in which "$PEER" is that server. No single quotes. */
const char *peer_script(const char *script);

/* Makes a command the target, as target_start(). */
int peer_try(const char *command, double scale, int low_fds);
/* The same; it has to listen. Its process. Nobody has connected to it yet. */
pid_t peer_starts(const char *command);
/* The same; it has to serve. */
pid_t peer_serves(const char *command);
/* No process of it is left. */
void peer_is_gone(void);

/* The same server on a leash: every such server asks the test before it serves. */
const char *peer_leashed_command(void);
/* The test's end of the leash: a descriptor. */
int peer_leash(void);
/* Waits for the next server to ask: its connection. A byte on it lets it serve. */
int peer_asks(int leash);
void peer_let_go(int asking);

#endif
