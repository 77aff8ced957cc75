/* port - a free port for each server that the suite spawns
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PORT_H
#define PORT_H

#include <stdint.h>

struct port {
	uint16_t number;
	int lock; /* keeps other runs of the suite away from it */
};

/* 0, or -1 with errno: EADDRINUSE when all are taken. */
int port_reserve(struct port *port);
void port_release(struct port *port);

#endif
