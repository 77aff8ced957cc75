/* page - runs side by side, as one HTML file that needs nothing else
 *
 * The page is page.html, which stands in the program as it is. The documents are put into its
 * script element of type application/json, and the page's own script makes text nodes of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "@RUNS@" /* where the documents go */

/* The path is that which make compiles from, the top of the tree. */
__asm__(".pushsection .rodata\n"
	"page_html:\n"
	"	.incbin \"suite/report/page.html\"\n"
	"	.byte 0\n"
	".popsection\n");
extern const char page_html[];

/* Within JSON a '<' stands in strings only, where it has another spelling. Without any, no text
 * can end the element, or begin a comment that would hide its end. */
static void print_embedded(FILE *out, const char *json)
{
	for (; *json; json++)
		if (*json == '<')
			fputs("\\u003c", out);
		else
			putc(*json, out);
}

char *page_render(const json_t *runs)
{
	const char *mark = strstr(page_html, MARK);
	char *json = json_dumps(runs, JSON_COMPACT | JSON_REAL_PRECISION(6));
	char *page = NULL;
	size_t size;
	FILE *out = json ? open_memstream(&page, &size) : NULL;

	if (out) {
		fwrite(page_html, (size_t)(mark - page_html), 1, out);
		print_embedded(out, json);
		fputs(mark + strlen(MARK), out);
		if (fclose(out) == EOF) {
			free(page);
			page = NULL;
		}
	}
	free(json);
	return page;
}
