/* lifecycle_vanish - peers that are gone without a word
 *
 * A cable is cut, a laptop goes to sleep, a firewall forgets: no FIN comes and no RST. Nothing
 * tells a server that only reads; SO_KEEPALIVE is what does, off by default (RFC 9293, section
 * 3.8.4). A server that has something to send learns it from the RST of a host that knows nothing
 * of the connection, or by ETIMEDOUT.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../deadline.h"
#include "../expect.h"
#include "../judge.h"
#include "../stimulus.h"

static void vanish(struct stream *stream)
{
	if (!stream_vanish(stream))
		unsure("TCP_REPAIR is not permitted: no peer can vanish here");
}

CASE(lifecycle, peer_vanish, MAY, "RFC 9293, section 3.8.4; tcp(7), SO_KEEPALIVE",
	"A server notices by keep-alive that an idle peer is gone.",
	.wire = "private network; connect; 100 bytes and their echo; look "
		"for a keep-alive timer (inet_diag); TCP_REPAIR and close: "
		"no FIN, no RST; 64 bytes echoed on an old connection",
	.incidents = "nicolasff/webdis#54, GideonZ/1541ultimate#728, nsqio/nsq#698, "
		     "redis/redis#2093, vibe-d/vibe.d#622, nesquena/hermes-webui#7105",
	.private_net = true)
{
	struct stream *s = stream_open();
	bool keepalive;

	stream_send(s, 100);
	expect_echo(s);
	keepalive = stream_server_keepalive(s);
	vanish(s);
	expect_bystander("after a peer vanished");

	if (!keepalive)
		fail(CAUSE_LEAK, "a keep-alive timer on the connection", "none",
			"the descriptor of a peer that vanished while idle is kept for ever");
}

#define VANISHED 10

static bool all_given_back(void *before)
{
	return target_descriptors() <= *(long *)before;
}

/* Each learns of it by the RST that answers its next segment, a probe of the closed window. The
 * kernel doubles the time between two of them: the next one is no further off than the stall. */
CASE(lifecycle, peer_vanish_write, MUST, "send(2), ECONNRESET, ETIMEDOUT",
	"A peer that vanishes while output is pending costs the server that connection only.",
	.wire = "private network; 10 times stall (536-byte segments, SO_RCVBUF 2048) "
		"until the server holds back 16 KiB; TCP_REPAIR and close on each: "
		"no FIN, no RST; an old connection echoes; descriptors as before",
	.incidents = "fujita/tgt#61", .private_net = true)
{
	struct stream *set[VANISHED];
	long before = stimulus_warm_up(VANISHED);
	int64_t began = deadline_now();
	struct deadline probed;

	for (int i = 0; i < VANISHED; i++) {
		set[i] = stream_open_narrow();
		expect_stall(set[i], 16 << 10);
	}
	for (int i = 0; i < VANISHED; i++)
		vanish(set[i]);

	probed = deadline_in(deadline_now() - began + deadline_patience());
	expect_bystander("after ten peers vanished");
	while (!stream_until(all_given_back, &before) && !deadline_over(&probed))
		;
	expect_given_back(before, VANISHED);
}
