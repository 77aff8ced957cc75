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
	.sight = PID, .alone = true, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	expect_no_spin("while descriptors are exhausted and connections wait");

	stimulus_relieve();
	stream_close(exhaustion.served[0]);
}

CASE(accept, emfile_recover_close, MUST, "accept(2), EMFILE",
	"Once connections close, those that waited for a descriptor are served.",
	.sight = PID, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	for (int i = 0; i < EXHAUST_SERVED; i++)
		stream_fin(exhaustion.served[i]);
	expect_eof_all(exhaustion.served, EXHAUST_SERVED);
	if (target_alive() && !stream_until(target_has_descriptor, NULL))
		skip("closing connections frees no descriptor of the process that accepts");

	expect_relief(&exhaustion, "after five connections were closed");
	stimulus_relieve();
}

CASE(accept, emfile_recover_limit, SHOULD, "accept(2), EMFILE",
	"Once the limit is raised, waiting connections are served, though none closes or comes.",
	.sight = PID, .exhausts = true)
{
	struct exhaustion exhaustion;

	stimulus_exhaust(&exhaustion);

	stimulus_relieve();

	expect_relief(&exhaustion, "after the limit was raised");
}
