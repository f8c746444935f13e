/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib/gi18n.h>

#include <locale.h>

#include "application.h"

/* The program `tandem`. */

int
main (int argc, char **argv)
{
  g_autoptr (TandemApplication) application = NULL;
  g_autoptr (TandemHost) host = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (TANDEM_GETTEXT_DOMAIN, TANDEM_LOCALEDIR);
  bind_textdomain_codeset (TANDEM_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TANDEM_GETTEXT_DOMAIN);

  g_set_application_name ("Tandem");
  application = tandem_application_new (TANDEM_APPLICATION_ID, TANDEM_HOST_APPLICATION_FLAGS);
  host = tandem_host_new (G_APPLICATION (application), TRUE);
  tandem_application_set_host (application, host);
  return tandem_host_run (host, argc, argv);
}
