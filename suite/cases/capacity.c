/* capacity - many descriptors, and high descriptors
 *
 * An fd_set has FD_SETSIZE (1024) bits, and FD_SET does not look: a higher number writes beyond
 * it (select(2), BUGS), aborts under _FORTIFY_SOURCE, or is refused by a runtime whose loop then
 * dies. The number of the descriptor counts, not how many there are. A limit that a server keeps
 * by refusing is a policy; what it may not do is break those it serves.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../config.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>

#define CROWD 1100 /* past FD_SETSIZE with room to spare */

/* All that were accepted are served still; how many that were. */
static size_t expect_crowd(struct stream **set)
{
	const char *refused;
	size_t n = stimulus_crowd(set, CROWD, &refused);

	if (n < CROWD)
		note("limited to %zu connections: %s", n, refused);
	for (int round = 0; round < 2; round++) {
		stream_send_all(set, n, 100);
		expect_echo_all(set, n);
	}
	return n;
}

CASE(capacity, fdsetsize_cross, MUST, "select(2), BUGS; POSIX, FD_SET",
	"With 1,100 connections every one is served, or the late ones are refused.",
	.wire = "1100 connects, up to 16 at a time, 100 bytes and echo on each, up to "
		"the first that is refused; twice 100 bytes on all at once, read every "
		"echo; FIN on all, read to the end of file",
	.incidents = "microsoft/omi#625, cesanta/mongoose#90, "
		     "eclipse-mosquitto/mosquitto#63, Pylons/waitress#31, "
		     "ratchetphp/Ratchet#300, php/php-src#14452",
	.exhausts = true)
{
	struct stream *set[CROWD];

	stimulus_disperse(set, expect_crowd(set));
}

/* The lowest number that is free, in the process where it is highest. */
static int highest_free(void)
{
	static struct tree tree;
	int highest = -1;

	target_tree(&tree);
	for (int i = 0; i < tree.n; i++) {
		int lowest = proc_lowest_free(tree.pids[i]);

		highest = lowest > highest ? lowest : highest;
	}
	return highest;
}

CASE(capacity, fdsetsize_high_number, MUST, "select(2), BUGS; POSIX, FD_SET",
	"Connections whose descriptors are above 1024 are served, or refused.",
	.wire = "start it with descriptors 3 to 1019 taken; 12 connects at once, 100 "
		"bytes and echo on each, up to the first that is refused; 100 bytes on "
		"all at once, read every echo; FIN on all",
	.incidents = "microsoft/omi#625, ljean/modbus-tk#90", .sight = OWN,
	.low_fds = 1020)
{
	struct stream *set[12];
	const char *refused;
	size_t n = stimulus_crowd(set, 12, &refused);

	if (n < 12)
		note("limited to %zu connections: %s", n, refused);
	else if (highest_free() < FD_SETSIZE)
		skip("no descriptor is above %d: it closes what it inherits, or gives each "
		     "connection to another process",
			FD_SETSIZE);
	stream_send_all(set, n, 100);
	expect_echo_all(set, n);
	stimulus_disperse(set, n);
}

CASE(capacity, fdsetsize_after, MUST, "select(2), BUGS",
	"After 1,100 connections have come and all but ten have gone, new ones are served.",
	.wire = "1100 connections as in capacity/fdsetsize-cross; FIN on all but 10, "
		"read to the end of file; connect, 64 bytes, echo; 100 bytes and echo "
		"on each of the 10",
	.incidents = "nicotine-plus/nicotine-plus#77, php/php-src#14452",
	.exhausts = true)
{
	struct stream *set[CROWD];
	size_t n = expect_crowd(set), kept = n < 10 ? n / 2 : 10;

	stimulus_disperse(set + kept, n - kept);

	expect_served("after the crowd has gone");
	stream_send_all(set, kept, 100);
	expect_echo_all(set, kept);
}

#define NEIGHBOURS 1300 /* up to the fifth word of 64 bits behind an fd_set */

/* A bit that is set beyond the end of an fd_set lies in somebody else's bytes. */
CASE(capacity, fdsetsize_integrity, MUST, "select(2), BUGS; POSIX, FD_SET",
	"Around descriptor 1024, and 64 by 64 above it, each connection gets its own bytes.",
	.wire = "1300 connects, up to 16 at a time, 100 bytes and echo on each, up to "
		"the first that is refused; 3 times 5000 bytes on all at once in "
		"random pieces, a pattern for each, all checked; FIN on all",
	.incidents = "CopernicaMarketingSoftware/AMQP-CPP#378, microsoft/omi#625",
	.exhausts = true)
{
	static struct stream *set[NEIGHBOURS];
	const char *refused;
	size_t n = stimulus_crowd(set, NEIGHBOURS, &refused);

	if (n < NEIGHBOURS)
		note("limited to %zu connections: %s", n, refused);
	for (size_t i = 0; i < n; i++)
		set[i]->ragged = true;
	for (int round = 0; round < 3; round++) {
		stream_send_all(set, n, 5000);
		expect_echo_all(set, n);
	}
	stimulus_disperse(set, n);
}

#define MANY  5000
#define SPARE 100 /* descriptors of our own, for everything else */

/* How many connections this process can have: all of them with --long. */
static size_t how_many(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < MANY + SPARE)
		skip("needs %d descriptors of its own: raise the hard limit (ulimit -H -n)",
			MANY + SPARE);
	return config_get()->thorough ? limit.rlim_cur - SPARE : MANY;
}

CASE(capacity, many, SHOULD, "epoll(7); getrlimit(2), RLIMIT_NOFILE",
	"5,000 connections, one in a hundred of them active, are served.",
	.wire = "5000 connects (--long: as many as our own limit allows), up to 16 at "
		"a time, 100 bytes and echo on each; 20 times 1000 bytes on every "
		"hundredth at once, read every echo; FIN on all",
	.exhausts = true)
{
	size_t n = how_many(), served;
	struct stream **set = calloc(n, sizeof(*set)),
		      **active = calloc(n, sizeof(*active));
	const char *refused;

	served = stimulus_crowd(set, n, &refused);
	if (served < MANY)
		fail(CAUSE_NONE, text("%d connections at a time", MANY),
			text("%zu, then: %s", served, refused),
			"a limit of its descriptors, its table, or its threads");
	for (size_t i = 0; i < served / 100; i++)
		active[i] = set[100 * i];
	for (int round = 0; round < 20; round++) {
		stream_send_all(active, served / 100, 1000);
		expect_echo_all(active, served / 100);
	}
	stimulus_disperse(set, served);
	note("%zu connections at a time", served);
	free(active);
	free(set);
}
