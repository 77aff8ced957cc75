/* idle - nothing to do
 *
 * A loop that is told of events it does not handle, or that polls, shows as processor time when
 * nobody sends anything.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"

CASE(idle, conns_cpu, SHOULD, "epoll(7); poll(2)",
	"500 idle connections cost no processor time.", .sight = PID, .alone = true)
{
	struct stream *set[500];

	expect_open_each(set, 500);

	expect_no_spin("with 500 idle connections");
}

CASE(idle, keeps_open, SHOULD, "RFC 862: until the calling user terminates",
	"A connection that is idle for five seconds is still served.")
{
	struct stream *s = stream_open();

	expect_silence(s, 5000);
	stream_send(s, 100);

	expect_echo(s);
}
