/* environment - what of this machine the verdicts may depend on
 *
 * SPDX-License-Identifier: MIT
 */
#include "environment.h"

#include "../deadline.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The one line of a file of /proc/sys; "" when it cannot be read. */
static const char *setting(const char *name)
{
	static char line[256];
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	*line = '\0';
	file = fopen(path, "re");
	if (file) {
		if (!fgets(line, sizeof(line), file))
			*line = '\0';
		fclose(file);
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

json_t *environment(void)
{
	static const char *const settings[] = {"core/somaxconn", "ipv4/tcp_rmem",
		"ipv4/tcp_wmem", "ipv4/ip_local_port_range", "ipv4/tcp_max_syn_backlog",
		"ipv4/tcp_abort_on_overflow"};
	json_t *object = json_object();
	struct rlimit limit = {0};
	struct utsname name;

	if (uname(&name) == 0) {
		json_object_set_new(object, "kernel", json_string(name.release));
		json_object_set_new(object, "machine", json_string(name.machine));
	}
	json_object_set_new(
		object, "processors", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	getrlimit(RLIMIT_NOFILE, &limit);
	json_object_set_new(
		object, "descriptors", json_integer((json_int_t)limit.rlim_cur));
	json_object_set_new(object, "round_trip_us", json_integer(deadline_rtt_us()));
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		json_object_set_new(
			object, settings[i], json_string(setting(settings[i])));
	return object;
}
