/* diag - the kernel's view of the server's own sockets (sock_diag(7)), without its pid
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIAG_H
#define DIAG_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct diag_row {
	int state; /* TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_LISTEN … (netinet/tcp.h) */
	uint32_t
		receive; /* bytes received and unread; of a listener: connections to accept */
	uint32_t
		send; /* bytes sent and unacknowledged; of a listener: its backlog limit */
	bool keepalive; /* the timer that runs is that of SO_KEEPALIVE */
	uint32_t inode; /* as /proc/PID/fd names it; 0 when no process holds it */
};

/* The socket whose local address is local and whose peer is remote; with remote NULL the one
 * that listens at local. 0, or -1 with errno: ENOENT when there is none on this host. */
int diag_find(const struct sockaddr *local, const struct sockaddr *remote,
	struct diag_row *row);

/* How many sockets with the local port of local are in that state; -1 with errno. */
int diag_count(const struct sockaddr *local, int state);

/* How many sockets listen at that address, or at any and its port, of the family that has more of
 * them; -1 with errno. A server may have one for each family: that is no more than one queue. */
int diag_listeners(const struct sockaddr *local);

/* From here on asks by this netlink socket, which tells of the namespace that it was made in. 0,
 * or -1 with errno. */
int diag_use(int fd);

#endif
