/* lifecycle - from one process to the next
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../judge.h"

#include <netinet/tcp.h>

/* The port's connections that outlive the server. */
static bool left_behind(void *unused)
{
	static const int states[] = {TCP_TIME_WAIT, TCP_FIN_WAIT1, TCP_FIN_WAIT2};
	socklen_t length;
	int n = 0;

	for (int i = 0; i < 3; i++)
		n += diag_count(target_address(&length), states[i]) > 0;
	return n > 0 && !unused;
}

/* Nine connections go to TIME_WAIT, as far as the kernel has room for it; one cannot deliver its
 * last bytes and stays in FIN_WAIT1. */
CASE(lifecycle, restart_time_wait, SHOULD, "socket(7), SO_REUSEADDR",
	"A server that was killed with live connections can be started again at once.",
	.sight = OWN)
{
	struct stream *set[9], *late;

	expect_open_each(set, 9);
	late = stream_open_narrow();
	for (int i = 0; i < 4; i++) {
		stream_overfill(late, 3 << 10);
		stream_until(stream_is_read, late);
	}

	target_kill();
	stream_receive(set, 9, UINT64_MAX);
	for (int i = 0; i < 9; i++)
		stream_close(set[i]);
	if (!stream_until(left_behind, NULL))
		unsure("no connection of the killed server is left in TIME_WAIT or FIN_WAIT");

	if (target_restart(&(struct launch){0}) == -1)
		fail(CAUSE_HANG, "a server that listens again", target_reason(),
			"it binds its port without SO_REUSEADDR: old connections keep it away "
			"for a minute");
	expect_open_bystander();
}
