/* json - the record as the one document that every other report is made of
 *
 * SPDX-License-Identifier: MIT
 */
#include "report.h"

#include "../catalogue.h"
#include "../config.h"
#include "../deadline.h"
#include "../diagnosis.h"
#include "environment.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Hostile targets print anything: what is not UTF-8 becomes '?'. */
static json_t *string(const char *text)
{
	json_t *string = json_string(text);
	char *plain;

	if (string || !text)
		return string;
	plain = strdup(text);
	for (char *c = plain; c && *c; c++)
		if (*c & 0x80)
			*c = '?';
	string = json_string(plain);
	free(plain);
	return string;
}

static void set(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, string(text ? text : ""));
}

/* --- a case ----------------------------------------------------------------------------- */

static json_t *lines_of(const char *text)
{
	json_t *lines = json_array();

	while (text && *text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);

		json_array_append_new(lines, string(line ? line : ""));
		free(line);
		text += length + (text[length] == '\n');
	}
	return lines;
}

/* Of lines that are JSON each. */
static json_t *values_of(const char *text)
{
	json_t *lines = lines_of(text), *values = json_array(), *line;
	size_t index;

	json_array_foreach(lines, index, line) json_array_append_new(
		values, json_loads(json_string_value(line), 0, NULL));
	json_decref(lines);
	return values;
}

/* How often each verdict was given, of a case that was run more than once. */
static json_t *tally(const struct result *result)
{
	json_t *tally = json_object();

	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		if (result->verdicts[verdict])
			json_object_set_new(tally, verdict_name(verdict),
				json_integer(result->verdicts[verdict]));
	return tally;
}

static json_t *case_of(unsigned row, const struct result *result)
{
	const struct case_info *info = catalogue_row(row);
	char *message = record_text(result);
	json_t *object = json_object();

	set(object, "id", catalogue_id(row));
	set(object, "level", level_name(info->level));
	set(object, "mode", case_mode(info));
	set(object, "source", info->source);
	set(object, "requirement", info->requirement);
	set(object, "on_the_wire", info->wire);
	set(object, "incidents", info->incidents);
	set(object, "verdict", verdict_name(result->verdict));
	set(object, "cause", cause_name(result->cause));
	set(object, "message", message);
	set(object, "expected", result->expected);
	set(object, "seen", result->seen);
	set(object, "meaning", result->text);
	set(object, "notes", result->notes);
	if (result->known)
		set(object, "known", result->known);
	json_object_set_new(object, "seconds", json_real(result->seconds));
	json_object_set_new(object, "runs", tally(result));
	json_object_set_new(object, "round_trips", values_of(result->times));
	json_object_set_new(object, "wire", lines_of(result->wire));
	json_object_set_new(object, "output", lines_of(result->output));
	json_object_set_new(object, "processes", lines_of(result->processes));
	free(message);
	return object;
}

/* --- the run ---------------------------------------------------------------------------- */

static json_t *evidence(const struct record *record, const struct rule *rule)
{
	json_t *ids = json_array();

	for (unsigned row = 0; row < record->size; row++)
		if (diagnosis_is_unmet(&record->results[row]) &&
			diagnosis_speaks_by(rule, catalogue_id(row)))
			json_array_append_new(ids, string(catalogue_id(row)));
	return ids;
}

static json_t *diagnosis(const struct record *record)
{
	struct finding findings[DIAGNOSIS_MOST];
	bool explained[record->size];
	unsigned n = diagnosis_of(
		record, diagnosis_rules, findings, DIAGNOSIS_MOST, explained);
	json_t *array = json_array();

	for (unsigned i = 0; i < n; i++) {
		const struct rule *rule = findings[i].rule;
		json_t *object = json_object();

		set(object, "bug", rule->bug);
		set(object, "repair", rule->repair);
		set(object, "code", rule->code);
		set(object, "shown_by", rule->shown_by);
		json_object_set_new(
			object, "explains", json_integer(findings[i].explains));
		json_object_set_new(
			object, "unjudged", json_integer(findings[i].unjudged));
		json_object_set_new(object, "evidence", evidence(record, rule));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *options(const struct record *record)
{
	const struct config *config = config_get();
	json_t *object = json_object();

	set(object, "payload", config->payload);
	json_object_set_new(object, "seed", json_integer(config->seed));
	json_object_set_new(object, "scale", json_real(config->scale));
	json_object_set_new(object, "repeat", json_integer(record->rounds));
	json_object_set_new(object, "long", json_boolean(config->thorough));
	json_object_set_new(object, "exhaust", json_boolean(config->exhaust));
	json_object_set_new(object, "strict", json_boolean(record->strict));
	return object;
}

static void set_date(json_t *object, const char *key, time_t date)
{
	struct tm parts;
	char text[32] = "";

	if (gmtime_r(&date, &parts))
		strftime(text, sizeof(text), "%FT%TZ", &parts);
	set(object, key, text);
}

json_t *json_of(const struct record *record)
{
	json_t *run = json_object(), *cases = json_array(), *counts = json_object();

	json_object_set_new(run, "format", json_integer(JSON_FORMAT));
	set(run, "echospec", VERSION);
	set(run, "target", record->target);
	if (record->variant)
		set(run, "variant", record->variant);
	set_date(run, "began", record->date);
	json_object_set_new(run, "complete",
		json_boolean(record->done == record->wanted && !record->interrupted));
	set(run, "conclusion", record_conclusion(record));
	json_object_set_new(run, "wanted", json_integer(record->wanted));
	json_object_set_new(run, "seconds",
		json_real((double)(deadline_now() - record->began) / 1000));
	json_object_set_new(run, "options", options(record));
	json_object_set_new(run, "environment", environment());
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		json_object_set_new(counts, verdict_name(verdict),
			json_integer(record_count(record, verdict)));
	json_object_set_new(run, "counts", counts);
	json_object_set_new(run, "diagnosis", diagnosis(record));
	for (unsigned row = 0; row < record->size; row++)
		if (record_is_judged(&record->results[row]))
			json_array_append_new(cases, case_of(row, &record->results[row]));
	json_object_set_new(run, "cases", cases);
	return run;
}

char *json_render(const json_t *run)
{
	return json_dumps(run, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
}
