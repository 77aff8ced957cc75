/* exhaustion - connections for which no descriptor is left
 *
 * accept(2) fails with EMFILE when descriptors run out, and the listener stays readable: servers
 * exit, spin, or never accept again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

CASE(accept, emfile_survive, MUST, "accept(2), EMFILE",
	"A server out of descriptors goes on serving the connections it has.",
	.wire = "5 connections, 100 bytes and echo on each; prlimit: no descriptor "
		"left; 3 connects, 100 bytes on each; 10 times 100 bytes and echo on "
		"each of the 5; 64 bytes and echo on an older one; limit back",
	.incidents = "twisted/twisted#10425, async-rs/async-std#658, "
		     "firedancer-io/firedancer#9538, dizda/fast-socks5#67",
	.sight = PID, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	for (int i = 0; i < 10; i++) {
		stream_send_all(exhaustion.served, EXHAUST_SERVED, 100);
		expect_echo_all(exhaustion.served, EXHAUST_SERVED);
	}
	expect_bystander("while descriptors are exhausted");

	stimulus_relieve();
	stream_close(exhaustion.served[0]);
}

CASE(accept, emfile_no_spin, SHOULD, "accept(2), EMFILE",
	"A server out of descriptors waits for better times without burning a processor.",
	.wire = "5 connections; prlimit: no descriptor left; 3 connects, 100 bytes on "
		"each; CPU time of the process tree over a quiet 0.3 s, then 0.6 s if "
		"over 5 %; limit back",
	.incidents = "joyent/libuv#690, nodejs/node#45242, twisted/twisted#5368, "
		     "tokio-rs/tokio#3529, oven-sh/bun#32705, redis/redis#246",
	.sight = PID, .alone = true, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	expect_no_spin("while descriptors are exhausted and connections wait");

	stimulus_relieve();
	stream_close(exhaustion.served[0]);
}

/* Why there is none to open though connections closed: what is closed may be another process's, or
 * have numbers above the limit. */
static void explain_no_descriptor(long before)
{
	long most = before - EXHAUST_SERVED, left = target_descriptors_left(most);

	if (before < 0 || left <= most)
		skip("closing connections frees no descriptor of the process that accepts");
	fail(CAUSE_LEAK,
		text("%ld descriptors once %d connections closed", most, EXHAUST_SERVED),
		text("%ld", left), "the server does not close(2) what is over");
}

CASE(accept, emfile_recover_close, MUST, "accept(2), EMFILE",
	"Once connections close, those that waited for a descriptor are served.",
	.wire = "5 connections; prlimit: no descriptor left; 3 connects, 100 bytes on "
		"each; FIN on the 5, read to the end of file; read the echo of the 3 "
		"unless they were closed; connect, 64 bytes, echo",
	.incidents = "microsoft/cpprestsdk#546, boostorg/beast#3010, "
		     "cpp-netlib/cpp-netlib#172, dom96/httpbeast#27, "
		     "payjoin/rust-payjoin#1608, benoitc/gunicorn#49",
	.sight = PID, .exhausts = true)
{
	struct exhaustion exhaustion;
	long before;

	if (target_shares_port())
		skip("it has several queues: whose process gets descriptors back is chance");
	stimulus_exhaust(&exhaustion);
	before = target_descriptors();

	for (int i = 0; i < EXHAUST_SERVED; i++)
		stream_fin(exhaustion.served[i]);
	expect_eof_all(exhaustion.served, EXHAUST_SERVED);
	if (target_alive() && !stream_until(target_has_descriptor, NULL))
		explain_no_descriptor(before);

	expect_relief(&exhaustion, "after five connections were closed");
	stimulus_relieve();
}

CASE(accept, emfile_recover_limit, SHOULD, "accept(2), EMFILE",
	"Once the limit is raised, waiting connections are served, though none closes or comes.",
	.wire = "5 connections; prlimit: no descriptor left; 3 connects, 100 bytes on "
		"each; prlimit: as before; read the echo of the 3 unless they were "
		"closed; connect, 64 bytes, echo",
	.incidents = "boostorg/beast#3010, dom96/httpbeast#27, payjoin/rust-payjoin#1608",
	.sight = PID, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	stimulus_relieve();

	expect_relief(&exhaustion, "after the limit was raised");
}
