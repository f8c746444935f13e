/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "self-test.h"

#include "media-engine.h"
#include "sip-self-test.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* Gathers what the parts say of themselves; see self-test.h. */

char **
tandem_phone_self_test (void)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) sip = tandem_sip_self_test ();
  g_auto (GStrv) media = tandem_media_engine_self_test ();

  g_strv_builder_addv (missing, (const char **) sip);
  for (guint i = 0; media[i] != NULL; i++)
    {
      /* Translators: an element of the sound library, and what it is for in parentheses */
      g_autofree char *text = g_strdup_printf (_ ("sound: %s"), media[i]);

      g_strv_builder_add (missing, text);
    }
  return g_strv_builder_end (missing);
}
