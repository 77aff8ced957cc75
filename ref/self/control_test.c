/* control_test - what the operator says, and how often it is heard
 *
 * SPDX-License-Identifier: MIT
 */
#include "ref/control.h"
#include "ref/loop.h"

#include <criterion/criterion.h>
#include <signal.h>

static int stops;

static void stop(void *loop)
{
	stops++;
	loop_stop(loop);
}

/* A second request does not wait for what is pending: it has to be one that follows. */
Test(control, hears_signals_that_come_together_as_one_request)
{
	struct loop *loop = loop_create(mux_default(), false);
	struct control *control = control_create(loop);

	control_attach(control, stop, NULL, loop);
	raise(SIGTERM);
	raise(SIGINT);
	cr_assert_eq(loop_run(loop), 0);

	cr_assert_eq(stops, 1);
	loop_destroy(loop);
	control_destroy(control);
}
