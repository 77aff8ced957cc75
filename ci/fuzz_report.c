/* fuzz_report - any bytes as the file of a record: refused in one line, or rendered whole
 *
 * A target of libFuzzer; ci/fuzz builds it with all that reads and renders a record.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite/report/certificate.h"
#include "suite/report/page.h"
#include "suite/report/reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SCRIPT "type=\"application/json\">"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *load(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = memfd_create("record", MFD_CLOEXEC);
	json_t *run;

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	run = reader_load(path);
	close(fd);
	return run;
}

/* Whoever parses the page as a browser does finds the records that went into it. */
static void check_page(const json_t *run)
{
	json_t *runs = json_pack("[O]", run), *found;
	char *page = page_render(runs), *begin, *end;

	if (!page)
		abort();
	begin = strstr(page, SCRIPT) + strlen(SCRIPT);
	end = strchr(begin, '<');
	found = json_loadb(begin, (size_t)(end - begin), 0, NULL);
	if (strncmp(end, "</script>", 9) != 0 || !found)
		abort();
	json_decref(found);
	json_decref(runs);
	free(page);
}

static void check_line(const json_t *run)
{
	char *line = certificate_line(run), *badge = certificate_badge(run);

	if (!line || !badge || strchr(line, '\n') != strchr(line, '\0') - 1)
		abort();
	free(line);
	free(badge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *run = load(data, size);

	if (run) {
		check_page(run);
		check_line(run);
	}
	json_decref(run);
	return 0;
}
