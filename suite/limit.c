/* limit - how many descriptors processes may have open: RLIMIT_NOFILE, by prlimit(2)
 *
 * SPDX-License-Identifier: MIT
 */
#include "limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define MOST_REMEMBERED 64 /* processes */

static struct limit_before {
	pid_t pid;
	struct rlimit limit;
} remembered[MOST_REMEMBERED];
static int n_remembered;

void limit_remember(const struct tree *tree)
{
	n_remembered = 0;
	for (int i = 0; i < tree->n && n_remembered < MOST_REMEMBERED; i++) {
		struct limit_before *before = &remembered[n_remembered];

		before->pid = tree->pids[i];
		n_remembered +=
			prlimit(before->pid, RLIMIT_NOFILE, NULL, &before->limit) == 0;
	}
}

bool limit_is_remembered(void)
{
	return n_remembered > 0;
}

static const struct rlimit *find(pid_t pid)
{
	for (int i = 0; i < n_remembered; i++)
		if (remembered[i].pid == pid)
			return &remembered[i].limit;
	return NULL;
}

/* The lowest limit that leaves pid just so many numbers to open. 0, or -1 with errno. */
static int find_limit_leaving(pid_t pid, int spare, rlim_t *limit)
{
	int fd = proc_lowest_free(pid);
	char path[64];

	if (fd == -1)
		return -1;
	for (; spare > 0; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
			spare--;
	}
	*limit = (rlim_t)fd;
	return 0;
}

/* Of one that is younger, or one too many, what the first may have. */
static rlim_t limit_before(pid_t pid, const struct rlimit *now)
{
	const struct rlimit *before = find(pid);

	if (before)
		return before->rlim_cur;
	if (n_remembered == 0 || remembered[0].limit.rlim_cur > now->rlim_max)
		return now->rlim_max;
	return remembered[0].limit.rlim_cur;
}

static int change(pid_t pid, int spare)
{
	struct rlimit limit;

	if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == -1)
		return -1;
	if (spare >= 0 && find_limit_leaving(pid, spare, &limit.rlim_cur) == -1)
		return -1;
	if (spare < 0)
		limit.rlim_cur = limit_before(pid, &limit);
	return prlimit(pid, RLIMIT_NOFILE, &limit, NULL);
}

int limit_spare(const struct tree *tree, int spare)
{
	int result = 0;

	for (int i = 0; i < tree->n; i++)
		if (change(tree->pids[i], spare) == -1 && !proc_has_ended(tree->pids[i]))
			result = -1;
	return result;
}

bool limit_leaves_room(const struct tree *tree)
{
	struct rlimit limit;

	for (int i = 0; i < tree->n; i++)
		if (prlimit(tree->pids[i], RLIMIT_NOFILE, NULL, &limit) == 0 &&
			(rlim_t)proc_lowest_free(tree->pids[i]) < limit.rlim_cur)
			return true;
	return false;
}
