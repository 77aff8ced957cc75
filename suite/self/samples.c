/* samples - a small catalogue for the tests: claims about no server, never run
 *
 * CASE() would make a Criterion test of each; only its row is wanted here. The order is
 * not that of the catalogue.
 *
 * SPDX-License-Identifier: MIT
 */
#include "samples.h"

#include "../case.h"

#include <stdio.h>

#define SAMPLE(group_, name_, level_, file_, line_)                                      \
	static const struct case_info group_##_##name_ = {.group = #group_,              \
		.name = #name_,                                                          \
		.level = level_,                                                         \
		.source = "a source",                                                    \
		.requirement = "A requirement.",                                         \
		.file = file_,                                                           \
		.line = line_};                                                          \
	__attribute__((used, section("suite_cases"))) static const struct case_info      \
		*const group_##_##name_##_row = &group_##_##name_

SAMPLE(second_group, must_hold, MUST, "b.c", 1);
SAMPLE(first_group, may_hold, MAY, "b.c", 1);
SAMPLE(first_group, must_hold, MUST, "a.c", 10);
SAMPLE(first_group, should_hold, SHOULD, "a.c", 20);

const char *const sample_hostile[] = {
	"it said: \"quotes\", \\ and }]",          /* ends of strings and objects */
	"it said: \001\002\033[31m\b\f\n\r\t\177", /* control characters */
	"it said: \xff\xfe\x80",                   /* no UTF-8 at all */
	"it said: \xc0\x80 \xc1\xbf",              /* overlong */
	"it said: \xed\xa0\x80",                   /* half of a surrogate pair */
	"it said: \xf4\x90\x80\x80",               /* past U+10FFFF */
	"it said: cut off here: \xe2\x82",         /* a character that was truncated */
	"it said: <b>&amp;</b> ]]> --> <!-- %s",   /* XML, HTML, and printf(3) */
	"it said: \xef\xbf\xbe \xc2\x85 \xe2\x80\xa8", /* no character, and ends of lines */
	"it said:\nok 9 - # SKIP\n  ...\n# TODO | `*_[a](b)", /* TAP, YAML, and Markdown */
	NULL,
};

void sample_judge(
	struct record *record, unsigned row, enum verdict verdict, const char *text)
{
	struct message message = {.kind = MESSAGE_JUDGED, .row = row, .verdict = verdict};

	snprintf(message.text, sizeof(message.text), "%s", text);
	record_message(record, &message);
	message = (struct message){.kind = MESSAGE_END, .row = row};
	record_message(record, &message);
}
