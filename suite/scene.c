/* scene - what there was to see when a verdict fell: round trips, the wire log, the target's output,
 * its processes
 *
 * SPDX-License-Identifier: MIT
 */
#include "scene.h"

#include "output.h"
#include "pace.h"
#include "proc.h"
#include "target.h"
#include "trace.h"

#include <stdio.h>
#include <string.h>

#define MOST_PROCESSES 20 /* a forking server may have thousands */
#define OUTPUT         2048

static struct {
	void (*send)(struct message *message);
	struct message message;
} scene;

static void flush(void)
{
	if (*scene.message.text)
		scene.send(&scene.message);
	*scene.message.text = '\0';
}

static void begin(enum message_kind kind)
{
	flush();
	scene.message.kind = kind;
}

static void add(const char *line)
{
	char *text = scene.message.text;
	size_t used = strlen(text);

	if (used + strlen(line) + 2 > sizeof(scene.message.text)) {
		flush();
		used = 0;
	}
	snprintf(text + used, sizeof(scene.message.text) - used, "%s\n", line);
}

static void add_process(pid_t pid)
{
	static struct tree one;
	struct proc_time time;
	char line[160];

	one = (struct tree){.pids = {pid}, .n = 1};
	time = proc_time(&one);
	snprintf(line, sizeof(line),
		"pid %d: state %c, %ld threads, %ld descriptors, %.1f MiB, ran %.3f s, "
		"waited %.3f s for a processor",
		pid, proc_state(pid), proc_threads(&one), proc_descriptors(&one),
		(double)proc_memory(&one) / (1 << 20), (double)time.ran / 1e9,
		(double)time.waited / 1e9);
	add(line);
}

static void add_processes(void)
{
	static struct tree tree;
	char line[64];

	target_tree(&tree);
	for (int i = 0; i < tree.n && i < MOST_PROCESSES; i++)
		if (proc_state(tree.pids[i]))
			add_process(tree.pids[i]);
	if (tree.n > MOST_PROCESSES) {
		snprintf(line, sizeof(line), "and %d more", tree.n - MOST_PROCESSES);
		add(line);
	}
}

void scene_send_times(void (*send)(struct message *message))
{
	scene.send = send;
	begin(MESSAGE_TIMES);
	pace_each(add);
	flush();
}

void scene_send(void (*send)(struct message *message))
{
	char output[OUTPUT];

	scene_send_times(send);
	begin(MESSAGE_WIRE);
	trace_each(add);
	begin(MESSAGE_OUTPUT);
	output_tail(output, sizeof(output));
	for (size_t end = strlen(output); end && output[end - 1] == '\n';)
		output[--end] = '\0';
	if (*output)
		add(output);
	begin(MESSAGE_PROCESSES);
	if (target_sight() >= PID && target_alive())
		add_processes();
	flush();
}
