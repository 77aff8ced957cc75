/* accept_errno - what accept(2) may answer in place of a connection
 *
 * On Linux accept passes on the errors of a network that is not there any more, and the manual
 * page says what to do: treat them like EAGAIN, by retrying. Servers take them for the end of the
 * listener. None of them can be provoked from the wire, so they are injected.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../case.h"
#include "../expect.h"
#include "../inject.h"
#include "../judge.h"
#include "../stimulus.h"

#define NEVER    "accept:errno=ECONNABORTED:at=60000" /* each error has a start of its own */
#define MOST_ASK 64 /* connections until a second one comes to one of several workers */

static struct stream *ask(void)
{
	struct stream *s = stream_open();

	stream_send(s, 100);
	stream_receive_echo(&s, 1);
	if (s->end != STREAM_OPEN)
		stream_until(stimulus_serves_again, NULL);
	return s;
}

/* The bystander is the first that is accepted; the one behind it meets the error. It stays queued,
 * for the next accept: that may come with the next connection, or with one that sheds everything
 * that is queued. */
static void expect_accepts_after(const char *name)
{
	struct stream *met = NULL;

	inject_restart(text("accept:errno=%s:at=2", name));
	for (int i = 0; i < MOST_ASK && inject_count() == 0; i++)
		met = ask();

	expect_served(text("after accept failed with %s", name));
	expect_bystander(text("after accept failed with %s", name));
	if (inject_count() == 0)
		unsure("no accept failed with %s", name);
	if (met && !stimulus_was_shed(met))
		expect_echo_as(
			text("the connection that was queued when accept failed with "
			     "%s is served",
				name),
			met);
}

CASE(accept, errno_matrix, MUST, "accept(2), ERROR HANDLING",
	"An accept that fails with the error of one connection does not end the listener.",
	.wire = "for each of 10 errors (ECONNABORTED, EINTR, EPROTO, ...): restart, "
		"the 2nd accept fails with it; connect, 100 bytes; connect, 64 bytes, "
		"echo; 64 bytes and echo on the 1st; the 100 come back, unless shed",
	.incidents = "panjf2000/gnet#453, measurement-factory/squid#27, "
		     "MisterTea/EternalTerminal#756, tiny-http/tiny-http#283, "
		     "hickory-dns/hickory-dns#3726, emqx/esockd#28",
	.faults = NEVER)
{
	static const char *const names[] = {"ECONNABORTED", "EINTR", "EPROTO", "ENETDOWN",
		"ENOPROTOOPT", "EHOSTDOWN", "ENONET", "EHOSTUNREACH", "EOPNOTSUPP",
		"ENETUNREACH"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		expect_accepts_after(names[i]);
}

CASE(accept, errno_resources, SHOULD, "accept(2), ERRORS",
	"An accept that fails for want of something is tried again later.",
	.wire = "for EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM: restart, the 2nd accept "
		"fails with it; connect, 100 bytes; connect, 64 bytes, echo; 64 bytes and "
		"echo on the 1st; the 100 come back, unless they were shed",
	.incidents = "twisted/twisted#10425, async-rs/async-std#658, "
		     "firedancer-io/firedancer#9538, dizda/fast-socks5#67",
	.faults = NEVER)
{
	static const char *const names[] = {
		"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EPERM"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		expect_accepts_after(names[i]);
}
