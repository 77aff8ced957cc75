/* pattern - payload whose bytes tell whose they are and where they belong
 *
 * The scrambling is the finalizer of splitmix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014): a bijection of 64 bits, undone by running its steps
 * backwards with the inverse multipliers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORD sizeof(uint64_t)
#define MARK UINT64_C(0xec40)

static uint64_t scramble(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t unscramble(uint64_t z)
{
	z = (z ^ z >> 31 ^ z >> 62) * UINT64_C(0x319642b2d24d8ec3);
	z = (z ^ z >> 27 ^ z >> 54) * UINT64_C(0x96de1b173f119089);
	return z ^ z >> 30 ^ z >> 60;
}

static uint64_t word_at(const struct pattern *pattern, uint64_t index)
{
	return scramble(
		MARK << 48 | (uint64_t)pattern->connection << 32 | (index & UINT32_MAX));
}

/* --- what the server answers --------------------------------------------------------------- */

#define LETTERS 16 /* 'a' and those after it: four bits each */

static answer_fn *answer;

/* As toupper(3) in the C locale. */
static uint8_t upper(uint8_t byte)
{
	return byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte;
}

void pattern_set_answer(answer_fn *function)
{
	answer = function;
}

bool pattern_find_answer(const char *name, answer_fn **function)
{
	if (strcmp(name, "echo") != 0 && strcmp(name, "upper") != 0)
		return false;
	*function = *name == 'u' ? upper : NULL;
	return true;
}

/* Bytes that hold one word. */
static size_t unit(void)
{
	return answer ? 2 * WORD : WORD;
}

static void put_word(uint64_t word, uint8_t *out)
{
	if (!answer)
		memcpy(out, &word, WORD);
	else
		for (size_t i = 0; i < 2 * WORD; i++)
			out[i] = (uint8_t)('a' + (word >> 4 * i) % LETTERS);
}

/* The word that was sent and answered by in; 0, which is none, when no letters were. */
static uint64_t take_word(const uint8_t *in)
{
	uint64_t word = 0;

	if (!answer) {
		memcpy(&word, in, WORD);
		return word;
	}
	for (size_t i = 0; i < 2 * WORD; i++) {
		uint64_t bits = 0;

		while (bits < LETTERS && answer((uint8_t)('a' + bits)) != in[i])
			bits++;
		if (bits == LETTERS)
			return 0;
		word |= bits << 4 * i;
	}
	return word;
}

/* --- bytes and their places ---------------------------------------------------------------- */

static void fill_fixed(
	const struct pattern *pattern, uint64_t offset, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = pattern->bytes[(offset + i) % pattern->length];
}

void pattern_fill(const struct pattern *pattern, uint64_t offset, uint8_t *out, size_t n)
{
	uint8_t whole[2 * WORD];

	if (pattern->bytes) {
		fill_fixed(pattern, offset, out, n);
		return;
	}
	while (n > 0) {
		size_t skip = offset % unit();
		size_t take = n < unit() - skip ? n : unit() - skip;

		put_word(word_at(pattern, offset / unit()), whole);
		memcpy(out, whole + skip, take);
		offset += take;
		out += take;
		n -= take;
	}
}

static void fill_answer(
	const struct pattern *pattern, uint64_t offset, uint8_t *out, size_t n)
{
	pattern_fill(pattern, offset, out, n);
	for (size_t i = 0; answer && !pattern->plain && i < n; i++)
		out[i] = answer(out[i]);
}

size_t pattern_mismatch(
	const struct pattern *pattern, uint64_t offset, const uint8_t *in, size_t n)
{
	uint8_t want[4096];

	for (size_t done = 0; done < n;) {
		size_t part = n - done < sizeof(want) ? n - done : sizeof(want);

		fill_answer(pattern, offset + done, want, part);
		if (memcmp(in + done, want, part) != 0) {
			while (in[done] == want[done % sizeof(want)])
				done++;
			return done;
		}
		done += part;
	}
	return n;
}

static bool decode(const uint8_t *in, uint16_t *connection, uint64_t *offset)
{
	uint64_t word = unscramble(take_word(in));

	*connection = (uint16_t)(word >> 32);
	*offset = (word & UINT32_MAX) * unit();
	return word >> 48 == MARK;
}

bool pattern_origin(const uint8_t *in, size_t n, struct origin *origin)
{
	uint64_t offset;

	for (size_t skip = 0; skip < unit() && skip + unit() <= n; skip++) {
		if (!decode(in + skip, &origin->connection, &offset) || offset < skip)
			continue;
		origin->offset = offset - skip;
		return true;
	}
	return false;
}

static bool decode_ours(
	const struct pattern *pattern, const uint8_t *in, uint64_t *offset)
{
	uint16_t connection;

	return decode(in, &connection, offset) && connection == pattern->connection;
}

static bool has(
	const struct pattern *pattern, uint64_t wanted, const uint8_t *tail, size_t n)
{
	uint64_t offset;

	for (size_t i = 0; i + unit() <= n; i++)
		if (decode_ours(pattern, tail + i, &offset) && offset == wanted)
			return true;
	return false;
}

/* Whether the tail goes back, behind what came in order, to bytes that are not in it yet: they were
 * owed before some that it has. All that is missing may come later than the tail ends. */
static bool goes_back(
	const struct pattern *pattern, uint64_t from, const uint8_t *tail, size_t n)
{
	uint64_t offset, last = from;

	for (size_t i = 0; i + unit() <= n; i++) {
		if (!decode_ours(pattern, tail + i, &offset) || offset < from)
			continue;
		if (offset < last && !has(pattern, offset, tail, i))
			return true;
		last = offset;
	}
	return false;
}

static enum damage classify(const struct pattern *pattern, uint64_t offset,
	const uint8_t *tail, size_t n, struct origin *origin)
{
	if (pattern->bytes || !pattern_origin(tail, n, origin))
		return DAMAGE_CHANGED;
	if (origin->connection != pattern->connection)
		return DAMAGE_FOREIGN;
	if (origin->offset == offset)
		return DAMAGE_CHANGED;
	if (origin->offset < offset)
		return DAMAGE_DUPLICATED;
	return goes_back(pattern, offset, tail, n) ? DAMAGE_REORDERED : DAMAGE_LOST;
}

enum damage pattern_explain(const struct pattern *pattern, uint64_t offset,
	const uint8_t *tail, size_t n, char *text, size_t size)
{
	struct origin origin;
	enum damage damage = classify(pattern, offset, tail, n, &origin);
	uint8_t want;

	switch (damage) {
	case DAMAGE_CHANGED:
		fill_answer(pattern, offset, &want, 1);
		snprintf(text, size, "byte 0x%02x in place of 0x%02x", tail[0], want);
		break;
	case DAMAGE_FOREIGN:
		snprintf(text, size,
			"foreign bytes: they belong to connection %u at offset %" PRIu64
			", this is connection %u",
			origin.connection, origin.offset, pattern->connection);
		break;
	case DAMAGE_DUPLICATED:
		snprintf(text, size,
			"duplicated bytes: those of offset %" PRIu64
			" came again, %" PRIu64 " bytes late",
			origin.offset, offset - origin.offset);
		break;
	case DAMAGE_REORDERED:
		snprintf(text, size,
			"reordered bytes: those of offset %" PRIu64
			" came first, earlier ones after them",
			origin.offset);
		break;
	case DAMAGE_LOST:
		snprintf(text, size,
			"%" PRIu64 " bytes lost: those of offset %" PRIu64
			" follow at once",
			origin.offset - offset, origin.offset);
		break;
	}
	return damage;
}
