/* canary_suite - the same faults in tests of Criterion, which are processes below processes
 *
 *	canary_suite --filter canary/none|leak|read|descriptor
 *
 * Every one of them passes, and so does the run, whatever memcheck makes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>

Test(canary, none)
{
	cr_assert(true);
}

Test(canary, leak)
{
	char *volatile lost = malloc(16);

	cr_assert_not_null(lost);
	lost = NULL;
}

Test(canary, read)
{
	char *volatile four = calloc(4, 1);

	cr_assert_not_null(four);
	if (four[4])
		cr_log_info("set");
	free(four);
}

Test(canary, descriptor)
{
	cr_assert_neq(open("/dev/null", O_RDONLY), -1);
}
