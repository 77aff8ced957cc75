/* report - renderings of the record
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_H
#define REPORT_H

#include "../record.h"

/* --- console: standard output ----------------------------------------------------------- */

/* Looks at the terminal: colour only on one, and not with NO_COLOR. */
void console_begin(const struct record *record, int jobs);
/* A case is done: its line, and those behind it, grouped. */
void console_done(const struct record *record, unsigned row);
/* On a terminal, one line that tells what is under way. */
void console_tick(const struct record *record);
/* What is left, and the summary. */
void console_end(const struct record *record, bool strict);
/* The catalogue. */
void console_list(const bool *wanted);

/* --- advice: standard output ------------------------------------------------------------ */

/* After a run: the likely bugs, each with its evidence and its repair. */
void advice_print(const struct record *record);
/* All that is known of a case. */
void advice_explain(unsigned row);

/* --- JSON ------------------------------------------------------------------------------- */

/* Creates the file, valid from the first moment on. 0, or -1 with errno. */
int json_begin(const char *path);
/* Replaces it by the record as it is: an array of {id, level, mode, verdict, cause, message,
 * seconds}, one object for each case that is done. 0, or -1 with errno. */
int json_write(const char *path, const struct record *record);

#endif
