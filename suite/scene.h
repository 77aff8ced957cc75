/* scene - what there was to see when a verdict fell: the wire log, the target's output, its processes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SCENE_H
#define SCENE_H

#include "verdict.h"

/* Hands them over in as many messages as it takes, kind and text set; the target has to be there
 * still. */
void scene_send(void (*send)(struct message *message));

#endif
