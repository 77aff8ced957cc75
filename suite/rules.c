/* rules - the bugs that are known of echo servers, by what they are known and how they are repaired
 *
 * The evidence was taken from the runs against the servers of fixtures/, each of which has one of
 * these bugs; the matrix of broken servers checks that each is diagnosed as what it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "diagnosis.h"

#include <stddef.h>

/* What goes wrong, each ending in a blank, once a client reads more slowly than it writes. */
#define WHEN_STALLED                                                                     \
	"et/data-during-write et/write-edge half-close/fin-slow-reader "                 \
	"half-close/fin-slow-reader-100m half-close/no-early-close "                     \
	"integrity/random-fuzz lifecycle/valgrind-clean "                                \
	"partial/slow-reader partial/stall-cycles partial/near-stall "                   \
	"partial/window-trickle partial/zero-window-persist "                            \
	"partial/pollout-disarm partial/full-buffer-eof "                                \
	"partial/short-send-inject partial/tiny-sndbuf "
/* ... once there is more to read than one read takes. */
#define WHEN_LONG                                                                        \
	"capacity/fdsetsize-integrity et/read-drain et/cap-resume "                      \
	"fairness/latency half-close/fin-exact-buffer "                                  \
	"half-close/fin-multi-read half-close/graceful-close "                           \
	"integrity/all-bytes integrity/buffer-boundaries "                               \
	"integrity/pipelined integrity/burst-then-silence "                              \
	"integrity/large-duplex integrity/cross-talk reset/in-batch "                    \
	"signals/stop-cont signals/ptrace-eintr "
/* ... once a client resets its connection. */
#define WHEN_RESET                                                                       \
	"accept/vanished capacity/fd-leak capacity/rss-leak "                            \
	"capacity/slot-leak capacity/rtt-drift "                                         \
	"integrity/fd-reuse-crosstalk lifecycle/port-scan "                              \
	"lifecycle/valgrind-clean lifecycle/peer-vanish-write "                          \
	"reset/idle reset/unread-data reset/before-accept "                              \
	"reset/in-batch reset/storm reset/fd-release reset/no-spin "                     \
	"reset/close-unread reset/pending-echo "                                         \
	"reset/write-only-interest "
/* ... once a client closes before its echo has come. */
#define WHEN_PIPE                                                                        \
	"integrity/fd-reuse-crosstalk lifecycle/valgrind-clean "                         \
	"reset/in-batch reset/storm reset/fd-release reset/no-spin "                     \
	"reset/close-pending-echo reset/half-close-then-rst "                            \
	"signals/sigpipe "
/* ... once a client sends without a pause. */
#define WHEN_HOT                                                                         \
	"et/starvation et/starvation-memory fairness/8-hot "                             \
	"fairness/newcomer fairness/echo-while-sending "                                 \
	"fairness/every-descriptor "

