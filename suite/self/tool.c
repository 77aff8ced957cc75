/* tool - tests: what is found, and what is not
 *
 * SPDX-License-Identifier: MIT
 */
#include "../tool.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(tool);

Test(tool, a_file_beside_the_program_is_found)
{
	char path[1024];

	cr_expect_eq(tool_find(path, sizeof(path), "suite-self"), 0);
	cr_expect_eq(access(path, X_OK), 0);
	cr_expect_eq(tool_find(path, sizeof(path), "no-such-file"), -1);
}

Test(tool, a_program_is_found_by_path)
{
	char path[1024];

	setenv("PATH", "/nowhere:/usr/bin:/bin", 1);
	cr_expect_eq(tool_in_path(path, sizeof(path), "env"), 0);
	cr_expect_eq(access(path, X_OK), 0);
	cr_expect_eq(tool_in_path(path, sizeof(path), "no-such-program"), -1);
	setenv("PATH", "", 1);
	cr_expect_eq(tool_in_path(path, sizeof(path), "env"), -1);
	unsetenv("PATH");
	cr_expect_eq(tool_in_path(path, sizeof(path), "env"), -1);
}
