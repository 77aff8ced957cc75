/* pattern - tests: what a wrong byte tells about itself
 *
 * SPDX-License-Identifier: MIT
 */
#include "../pattern.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WHOLE 10000 /* more than two of the blocks in which a mismatch is looked for */

static const struct pattern ours = {.connection = 7}, theirs = {.connection = 65535};
static const size_t odd[] = {0, 1, 3, 7, 8, 9, 63, 4095, 4096, 4097, 8191};
#define ODD (sizeof(odd) / sizeof(*odd))

static uint8_t whole[WHOLE];
static char said[512];

static enum damage explain(uint64_t offset, const uint8_t *tail, size_t n)
{
	return pattern_explain(&ours, offset, tail, n, said, sizeof(said));
}

#define expect_said(words)                                                               \
	cr_expect_not_null(strstr(said, words), "\"%s\" does not say \"%s\"", said, words)

Test(pattern, any_piece_is_a_piece_of_the_same_stream)
{
	uint8_t piece[WHOLE];

	pattern_fill(&ours, 0, whole, WHOLE);
	for (size_t i = 0; i < ODD; i++)
		for (size_t j = 0; j < ODD; j++) {
			size_t n = odd[j] < WHOLE - odd[i] ? odd[j] : WHOLE - odd[i];

			pattern_fill(&ours, odd[i], piece, n);
			cr_expect_arr_eq(
				piece, whole + odd[i], n, "%zu at %zu", n, odd[i]);
		}
}

Test(pattern, right_bytes_match_at_any_offset_and_length)
{
	pattern_fill(&ours, 0, whole, WHOLE);
	for (size_t i = 0; i < ODD; i++)
		for (size_t n = 0; n < WHOLE - odd[i]; n += 1 + n / 2)
			cr_expect_eq(pattern_mismatch(&ours, odd[i], whole + odd[i], n),
				n, "%zu at %zu", n, odd[i]);
}

Test(pattern, mismatch_is_the_first_wrong_byte)
{
	pattern_fill(&ours, 5, whole, WHOLE);
	whole[WHOLE - 1] ^= 0x80;
	for (size_t i = 0; i < ODD; i++) {
		whole[odd[i]] ^= 1;
		cr_expect_eq(pattern_mismatch(&ours, 5, whole, WHOLE), odd[i]);
		whole[odd[i]] ^= 1;
	}
	cr_expect_eq(pattern_mismatch(&ours, 5, whole, WHOLE), WHOLE - 1);
}

Test(pattern, connections_and_positions_differ_in_every_word)
{
	uint8_t other[WHOLE];

	pattern_fill(&ours, 0, whole, WHOLE);
	pattern_fill(&theirs, 0, other, WHOLE);
	for (size_t word = 0; word + 8 <= WHOLE - 8; word += 8) {
		cr_expect_neq(memcmp(whole + word, other + word, 8), 0);
		cr_expect_neq(memcmp(whole + word, whole + word + 8, 8), 0);
	}
}

/* Undoes the scrambling, for positions of every size. */
Test(pattern, origin_names_stream_and_offset_of_any_run)
{
	const struct pattern *both[] = {&ours, &theirs};
	uint8_t run[15]; /* the shortest that holds a whole word wherever it begins */

	for (uint64_t base = 1; base <= UINT64_C(1) << 34; base <<= 1)
		for (uint64_t i = 0; i < 32; i++) {
			const struct pattern *pattern = both[i % 2];
			struct origin origin;

			pattern_fill(pattern, base - 1 + i, run, sizeof(run));
			cr_assert(pattern_origin(run, sizeof(run), &origin));
			cr_expect_eq(origin.connection, pattern->connection);
			cr_expect_eq(origin.offset, base - 1 + i, "%" PRIu64, base + i);
		}
}

Test(pattern, no_origin_in_less_than_a_word_or_in_noise)
{
	uint8_t noise[64] = {0};
	struct origin origin;

	pattern_fill(&ours, 0, whole, 7);
	cr_expect_not(pattern_origin(whole, 7, &origin));
	cr_expect_not(pattern_origin(noise, sizeof(noise), &origin));
	memset(noise, 'x', sizeof(noise));
	cr_expect_not(pattern_origin(noise, sizeof(noise), &origin));
}

Test(pattern, lost_bytes_are_counted)
{
	for (size_t i = 0; i < ODD; i++) {
		char count[32], next[32];

		pattern_fill(&ours, odd[i] + 1460, whole, 100);
		cr_expect_eq(explain(odd[i], whole, 100), DAMAGE_LOST);
		snprintf(count, sizeof(count), "1460 bytes lost");
		snprintf(next, sizeof(next), "offset %zu", odd[i] + 1460);
		expect_said(count);
		expect_said(next);
	}
}

Test(pattern, duplicated_bytes_name_their_offset)
{
	pattern_fill(&ours, 1003, whole, 100);
	cr_expect_eq(explain(2001, whole, 100), DAMAGE_DUPLICATED);
	expect_said("duplicated");
	expect_said("offset 1003");
	expect_said("998 bytes late");
}

Test(pattern, reordered_bytes_are_not_lost)
{
	pattern_fill(&ours, 164, whole, 64);
	pattern_fill(&ours, 100, whole + 64, 64);
	cr_expect_eq(explain(100, whole, 128), DAMAGE_REORDERED);
	expect_said("reordered");
	expect_said("offset 164");
}