const struct rule diagnosis_rules[] = {
	{
		.shown_by = "broken/drop-remainder",
		.bug = "what a short send did not take is forgotten",
		.repair = "Keep the rest, ask for writability, and go on from there when "
			  "the socket is writable.",
		.code = "n = send(fd, data + start, end - start, MSG_NOSIGNAL);\n"
			"if (n > 0)\n"
			"\tstart += n; /* not: start = end */\n",
		.unmet =
			"partial/short-send-inject:data~lost|partial/slow-reader:data~lost|"
			"half-close/fin-slow-reader:data~lost",
		.met = "integrity/buffer-boundaries:data",
		.also = WHEN_STALLED,
	},
	{
		.shown_by = "broken/resend-whole-after-short-send",
		.bug = "after a short send everything is sent again",
		.repair = "Go on behind what the short send took: its return value says "
			  "how much that was.",
		.code = "n = send(fd, data + start, end - start, MSG_NOSIGNAL);\n"
			"if (n > 0)\n"
			"\tstart += n; /* a short count is a success */\n",
		.unmet =
			"partial/short-send-inject:data~duplicated|partial/slow-reader:data~duplicated|"
			"half-close/fin-slow-reader:data~duplicated",
		.also = WHEN_STALLED,
	},
	{
		.shown_by = "broken/reorders-queued-chunks",
		.bug = "new bytes are put before those that wait to be sent",
		.repair = "Append to the queue, and send from its head only.",
		.code = "memcpy(queue + end, fresh, n);\n"
			"end += n;\n"
			"n = send(fd, queue + start, end - start, MSG_NOSIGNAL);\n",
		.unmet =
			"partial/short-send-inject:data~reordered|partial/slow-reader:data~reordered|"
			"half-close/fin-slow-reader:data~reordered",
		.also = WHEN_STALLED,
	},
	{
		.shown_by = "broken/shared-buffer",
		.bug = "one buffer serves all connections",
		.repair =
			"Give each connection a buffer of its own for what could not be "
			"sent at once.",
		.code = "struct connection {\n"
			"\tchar *pending;\n"
			"\tsize_t start, end;\n"
			"};\n",
		.unmet =
			"integrity/cross-talk:data~foreign|partial/tiny-sndbuf:data~foreign",
		.also = "capacity/fdsetsize-integrity et/cap-resume "
			"half-close/fin-exact-buffer inject/recv-short "
			"inject/recv-eintr inject/recv-eagain inject/send-eintr "
			"inject/epoll-eintr integrity/random-fuzz "
			"lifecycle/valgrind-clean reset/in-batch",
	},
	{
		.shown_by = "broken/ring-wrap-off-by-one",
		.bug = "the ring buffer wraps at two different places",
		.repair = "Let one number be its size, for what comes in and for what "
			  "goes out.",
		.code = "head = (head + got) % SIZE;\n"
			"tail = (tail + sent) % SIZE; /* the same SIZE */\n",
		.unmet = "integrity/cross-talk:data~lost "
			 "integrity/buffer-boundaries:data~lost",
		.met = "integrity/all-bytes:data~CR",
		.also = WHEN_STALLED
		"et/read-drain et/cap-resume fairness/latency "
		"half-close/fin-exact-buffer half-close/fin-multi-read "
		"half-close/graceful-close integrity/all-bytes "
		"integrity/burst-then-silence integrity/large-duplex "
		"reset/storm signals/stop-cont signals/ptrace-eintr",
	},
	{
		.shown_by = "broken/eagain-fatal",
		.bug = "EAGAIN from send() is taken for the end of the connection",
		.repair = "Keep what was refused and wait for writability: EAGAIN says "
			  "later, not never.",
		.code = "if (n == -1 && errno == EAGAIN)\n"
			"\treturn watch(fd, EPOLLOUT);\n",
		.unmet =
			"partial/hol-blocking:reset|partial/hol-blocking:eof|partial/no-busy-wait:reset|partial/no-busy-wait:eof",
		.also = WHEN_STALLED
		"et/starvation et/starvation-memory fairness/8-hot "
		"fairness/newcomer fairness/echo-while-sending "
		"half-close/no-spin-pending inject/send-eintr "
		"integrity/fd-reuse-crosstalk lifecycle/peer-vanish-write "
		"partial/many-stalled partial/backpressure reset/no-spin reset/close-pending-echo "
		"reset/pending-echo reset/half-close-then-rst "
		"reset/write-only-interest signals/sigpipe",
	},
	{
		.shown_by = "published/selectors_guarded",
		.bug = "EAGAIN from send() ends the server",
		.repair = "Keep what was refused and wait for writability: EAGAIN says "
			  "later, not never.",
		.code = "if (n == -1 && errno == EAGAIN)\n"
			"\treturn watch(fd, EPOLLOUT);\n",
		.unmet = "partial/slow-reader:crash|partial/stall-cycles:crash|"
			 "partial/short-send-inject:crash",
		.also = "et/*:crash fairness/*:crash half-close/*:crash "
			"integrity/random-fuzz:crash lifecycle/*:crash partial/*:crash "
			"reset/pending-echo:crash reset/write-only-interest:crash",
	},
	{
		.shown_by = "broken/eagain-spin",
		.bug = "a send that would block is tried again at once, for ever",
		.repair = "Ask for writability and wait; take the interest back when "
			  "nothing is pending.",
		.code = "events = EPOLLIN | (pending(c) ? EPOLLOUT : 0);\n"
			"epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &(struct epoll_event){events, {.ptr = c}});\n",
		.unmet = "partial/no-busy-wait:spin",
		.met = "idle/no-conns-cpu idle/conns-cpu",
		.also = "half-close/no-spin-pending",
	},
	{
		.shown_by = "broken/pollout-never-armed",
		.bug = "writability is never asked for after a send that would block",
		.repair = "Ask for writability as long as something is pending.",
		.code = "events = EPOLLIN | (pending(c) ? EPOLLOUT : 0);\n"
			"epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &(struct epoll_event){events, {.ptr = c}});\n",
		.unmet = "partial/slow-reader:hang half-close/fin-slow-reader-100m:hang",
		.met = "et/read-drain integrity/burst-then-silence "
		       "lifecycle/peer-vanish-write",
		.also = WHEN_STALLED "fairness/echo-while-sending",
	},
	{
		.shown_by = "broken/pollout-disarmed-by-read",
		.bug = "the interest in writability is lost when something is read",
		.repair = "Compute the interest in one place, from the state of the "
			  "connection.",
		.code = "events = (room(c) ? EPOLLIN : 0) | (pending(c) ? EPOLLOUT : 0);\n",
		.unmet = "partial/slow-reader:hang et/data-during-write:hang "
			 "lifecycle/peer-vanish-write:leak",
		.met = "et/read-drain integrity/burst-then-silence",
		.also = WHEN_STALLED
		"fairness/echo-while-sending lifecycle/peer-vanish-write",
	},
	{
		.shown_by = "broken/pollout-left-armed",
		.bug = "the interest in writability is never taken back",
		.repair =
			"Take it back when nothing is pending: an idle socket is always "
			"writable.",
		.code = "events = EPOLLIN | (pending(c) ? EPOLLOUT : 0);\n",
		.unmet = "partial/pollout-disarm:spin",
		.met = "partial/no-busy-wait idle/no-conns-cpu",
	},
	{
		.shown_by = "broken/unbounded-queue",
		.bug = "the queue of a client that does not read grows without bound",
		.repair = "Stop reading from a client while more than a fixed amount "
			  "waits to be sent to it.",
		.code = "events = (pending(c) < LIMIT ? EPOLLIN : 0) | (pending(c) ? EPOLLOUT : 0);\n",
		.unmet = "partial/backpressure:leak",
		.also = "partial/bounded-memory",
	},
	{
		.shown_by = "broken/blocking-send-hol",
		.bug = "sockets are blocking: one client that does not read holds up "
		       "all",
		.repair = "Make each accepted socket non-blocking, and keep what a send "
			  "does not take.",
		.code = "fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);\n",
		.unmet = "partial/hol-blocking:hang",
		.met = "integrity/all-bytes",
		.also = "half-close/no-spin-pending integrity/random-fuzz "
			"partial/backpressure partial/no-busy-wait partial/many-stalled",
	},
	{
		.shown_by = "broken/zero-length-recv-eof",
		.bug = "a recv with no room left is taken for the end of the data",
		.repair = "Do not call recv while the buffer is full: with a length of 0 "
			  "it returns 0.",
		.code = "events = (room(c) > 0 ? EPOLLIN : 0) | EPOLLOUT;\n",
		.unmet = "partial/full-buffer-eof:reset|partial/full-buffer-eof:eof",
		.met = "partial/hol-blocking partial/no-busy-wait "
		       "half-close/fin-no-data",
		.also = WHEN_STALLED "et/starvation et/starvation-memory fairness/8-hot "
				     "fairness/newcomer fairness/echo-while-sending",
	},
	{
		.shown_by = "broken/rdhup-before-read",
		.bug = "a FIN is handled before the data that came with it",
		.repair = "Read until recv returns 0; EPOLLRDHUP says no more than that "
			  "this will happen.",
		.code = "if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))\n"
			"\tread_until_eagain(c); /* recv names the end, or the error */\n",
		.unmet = "half-close/fin-coalesced:reset",
		.met = "half-close/fin-no-data",
		.also = "accept/with-data-and-fin capacity/fd-leak capacity/rss-leak "
			"capacity/slot-leak capacity/rtt-drift "
			"half-close/fin-exact-buffer half-close/fin-many "
			"half-close/fin-multi-read half-close/fin-slow-reader "
			"half-close/fin-slow-reader-100m half-close/no-early-close "
			"half-close/graceful-close half-close/no-spin-pending "
			"lifecycle/valgrind-clean urgent/oob-fin",
	},
	{
		.shown_by = "broken/recv0-close-discards",
		.bug = "the end of the client's data ends the connection, with the "
		       "echo that is still owed",
		.repair = "Treat 0 from recv as the end of input: send what is pending, "
			  "then close.",
		.code = "if (n == 0)\n"
			"\tc->ended = true; /* and close once nothing is pending */\n",
		.unmet = "half-close/fin-slow-reader:eof|half-close/fin-coalesced:eof",
		.met = "half-close/fin-no-data",
		.also = "accept/with-data-and-fin capacity/fd-leak capacity/rss-leak "
			"capacity/slot-leak capacity/rtt-drift "
			"half-close/fin-exact-buffer half-close/fin-many "
			"half-close/fin-multi-read half-close/fin-slow-reader-100m "
			"half-close/no-early-close half-close/graceful-close "
			"half-close/no-spin-pending lifecycle/valgrind-clean "
			"urgent/oob-fin",
	},
	{
		.shown_by = "broken/recv0-ignored-spin",
		.bug = "the end of the client's data is ignored",
		.repair =
			"Treat 0 from recv as the end of input: stop reading, send what "
			"is pending, close.",
		.code = "if (n == 0)\n"
			"\tc->ended = true; /* EAGAIN is -1 with errno */\n",
		.unmet = "half-close/fin-no-data:spin|half-close/fin-no-data:hang",
		.met = "integrity/all-bytes",
		.also = "accept/with-data-and-fin accept/emfile-no-spin "
			"accept/emfile-recover-close capacity/fd-leak "
			"half-close/fin-after-echo half-close/fin-coalesced "
			"half-close/fin-exact-buffer half-close/fin-many "
			"half-close/fin-multi-read half-close/fin-slow-reader "
			"half-close/fin-slow-reader-100m half-close/no-early-close "
			"half-close/graceful-close half-close/close-wait-leak "
			"half-close/no-spin-pending half-close/no-spin-after "
			"half-close/fin-churn idle/no-conns-cpu idle/conns-cpu "
			"idle/wakeups inject/recv-short inject/recv-eintr "
			"inject/recv-eagain inject/send-eintr inject/epoll-eintr "
			"partial/no-busy-wait partial/pollout-disarm reset/no-spin "
			"urgent/oob-fin urgent/no-spin",
	},
	{
		.shown_by = "broken/recv0-loop-et",
		.bug = "the loop that drains a socket does not end at the end of the "
		       "data",
		.repair = "End the loop at 0 as well as at EAGAIN.",
		.code = "while ((n = recv(fd, buffer, size, 0)) > 0)\n"
			"\ttake(buffer, n);\n"
			"if (n == 0)\n"
			"\tc->ended = true;\n",
		.unmet = "half-close/fin-coalesced:spin",
		.met = "half-close/fin-no-data",
		.also = WHEN_PIPE WHEN_HOT
		"accept/with-data-and-fin capacity/fd-leak capacity/rss-leak "
		"capacity/slot-leak capacity/rtt-drift et/cap-resume "
		"half-close/fin-exact-buffer half-close/fin-many "
		"half-close/fin-multi-read half-close/fin-slow-reader "
		"half-close/fin-slow-reader-100m half-close/no-early-close "
		"half-close/graceful-close half-close/no-spin-pending "
		"urgent/oob-fin",
	},
	{
		.shown_by = "broken/linger0-on-close",
		.bug = "connections are closed by a reset",
		.repair = "Leave SO_LINGER alone: TIME_WAIT is what keeps the last bytes "
			  "safe.",
		.code = "close(fd); /* without SO_LINGER */\n",
		.unmet = "half-close/fin-no-data:reset",
		.also = "accept/with-data-and-fin accept/emfile-recover-close "
			"half-close/fin-after-echo half-close/fin-coalesced "
			"half-close/fin-exact-buffer half-close/fin-many "
			"half-close/fin-multi-read half-close/fin-slow-reader "
			"half-close/fin-slow-reader-100m half-close/no-early-close "
			"half-close/graceful-close half-close/no-spin-after "
			"idle/no-conns-cpu idle/wakeups inject/recv-short "
			"inject/recv-eintr inject/recv-eagain inject/send-eintr "
			"inject/epoll-eintr urgent/oob-fin",
	},
	{
		.shown_by = "broken/echo-once-then-close",
		.bug = "the connection is closed after one echo",
		.repair = "Close when recv has returned 0, and not before.",
		.code = "if (n == 0)\n"
			"\tc->ended = true;\n",
		.unmet =
			"integrity/one-byte-segments:eof|integrity/one-byte-segments:reset "
			"integrity/large-duplex:eof|integrity/large-duplex:reset",
		.also = "*",
	},
	{
		.shown_by = "broken/reset-fatal",
		.bug = "a reset by one client ends the server",
		.repair = "Take ECONNRESET, at whichever call, for the end of that "
			  "connection only.",
		.code = "if (n == -1 && errno != EAGAIN && errno != EINTR)\n"
			"\tclose_connection(c); /* and nothing else */\n",
		.unmet = "reset/idle:crash",
		.also = WHEN_RESET,
	},
	{
		.shown_by = "broken/reset-cuts-others",
		.bug = "a reset by one client ends the connections of others",
		.repair = "Handle the error where the connection is known: close that "
			  "one, and go on.",
		.code = "if (n == -1 && errno != EAGAIN && errno != EINTR)\n"
			"\tclose_connection(c);\n",
		.unmet = "reset/idle:reset|reset/idle:eof",
		.also = WHEN_RESET
		"inject/recv-eintr inject/send-eintr reset/close-pending-echo "
		"reset/half-close-then-rst signals/sigpipe",
	},
	{
		.shown_by = "broken/epipe-only-fatal",
		.bug = "EPIPE from send() ends the server",
		.repair = "Take EPIPE like ECONNRESET: the end of that connection only.",
		.code = "if (n == -1 && errno != EAGAIN && errno != EINTR)\n"
			"\tclose_connection(c); /* EPIPE too */\n",
		.unmet = "reset/close-pending-echo:crash~exited",
		.also = WHEN_PIPE,
	},
	{
		.shown_by = "broken/sigpipe-default",
		.bug = "SIGPIPE ends the server",
		.repair = "Send with MSG_NOSIGNAL, or ignore SIGPIPE; then handle EPIPE.",
		.code = "n = send(fd, data, size, MSG_NOSIGNAL);\n",
		.unmet = "reset/close-pending-echo:crash~signal_13",
		.also = WHEN_PIPE,
	},
	{
		.shown_by = "broken/send-error-ignored",
		.bug = "an error of send() is taken for a socket that is not yet "
		       "writable",
		.repair = "Wait for writability at EAGAIN only; any other error is the "
			  "end of the connection.",
		.code = "if (n == -1 && errno != EAGAIN && errno != EINTR)\n"
			"\tclose_connection(c);\n",
		.unmet = "reset/write-only-interest:leak reset/no-spin:spin",
		.met = "capacity/fd-leak",
		.also = "lifecycle/peer-vanish-write reset/fd-release "
			"reset/half-close-then-rst",
	},
	{
		.shown_by = "broken/events-equality",
		.bug = "events are compared with == in place of &",
		.repair = "Test for bits: a socket that failed is readable, writable and "
			  "in error at once.",
		.code = "if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))\n"
			"\ton_readable(c);\n",
		.unmet = "capacity/fd-leak:leak reset/write-only-interest:leak "
			 "reset/no-spin:spin",
		.also = "capacity/rss-leak capacity/rtt-drift "
			"lifecycle/peer-vanish-write reset/fd-release "
			"reset/half-close-then-rst",
	},
	{
		.shown_by = "broken/getpeername-fatal",
		.bug = "a connection that was reset before accept() ends the server",
		.repair = "Expect ENOTCONN from getpeername(2), or use the address that "
			  "accept(2) gave.",
		.code = "fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);\n",
		.unmet = "reset/before-accept:crash",
		.met = "reset/idle:crash",
		.also = "accept/vanished lifecycle/port-scan reset/unread-data "
			"reset/storm reset/fd-release reset/no-spin",
	},
	{
		.shown_by = "broken/recv-at-accept",
		.bug = "a new client is waited for before anybody else is served",
		.repair =
			"Register the new connection and go back to the loop; read when "
			"it is readable.",
		.code = "fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);\n"
			"add(fd, EPOLLIN);\n",
		.unmet = "lifecycle/defer-accept:hang",
		.met = "integrity/all-bytes",
		.also = "lifecycle/valgrind-clean reset/storm signals/stop-cont "
			"signals/ptrace-eintr",
	},
	{
		.shown_by = "broken/accept-once-et",
		.bug = "one connection is accepted for each edge of the listener",
		.repair = "Accept until EAGAIN, or watch the listener level-triggered.",
		.code = "while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1)\n"
			"\tadd(fd);\n",
		.unmet = "accept/burst:hang",
		.met = "integrity/all-bytes",
		.also = "accept/burst-over-backlog accept/no-lag "
			"accept/with-data-and-fin accept/errno-matrix "
			"accept/errno-resources accept/flood-vs-established "
			"accept/emfile-survive accept/emfile-no-spin "
			"accept/emfile-recover-limit capacity/fdsetsize-cross "
			"capacity/fdsetsize-high-number capacity/fdsetsize-after "
			"capacity/fdsetsize-integrity capacity/many capacity/fd-leak "
			"capacity/rss-leak capacity/slot-leak capacity/rtt-drift "
			"half-close/fin-churn integrity/fd-reuse-crosstalk "
			"lifecycle/port-scan lifecycle/valgrind-clean reset/unread-data "
			"reset/before-accept reset/storm reset/fd-release reset/no-spin "
			"reset/close-pending-echo",
	},
	{
		.shown_by = "broken/accept-flood-starves",
		.bug = "connections are accepted for as long as any come, and nobody "
		       "is served meanwhile",
		.repair = "Bound the number of accepts a turn, and come back to the "
			  "listener in the next one.",
		.code = "for (int i = 0; i < 64 && (fd = accept_one(listener)) != -1; i++)\n"
			"\tadd(fd);\n",
		.unmet = "accept/flood-vs-established",
		.met = "accept/burst integrity/all-bytes",
	},
	{
		.shown_by = "broken/accept-errno-fatal",
		.bug = "an error of accept() that concerns one connection ends the "
		       "server",
		.repair = "Try again after it; only a lack of descriptors or memory asks "
			  "for a pause.",
		.code = "if (fd == -1 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))\n"
			"\tpause_accepting();\n",
		.unmet = "accept/errno-matrix:crash",
		.also = "accept/errno-resources",
	},
	{
		.shown_by = "broken/emfile-exits",
		.bug = "running out of descriptors ends the server",
		.repair = "Stop accepting at EMFILE and serve who is there; go on when "
			  "one has left.",
		.code = "if (fd == -1 && (errno == EMFILE || errno == ENFILE))\n"
			"\tpause_accepting(); /* until a close, or a timer */\n",
		.unmet = "accept/emfile-survive:crash",
		.also = "accept/errno-resources accept/emfile-no-spin "
			"accept/emfile-recover-close accept/emfile-recover-limit",
	},
	{
		.shown_by = "broken/emfile-spin",
		.bug = "accept() is tried again and again while no descriptor is free",
		.repair = "Take the listener out of the loop at EMFILE, until a "
			  "connection closes or a timer fires.",
		.code = "if (fd == -1 && (errno == EMFILE || errno == ENFILE))\n"
			"\tpause_accepting(); /* until a close, or a timer */\n",
		.unmet = "accept/emfile-no-spin:spin",
		.met = "idle/no-conns-cpu",
	},
	{
		.shown_by = "broken/emfile-never-resumes",
		.bug = "accepting ends for good when descriptors run out once",
		.repair = "Watch the listener again when a connection has closed, and by "
			  "a timer, as the limit may be raised.",
		.code = "close_connection(c);\n"
			"resume_accepting();\n",
		.unmet = "accept/emfile-recover-close:hang "
			 "accept/emfile-recover-limit:hang",
		.met = "accept/burst",
		.also = "accept/errno-resources accept/emfile-survive "
			"accept/emfile-no-spin",
	},
	{
		.shown_by = "broken/listener-blocking",
		.bug = "the listener is a blocking socket",
		.repair =
			"Make it non-blocking: the connection that made it ready may be "
			"gone (accept(2), NOTES).",
		.code = "listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);\n",
		.unmet = "accept/listener-nonblocking",
	},
	{
		.shown_by = "broken/backlog-one",
		.bug = "the backlog is too small for a burst of connections",
		.repair = "Listen with SOMAXCONN.",
		.code = "listen(listener, SOMAXCONN);\n",
		.unmet = "accept/backlog",
	},
	{
		.shown_by = "broken/no-reuseaddr",
		.bug = "the port is bound without SO_REUSEADDR",
		.repair =
			"Set it before bind(2): otherwise connections in TIME_WAIT hold "
			"the port for a minute.",
		.code = "setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));\n",
		.unmet = "lifecycle/restart-time-wait",
	},
	{
		.shown_by = "broken/read-once-et",
		.bug = "each edge is answered by one recv()",
		.repair = "Under EPOLLET read until EAGAIN: the rest makes no further "
			  "edge.",
		.code = "while ((n = recv(fd, buffer, size, 0)) > 0)\n"
			"\ttake(buffer, n);\n",
		.unmet = "et/read-drain:hang half-close/fin-coalesced:hang",
		.met = "integrity/no-unsolicited",
		.also = WHEN_STALLED WHEN_LONG
		"accept/with-data-and-fin capacity/fd-leak "
		"et/urgent-mark-short-read fairness/echo-while-sending "
		"fairness/every-descriptor half-close/fin-many "
		"inject/recv-short inject/recv-eintr inject/recv-eagain "
		"inject/send-eintr inject/epoll-eintr urgent/oob-mid "
		"urgent/oob-flood urgent/oob-fin",
	},
	{
		.shown_by = "broken/cap-no-requeue",
		.bug = "reading stops at a budget and is not taken up again",
		.repair = "Put the connection on a list of its own, and go on with it in "
			  "the next turn.",
		.code = "if (spent >= BUDGET)\n"
			"\tlater(c); /* and wait with a timeout of 0 while the list has entries */\n",
		.unmet = "et/read-drain:hang|integrity/burst-then-silence:hang",
		.met = "half-close/fin-coalesced integrity/no-unsolicited",
		.also = WHEN_STALLED WHEN_LONG
		"fairness/echo-while-sending fairness/every-descriptor "
		"inject/recv-short inject/recv-eintr inject/send-eintr "
		"inject/epoll-eintr",
	},
	{
		.shown_by = "broken/short-read-shortcut",
		.bug = "a short read is taken for a drained socket",
		.repair = "Read until EAGAIN or 0: a FIN or an urgent mark also ends a "
			  "read early.",
		.code = "while ((n = recv(fd, buffer, size, 0)) > 0) /* not: while (n == size) */\n"
			"\ttake(buffer, n);\n",
		.unmet = "half-close/fin-coalesced:hang et/urgent-mark-short-read:hang",
		.met = "et/read-drain",
		.also = "accept/with-data-and-fin capacity/fd-leak "
			"half-close/fin-exact-buffer half-close/fin-many "
			"half-close/graceful-close inject/recv-short urgent/oob-mid "
			"urgent/oob-fin",
	},
	{
		.shown_by = "broken/drain-starves",
		.bug = "one client is drained for as long as it sends, and nobody else "
		       "is served",
		.repair =
			"Bound what is read from one client a turn, and come back to it "
			"in the next one.",
		.code = "while (spent < BUDGET && (n = recv(fd, buffer, size, 0)) > 0)\n"
			"\tspent += n;\n",
		.unmet = "et/starvation:starve",
		.met = "et/starvation-memory:leak",
		.also = "fairness/8-hot fairness/newcomer fairness/every-descriptor",
	},
	{
		.shown_by = "broken/collects-until-eagain",
		.bug = "nothing is echoed until the client pauses",
		.repair = "Echo what was read before reading more, and bound both.",
		.code = "n = recv(fd, buffer, sizeof(buffer), 0);\n"
			"if (n > 0)\n"
			"\techo(c, buffer, n);\n",
		.unmet = "et/starvation-memory:leak|fairness/echo-while-sending:starve "
			 "et/starvation:starve",
		.also = "fairness/8-hot fairness/newcomer fairness/every-descriptor "
			"partial/backpressure partial/bounded-memory",
	},
	{
		.shown_by = "published/queue_poll",
		.bug = "reading comes before writing: a client that sends without a "
		       "pause gets no echo",
		.repair = "Serve both kinds of readiness in each turn, and stop reading "
			  "while enough is pending.",
		.code = "if (events & EPOLLOUT)\n\tsend_pending(c);\nif (events & EPOLLIN && pending(c) < LIMIT)\n\tread_some(c);\n",
		.unmet = "et/starvation-memory:leak fairness/echo-while-sending:starve",
		.met = "et/starvation",
	},
	{
		.shown_by = "broken/serves-lowest-first",
		.bug = "the lowest ready descriptor is served again before the others",
		.repair = "Serve all that the wait reported before waiting again.",
		.code = "for (int i = 0; i < ready; i++)\n"
			"\tserve(events[i].data.ptr);\n",
		.unmet = "fairness/every-descriptor:starve",
		.met = "et/starvation fairness/echo-while-sending",
		.also = "fairness/8-hot fairness/newcomer",
	},
	{
		.shown_by = "broken/stale-event-by-fd",
		.bug = "a descriptor is closed while events for it are still to be "
		       "handled",
		.repair = "Only mark a connection in the batch, and close it when the "
			  "batch is done.",
		.code = "c->dead = true; /* close(c->fd) after the last event */\n",
		.unmet = "integrity/fd-reuse-crosstalk",
		.met = "reset/idle reset/storm",
	},
	{
		.shown_by = "broken/use-after-free",
		.bug = "a connection is used after it was freed",
		.repair = "Only mark a connection in the batch, and free it when the "
			  "batch is done.",
		.code = "c->dead = true; /* free(c) after the last event */\n",
		.unmet = "lifecycle/valgrind-clean:leak~Invalid",
	},
	{
		.shown_by = "published/queue_select",
		.bug = "a connection is looked up once more in the pass in which it "
		       "was closed, and that ends the server",
		.repair = "Only mark a connection in the pass, and close it when the "
			  "pass is done.",
		.code = "c->dead = true; /* forget(c) after the last event */\n",
		.unmet = "half-close/fin-coalesced:crash half-close/graceful-close:crash",
		.met = "idle/no-conns-cpu:crash",
		.also = "*",
	},
	{
		.shown_by = "broken/fdset-overflow",
		.bug = "a descriptor of 1024 or more is put into an fd_set",
		.repair = "Use poll or epoll, or close what does not fit: FD_SET writes "
			  "past its end.",
		.code = "if (fd >= FD_SETSIZE)\n"
			"\treturn refuse(fd);\n",
		.unmet = "capacity/fdsetsize-high-number:crash",
		.also = "accept/burst-over-backlog capacity/fdsetsize-cross "
			"capacity/fdsetsize-after capacity/fdsetsize-integrity "
			"capacity/many",
	},
	{
		.shown_by = "broken/high-fd-forgotten",
		.bug = "connections are accepted whose descriptor the fd_set cannot hold, and "
		       "not served",
		.repair =
			"Use poll(2) or epoll(7), or close at once what cannot be served.",
		.code = "if (fd >= FD_SETSIZE)\n"
			"\tclose(fd); /* and no FD_SET */\n",
		.unmet =
			"capacity/fdsetsize-high-number:hang capacity/fdsetsize-cross:hang",
		.also = "accept/burst-over-backlog capacity/fdsetsize-after "
			"capacity/fdsetsize-integrity capacity/many",
	},
	{
		.shown_by = "broken/table-of-1024",
		.bug = "the 1025th client ends the server",
		.repair = "Let the table grow, or turn that client away and go on.",
		.code = "if (fd >= room && grow(fd) == -1)\n"
			"\tclose(fd);\n",
		.unmet = "capacity/fdsetsize-cross:crash",
		.met = "capacity/fdsetsize-high-number",
		.also = "accept/burst-over-backlog capacity/fdsetsize-after "
			"capacity/fdsetsize-integrity capacity/many",
	},
	{
		.shown_by = "broken/fd-leak-on-fin",
		.bug = "the descriptor of a connection that ended is not closed",
		.repair = "Call close(2): shutdown(2) ends the connection and keeps the "
			  "descriptor.",
		.code = "close(fd);\n",
		.unmet = "half-close/fin-churn:leak half-close/no-spin-after:leak",
		.met = "half-close/fin-no-data",
		.also = "accept/emfile-recover-close:leak capacity/fd-leak "
			"reset/fd-release reset/half-close-then-rst",
	},
	{
		.shown_by = "broken/fd-leak-on-reset",
		.bug = "the descriptor of a connection that failed is not closed",
		.repair = "Let every way out of a connection lead to the same close.",
		.code = "close_connection(c); /* for 0, and for each error */\n",
		.unmet = "reset/fd-release:leak reset/write-only-interest:leak",
		.met = "reset/no-spin",
		.also = "capacity/fd-leak lifecycle/peer-vanish-write "
			"reset/half-close-then-rst",
	},
	{
		.shown_by = "broken/slot-leak-on-reset",
		.bug = "a connection that failed goes on being counted",
		.repair = "Count down where the connection is closed, and nowhere else.",
		.code = "close(fd);\n"
			"clients--;\n",
		.unmet = "capacity/slot-leak:leak",
		.met = "capacity/fd-leak",
	},
	{
		.shown_by = "broken/memory-leak-per-connection",
		.bug = "memory of a connection is not freed at its end",
		.repair = "Free all that hangs on a connection where it is closed.",
		.code = "free(c->buffer);\n"
			"free(c);\n",
		.unmet = "capacity/rss-leak:leak",
		.met = "capacity/fd-leak",
		.also = "lifecycle/valgrind-clean",
	},
	{
		.shown_by = "broken/oob-as-readable",
		.bug = "urgent data is read as if it were in the stream, and EAGAIN "
		       "ends the server",
		.repair = "Do not ask for POLLPRI; and take EAGAIN for nothing to read.",
		.code = "events = EPOLLIN; /* without EPOLLPRI */\n",
		.unmet = "urgent/oob-only:crash",
		.also = "inject/recv-eagain urgent/oob-after-data urgent/oob-flood "
			"urgent/no-spin",
	},
	{
		.shown_by = "broken/oob-closes",
		.bug = "urgent data is taken for an error",
		.repair = "Do not ask for POLLPRI, nor for exceptfds: on a TCP socket "
			  "they mean urgent data.",
		.code = "select(nfds, &readable, &writable, NULL, NULL);\n",
		.unmet = "urgent/oob-only:reset|urgent/oob-only:eof",
		.met = "integrity/no-unsolicited",
		.also = "et/urgent-mark-short-read urgent/oob-after-data urgent/oob-mid "
			"urgent/oob-flood urgent/oob-fin urgent/no-spin",
	},
	{
		.shown_by = "published/selectors_plain",
		.bug = "a recv that finds nothing ends the server",
		.repair = "Take EAGAIN from recv for nothing to read: readiness is no "
			  "promise (select(2), BUGS).",
		.code = "if (n == -1 && errno == EAGAIN)\n\treturn;\n",
		.unmet = "inject/recv-eagain:crash",
	},
	{
		.shown_by = "broken/oob-ignored-lt-spin",
		.bug = "urgent data is asked for and not taken",
		.repair = "Do not ask for POLLPRI, or read the byte with MSG_OOB.",
		.code = "events = EPOLLIN; /* without EPOLLPRI */\n",
		.unmet = "urgent/no-spin:spin",
		.met = "idle/no-conns-cpu",
	},
	{
		.shown_by = "broken/eintr-fatal",
		.bug = "a wait that is interrupted ends the server",
		.repair = "Wait again at EINTR: stopping and continuing a process is "
			  "enough for it.",
		.code = "if (ready == -1 && errno == EINTR)\n"
			"\tcontinue;\n",
		.unmet = "signals/stop-cont:crash",
		.met = "signals/ignored-signals:crash",
		.also = "inject/epoll-eintr signals/ptrace-eintr",
	},
	{
		.shown_by = "broken/eintr-closes",
		.bug = "an interrupted recv() or send() is taken for the end of the "
		       "connection",
		.repair = "Call it again at EINTR.",
		.code = "do\n"
			"\tn = recv(fd, buffer, size, 0);\n"
			"while (n == -1 && errno == EINTR);\n",
		.unmet = "inject/recv-eintr inject/send-eintr",
		.met = "reset/idle signals/stop-cont integrity/all-bytes "
		       "half-close/fin-no-data",
	},
	{
		.shown_by = "broken/leaves-on-any-signal",
		.bug = "a signal that has nothing to say ends the server",
		.repair = "Handle SIGTERM and SIGINT, and leave the others at their "
			  "defaults.",
		.code = "sigaction(SIGTERM, &leave, NULL);\n",
		.unmet = "signals/ignored-signals:crash",
		.also = "signals/stop-cont",
	},
	{
		.shown_by = "broken/ignores-sigterm",
		.bug = "SIGTERM does not end the server",
		.repair =
			"End at SIGTERM: let the handler, or a signalfd, wake the loop.",
		.code = "sigaction(SIGTERM, &(struct sigaction){.sa_handler = set_leaving}, NULL);\n",
		.unmet = "signals/sigterm:hang",
	},
	{
		.shown_by = "broken/idle-spin",
		.bug = "the loop does not wait",
		.repair = "Wait without a timeout when there is nothing to do.",
		.code = "ready = epoll_wait(epfd, events, n, -1); /* not 0 */\n",
		.unmet = "idle/no-conns-cpu:spin",
		.met = "idle/wakeups",
		.also = "accept/emfile-no-spin half-close/no-spin-pending "
			"half-close/no-spin-after idle/conns-cpu partial/no-busy-wait "
			"partial/pollout-disarm reset/no-spin urgent/no-spin",
	},
	{
		.shown_by = "broken/idle-ticks",
		.bug = "the loop wakes up many times a second with nothing to do",
		.repair = "Wait until the next timer is due, and without a timeout when "
			  "there is none.",
		.code = "ready = epoll_wait(epfd, events, n, next_timer_ms());\n",
		.unmet = "idle/wakeups:spin",
		.also = "half-close/no-spin-pending half-close/no-spin-after "
			"idle/no-conns-cpu idle/conns-cpu partial/no-busy-wait "
			"partial/pollout-disarm reset/no-spin urgent/no-spin",
	},
	{
		.shown_by = "broken/delayed-wakeup",
		.bug = "each echo waits for a tick",
		.repair = "Wait for readiness, not for time.",
		.code = "ready = poll(fds, n, -1); /* and no sleep */\n",
		.unmet = "fairness/latency:starve~messages_of_1:",
		.also = "lifecycle/peer-vanish-write",
	},
	{
		.shown_by = "published/queue_epoll",
		.bug = "TCP_NODELAY is off: the end of a long message waits for an "
		       "acknowledgement",
		.repair = "Set it on each accepted socket: the peer may delay its "
			  "acknowledgement by 40 ms.",
		.code = "setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));\n",
		.unmet = "fairness/latency:starve",
		.met = "fairness/latency:starve~messages_of_1:",
	},
	{
		.shown_by = "broken/idle-timeout",
		.bug = "idle connections are closed",
		.repair = "Close a connection when its client does, or document the "
			  "timeout.",
		.code = "if (ready == 0)\n"
			"\tcontinue; /* nothing has happened, to nobody */\n",
		.unmet = "idle/keeps-open:eof|idle/keeps-open:reset",
		.met = "integrity/no-unsolicited",
		.also = "partial/zero-window-persist",
	},
	{
		.shown_by = "targets/crashes-later",
		.bug = "a few connections end the server, whatever they do",
		.repair =
			"Look at its last words, and where it breaks: with a debugger, or "
			"built with -fsanitize=address,undefined.",
		.code = "for (int i = 0; i < n; i++) /* of n events, each in its bounds */\n"
			"\tserve(&events[i]);\n",
		.unmet = "idle/no-conns-cpu:crash integrity/all-bytes:crash",
		.also = "*",
	},
	{
		.shown_by = "published/single_epollet",
		.bug = "nothing that is received is answered",
		.repair = "Send back what recv returned.",
		.code = "n = recv(fd, buffer, sizeof(buffer), 0);\n"
			"if (n > 0)\n"
			"\techo(c, buffer, n);\n",
		.unmet = "integrity/no-line-buffering~offset_0_of_1|"
			 "integrity/all-bytes~offset_0_of_1",
		.also = "*",
	},
	{
		.shown_by = "broken/line-buffered",
		.bug = "bytes are held back until a line is complete",
		.repair = "Echo what recv returned, whatever it contains.",
		.code = "n = recv(fd, buffer, sizeof(buffer), 0);\n"
			"if (n > 0)\n"
			"\techo(c, buffer, n);\n",
		.unmet = "integrity/no-line-buffering:hang~of_3 "
			 "integrity/slow-trickle:hang et/data-with-connect:hang",
		.also = "*",
	},
	{
		.shown_by = "broken/c-string",
		.bug = "received bytes are treated as a C string, and end at a 0",
		.repair = "Use the length that recv returned, and never strlen.",
		.code = "echo(c, buffer, n); /* not strlen(buffer) */\n",
		.unmet = "integrity/all-bytes~C_string",
		.also = "*",
	},
	{
		.shown_by = "broken/upper-case",
		.bug = "letters are answered in upper case",
		.repair = "Return what was sent; or, where this is meant, judge with "
			  "--payload upper.",
		.code = "echo(c, buffer, n);\n",
		.unmet = "integrity/all-bytes:data~upper_case",
		.also = "*",
	},
	{
		.shown_by = "broken/strips-8th-bit",
		.bug = "the highest bit of each byte is lost",
		.repair = "Return what was sent: bytes are not characters.",
		.code = "echo(c, buffer, n);\n",
		.unmet = "integrity/all-bytes:data~highest_bit",
		.also = "*",
	},
	{
		.shown_by = "broken/crlf-to-lf",
		.bug = "CR LF is answered as LF",
		.repair = "Return what was sent: a stream has no lines.",
		.code = "echo(c, buffer, n);\n",
		.unmet = "integrity/all-bytes:data~CR",
		.also = "*",
	},
	{
		.shown_by = "broken/banner",
		.bug = "something is sent that nobody asked for",
		.repair = "Send what was received, and nothing before it.",
		.code = "c = accept_connection(listener); /* and no greeting */\n",
		.unmet = "integrity/no-unsolicited:data",
		.met = "integrity/no-unsolicited:data~upper_case "
		       "integrity/no-unsolicited:data~highest_bit",
		.also = "*",
	},
	{NULL},
};
