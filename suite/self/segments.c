/* segments - how many TCP segments a socket has sent
 *
 * SPDX-License-Identifier: MIT
 */
#include "segments.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

unsigned segments_sent(int fd)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
	return info.tcpi_segs_out;
}
