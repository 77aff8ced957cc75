/* canary - a program with the fault that its argument names: who looks for faults must see it
 *
 *	canary none|leak|read|descriptor
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void none(void)
{
}

static void leak(void)
{
	char *volatile lost = malloc(16);

	lost = NULL;
	(void)lost;
}

static void read_beyond(void)
{
	char *volatile four = calloc(4, 1);

	if (four)
		printf("%d\n", four[4]);
	free(four);
}

static void descriptor(void)
{
	open("/dev/null", O_RDONLY);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*sing)(void);
	} songs[] = {{"none", none}, {"leak", leak}, {"read", read_beyond},
		{"descriptor", descriptor}};

	for (size_t i = 0; argc == 2 && i < sizeof(songs) / sizeof(*songs); i++)
		if (strcmp(argv[1], songs[i].name) == 0) {
			songs[i].sing();
			return 0;
		}
	fprintf(stderr, "usage: %s none|leak|read|descriptor\n", argv[0]);
	return 2;
}
