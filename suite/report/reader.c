/* reader - a document that somebody else may have written, checked before anything relies on it
 *
 * SPDX-License-Identifier: MIT
 */
#include "reader.h"

#include "plain.h"
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST (64 << 20) /* bytes: a run of all cases takes a few hundred KiB */

struct member {
	const char *
		name; /* NULL ends a table; in one for elements that are no objects it is all */
	json_type type;            /* JSON_REAL: any number; JSON_TRUE: a boolean */
	const struct member *each; /* what the elements of an array consist of */
	bool optional;
};

static const struct member string_element[] = {{.type = JSON_STRING}};

static const struct member number_element[] = {{.type = JSON_INTEGER}};

static const struct member series_members[] = {
	{.name = "what", .type = JSON_STRING},
	{.name = "who", .type = JSON_STRING},
	{.name = "allowed_us", .type = JSON_OBJECT},
	{.name = "us", .type = JSON_ARRAY, .each = number_element},
	{0},
};

static const struct member case_members[] = {
	{.name = "id", .type = JSON_STRING},
	{.name = "level", .type = JSON_STRING},
	{.name = "mode", .type = JSON_STRING},
	{.name = "source", .type = JSON_STRING},
	{.name = "requirement", .type = JSON_STRING},
	{.name = "on_the_wire", .type = JSON_STRING},
	{.name = "incidents", .type = JSON_STRING},
	{.name = "verdict", .type = JSON_STRING},
	{.name = "cause", .type = JSON_STRING},
	{.name = "message", .type = JSON_STRING},
	{.name = "expected", .type = JSON_STRING},
	{.name = "seen", .type = JSON_STRING},
	{.name = "meaning", .type = JSON_STRING},
	{.name = "notes", .type = JSON_STRING},
	{.name = "seconds", .type = JSON_REAL},
	{.name = "runs", .type = JSON_OBJECT},
	{.name = "round_trips",
		.type = JSON_ARRAY,
		.each = series_members,
		.optional = true},
	{.name = "wire", .type = JSON_ARRAY, .each = string_element},
	{.name = "output", .type = JSON_ARRAY, .each = string_element, .optional = true},
	{.name = "processes",
		.type = JSON_ARRAY,
		.each = string_element,
		.optional = true},
	{0},
};

static const struct member bug_members[] = {
	{.name = "bug", .type = JSON_STRING},
	{.name = "repair", .type = JSON_STRING},
	{.name = "code", .type = JSON_STRING},
	{.name = "shown_by", .type = JSON_STRING},
	{.name = "explains", .type = JSON_INTEGER},
	{.name = "unjudged", .type = JSON_INTEGER, .optional = true},
	{.name = "evidence", .type = JSON_ARRAY, .each = string_element},
	{0},
};

static const struct member run_members[] = {
	{.name = "echospec", .type = JSON_STRING},
	{.name = "target", .type = JSON_STRING},
	{.name = "variant", .type = JSON_STRING, .optional = true},
	{.name = "began", .type = JSON_STRING, .optional = true},
	{.name = "complete", .type = JSON_TRUE},
	{.name = "conclusion", .type = JSON_STRING},
	{.name = "wanted", .type = JSON_INTEGER},
	{.name = "seconds", .type = JSON_REAL},
	{.name = "options", .type = JSON_OBJECT},
	{.name = "environment", .type = JSON_OBJECT},
	{.name = "counts", .type = JSON_OBJECT},
	{.name = "diagnosis", .type = JSON_ARRAY, .each = bug_members},
	{.name = "cases", .type = JSON_ARRAY, .each = case_members},
	{0},
};

/* --- types ------------------------------------------------------------------------------ */

static bool has_type(const json_t *value, json_type type)
{
	switch (type) {
	case JSON_REAL: return json_is_number(value);
	case JSON_TRUE: return json_is_boolean(value);
	default: return value && json_typeof(value) == type;
	}
}

