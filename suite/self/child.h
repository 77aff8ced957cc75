/* child - a process that does not outlive the one that started it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

/* For .init: a test that waits for another process in vain is killed after two minutes.
 * (Criterion's own .timeout leaks in its runner when tests run in parallel.) */
void child_backstop(void);

/* As fork(2); the child is killed when its parent ends. It must not assert anything:
 * Criterion would wait for ever for a process that it does not know. */
pid_t child_fork(void);

/* Waits for its end and returns its status, as waitpid(2). */
int child_wait(pid_t pid);
/* Kills it first. */
void child_kill(pid_t pid);

/* This process may open so many descriptors more. */
void child_spare_descriptors(int n);

#endif
