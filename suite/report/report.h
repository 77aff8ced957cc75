/* report - renderings of the record
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_H
#define REPORT_H

#include "../record.h"

#include <jansson.h>

/* --- console: standard output ----------------------------------------------------------- */

enum loudness {
	QUIET,   /* what is not as it should be, and the summary */
	USUAL,   /* a line for each case */
	VERBOSE, /* what each is about, and the wire log of those that are not met */
};

/* Looks at the terminal: colour only on one, and not with NO_COLOR. */
void console_begin(const struct record *record, int jobs, enum loudness loudness);
/* A run of a case has ended: its line when it is done, and those behind it, grouped. */
void console_done(const struct record *record, unsigned row);
/* On a terminal, one line that tells what is under way. */
void console_tick(const struct record *record);
/* What is left, and the summary. */
void console_end(const struct record *record);
/* The catalogue. */
void console_list(const bool *wanted);

/* --- advice: standard output ------------------------------------------------------------ */

/* After a run: the likely bugs, each with its evidence and its repair. */
void advice_print(const struct record *record);
/* All that is known of a case. */
void advice_explain(unsigned row);

/* --- the document: what every file below is a rendering of --------------------------------- */

/* Of the document: record.schema.json, beside this file, describes it. */
#define JSON_FORMAT 1

/* The record as it is; to be given back (json_decref). */
json_t *json_of(const struct record *record);

/* Each the text of a file, to be freed; NULL with errno. */
char *json_render(const json_t *run);
char *junit_render(const json_t *run);
char *tap_render(const json_t *run);
char *markdown_render(const json_t *run);

/* Makes the directory, and in it one for each case that is not met. 0, or -1 with errno. */
int bundle_write(const char *directory, const json_t *run);

/* --- the files -------------------------------------------------------------------------- */

enum report {
	REPORT_JSON,
	REPORT_JUNIT,
	REPORT_TAP,
	REPORT_MARKDOWN,
	REPORT_BUNDLE,
	REPORT_COUNT,
};

/* The option of it, without dashes. */
const char *report_option(enum report report);

enum moment {
	REPORT_BEGIN, /* all of them; a stream has only to be there, and writable */
	REPORT_LIVE,  /* those that have to be valid when the run is killed */
	REPORT_OVER,  /* all of them; a stream gets its one document */
};

/* Writes those whose paths are not NULL. 0, or -1 when one could not be written, which was said. */
int report_write(const char *const paths[REPORT_COUNT], const struct record *record,
	enum moment moment);

#endif
