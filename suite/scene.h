/* scene - what there was to see when a verdict fell: round trips, the wire log, the target's output,
 * its processes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SCENE_H
#define SCENE_H

#include "verdict.h"

/* Each hands them over in as many messages as it takes, kind and text set. */

/* The round trips that were measured: a passed case has no more to show. */
void scene_send_times(void (*send)(struct message *message));
/* All of it; the target has to be there still. */
void scene_send(void (*send)(struct message *message));

#endif
