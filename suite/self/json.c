/* json - tests: whatever a target says, a reader meets a valid file
 *
 * SPDX-License-Identifier: MIT
 */
#include "../report/report.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/echospec-self-XXXXXX";
static char path[64];
static struct record record = {.size = SAMPLE_COUNT};

static void make_record(void)
{
	static const bool all[SAMPLE_COUNT] = {true, true, true, true};

	cr_assert_eq(record_init(&record, "a target", all), 0);
}

static void make_directory(void)
{
	cr_assert_not_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/out.json", directory);
	make_record();
}

static void remove_directory(void)
{
	record_finish(&record);
	unlink(path);
	cr_expect_eq(rmdir(directory), 0, "something else was left behind");
}

TestSuite(json, .init = make_directory, .fini = remove_directory);

static int save_at(const char *to, enum moment moment)
{
	const char *paths[REPORT_COUNT] = {[REPORT_JSON] = to};

	return report_write(paths, &record, moment);
}

static int save(const char *to)
{
	return save_at(to, REPORT_LIVE);
}

/* The cases of the file, so many; to be given back. */
static json_t *load(size_t size)
{
	json_error_t problem;
	json_t *run = json_load_file(path, 0, &problem), *cases;

	cr_assert_not_null(run, "%s", problem.text);
	cases = json_incref(json_object_get(run, "cases"));
	cr_assert(json_is_array(cases));
	cr_expect_eq(json_array_size(cases), size);
	json_decref(run);
	return cases;
}

static const char *member(json_t *array, size_t index, const char *name)
{
	return json_string_value(json_object_get(json_array_get(array, index), name));
}

Test(json, valid_from_the_first_moment)
{
	cr_assert_eq(save(path), 0);
	json_decref(load(0));
}

Test(json, valid_after_each_case)
{
	cr_assert_eq(save(path), 0);
	for (unsigned row = 0; row < SAMPLE_COUNT; row++) {
		sample_judge(&record, row, VERDICT_PASS, "");
		cr_assert_eq(save(path), 0);
		json_decref(load(row + 1));
	}
}

Test(json, an_object_tells_what_the_record_knows)
{
	struct message message = {.kind = MESSAGE_JUDGED,
		.row = SAMPLE_SHOULD,
		.verdict = VERDICT_WARN,
		.cause = CAUSE_SPIN,
		.seconds = 1.5,
		.expected = "rest",
		.seen = "none",
		.text = "it polls"};
	json_t *array;

	record_message(&record, &message);
	message.kind = MESSAGE_END;
	record_message(&record, &message);
	cr_assert_eq(save(path), 0);
	array = load(1);
	cr_expect_str_eq(member(array, 0, "id"), "first-group/should-hold");
	cr_expect_str_eq(member(array, 0, "level"), "SHOULD");
	cr_expect_str_eq(member(array, 0, "mode"), "BB");
	cr_expect_str_eq(member(array, 0, "verdict"), "warn");
	cr_expect_str_eq(member(array, 0, "cause"), "spin");
	cr_expect_str_eq(member(array, 0, "expected"), "rest");
	cr_expect_str_eq(member(array, 0, "seen"), "none");
	cr_expect_str_eq(member(array, 0, "meaning"), "it polls");
	cr_expect_not_null(strstr(member(array, 0, "message"), "it polls"));
	cr_expect_eq(
		json_real_value(json_object_get(json_array_get(array, 0), "seconds")),
		1.5);
	json_decref(array);
}

static void expect_written(const char *text)
{
	json_t *array;

	make_record();
	sample_judge(&record, 0, VERDICT_FAIL, text);
	cr_assert_eq(save(path), 0);
	array = load(1);
	cr_assert_not_null(member(array, 0, "message"), "it is lost");
	cr_expect_eq(strncmp(member(array, 0, "message"), "it said:", 8), 0);
	json_decref(array);
	record_finish(&record);
}

Test(json, hostile_bytes_never_break_it)
{
	record_finish(&record);
	for (const char *const *text = sample_hostile; *text; text++)
		expect_written(*text);
	make_record();
}

