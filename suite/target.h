/* target - the server under test: spawn or attach, ready, watch, stop, reap
 *
 * One target a process. With --exec it is spawned here, on a port of its own; with --target it
 * is somebody else's and only looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_H
#define TARGET_H

#include "diag.h"
#include "proc.h"
#include "spawn.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* How much of a target can be seen, from least to most. */
enum sight {
	BB,  /* host and port */
	LO,  /* same host: its sockets in the kernel's tables */
	PID, /* its processes: --exec, or --target with --pid */
	OWN, /* started by us: --exec */
};
const char *sight_name(enum sight sight);
/* The option that gives this sight, in words. */
const char *sight_remedy(enum sight sight);

/* Spawns (with --exec) or finds (with --target) the target and waits until it listens. 0, or -1
 * with target_reason(). */
int target_start(const struct launch *launch);

/* Why target_start() failed, what was tried, and the target's last words. */
const char *target_reason(void);
/* Whether this machine, not the target, was at fault then: no process, no descriptor, no port. */
bool target_fault_is_ours(void);
/* Whether the process of --pid is none that may be looked at and stopped: it does not listen there, as
 * far as that can be seen, or echospec itself runs below it. target_reason() tells. */
bool target_is_stranger(void);
/* Whether a signal is held that would end this process: a start is given up then. */
bool target_interrupted(void);

/* Ends a spawned target (SIGTERM, then SIGKILL) with all its processes, and forgets it. Any
 * other gets its limits back and goes on. */
void target_stop(void);

/* Ends a spawned target by SIGKILL; starts its command anew on the same port, as target_start(). */
void target_kill(void);
int target_restart(const struct launch *launch);

enum sight target_sight(void);
/* Whether its sockets stand in this host's tables: not those of a process that has a network of its
 * own, though its pid is known. */
bool target_shows_sockets(void);
/* Whether it takes its connections from several queues (SO_REUSEPORT): of those only one is seen. */
bool target_shares_port(void);

/* Sight OWN. Starts the command once more, on the same port and beside the target, and ends that
 * one again. What became of it: */
enum target_second {
	SECOND_FAILED,  /* it ended with an exit status, or by a signal */
	SECOND_ENDED,   /* it ended with status 0 */
	SECOND_LISTENS, /* it listens too */
	SECOND_WAITS,   /* it runs, and does not listen */
	SECOND_UNKNOWN, /* it could not be started: target_reason() */
};
enum target_second target_start_second(void);

/* Whether no process of a spawned target is left: for stream_until(). */
bool target_is_gone(void *unused);

/* Where to connect to. */
const struct sockaddr *target_address(socklen_t *length);
bool target_is_loopback(void);

/* Whether it is still there. What happened otherwise stands in target_death(). */
bool target_alive(void);
/* Waits a little for a target whose connections were cut to be gone: false when it lives on, or
 * ended in order after a SIGTERM of ours. */
bool target_dies(void);
/* "exited with status 1", "was killed by signal 11 (Segmentation fault)". */
const char *target_death(void);
/* Whether it, or what its command left behind, died of a signal that only a defect sends, at any
 * time up to target_stop(). */
bool target_crashed(void);

/* Sight PID. Its processes; a signal to each of them; how many more descriptors each may open,
 * -1 for as many as at the start. 0, or -1 with errno. */
void target_tree(struct tree *tree);
int target_signal(int signal);
int target_spare_descriptors(int spare);
/* Descriptors that they have open together; -1 with errno when they cannot be seen. */
long target_descriptors(void);
/* The same as soon as there are no more than most of them, or their number falls no longer. */
long target_descriptors_left(long most);
/* Whether any of them can open one more: for stream_until(). */
bool target_has_descriptor(void *unused);

/* Whether it runs under an emulator: its times and its memory say nothing then. */
bool target_emulated(void);

/* Sight LO. Its listener: connections to accept and backlog limit; -1 with errno. */
int target_listener(struct diag_row *row);
/* What listen(2) cuts a backlog at, on this host (net.core.somaxconn). */
unsigned target_most_backlog(void);

#endif
