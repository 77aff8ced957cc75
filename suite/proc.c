/* proc - what /proc tells of the target's processes
 *
 * A process may end between two looks: what is gone counts as nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Calls look for each entry of /proc/PID/NAME, with its path. 0, or -1 with errno. */
static int for_entries(pid_t pid, const char *name,
	void (*look)(const char *path, void *data), void *data)
{
	char dir_path[64], path[sizeof(dir_path) + 257];
	struct dirent *entry;
	DIR *dir;

	snprintf(dir_path, sizeof(dir_path), "/proc/%d/%s", pid, name);
	dir = opendir(dir_path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir_path, entry->d_name);
		look(path, data);
	}
	closedir(dir);
	return 0;
}

static void add_children(const char *task_path, void *data)
{
	struct tree *tree = data;
	char path[320];
	pid_t child;
	FILE *file;

	snprintf(path, sizeof(path), "%s/children", task_path);
	file = fopen(path, "re");
	if (!file)
		return;
	while (tree->n < PROC_TREE && fscanf(file, "%d", &child) == 1)
		tree->pids[tree->n++] = child;
	fclose(file);
}

void proc_tree(pid_t root, bool with_root, struct tree *tree)
{
	tree->n = 0;
	if (with_root)
		tree->pids[tree->n++] = root;
	else
		for_entries(root, "task", add_children, tree);
	for (int i = 0; i < tree->n; i++)
		for_entries(tree->pids[i], "task", add_children, tree);
}

/* A figure in a file of "NAME: FIGURE" lines, in that base and its own unit; 0 when there is none. */
static int64_t figure_in(const char *path, const char *name, int base)
{
	char line[256];
	int64_t figure = 0;
	size_t length = strlen(name);
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			figure = strtoll(line + length + 1, NULL, base);
	fclose(file);
	return figure;
}

static int64_t status_figure(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return figure_in(path, name, 10);
}

static void add_task_time(const char *task_path, void *data)
{
	struct proc_time *sum = data;
	char path[320];
	int64_t ran, waited;
	FILE *file;

	snprintf(path, sizeof(path), "%s/schedstat", task_path);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fscanf(file, "%" SCNd64 " %" SCNd64, &ran, &waited) == 2) {
		sum->ran += ran;
		sum->waited += waited;
	}
	fclose(file);
}

static void count_one(const char *path, void *data)
{
	(void)path;
	++*(long *)data;
}

struct proc_time proc_time(const struct tree *tree)
{
	struct proc_time sum = {0};

	for (int i = 0; i < tree->n; i++)
		for_entries(tree->pids[i], "task", add_task_time, &sum);
	return sum;
}

static void add_switches(const char *task_path, void *sum)
{
	char path[320];

	snprintf(path, sizeof(path), "%s/status", task_path);
	*(int64_t *)sum += figure_in(path, "voluntary_ctxt_switches", 10);
}

int64_t proc_switches(const struct tree *tree)
{
	int64_t sum = 0;

	for (int i = 0; i < tree->n; i++)
		for_entries(tree->pids[i], "task", add_switches, &sum);
	return sum;
}

long proc_threads(const struct tree *tree)
{
	long sum = 0;

	for (int i = 0; i < tree->n; i++)
		for_entries(tree->pids[i], "task", count_one, &sum);
	return sum;
}

struct search {
	char link[32];       /* what its descriptor shows */
	char descriptor[16]; /* its number, once found */
};

static void look_for_link(const char *path, void *data)
{
	struct search *search = data;
	char link[sizeof(search->link)];
	ssize_t n = readlink(path, link, sizeof(link) - 1);

	if (n <= 0)
		return;
	link[n] = '\0';
	if (strcmp(link, search->link) == 0)
		snprintf(search->descriptor, sizeof(search->descriptor), "%s",
			strrchr(path, '/') + 1);
}

int proc_socket(const struct tree *tree, uint32_t inode, struct tree *holders)
{
	struct search search = {.descriptor = ""};
	char path[64];
	int flags = -1;

	holders->n = 0;
	snprintf(search.link, sizeof(search.link), "socket:[%" PRIu32 "]", inode);
	for (int i = 0; i < tree->n; i++) {
		search.descriptor[0] = '\0';
		for_entries(tree->pids[i], "fd", look_for_link, &search);
		if (!search.descriptor[0])
			continue;
		holders->pids[holders->n++] = tree->pids[i];
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", tree->pids[i],
			search.descriptor);
		flags = (int)figure_in(path, "flags", 8);
	}
	return flags;
}

long proc_descriptors(const struct tree *tree)
{
	long sum = 0;

	for (int i = 0; i < tree->n; i++)
		if (for_entries(tree->pids[i], "fd", count_one, &sum) == -1 &&
			(tree->n == 1 || !proc_has_ended(tree->pids[i])))
			return -1;
	return sum;
}

int64_t proc_memory(const struct tree *tree)
{
	int64_t kib = 0;

	for (int i = 0; i < tree->n; i++)
		kib += status_figure(tree->pids[i], "VmRSS") +
			status_figure(tree->pids[i], "VmSwap");
	return kib * 1024;
}

int proc_lowest_free(pid_t pid)
{
	char path[64];

	for (int fd = 0;; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
			return errno == ENOENT ? fd : -1;
	}
}

/* The state letter in a stat file of /proc, or 0 when it is gone. */
static char state_in(const char *path)
{
	char text[512], *end;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	end = fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
	fclose(file);
	return end && end[1] ? end[2] : 0;
}

char proc_state(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return state_in(path);
}

bool proc_has_ended(pid_t pid)
{
	char state = proc_state(pid);

	return state == 0 || state == 'Z';
}

static void count_running(const char *task_path, void *data)
{
	char path[320], state;

	snprintf(path, sizeof(path), "%s/stat", task_path);
	state = state_in(path);
	*(int *)data += state != 'T' && state != 't' && state != 'Z' && state != 'X' &&
		state != 0;
}

static void count_runnable(const char *task_path, void *data)
{
	char path[320];

	snprintf(path, sizeof(path), "%s/stat", task_path);
	*(int *)data += state_in(path) == 'R';
}

bool proc_runnable(const struct tree *tree)
{
	int runnable = 0;

	for (int i = 0; i < tree->n; i++)
		for_entries(tree->pids[i], "task", count_runnable, &runnable);
	return runnable > 0;
}

bool proc_stopped(pid_t pid)
{
	int running = 0;

	for_entries(pid, "task", count_running, &running);
	return running == 0;
}

static bool ends_with(const char *text, size_t length, const char *end)
{
	size_t n = strlen(end);

	return length >= n && memcmp(text + length - n, end, n) == 0;
}

/* The tools of valgrind are DIRECTORY/valgrind/memcheck-amd64-linux and the like. */
bool proc_is_emulator(const char *exe)
{
	const char *slash = strrchr(exe, '/');
	size_t directory = slash ? (size_t)(slash - exe) : 0;

	if (ends_with(exe, directory, "/valgrind"))
		return ends_with(exe, strlen(exe), "-linux");
	return slash && strncmp(slash, "/qemu-", strlen("/qemu-")) == 0;
}

bool proc_emulated(pid_t pid)
{
	char path[64], exe[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = '\0';
	return proc_is_emulator(exe);
}
