/* outcome - what a CI makes of a verdict
 *
 * SPDX-License-Identifier: MIT
 */
#include "outcome.h"

#include "../verdict.h"

#include <stdbool.h>
#include <string.h>

const struct detail outcome_details[] = {
	{"owed", "requirement"},
	{"source", "source"},
	{"known", "known"},
	{"expected", "expected"},
	{"seen", "seen"},
	{"meaning", "meaning"},
	{"note", "notes"},
	{0},
};

const char *outcome_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

enum outcome outcome_of(const json_t *run, const json_t *result)
{
	static const enum outcome outcomes[VERDICT_COUNT] = {
		[VERDICT_PASS] = OUTCOME_PASSED,
		[VERDICT_WARN] = OUTCOME_PASSED,
		[VERDICT_FAIL] = OUTCOME_FAILED,
		[VERDICT_INFO] = OUTCOME_PASSED,
		[VERDICT_SKIP] = OUTCOME_SKIPPED,
		[VERDICT_BLOCKED] = OUTCOME_SKIPPED,
		[VERDICT_UNSURE] = OUTCOME_ERROR,
		[VERDICT_ERROR] = OUTCOME_ERROR,
	};
	const json_t *options = json_object_get(run, "options");
	enum verdict verdict = verdict_find(outcome_text(result, "verdict"));
	bool unmet = verdict_is_unmet(verdict);

	if (*outcome_text(result, "known") && unmet)
		return OUTCOME_KNOWN;
	if (*outcome_text(result, "known") && outcomes[verdict] == OUTCOME_PASSED)
		return OUTCOME_FAILED;
	if (unmet && json_is_true(json_object_get(options, "strict")))
		return OUTCOME_FAILED;
	return outcomes[verdict];
}

int outcome_group(const json_t *result)
{
	return (int)strcspn(outcome_text(result, "id"), "/");
}

size_t outcome_group_end(const json_t *cases, size_t index)
{
	const json_t *first = json_array_get(cases, index);
	size_t length = (size_t)outcome_group(first) + 1; /* with the slash */

	while (++index < json_array_size(cases))
		if (strncmp(outcome_text(json_array_get(cases, index), "id"),
			    outcome_text(first, "id"), length) != 0)
			break;
	return index;
}
