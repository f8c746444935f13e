/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sound.h"

#include <glib/gi18n.h>

#include <string.h>

/* See sound.h. */

void
tandem_sound_apply_settings (TandemMediaEngine *engine, TandemConfiguration *c)
{
  g_autofree char *input = tandem_configuration_get_string (c, "audio", "input-device");
  g_autofree char *output = tandem_configuration_get_string (c, "audio", "output-device");
  g_autofree char *ring = tandem_configuration_get_string (c, "audio", "ring-device");
  g_autofree char *priority = tandem_configuration_get_string (c, "audio", "answer-sdp-priority");
  g_auto (GStrv) codecs = tandem_configuration_get_strv (c, "audio", "codecs");

  g_autoptr (GError) error = NULL;
  const gboolean echo
      = tandem_configuration_get_raw_uint (c, "policy.session.echo_control", 1) != 0;
  const gboolean noise
      = tandem_configuration_get_raw_uint (c, "policy.session.noise_suppression", 1) != 0;

  if (!tandem_media_engine_set_processing (engine, echo, noise, &error))
    g_debug ("the microphone is not processed: %s", error->message);
  tandem_media_engine_set_codecs (engine, (const char *const *) codecs);
  tandem_media_engine_set_answer_priority (engine, g_strcmp0 (priority, "offer") != 0);
  tandem_media_engine_set_port_range (engine,
                                      tandem_configuration_get_uint (c, "servers", "rtp-port-min"),
                                      tandem_configuration_get_uint (c, "servers", "rtp-port-max"));
  tandem_media_engine_set_rtp_inactivity_timeout (
      engine, tandem_configuration_get_uint (c, "audio", "rtp-inactivity-timeout"));
  tandem_media_engine_set_defer_device_release (
      engine, tandem_configuration_get_raw_uint (c, "policy.endpoint.defer_device_release", 200));
  g_object_set (engine, "input-device", input != NULL ? input : "", "output-device",
                output != NULL ? output : "", "ring-device", ring != NULL ? ring : "", NULL);
}

/* The engine's reason, in words; some of them carry names of elements behind them. */
const char *
tandem_sound_problem_words (const char *problem)
{
  static const struct
  {
    const char *part;
    const char *words;
  } table[] = {
    { "no microphone", N_ ("No microphone") },
    { "no speaker", N_ ("No speaker or headset") },
    { "sound server", N_ ("No sound server is running") },
    { "is missing", N_ ("A part of the sound system is not installed") },
    { "cannot be opened", N_ ("The microphone or the headset cannot be opened") },
    { "ring tone", N_ ("The ring tone file cannot be played") },
  };

  for (guint i = 0; problem != NULL && i < G_N_ELEMENTS (table); i++)
    if (strstr (problem, table[i].part) != NULL)
      return _ (table[i].words);
  return _ ("No sound device");
}
