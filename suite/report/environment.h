/* environment - what of this machine the verdicts may depend on
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <jansson.h>

/* Kernel, processors, limits, buffer sizes and the idle round trip of the target. */
json_t *environment(void);

#endif
