/* columns - labels on the left, words on the right, wrapped to the terminal
 *
 * SPDX-License-Identifier: MIT
 */
#include "columns.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL     100
#define NARROWEST 40

int columns_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 ||
		size.ws_col == 0)
		return USUAL;
	return size.ws_col > NARROWEST ? size.ws_col : NARROWEST;
}

/* Where the first line of words ends that has that much room: at a space, if there is one. */
static int cut_at(const char *words, int room)
{
	int cut = room;

	while (cut > 0 && words[cut] != ' ')
		cut--;
	return cut ? cut : (int)strcspn(words, " ");
}

void columns_print(int label_at, const char *label, int words_at, const char *words)
{
	int room = columns_width() - words_at;

	printf("%*s%-*s", label_at, "", words_at - label_at, label);
	while ((int)strlen(words) > room) {
		int cut = cut_at(words, room);

		printf("%.*s\n", cut, words);
		words += cut;
		words += strspn(words, " ");
		if (!*words)
			return;
		printf("%*s", words_at, "");
	}
	printf("%s\n", words);
}
