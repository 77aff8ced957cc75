/* reference - tests: the echo server inside the suite is a right one, and goes when it should
 *
 * SPDX-License-Identifier: MIT
 */
#include "../reference.h"

#include "../expect.h"
#include "../proc.h"
#include "../stream.h"
#include "child.h"
#include "server.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)

TestSuite(reference, .init = child_backstop);

Test(reference, is_a_right_server)
{
	struct stream *s;

	server_use(serve_nothing, 1); /* which shows whom the stream goes to */
	s = stream_open_reference();
	stream_send(s, 8 * MIB);
	expect_echo(s);
	stream_send_fin(s, 1000);
	expect_eof(s);
}

Test(reference, serves_many_and_one_that_does_not_read)
{
	struct stream *set[100], *stalled;

	server_use(serve_nothing, 1);
	stalled = stream_open_reference();
	cr_expect(stream_overfill(stalled, 64 * MIB));
	for (int i = 0; i < 100; i++)
		set[i] = stream_open_reference();
	stream_send_all(set, 100, 100000);
	expect_echo_all(set, 100);
	expect_echo(stalled);
}

Test(reference, outlives_a_reset)
{
	struct stream *s;

	server_use(serve_nothing, 1);
	s = stream_open_reference();
	stream_overfill(s, MIB);
	stream_reset(s);
	cr_expect_gt(stream_ping(stream_open_reference(), 64), 0);
}

Test(reference, is_seen_in_the_kernels_tables)
{
	struct stream *s;

	server_use(serve_nothing, 1);
	s = stream_open_reference();
	stream_ping(s, 64);
	cr_expect_eq(stream_server_state(s), TCP_ESTABLISHED);
	cr_expect(stream_is_read(s));
}

static int open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

Test(reference, is_no_process_and_leaves_nothing_behind)
{
	static struct tree tree;
	int processes, descriptors;

	server_use(serve_nothing, 1);
	proc_tree(getpid(), false, &tree);
	processes = tree.n;
	descriptors = open_descriptors();
	for (int i = 0; i < 2; i++) {
		cr_expect_gt(stream_ping(stream_open_reference(), 64), 0);
		proc_tree(getpid(), false, &tree);
		cr_expect_eq(tree.n, processes);
		stream_close_all();
		cr_expect_eq(open_descriptors(), descriptors);
	}
}
