/* options - tests: the command line, what it refuses and what it prints
 *
 * SPDX-License-Identifier: MIT
 */
#include "child.h"
#include "command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HERE "--target", "127.0.0.1:1"
#define MOST 8

TestSuite(options, .init = child_backstop);

static struct command command;

static unsigned lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

struct row {
	const char *arguments[MOST + 1]; /* NULL-ended */
	const char *named;               /* what the line on stderr has to name */
};

static void expect_refused(const struct row *row)
{
	command_run(&command, row->arguments);
	cr_expect_eq(command.status, 2, "%s: status %d", row->named, command.status);
	cr_expect_eq(lines(command.err), 1, "%s: %s", row->named, command.err);
	cr_expect_eq(strncmp(command.err, "echospec: ", 10), 0, "%s", command.err);
	cr_expect_not_null(
		strstr(command.err, row->named), "%s: %s", row->named, command.err);
	cr_expect_str_empty(command.out, "%s: %s", row->named, command.out);
}

static void expect_all_refused(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_refused(&rows[i]);
}

#define REFUSED(name, ...)                                                               \
	Test(options, name)                                                              \
	{                                                                                \
		static const struct row rows[] = {__VA_ARGS__};                          \
                                                                                         \
		expect_all_refused(rows, sizeof(rows) / sizeof(*rows));                  \
	}

REFUSED(unknown_ones_are_named, {{"--bogus"}, "'--bogus'"},
	{{HERE, "--bogus=5"}, "'--bogus=5'"}, {{HERE, "-x"}, "-x"}, {{"-xy", HERE}, "-x"},
	{{HERE, "stray"}, "'stray'"}, {{HERE, "--", "--only"}, "'--only'"},
	{{HERE, "--strict=yes"}, "--strict"}, {{HERE, "--s"}, "'--s'"},
	{{HERE, "--onyl", "x"}, "did you mean --only?"},
	{{"--explain", "half-close/fin-coalesce"},
		"did you mean half-close/fin-coalesced?"},
	{{HERE, "--only", "et/starvatoin"}, "did you mean et/starvation?"})

REFUSED(variants_are_checked, {{"--variant", "server {port}"}, "NAME="},
	{{"--variant", "a b=server {port}"}, "NAME="},
	{{"--variant", "=server {port}"}, "NAME="},
	{{"--variant", "a=server"}, "does not say {port}"},
	{{"--variant", "a=x {port}", "--variant", "a=y {port}"},
		"another one of that name"},
	{{"--variant", "a=x {port}", "--pid", "1"}, "--variant goes without"},
	{{HERE, "--variant", "a=server {port}"}, "--variant goes without"},
	{{"--variant", "a=server {port}", "--json", "out.json"}, "contain {variant}"})

REFUSED(lists_of_known_failures_are_checked,
	{{HERE, "--known-failing", "/no/such/file"}, "/no/such/file: No such file"},
	{{HERE, "--known-failing", "/tmp"}, "/tmp: Is a directory"})

REFUSED(values_that_are_missing_are_asked_for, {{"--target"}, "--target needs a value"},
	{{HERE, "--only"}, "--only needs a value"},
	{{HERE, "--json"}, "--json needs a value"})

REFUSED(targets_are_checked, {{"--target", "nonsense"}, "'nonsense'"},
	{{"--target", "::1:7"}, "'::1:7'"}, {{"--target", ":7"}, "':7'"},
	{{"--target", "host:"}, "'host:'"}, {{"--target", ""}, "''"},
	{{"--exec", "sleep 1"}, "{port}"}, {{"--exec", ""}, "{port}"},
	{{HERE, "--exec", "server {port}"}, "exclude"}, {{NULL}, "nothing to judge"},
	{{"--strict"}, "nothing to judge"},
	{{"--exec", "server 'x {port}"}, "--exec: cannot split \"server 'x {port}\""},
	{{"--exec", "server {port} | cat"}, "not run by a shell"},
	{{"--variant", "a=server {port}; x"}, "--variant: cannot split"},
	{{"--exec", "server {port}", "--pid", "1"}, "--pid goes with --target"})

REFUSED(numbers_are_checked, {{HERE, "--jobs", "0"}, "'0'"},
	{{HERE, "--jobs", "-1"}, "'-1'"}, {{HERE, "--jobs", "2x"}, "'2x'"},
	{{HERE, "--jobs", ""}, "''"}, {{HERE, "--jobs", "257"}, "'257'"},
	{{HERE, "--jobs", "99999999999999999999"}, "--jobs"},
	{{HERE, "--repeat", "0"}, "--repeat"}, {{HERE, "--seed", "-1"}, "--seed"},
	{{HERE, "--payload", "lower"}, "'lower'"}, {{"--repro", "no/such"}, "'no/such'"},
	{{"--explain", "no/such"}, "'no/such'"}, {{HERE, "--pid", "0"}, "--pid"},
	{{HERE, "--pid", "init"}, "'init'"}, {{HERE, "--scale", "0"}, "'0'"},
	{{HERE, "--scale", "-1"}, "'-1'"}, {{HERE, "--scale", "nan"}, "'nan'"},
	{{HERE, "--scale", "1001"}, "'1001'"}, {{HERE, "--scale", "1,5"}, "'1,5'"},
	{{HERE, "--scale", ""}, "--scale"})

