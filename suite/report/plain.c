/* plain - a document of which every character can be shown
 *
 * SPDX-License-Identifier: MIT
 */
#include "plain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of the character there, in UTF-8, when it cannot be shown; 0 when it can. */
static size_t hidden(const unsigned char *c)
{
	if ((c[0] < 0x20 && c[0] != '\n' && c[0] != '\t') || c[0] == 0x7f)
		return 1;
	if (c[0] == 0xc2 && c[1] < 0xa0) /* U+0080 to U+009F: control characters too */
		return 2;
	if (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9))
		return 3; /* U+2028, U+2029: they end a line */
	if (c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe)
		return 3; /* U+FFFE, U+FFFF: no characters */
	return 0;
}

void plain_print(FILE *out, const char *text)
{
	while (*text) {
		size_t size = hidden((const unsigned char *)text);
		bool one_line = *text != '\n' && *text != '\t';

		putc(size || !one_line ? '?' : *text, out);
		text += size ? size : 1;
	}
}

static void show(json_t *string)
{
	char *text = strdup(json_string_value(string)), *to = text;

	for (const char *from = text; from && *from;) {
		size_t size = hidden((const unsigned char *)from);

		*to++ = size ? '?' : *from;
		from += size ? size : 1;
	}
	if (to)
		*to = '\0';
	json_string_set(string, text ? text : "");
	free(text);
}

static void show_all(json_t *value)
{
	const char *key;
	json_t *part;
	size_t index;

	if (json_is_string(value))
		show(value);
	json_array_foreach(value, index, part)
	{
		show_all(part);
	}
	json_object_foreach(value, key, part)
	{
		show_all(part);
	}
}

json_t *plain_copy(const json_t *document)
{
	json_t *run = json_deep_copy(document);

	show_all(run);
	return run;
}

char *plain_render(const json_t *document, void (*print)(FILE *out, const json_t *run))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *run = plain_copy(document);

	if (out && run)
		print(out, run);
	if (!out || fclose(out) == EOF || !run) {
		free(text);
		text = NULL;
		errno = ENOMEM;
	}
	json_decref(run);
	return text;
}
