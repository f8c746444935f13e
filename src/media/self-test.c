/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"
#include "media-engine.h"
#include "sound-room.h"

/* What is missing on this machine: a list for people, not a condition for anything. */

char **
tandem_media_engine_self_test (void)
{
  static const struct
  {
    const char *element, *purpose;
  } needed[] = {
    { "rtpbin", "RTP" },         { "appsrc", "devices" },      { "appsink", "devices" },
    { "audioconvert", "sound" }, { "audioresample", "sound" }, { "pulsesrc", "microphone" },
    { "pulsesink", "speaker" },
  };
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();

  tandem_media_ensure_gstreamer ();
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i].element);
      g_autofree char *line = NULL;

      if (factory != NULL)
        continue;
      line = g_strdup_printf ("%s (%s)", needed[i].element, needed[i].purpose);
      g_strv_builder_add (missing, line);
    }
  for (guint i = 0; tandem_codec_get (i) != NULL; i++)
    {
      const char *element = tandem_codec_missing_element (tandem_codec_get (i));
      g_autofree char *line = NULL;

      if (element == NULL)
        continue;
      line = g_strdup_printf ("%s (%s)", element, tandem_codec_get (i)->name);
      g_strv_builder_add (missing, line);
    }
  return g_strv_builder_end (missing);
}
