/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-engine-private.h"

/* What the engine's meters say of the microphone, the ear and the ringer; see media-engine.h. What reaches the
 * meters is the bridge's. */

double
tandem_media_engine_measure_tone (TandemMediaEngine *self, double frequency)
{
  return tandem_meter_measure (tandem_bridge_get_ear_meter (tandem_media_engine_get_bridge (self)),
                               frequency);
}

double
tandem_media_engine_get_level (TandemMediaEngine *self, gboolean input)
{
  return tandem_meter_get_level (
      input ? tandem_bridge_get_microphone_meter (tandem_media_engine_get_bridge (self))
            : tandem_bridge_get_ear_meter (tandem_media_engine_get_bridge (self)));
}

double
tandem_media_engine_get_ring_level (TandemMediaEngine *self)
{
  return tandem_meter_get_level (
      tandem_bridge_get_ringer_meter (tandem_media_engine_get_bridge (self)));
}

gint64
tandem_media_engine_get_onset (TandemMediaEngine *self, gboolean input)
{
  return tandem_meter_get_onset (
      input ? tandem_bridge_get_microphone_meter (tandem_media_engine_get_bridge (self))
            : tandem_bridge_get_ear_meter (tandem_media_engine_get_bridge (self)));
}

guint
tandem_media_engine_get_gaps (TandemMediaEngine *self, gboolean input)
{
  return tandem_meter_get_gaps (
      input ? tandem_bridge_get_microphone_meter (tandem_media_engine_get_bridge (self))
            : tandem_bridge_get_ear_meter (tandem_media_engine_get_bridge (self)));
}
