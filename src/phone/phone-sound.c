/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"

#include "switchboard.h"

/* The sound of a TandemPhone, for preferences and tests. */

char **
tandem_phone_list_codecs (TandemPhone *self)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  static const char *const sample[] = { "opus", "G722", "PCMU", "PCMA", NULL };

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  if (switchboard == NULL)
    return g_strdupv ((char **) sample);
  return tandem_media_engine_list_codecs (tandem_switchboard_get_engine (switchboard));
}

const char *
tandem_phone_why_not_codec (TandemPhone *self, const char *codec)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  if (switchboard == NULL)
    return NULL;
  return tandem_media_engine_why_not (tandem_switchboard_get_engine (switchboard), codec);
}

char **
tandem_phone_list_devices (TandemPhone *self, gboolean input)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  g_autoptr (GPtrArray) devices = NULL;
  GPtrArray *list = g_ptr_array_new ();

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  if (switchboard != NULL)
    {
      devices = tandem_media_engine_list_devices (tandem_switchboard_get_engine (switchboard));
      for (guint i = 0; i < devices->len; i++)
        {
          const TandemAudioDevice *device = g_ptr_array_index (devices, i);

          if (!device->input == !input)
            g_ptr_array_add (list, g_strconcat (device->id, "\t", device->name, NULL));
        }
    }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

double
tandem_phone_measure_tone (TandemPhone *self, double frequency)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  g_return_val_if_fail (TANDEM_IS_PHONE (self), -200);
  if (switchboard == NULL)
    return -200;
  return tandem_media_engine_measure_tone (tandem_switchboard_get_engine (switchboard), frequency);
}

static void
on_input_level (TandemPhone *self, double level)
{
  g_signal_emit_by_name (self, "input-level", level);
}

void
tandem_phone_watch_input_level (TandemPhone *self, gboolean on)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  TandemMediaEngine *engine;

  g_return_if_fail (TANDEM_IS_PHONE (self));
  if (switchboard == NULL)
    return;
  engine = tandem_switchboard_get_engine (switchboard);
  if (g_signal_handler_find (engine, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             on_input_level, self)
      == 0)
    g_signal_connect_object (engine, "input-level", G_CALLBACK (on_input_level), self,
                             G_CONNECT_SWAPPED);
  tandem_media_engine_watch_input_level (engine, on);
}
