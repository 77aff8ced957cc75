/* pattern - payload whose bytes tell whose they are and where they belong
 *
 * Every eight bytes hold a scrambled word of (mark, connection, position). The scrambling can
 * be undone, so that eight bytes found anywhere name the stream and the offset they were
 * written for: a wrong byte is not just wrong but lost, duplicated, reordered or foreign.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern {
	uint16_t connection; /* whose bytes: unique among the streams of a case */
	const uint8_t
		*bytes; /* fixed content, repeated, in place of the coded one; or NULL */
	size_t length;  /* of bytes */
	bool plain;     /* it is echoed, whatever the target answers: the reference */
};

/* What a server makes of each byte, of which the sixteen letters from 'a' on have to stay
 * different: an echo nothing, NULL. Coded bytes are such letters then, sixteen for each word. */
typedef uint8_t answer_fn(uint8_t byte);
void pattern_set_answer(answer_fn *answer);
/* The answer of that name: "echo", "upper". False when there is none. */
bool pattern_find_answer(const char *name, answer_fn **answer);

/* The n bytes to send at offset. */
void pattern_fill(const struct pattern *pattern, uint64_t offset, uint8_t *out, size_t n);

/* Offset of the first byte of in[0..n) that is not the answer to what was sent at offset,
 * relative to in; n when all are. */
size_t pattern_mismatch(
	const struct pattern *pattern, uint64_t offset, const uint8_t *in, size_t n);

/* Where a run of bytes was written: false when it holds no whole coded word. */
struct origin {
	uint16_t connection;
	uint64_t offset; /* of the first byte of the run */
};
bool pattern_origin(const uint8_t *in, size_t n, struct origin *origin);

enum damage {
	DAMAGE_CHANGED,
	DAMAGE_FOREIGN,
	DAMAGE_DUPLICATED,
	DAMAGE_REORDERED,
	DAMAGE_LOST,
};

/* What happened to the bytes at offset: tail[0..n) is what came in their place. Puts it into
 * words, at most size bytes. */
enum damage pattern_explain(const struct pattern *pattern, uint64_t offset,
	const uint8_t *tail, size_t n, char *text, size_t size);

#endif
