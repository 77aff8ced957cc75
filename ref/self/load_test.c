/* load_test - the parts of echoload: what belongs where, how long it took, and how it is
 * called
 *
 * SPDX-License-Identifier: MIT
 */
#include "program.h"
#include "ref/latency.h"
#include "ref/payload.h"

#include <criterion/criterion.h>
#include <string.h>

enum { SIZE = 3000000 }; /* more than twice round the table of the payload */

static unsigned char data[SIZE];

/* What a server that is right sends back, from offset on. */
static struct payload *echoed(struct place place, unsigned seed)
{
	struct payload *payload = payload_create(seed);
	size_t n;

	for (size_t done = 0; done < SIZE; done += n, place.offset += n) {
		const unsigned char *piece;

		n = SIZE - done;
		piece = payload_at(payload, place, &n);
		memcpy(data + done, piece, n);
	}
	return payload;
}

Test(payload, matches_from_any_offset)
{
	struct payload *payload = echoed((struct place){3, 100}, 1);

	cr_assert_eq(payload_match(payload, (struct place){3, 100}, data, SIZE), SIZE);
	cr_assert_eq(payload_match(payload, (struct place){3, 107}, data + 7, SIZE - 7),
		SIZE - 7);
	payload_destroy(payload);
}

Test(payload, tells_the_first_difference)
{
	static const size_t places[] = {0, 1, 1048572, 1048573, SIZE - 1};
	struct payload *payload = echoed((struct place){0, 0}, 1);

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		data[places[i]] ^= 0x20;
		cr_assert_eq(payload_match(payload, (struct place){0, 0}, data, SIZE),
			places[i]);
		data[places[i]] ^= 0x20;
	}
	payload_destroy(payload);
}

/* Bytes that are lost, come from another connection, or of another run. */
Test(payload, is_nowhere_the_same)
{
	struct payload *payload = echoed((struct place){0, 0}, 1);
	struct payload *other = payload_create(2);

	for (unsigned lost = 1; lost <= SIZE / 2; lost *= 2)
		cr_assert_lt(
			payload_match(payload, (struct place){0, lost}, data, 64), 64);
	for (int connection = 1; connection < 20000; connection++)
		cr_assert_lt(
			payload_match(payload, (struct place){connection, 0}, data, 64),
			64);
	cr_assert_lt(payload_match(other, (struct place){0, 0}, data, 64), 64);
	payload_destroy(payload);
	payload_destroy(other);
}

Test(latency, is_zero_of_nothing)
{
	static struct latency latency;

	cr_assert_eq(latency_quantile(&latency, 0.5), 0);
}

Test(latency, is_exact_at_both_ends)
{
	static struct latency latency;

	latency_add(&latency, 123456789);
	latency_add(&latency, 1000001);
	cr_assert_eq(latency.n, 2);
	cr_assert_eq(latency.min, 1000001);
	cr_assert_eq(latency.max, 123456789);
	cr_assert_eq(latency_quantile(&latency, 1), 123456789);
}

/* Whatever the magnitude: not below, and not by more than 1/128 above. */
Test(latency, errs_by_less_than_a_hundredth)
{
	for (unsigned long long value = 0; value < 1ULL << 62; value += 1 + value / 7) {
		static const struct latency none;
		static struct latency latency;
		unsigned long long told;

		latency = none;
		latency_add(&latency, value);
		latency_add(&latency, ~0ULL);
		told = latency_quantile(&latency, 0.49);
		cr_assert(told >= value && told - value <= value / 128, "%llu for %llu",
			told, value);
	}
}

Test(latency, ranks)
{
	static struct latency latency;

	for (unsigned long long value = 100; value > 0; value--)
		latency_add(&latency, value);
	cr_assert_eq(latency_quantile(&latency, 0), 1);
	cr_assert_eq(latency_quantile(&latency, 0.5), 51);
	cr_assert_eq(latency_quantile(&latency, 0.99), 100);
}

static void refused(
	const char *arguments, const char *culprit, const char *why, int status)
{
	program_refused("echoload", arguments, culprit, why, status);
}

Test(echoload, names_what_is_wrong)
{
	refused("--nonsense 127.0.0.1:1", "--nonsense", "--help", 2);
	refused("--rate", "--rate", "value", 2);
	refused("", "HOST:PORT", "missing", 2);
	refused("127.0.0.1:1 again", "again", "one is taken", 2);
	refused("7007", "7007", "no port", 2);
	refused("--connections 0 127.0.0.1:1", "'0'", "from 1 to", 2);
	refused("--size '' 127.0.0.1:1", "''", "from 1 to", 2);
	refused("--seconds -1 127.0.0.1:1", "'-1'", "from 0 to 2147483", 2);
	refused("--seconds '' 127.0.0.1:1", "''", "from 0 to 2147483", 2);
	refused("--mux kqueue 127.0.0.1:1", "kqueue", "multiplexer", 2);
	refused("--connections 2000000000 127.0.0.1:1", "connections", "ulimit", 3);
	refused("no-such-host.invalid:1", "no-such-host.invalid:1", "cannot find", 3);
}

Test(echoload, answers_help_and_version)
{
	char text[4096];

	cr_assert_eq(program_run("echoload", "--help", text), 0);
	cr_assert(strstr(text, "--connections") && strstr(text, "epollet"), "%s", text);
	cr_assert_eq(program_run("echoload", "--version", text), 0);
	cr_assert_eq(strncmp(text, "echoload ", 9), 0, "%s", text);
}