Test(pattern, bytes_that_are_missing_beyond_the_tail_may_still_be_reordered)
{
	pattern_fill(&ours, 612, whole, 64);
	pattern_fill(&ours, 356, whole + 64, 64);
	cr_expect_eq(explain(100, whole, 128), DAMAGE_REORDERED);
	pattern_fill(&ours, 868, whole + 64, 64);
	cr_expect_eq(explain(100, whole, 128), DAMAGE_LOST);
	pattern_fill(&ours, 612, whole + 64, 64);
	cr_expect_eq(explain(100, whole, 128), DAMAGE_LOST,
		"what is repeated was lost before");
}

Test(pattern, foreign_bytes_name_their_owner)
{
	pattern_fill(&theirs, 77, whole, 100);
	cr_expect_eq(explain(300, whole, 100), DAMAGE_FOREIGN);
	expect_said("foreign");
	expect_said("connection 65535");
	expect_said("offset 77");
	expect_said("this is connection 7");
	pattern_fill(&theirs, 300, whole, 100);
	cr_expect_eq(explain(300, whole, 100), DAMAGE_FOREIGN);
	expect_said("foreign");
}

Test(pattern, a_corrupted_byte_is_shown_at_any_offset)
{
	for (size_t offset = 0; offset < 17; offset++) {
		char words[64];

		pattern_fill(&ours, offset, whole, 100);
		snprintf(words, sizeof(words), "byte 0x%02x in place of 0x%02x",
			whole[0] ^ 0x20, whole[0]);
		whole[0] ^= 0x20;
		cr_expect_eq(explain(offset, whole, 100), DAMAGE_CHANGED);
		expect_said(words);
	}
}

Test(pattern, one_wrong_byte_at_the_end_is_enough)
{
	pattern_fill(&ours, 9, whole, 1);
	whole[0] ^= 1;
	cr_expect_eq(explain(9, whole, 1), DAMAGE_CHANGED);
	expect_said("in place of");
}

Test(pattern, explanation_keeps_to_its_room)
{
	char text[16];

	memset(text, '#', sizeof(text));
	pattern_fill(&theirs, 0, whole, 100);
	pattern_explain(&ours, 0, whole, 100, text, 10);
	cr_expect_eq(strlen(text), 9);
	cr_expect_eq(text[10], '#');
}

Test(pattern, fixed_content_repeats_and_is_checked)
{
	const struct pattern fixed = {.bytes = (const uint8_t *)"abc", .length = 3};

	pattern_fill(&fixed, 2, whole, 7);
	cr_expect_arr_eq(whole, "cabcabc", 7);
	cr_expect_eq(pattern_mismatch(&fixed, 2, whole, 7), 7);
	cr_expect_eq(pattern_mismatch(&fixed, 3, whole, 7), 0);
	whole[6] = '!';
	cr_expect_eq(pattern_mismatch(&fixed, 2, whole, 7), 6);
	pattern_explain(&fixed, 8, whole + 6, 1, said, sizeof(said));
	expect_said("byte 0x21 in place of 0x63");
}

/* --- a server that answers in upper case ------------------------------------------------- */

static void upper_case(void)
{
	answer_fn *answer;

	cr_assert(pattern_find_answer("upper", &answer));
	pattern_set_answer(answer);
	pattern_fill(&ours, 0, whole, WHOLE);
	for (size_t i = 0; i < WHOLE; i++) {
		cr_assert(whole[i] >= 'a' && whole[i] <= 'p', "%zu: %u", i, whole[i]);
		whole[i] = (uint8_t)(whole[i] - 'a' + 'A');
	}
}

TestSuite(pattern_upper, .init = upper_case);

Test(pattern_upper, the_answer_matches_and_the_echo_does_not)
{
	cr_expect_eq(pattern_mismatch(&ours, 0, whole, WHOLE), WHOLE);
	pattern_fill(&ours, 0, whole, WHOLE);
	cr_expect_eq(pattern_mismatch(&ours, 0, whole, WHOLE), 0);
}

Test(pattern_upper, a_plain_one_is_echoed)
{
	struct pattern plain = ours;

	plain.plain = true;
	cr_expect_eq(pattern_mismatch(&plain, 0, whole, WHOLE), 0);
	pattern_fill(&plain, 0, whole, WHOLE);
	cr_expect_eq(pattern_mismatch(&plain, 0, whole, WHOLE), WHOLE);
}

Test(pattern_upper, a_wrong_byte_still_tells_where_it_belongs)
{
	cr_expect_eq(explain(0, whole + 160, 1000), DAMAGE_LOST);
	expect_said("160 bytes lost");
	cr_expect_eq(explain(160, whole, 1000), DAMAGE_DUPLICATED);
	pattern_fill(&theirs, 0, whole, WHOLE);
	for (size_t i = 0; i < WHOLE; i++)
		whole[i] = (uint8_t)(whole[i] - 'a' + 'A');
	cr_expect_eq(explain(0, whole, 1000), DAMAGE_FOREIGN);
}

Test(pattern_upper, fixed_bytes_are_answered_one_by_one)
{
	static const uint8_t sent[] = "A{z\x80", wanted[] = "A{Z\x80";
	struct pattern fixed = {.connection = 1, .bytes = sent, .length = 4};

	cr_expect_eq(pattern_mismatch(&fixed, 0, wanted, 4), 4);
	cr_expect_eq(pattern_mismatch(&fixed, 0, sent, 4), 2);
}

Test(pattern_upper, there_are_two_answers)
{
	answer_fn *answer;

	cr_expect(pattern_find_answer("echo", &answer));
	cr_expect_null(answer);
	cr_expect_not(pattern_find_answer("lower", &answer));
}
