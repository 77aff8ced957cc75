/* catalogue - tests: ids and the selection of cases
 *
 * SPDX-License-Identifier: MIT
 */
#include "../catalogue.h"

#include "samples.h"

#include <string.h>

static const char *choose(const char *only, const char *skip, bool *wanted)
{
	char *only_list[] = {(char *)only, NULL}, *skip_list[] = {(char *)skip, NULL};

	return catalogue_select(only ? only_list : NULL, skip ? skip_list : NULL, wanted);
}

static unsigned count(const bool *wanted)
{
	unsigned n = 0;

	for (unsigned row = 0; row < catalogue_size(); row++)
		n += wanted[row];
	return n;
}

Test(catalogue, ids_have_dashes_and_follow_group_file_and_line)
{
	cr_assert_eq(catalogue_size(), SAMPLE_COUNT);
	cr_expect_str_eq(catalogue_id(SAMPLE_MUST), "first-group/must-hold");
	cr_expect_str_eq(catalogue_id(SAMPLE_SHOULD), "first-group/should-hold");
	cr_expect_str_eq(catalogue_id(SAMPLE_MAY), "first-group/may-hold");
	cr_expect_str_eq(catalogue_id(SAMPLE_OTHER), "second-group/must-hold");
}

Test(catalogue, a_row_is_found_by_its_case)
{
	for (unsigned row = 0; row < catalogue_size(); row++)
		cr_expect_eq(catalogue_find(catalogue_row(row)), row);
}

Test(catalogue, a_row_that_does_not_exist_does_no_harm)
{
	struct case_info stranger = {.group = "g", .name = "n"};

	cr_assert_eq(catalogue_size(), SAMPLE_COUNT);
	cr_expect_null(catalogue_row(SAMPLE_COUNT));
	cr_expect_not_null(catalogue_id(SAMPLE_COUNT));
	cr_expect_eq(catalogue_find(&stranger), SAMPLE_COUNT);
}

Test(catalogue, without_patterns_all_are_wanted)
{
	bool wanted[SAMPLE_COUNT] = {0};

	cr_expect_null(choose(NULL, NULL, wanted));
	cr_expect_eq(count(wanted), SAMPLE_COUNT);
}

Test(catalogue, only_selects_what_matches_one_of_its_patterns)
{
	bool wanted[SAMPLE_COUNT];
	char *only[] = {"*/should-*", "second-group/*", NULL};

	cr_expect_null(catalogue_select(only, NULL, wanted));
	cr_expect_eq(count(wanted), 2);
	cr_expect(wanted[SAMPLE_SHOULD] && wanted[SAMPLE_OTHER]);
}

Test(catalogue, skip_takes_away_from_all_or_from_only)
{
	bool wanted[SAMPLE_COUNT];

	cr_expect_null(choose(NULL, "*/must-hold", wanted));
	cr_expect_eq(count(wanted), 2);
	cr_expect_null(choose("first-group/*", "*/must-hold", wanted));
	cr_expect_eq(count(wanted), 2);
	cr_expect_not(wanted[SAMPLE_MUST]);
	cr_expect_null(choose("first-group/*", "*", wanted));
	cr_expect_eq(count(wanted), 0);
}

Test(catalogue, a_pattern_without_match_is_named)
{
	bool wanted[SAMPLE_COUNT];
	char *second[] = {"*", "no/such", NULL};

	cr_expect_str_eq(choose("first-group", NULL, wanted), "first-group");
	cr_expect_str_eq(choose(NULL, "nothing/*", wanted), "nothing/*");
	cr_expect_str_eq(catalogue_select(second, NULL, wanted), "no/such");
	cr_expect_str_eq(choose("", NULL, wanted), "");
}

Test(catalogue, levels_have_the_names_of_rfc_2119)
{
	cr_expect_str_eq(level_name(MUST), "MUST");
	cr_expect_str_eq(level_name(SHOULD), "SHOULD");
	cr_expect_str_eq(level_name(MAY), "MAY");
}