Test(json, text_that_is_utf_8_stays_as_it_is)
{
	json_t *array;

	sample_judge(&record, 0, VERDICT_FAIL, "größer als 1 \xe2\x82\xac");
	cr_assert_eq(save(path), 0);
	array = load(1);
	cr_expect_str_eq(member(array, 0, "message"), "größer als 1 \xe2\x82\xac");
	json_decref(array);
}

static void expect_read(int fd, const char *words)
{
	char text[32] = "";

	cr_expect_eq(read(fd, text, strlen(words)), (ssize_t)strlen(words));
	cr_expect_str_eq(text, words);
}

/* A pipe of the test's own stands for all devices: a mistake must not cost /dev/null. */
Test(json, a_device_or_a_pipe_gets_one_document_and_is_not_replaced)
{
	struct stat status;
	int fd, left;

	cr_assert_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	cr_expect_eq(save_at(path, REPORT_BEGIN), 0);
	cr_expect_eq(save_at(path, REPORT_LIVE), 0);
	cr_assert_eq(ioctl(fd, FIONREAD, &left), 0);
	cr_expect_eq(left, 0);
	cr_expect_eq(save_at(path, REPORT_OVER), 0);
	expect_read(fd, "{\n  \"format\": 1");
	cr_assert_eq(lstat(path, &status), 0);
	cr_expect(S_ISFIFO(status.st_mode));
	close(fd);
}

static void expect_error(const char *unwritable, int error)
{
	errno = 0;
	cr_expect_eq(save(unwritable), -1, "%s", unwritable);
	cr_expect_eq(errno, error, "%s: %s", unwritable, strerror(errno));
}

Test(json, a_file_that_cannot_be_written_is_an_error_with_errno)
{
	expect_error("/no/such/directory/out.json", ENOENT);
	expect_error(directory, EISDIR);
	expect_error("/dev/null/out.json", ENOTDIR);
}

/* Not by /dev/full: a mistake must not cost it either. */
Test(json, a_disk_that_is_full_is_an_error_with_errno)
{
	const struct rlimit little = {.rlim_cur = 16, .rlim_max = 16};

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	expect_error(path, EFBIG);
	cr_expect_eq(access(path, F_OK), -1);
}

Test(json, a_pipe_that_nobody_reads_does_not_hold_a_run_up)
{
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect_eq(save_at(path, REPORT_BEGIN), 0);
}

Test(json, a_file_behind_a_symbolic_link_is_replaced_and_the_link_stays)
{
	char link[80];
	struct stat before, after;

	snprintf(link, sizeof(link), "%s/link", directory);
	cr_assert_eq(symlink("out.json", link), 0);
	cr_assert_eq(save(link), 0);
	cr_assert_eq(lstat(link, &after), 0);
	cr_expect(S_ISLNK(after.st_mode));
	cr_assert_eq(save(path), 0);
	cr_assert_eq(stat(path, &before), 0);
	cr_expect_eq(save(link), 0);
	cr_assert_eq(stat(path, &after), 0);
	cr_expect_neq(after.st_ino, before.st_ino);
	json_decref(load(0));
	cr_assert_eq(lstat(link, &after), 0);
	cr_expect(S_ISLNK(after.st_mode));
	unlink(link);
}

Test(json, what_is_redirected_is_added_to)
{
	char there[32];
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(write(fd, "before", 6), 6);
	cr_assert_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	snprintf(there, sizeof(there), "/dev/fd/%d", STDIN_FILENO);
	cr_expect_eq(save_at(there, REPORT_LIVE), 0);
	cr_expect_eq(save_at(there, REPORT_OVER), 0);
	lseek(fd, 0, SEEK_SET);
	expect_read(fd, "before{\n  \"");
	close(fd);
}

Test(json, a_file_that_was_there_before_is_replaced)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs("something else", file);
	fclose(file);
	cr_assert_eq(save(path), 0);
	json_decref(load(0));
}
