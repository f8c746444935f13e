/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"

/* See codec.h. Payloaders make packets of 20 ms. */

#define PACKET " min-ptime=20000000 max-ptime=20000000 name=pay"

static const char *const opus_elements[]
    = { "opusenc", "rtpopuspay", "rtpopusdepay", "opusdec", NULL };
static const char *const g722_elements[]
    = { "avenc_g722", "rtpg722pay", "rtpg722depay", "avdec_g722", NULL };
static const char *const pcmu_elements[]
    = { "mulawenc", "rtppcmupay", "rtppcmudepay", "mulawdec", NULL };
static const char *const pcma_elements[]
    = { "alawenc", "rtppcmapay", "rtppcmadepay", "alawdec", NULL };

static const TandemCodec codecs[] = {
  {
      .name = "opus",
      .payload = 96,
      .clock_rate = 48000,
      .channels = 2,
      .sample_rate = 48000,
      .fmtp = "useinbandfec=1",
      .encoder
      = "opusenc bitrate=32000 audio-type=voice frame-size=20 complexity=5 inband-fec=true "
        "packet-loss-percentage=5 ! rtpopuspay name=pay",
      .decoder = "rtpopusdepay ! opusdec plc=true",
      .elements = opus_elements,
  },
  {
      .name = "G722",
      .payload = 9,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 16000,
      .encoder = "avenc_g722 ! rtpg722pay" PACKET,
      .decoder = "rtpg722depay ! avdec_g722",
      .elements = g722_elements,
  },
  {
      .name = "PCMU",
      .payload = 0,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 8000,
      .encoder = "mulawenc ! rtppcmupay" PACKET,
      .decoder = "rtppcmudepay ! mulawdec",
      .elements = pcmu_elements,
  },
  {
      .name = "PCMA",
      .payload = 8,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 8000,
      .encoder = "alawenc ! rtppcmapay" PACKET,
      .decoder = "rtppcmadepay ! alawdec",
      .elements = pcma_elements,
  },
};

static gboolean
has_element (const char *name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL;
}

const TandemCodec *
tandem_codec_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
        return &codecs[i];
    }
  return NULL;
}

const TandemCodec *
tandem_codec_get (guint i)
{
  return i < G_N_ELEMENTS (codecs) ? &codecs[i] : NULL;
}

const char *
tandem_codec_missing_element (const TandemCodec *codec)
{
  for (const char *const *element = codec->elements; *element != NULL; element++)
    {
      if (!has_element (*element))
        return *element;
    }
  return NULL;
}

gboolean
tandem_codec_has_concealment (void)
{
  return has_element ("spanplc");
}
