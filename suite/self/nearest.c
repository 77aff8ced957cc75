/* nearest - tests: the word that was probably meant
 *
 * SPDX-License-Identifier: MIT
 */
#include "../nearest.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *nearest_to(const char *word)
{
	static const char *const candidates[] = {
		"only", "json", "junit", "target", "trace"};
	struct nearest nearest = {.word = word};

	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++)
		nearest_consider(&nearest, candidates[i]);
	return nearest.best ? nearest.best : "none";
}

Test(nearest, letters_that_are_missing_doubled_changed_or_swapped)
{
	cr_expect_str_eq(nearest_to("targt"), "target");
	cr_expect_str_eq(nearest_to("targget"), "target");
	cr_expect_str_eq(nearest_to("tarset"), "target");
	cr_expect_str_eq(nearest_to("onyl"), "only");
	cr_expect_str_eq(nearest_to("json"), "json");
}

Test(nearest, another_word_is_none_of_them)
{
	cr_expect_str_eq(nearest_to("frobnicate"), "none");
	cr_expect_str_eq(nearest_to("xyzzy"), "none");
	cr_expect_str_eq(nearest_to(""), "none");
}

Test(nearest, a_word_of_any_length_does_no_harm)
{
	char word[4096];

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	cr_expect_str_eq(nearest_to(word), "none");
}
