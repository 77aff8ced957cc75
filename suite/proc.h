/* proc - what /proc tells of the target's processes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The processes of a target: at most PROC_TREE of them are looked at. */
#define PROC_TREE 4096
struct tree {
	pid_t pids[PROC_TREE];
	int n;
};

/* The descendants of root, and root itself when asked for. */
void proc_tree(pid_t root, bool with_root, struct tree *tree);

/* Nanoseconds that the tree's threads have run, and waited for a processor
 * (/proc/PID/task/TID/schedstat, fields 1 and 2). A spinning thread shows the whole window in the
 * sum, however busy the machine is; one that wakes up now and then shows only that it is busy. */
struct proc_time {
	int64_t ran, waited;
};
struct proc_time proc_time(const struct tree *tree);

/* How often the tree's threads have gone to sleep of their own accord: each time, something had
 * woken them up. */
int64_t proc_switches(const struct tree *tree);

/* Threads, over the tree. */
long proc_threads(const struct tree *tree);

/* The processes of the tree that hold a socket, by its inode. The flags of its open file, as
 * open(2) takes them, or -1 when nobody is seen to hold it. */
int proc_socket(const struct tree *tree, uint32_t inode, struct tree *holders);

/* Open descriptors, over the tree; -1 with errno when they cannot be seen. */
long proc_descriptors(const struct tree *tree);

/* Resident and swapped bytes, over the tree. */
int64_t proc_memory(const struct tree *tree);

/* The lowest descriptor number that pid has free; -1 with errno when its descriptors cannot be
 * seen. */
int proc_lowest_free(pid_t pid);

/* State letter of the process ('R', 'S', 'T', 'Z' …), or 0 when it is gone. */
char proc_state(pid_t pid);
/* It is gone, or a zombie: whose /proc belongs to root. */
bool proc_has_ended(pid_t pid);
/* Whether a thread of the tree runs, or could if a processor were free. */
bool proc_runnable(const struct tree *tree);
/* Whether each of its threads is stopped by a signal, or it is gone. */
bool proc_stopped(pid_t pid);

/* Whether the process is run by an instrumenting emulator such as valgrind. */
bool proc_emulated(pid_t pid);
/* Whether a program is one, by its path. */
bool proc_is_emulator(const char *exe);

#endif
