/* plain - a document of which every character can be shown
 *
 * A target says what it likes, and JSON can quote it. XML 1.0 has no way to write most control
 * characters, and YAML, Markdown and terminals take them for commands: '?' stands for each.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <jansson.h>
#include <stdio.h>

/* A text on one line: newlines too become '?'. */
void plain_print(FILE *out, const char *text);

/* A copy whose strings have, of all that cannot be shown, only newlines and tabs; to be given
 * back (json_decref). NULL without memory. */
json_t *plain_copy(const json_t *document);

/* What print() writes of a plain copy, to be freed; NULL with errno. */
char *plain_render(const json_t *document, void (*print)(FILE *out, const json_t *run));

#endif
