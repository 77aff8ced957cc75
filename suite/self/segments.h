/* segments - how many TCP segments a socket has sent
 *
 * A file of its own: linux/tcp.h knows the figure, and cannot stand beside netinet/tcp.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

/* Since the connection began, SYN and acknowledgements included. */
unsigned segments_sent(int fd);

#endif