static const char *type_name(json_type type)
{
	static const char *const names[] = {[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a whole number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true or false"};

	return names[type];
}

/* --- places ----------------------------------------------------------------------------- */

struct place {
	const char *file;
	char path[96]; /* "cases[3]"; "" at the top */
};

static int wrong(const struct place *place, const char *what, const char *problem)
{
	fprintf(stderr, "echospec: %s: %s%s%s %s\n", place->file, place->path,
		*place->path && *what ? "." : "", what, problem);
	return -1;
}

static int wrong_type(
	const struct place *place, const char *what, const json_t *value, json_type type)
{
	char problem[64];

	snprintf(problem, sizeof(problem), value ? "is not %s" : "is missing: %s",
		type_name(type));
	return wrong(place, what, problem);
}

static struct place place_in(const struct place *outer, const char *array, size_t index)
{
	struct place place = {.file = outer->file};

	snprintf(place.path, sizeof(place.path), "%.60s%s%s[%zu]", outer->path,
		*outer->path ? "." : "", array, index);
	return place;
}

/* 0, or -1 after a line that tells why. */
static int check(
	const json_t *object, const struct member *members, const struct place *place);

static int check_elements(
	const json_t *array, const struct member *member, const struct place *outer)
{
	const struct member *each = member->each;
	json_type type = each->name ? JSON_OBJECT : each->type;
	const json_t *element;
	size_t index;

	json_array_foreach(array, index, element)
	{
		struct place place = place_in(outer, member->name, index);

		if (!has_type(element, type))
			return wrong_type(&place, "", element, type);
		if (each->name && check(element, each, &place) == -1)
			return -1;
	}
	return 0;
}

static int check(
	const json_t *object, const struct member *members, const struct place *place)
{
	for (; members->name; members++) {
		const json_t *value = json_object_get(object, members->name);

		if (!value && members->optional)
			continue;
		if (!has_type(value, members->type))
			return wrong_type(place, members->name, value, members->type);
		if (members->each && check_elements(value, members, place) == -1)
			return -1;
	}
	return 0;
}

/* --- the words that later code takes for granted ---------------------------------------- */

static bool is_id(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t group = strspn(text, letters);
	size_t name = text[group] == '/' ? strspn(text + group + 1, letters) : 0;

	return group && name && !text[group + 1 + name];
}

static int check_words(const json_t *run, const struct place *top)
{
	const json_t *object;
	size_t index;

	json_array_foreach(json_object_get(run, "cases"), index, object)
	{
		struct place place = place_in(top, "cases", index);
		const char *id = json_string_value(json_object_get(object, "id"));
		const char *verdict =
			json_string_value(json_object_get(object, "verdict"));

		if (!is_id(id))
			return wrong(&place, "id", "is not GROUP/NAME");
		if (verdict_find(verdict) == VERDICT_COUNT)
			return wrong(&place, "verdict", "is none that is known");
	}
	return 0;
}

static int check_run(const json_t *run, const char *path)
{
	const struct place top = {.file = path};

	if (!json_is_object(run))
		return wrong(&top, "the document", "is no object: no record of echospec");
	if (json_integer_value(json_object_get(run, "format")) != JSON_FORMAT)
		return wrong(&top, "format",
			"is not 1: no record of echospec, or one of another version");
	if (check(run, run_members, &top) == -1)
		return -1;
	return check_words(run, &top);
}

json_t *reader_load(const char *path)
{
	json_error_t problem;
	struct stat status;
	json_t *run;

	if (stat(path, &status) == -1) {
		fprintf(stderr, "echospec: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	if (status.st_size > LARGEST) {
		fprintf(stderr,
			"echospec: %s: larger than %d MiB: no record of echospec\n", path,
			LARGEST >> 20);
		return NULL;
	}
	run = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
	if (!run) {
		fprintf(stderr, "echospec: %s:%d:%d: ", path, problem.line,
			problem.column);
		plain_print(stderr, problem.text); /* quotes the file */
		putc('\n', stderr);
		return NULL;
	}
	if (check_run(run, path) == 0)
		return run;
	json_decref(run);
	return NULL;
}