REFUSED(patterns_without_match_are_named,
	{{HERE, "--only", "no-such/*"}, "'no-such/*' matches no case"},
	{{HERE, "--only", "*", "--only", "half-close"}, "'half-close' matches no case"},
	{{HERE, "--skip", "no-such/*"}, "'no-such/*' matches no case"},
	{{"--list", "--only", "no-such/*"}, "'no-such/*' matches no case"},
	{{HERE, "--only", ""}, "'' matches no case"})

REFUSED(a_report_that_cannot_be_written_is_named,
	{{HERE, "--json", "/no/such/directory/x"}, "/no/such/directory/x: No such file"},
	{{HERE, "--json", "/tmp"}, "/tmp: Is a directory"},
	{{HERE, "--json", ""}, "--json"},
	{{HERE, "--json", "one", "--tap", "one"},
		"--json and --tap would both write 'one'"},
	{{HERE, "--junit", "/dev/stdout", "--json", "-"},
		"--json and --junit would both"},
	{{HERE, "--junit", "/no/such/x"}, "--junit /no/such/x: No such file"},
	{{HERE, "--tap", "/tmp"}, "--tap /tmp: Is a directory"},
	{{HERE, "--markdown", "/dev/null/x"}, "--markdown /dev/null/x: Not a directory"})

/* --- what is printed ---------------------------------------------------------------- */

static void expect_printed(const char *argument, const char *words)
{
	const char *const arguments[] = {argument, NULL};

	command_run(&command, arguments);
	cr_expect_eq(command.status, 0);
	cr_expect_str_empty(command.err);
	cr_expect_not_null(strstr(command.out, words), "%s", command.out);
}

Test(options, help_tells_every_option)
{
	static const char *const all[] = {"target", "pid", "exec", "only", "skip", "list",
		"jobs", "scale", "strict", "json", "junit", "help", "payload", "repeat",
		"seed", "trace", "long", "exhaust", "explain", "repro", "variant",
		"known-failing", "quiet", "verbose", "tap", "markdown", "bundle"};
	char words[16];

	expect_printed("--help", "EXIT STATUS");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		snprintf(words, sizeof(words), "\n  --%s", all[i]);
		cr_expect_not_null(strstr(command.out, words), "%s", words);
	}
}

Test(options, every_option_of_the_help_is_known)
{
	static struct command whole;
	const char *const help[] = {"--help", NULL};
	char option[32];
	int known = 0;

	command_run(&whole, help);
	for (const char *at = whole.out; (at = strstr(at, "\n  --")); at++) {
		const char *const arguments[] = {option, NULL};

		cr_assert_eq(sscanf(at, " %31[-a-z]", option), 1);
		if (strcmp(option, "--badge") == 0)
			break;
		command_run(&command, arguments);
		cr_expect_null(strstr(command.err, "unknown option"), "%s", command.err);
		known++;
	}
	cr_expect_gt(known, 25);
}

static unsigned widest(const char *text)
{
	unsigned most = 0;

	for (; *text; text += *text == '\n') {
		unsigned width = (unsigned)strcspn(text, "\n");

		most = width > most ? width : most;
		text += width;
	}
	return most;
}

Test(options, help_fits_where_it_is_read)
{
	expect_printed("-h", "echospec --help\n");
	cr_expect_leq(lines(command.out), 24);
	cr_expect_leq(widest(command.out), 80, "%u columns", widest(command.out));
	expect_printed("--help", "-h prints");
	cr_expect_leq(widest(command.out), 90, "%u columns", widest(command.out));
}

Test(options, version_is_one_line)
{
	expect_printed("--version", "echospec " VERSION "\n");
	cr_expect_eq(lines(command.out), 1);
}

Test(options, list_is_a_line_a_case)
{
	const char *const some[] = {"--list", "--only", "half-close/*", NULL};
	unsigned all;

	expect_printed("--list", "half-close/fin-no-data ");
	all = lines(command.out);
	command_run(&command, some);
	cr_expect_eq(command.status, 0);
	cr_expect_gt(lines(command.out), 0);
	cr_expect_lt(lines(command.out), all);
	for (char *line = strtok(command.out, "\n"); line; line = strtok(NULL, "\n"))
		cr_expect_eq(strncmp(line, "half-close/", 11), 0, "%s", line);
}
