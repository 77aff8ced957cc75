/* faults - servers with one fault each, for what a stream or an expectation makes of it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FAULTS_H
#define FAULTS_H

#include "server.h"

/* Each echoes 100 bytes as it should; then FAULT_AT is the offset of what it does
 * wrong. */
#define FAULT_AT 100

serve_fn serve_lossy;     /* leaves out the next 50 bytes */
serve_fn serve_twice;     /* sends the last 50 bytes again */
serve_fn serve_late;      /* sends the next 50 bytes after the rest */
serve_fn serve_corrupted; /* changes one byte */
serve_fn serve_brief;     /* closes */
serve_fn serve_closing;   /* reads 100 bytes more and closes */
serve_fn serve_resetting; /* closes with an RST */
serve_fn serve_stuck;     /* does nothing more */
serve_fn serve_talkative; /* says "hello" at once, then echoes */
serve_fn serve_fin_blind; /* echoes, and does not close at the FIN */
serve_fn serve_fin_hasty; /* drops what it has read when the FIN comes */

#endif
