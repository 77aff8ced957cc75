/* inject - faults that the kernel makes rarely, made on request
 *
 * The tools report into memory of this process, which they open by its name in /proc: nothing is
 * left behind, whoever is killed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "inject.h"

#include "expect.h"
#include "judge.h"
#include "stream.h"
#include "target.h"
#include "tool.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHIM   "libechospec-faults.so"
#define STRACE "strace"

/* Nobody accepts so many: that the shim counts at all tells that it is there, whatever calls the
 * target makes besides. */
#define NEVER "accept:errno=EINTR:at=1000000000"

/* As the shim counts: fixtures/faults/README.md. */
struct counters {
	uint64_t calls, faults;
};

static struct {
	bool past_the_shim;
	int report; /* what the tool writes to; -1: none yet */
	const struct counters *counters;
	char prefix[4096];
} inject = {.report = -1};

/* An empty report; its name in /proc. */
static const char *new_report(void)
{
	if (inject.counters)
		munmap((void *)inject.counters, sizeof(*inject.counters));
	if (inject.report != -1)
		close(inject.report);
	inject.counters = NULL;
	inject.report = memfd_create("faults", MFD_CLOEXEC);
	if (inject.report == -1 ||
		ftruncate(inject.report, sizeof(*inject.counters)) == -1)
		error("memfd_create: %s", strerror(errno));
	return text("/proc/%d/fd/%d", getpid(), inject.report);
}

static const char *shim_prefix(const char *faults)
{
	const char *report = new_report();
	char shim[1024];

	if (tool_find(shim, sizeof(shim), SHIM) == -1)
		skip("needs the fault shim beside echospec: make " SHIM
		     " (see fixtures/faults)");
	inject.counters = mmap(
		NULL, sizeof(*inject.counters), PROT_READ, MAP_SHARED, inject.report, 0);
	if (inject.counters == MAP_FAILED)
		error("mmap: %s", strerror(errno));
	snprintf(inject.prefix, sizeof(inject.prefix),
		"env LD_PRELOAD='%s' ECHOSPEC_FAULTS='%s; " NEVER
		"' ECHOSPEC_FAULTS_COUNTERS=%s",
		shim, faults, report);
	return inject.prefix;
}

/* The calls of one class of the shim, as strace knows them; those that a machine does not have
 * are no error. */
static const struct strace_class {
	const char *class, *calls;
} strace_classes[] = {
	{"accept", "?accept,?accept4"},
	{"wait", "?epoll_wait,?epoll_pwait,?epoll_pwait2,?poll,?ppoll,?select,?pselect6"},
};

/* One rule that strace can make as well: CLASS:errno=NAME, and :at=N or :every=N. */
static bool translate(const char *rule, char *out, size_t size)
{
	char class[16], name[24], how[8] = "at";
	int n = 1, end = 0;
	int found = sscanf(rule, "%15[a-z]:errno=%23[A-Z]%n:%7[a-z]=%d%n", class, name,
		&end, how, &n, &end);

	if (found < 2 || rule[end])
		return false;
	for (size_t i = 0; i < sizeof(strace_classes) / sizeof(*strace_classes); i++) {
		const struct strace_class *row = &strace_classes[i];

		if (strcmp(row->class, class) != 0)
			continue;
		snprintf(out, size, "-e 'trace=%s' -e 'inject=%s:error=%s:when=%d%s'",
			row->calls, row->calls, name, n,
			strcmp(how, "every") == 0 ? text("+%d", n) : "");
		return true;
	}
	return false;
}

static const char *strace_prefix(const char *faults)
{
	char options[1024], strace[1024];
	const char *report = new_report();

	if (!translate(faults, options, sizeof(options)))
		skip("the target goes past the fault shim (static, or its system calls are its "
		     "own), and strace(1) cannot make \"%s\"",
			faults);
	if (tool_in_path(strace, sizeof(strace), STRACE) == -1)
		skip("the target goes past the fault shim: install strace(1)");
	snprintf(inject.prefix, sizeof(inject.prefix), "%s -f -qq -o %s %s", strace,
		report, options);
	return inject.prefix;
}

const char *inject_prefix(const char *faults)
{
	return inject.past_the_shim ? strace_prefix(faults) : shim_prefix(faults);
}

bool inject_reaches(void)
{
	if (inject.counters && inject.counters->calls == 0)
		inject.past_the_shim = true;
	return !inject.counters || inject.counters->calls > 0;
}

/* strace marks what it did at the end of the line. */
static unsigned long count_marks(void)
{
	char line[1024];
	unsigned long n = 0;
	FILE *file = fdopen(dup(inject.report), "r");

	if (!file)
		error("the report of strace: %s", strerror(errno));
	rewind(file);
	while (fgets(line, sizeof(line), file))
		n += strstr(line, "(INJECTED)") != NULL;
	fclose(file);
	return n;
}

unsigned long inject_count(void)
{
	return inject.counters ? inject.counters->faults : count_marks();
}

void inject_restart(const char *faults)
{
	stream_close_all();
	target_stop();
	if (target_start(&(struct launch){.prefix = inject_prefix(faults)}) == -1) {
		expect_machine_starts();
		blocked("with %s: %s", faults, target_reason());
	}
	expect_open_bystander();
}
