/* pcap - a wire log as packets, for Wireshark and tcpdump
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PCAP_H
#define PCAP_H

#include <jansson.h>

/* Writes what the wire log (an array of lines, as trace.h has them) says that the client did and
 * met: its calls as the segments that they would be, with the lengths but not the contents, as a
 * capture with a short snapshot length has them. Connection N is port 40000 + N, the server port
 * 7. 0, or -1 with errno. */
int pcap_write(const char *path, const json_t *wire);

#endif
