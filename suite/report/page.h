/* page - runs side by side, as one HTML file that needs nothing else
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PAGE_H
#define PAGE_H

#include <jansson.h>

/* The page of an array of documents, to be freed; NULL with errno. */
char *page_render(const json_t *runs);

#endif
