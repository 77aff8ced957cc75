/* diagnosis - from the pattern of what is not met to the likely bug and its repair
 *
 * One bug makes a dozen cases unmet, and several bugs make the same case unmet. So a rule speaks
 * only when all of its evidence is there; of those that speak the one comes first that explains
 * most; and what it explains counts for no other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "diagnosis.h"

#include "catalogue.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

struct mark {
	char id[96];              /* a pattern; cause and text stand behind it */
	const char *cause, *text; /* "" when any will do */
};

/* Ends a text at a sign; returns what stands behind it. */
static char *split_at(char *text, char sign)
{
	char *found = strchr(text, sign);

	if (!found)
		return text + strlen(text);
	*found = '\0';
	return found + 1;
}

static void parse(const char *text, size_t length, struct mark *mark)
{
	char *words;

	snprintf(mark->id, sizeof(mark->id), "%.*s", (int)length, text);
	mark->text = words = split_at(mark->id, '~');
	mark->cause = split_at(mark->id, ':');
	for (; *words; words++)
		if (*words == '_')
			*words = ' ';
}

/* The next piece of a list whose pieces have one of those signs between them, and its length;
 * NULL at the end. */
static const char *next(const char **list, const char *signs, size_t *length)
{
	const char *piece;

	if (!*list)
		return NULL;
	piece = *list + strspn(*list, signs);
	*length = strcspn(piece, signs);
	*list = piece + *length;
	return *length ? piece : NULL;
}

/* Whether a list names that case, as unmet by that cause; NULL: whatever the cause. */
static bool names(const char *list, const char *id, const char *cause)
{
	const char *piece;
	size_t length;
	struct mark mark;

	while ((piece = next(&list, " |", &length))) {
		parse(piece, length, &mark);
		if (fnmatch(mark.id, id, 0) == 0 &&
			(!cause || !*mark.cause || strcmp(mark.cause, cause) == 0))
			return true;
	}
	return false;
}

bool diagnosis_speaks_by(const struct rule *rule, const char *id)
{
	return names(rule->unmet, id, NULL);
}

bool diagnosis_accounts_for(const struct rule *rule, const char *id)
{
	return names(rule->unmet, id, NULL) || names(rule->also, id, NULL);
}

/* --- evidence --------------------------------------------------------------------------- */

bool diagnosis_is_unmet(const struct result *result)
{
	return record_is_judged(result) && verdict_is_unmet(result->verdict);
}

static bool is_met(const struct result *result)
{
	return record_is_judged(result) &&
		(result->verdict == VERDICT_PASS || result->verdict == VERDICT_INFO);
}

static bool says(const char *said, const char *text)
{
	return said && strstr(said, text);
}

static bool fits(const struct mark *mark, const struct result *result)
{
	return diagnosis_is_unmet(result) &&
		(!*mark->cause || strcmp(mark->cause, cause_name(result->cause)) == 0) &&
		(!*mark->text || says(result->expected, mark->text) ||
			says(result->seen, mark->text) || says(result->text, mark->text));
}

static const struct result *result_of(const struct record *record, const char *id)
{
	unsigned row = catalogue_find_id(id);

	return row < record->size ? &record->results[row] : NULL;
}

enum weight {
	UNKNOWN, /* nothing of it was judged */
	ABSENT,
	PRESENT,
};

/* One word of evidence: alternatives, with | between them. */
static enum weight weigh(const struct record *record, const char *word, size_t size)
{
	char alternatives[256];
	const char *list = alternatives, *piece;
	enum weight weight = UNKNOWN;
	struct mark mark;
	size_t length;

	snprintf(alternatives, sizeof(alternatives), "%.*s", (int)size, word);
	while ((piece = next(&list, "|", &length))) {
		const struct result *result;

		parse(piece, length, &mark);
		result = result_of(record, mark.id);
		if (result && fits(&mark, result))
			return PRESENT;
		if (result && (is_met(result) || diagnosis_is_unmet(result)))
			weight = ABSENT;
	}
	return weight;
}

/* How many words of a list have that weight. */
static unsigned count(const struct record *record, const char *list, enum weight weight)
{
	const char *word;
	size_t length;
	unsigned n = 0;

	while ((word = next(&list, " ", &length)))
		n += weigh(record, word, length) == weight;
	return n;
}

static bool speaks(const struct record *record, const struct rule *rule)
{
	return count(record, rule->unmet, PRESENT) > 0 &&
		count(record, rule->unmet, ABSENT) == 0 &&
		count(record, rule->met, PRESENT) == 0;
}

/* --- the likely bugs -------------------------------------------------------------------- */

/* How many unmet cases a rule explains that are not explained yet; and marks them. */
static unsigned explain(
	const struct record *record, const struct rule *rule, bool *explained, bool mark)
{
	unsigned n = 0;

	for (unsigned row = 0; row < record->size; row++) {
		const struct result *result = &record->results[row];
		const char *id = catalogue_id(row), *cause = cause_name(result->cause);

		if (!diagnosis_is_unmet(result) || explained[row] ||
			!(names(rule->unmet, id, cause) || names(rule->also, id, cause)))
			continue;
		explained[row] = mark;
		n++;
	}
	return n;
}

/* Of two that explain as much that one is likelier of which more was looked at. */
static struct finding best(
	const struct record *record, const struct rule *rules, bool *explained)
{
	struct finding best = {0};

	for (const struct rule *rule = rules; rule->shown_by; rule++) {
		struct finding next = {.rule = rule};

		if (!speaks(record, rule))
			continue;
		next.explains = explain(record, rule, explained, false);
		next.unjudged = count(record, rule->unmet, UNKNOWN);
		if (next.explains > best.explains ||
			(next.explains == best.explains && best.explains > 0 &&
				next.unjudged < best.unjudged))
			best = next;
	}
	return best;
}

unsigned diagnosis_of(const struct record *record, const struct rule *rules,
	struct finding *findings, unsigned most, bool *explained)
{
	unsigned n = 0;

	memset(explained, 0, record->size * sizeof(*explained));
	while (n < most) {
		findings[n] = best(record, rules, explained);
		if (findings[n].explains == 0)
			break;
		explain(record, findings[n].rule, explained, true);
		n++;
	}
	return n;
}
