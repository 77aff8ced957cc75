/* render - records that are there, as files for people: echospec report RUN.json... -o FILE.html
 *
 * SPDX-License-Identifier: MIT
 */
#include "render.h"

#include "../record.h"
#include "certificate.h"
#include "file.h"
#include "page.h"
#include "reader.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wish {
	const char *page, *badge; /* paths; NULL: not asked for */
	int certificate;
};

static int usage(const char *problem)
{
	fprintf(stderr, "echospec: report: %s; see --help\n", problem);
	return -1;
}

/* 0, or -1 after one line. The records are those from argv[optind] on. */
static int parse(struct wish *wish, int argc, char **argv)
{
	const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"badge", required_argument, NULL, 'b'},
		{"certificate", no_argument, &wish->certificate, 1},
		{0},
	};
	char name[] = "echospec";
	int option;

	argv[0] = name; /* getopt_long(3) begins its messages with it */
	while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
		switch (option) {
		case 'o': wish->page = optarg; break;
		case 'b': wish->badge = optarg; break;
		case '?': return -1;
		}
	if (optind == argc)
		return usage("no record to report: give RUN.json, as --json writes it");
	if (!wish->page && !wish->badge && !wish->certificate)
		return usage("nothing to write: give -o FILE.html, --badge FILE.svg or "
			     "--certificate");
	if (wish->badge && argc - optind > 1)
		return usage("--badge tells of one record only");
	return 0;
}

/* All of them, or NULL after one line. */
static json_t *load(char *const *paths)
{
	json_t *runs = json_array();

	for (; *paths; paths++) {
		json_t *run = reader_load(*paths);

		if (!run) {
			json_decref(runs);
			return NULL;
		}
		json_array_append_new(runs, run);
	}
	return runs;
}

/* Frees the text. */
static int save(const char *path, char *text)
{
	int result = text ? file_replace(path, text) : -1;

	if (result == -1)
		fprintf(stderr, "echospec: report: %s: %s\n", path, strerror(errno));
	free(text);
	return result;
}

static int print_certificates(const json_t *runs)
{
	const json_t *run;
	size_t index;

	json_array_foreach(runs, index, run)
	{
		char *line = certificate_line(run);

		if (line)
			fputs(line, stdout);
		free(line);
	}
	if (fflush(stdout) == 0)
		return 0;
	fprintf(stderr, "echospec: report: standard output: %s\n", strerror(errno));
	return -1;
}

int render_run(int argc, char **argv)
{
	struct wish wish = {0};
	int result = parse(&wish, argc, argv);
	json_t *runs = result == 0 ? load(argv + optind) : NULL;

	if (!runs)
		return EXIT_USAGE;
	if (wish.page)
		result |= save(wish.page, page_render(runs));
	if (wish.badge)
		result |= save(wish.badge, certificate_badge(json_array_get(runs, 0)));
	if (wish.certificate)
		result |= print_certificates(runs);
	json_decref(runs);
	return result == -1 ? EXIT_USAGE : EXIT_CONFORMING;
}
