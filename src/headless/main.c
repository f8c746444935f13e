/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "host.h"

/* The phone without a screen: for soak tests, benchmarks, and to watch a pool with a synthetic agent.
 * Everything it does is TandemHost's. */

int
main (int argc, char **argv)
{
  g_autoptr (GApplication) application
      = g_application_new (TANDEM_APPLICATION_ID, TANDEM_HOST_APPLICATION_FLAGS);
  g_autoptr (TandemHost) host = tandem_host_new (application, FALSE);
  int status = tandem_host_run (host, argc, argv);

  g_object_run_dispose (G_OBJECT (host));
  return status;
}
