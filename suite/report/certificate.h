/* certificate - a run in a word: for a badge, or for a line in a log
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CERTIFICATE_H
#define CERTIFICATE_H

#include <jansson.h>

/* One line without control characters, whatever the target is called; and an SVG picture. Each to
 * be freed; NULL with errno. */
char *certificate_line(const json_t *run);
char *certificate_badge(const json_t *run);

#endif
