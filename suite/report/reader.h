/* reader - a document that somebody else may have written, checked before anything relies on it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef READER_H
#define READER_H

#include <jansson.h>

/* The document of a run, with every member that record.schema.json requires, of its type; to be
 * given back (json_decref). NULL after one line on standard error that names the file, the place
 * and what is wrong there. */
json_t *reader_load(const char *path);

#endif
