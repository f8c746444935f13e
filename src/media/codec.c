/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"

/* See codec.h. */

static const TandemCodec codecs[] = {
  {
      .name = "opus",
      .payload = 96,
      .clock_rate = 48000,
      .channels = 2,
      .sample_rate = 48000,
      .encoding = "OPUS",
      .fmtp = "useinbandfec=1",
      .encoder = "opusenc",
      .payloader = "rtpopuspay",
      .depayloader = "rtpopusdepay",
      .decoder = "opusdec",
  },
  {
      .name = "G722",
      .payload = 9,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 16000,
      .encoding = "G722",
      .coder = TANDEM_CODER_G722,
  },
  {
      .name = "PCMU",
      .payload = 0,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 8000,
      .encoding = "PCMU",
      .coder = TANDEM_CODER_ULAW,
  },
  {
      .name = "PCMA",
      .payload = 8,
      .clock_rate = 8000,
      .channels = 1,
      .sample_rate = 8000,
      .encoding = "PCMA",
      .coder = TANDEM_CODER_ALAW,
  },
};

gboolean
tandem_element_exists (const char *name)
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
  const char *const needed[]
      = { codec->encoder, codec->payloader, codec->depayloader, codec->decoder };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      if (needed[i] != NULL && !tandem_element_exists (needed[i]))
        return needed[i];
    }
  return NULL;
}

static gboolean
is_opus (const TandemCodec *codec)
{
  return codec == &codecs[0];
}

GstCaps *
tandem_codec_make_sound_caps (const TandemCodec *codec)
{
  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT,
                              (int) codec->sample_rate, "channels", G_TYPE_INT, 1, "layout",
                              G_TYPE_STRING, "interleaved", NULL);
}

GstElement *
tandem_codec_make_encoder (const TandemCodec *codec, guint ptime)
{
  GstElement *encoder = gst_element_factory_make (codec->encoder, NULL);
  g_autofree char *frame_size = g_strdup_printf ("%u", ptime);

  if (encoder == NULL || !is_opus (codec))
    return encoder;
  g_object_set (encoder, "bitrate", 32000, "complexity", 5, "inband-fec", TRUE,
                "packet-loss-percentage", 5, NULL);
  gst_util_set_object_arg (G_OBJECT (encoder), "audio-type", "voice");
  gst_util_set_object_arg (G_OBJECT (encoder), "frame-size", frame_size);
  return encoder;
}

GstElement *
tandem_codec_make_payloader (const TandemCodec *codec, guint ptime)
{
  GstElement *payloader = gst_element_factory_make (codec->payloader, NULL);

  if (payloader != NULL && !is_opus (codec))
    g_object_set (payloader, "min-ptime", (gint64) (ptime * GST_MSECOND), "max-ptime",
                  (gint64) (ptime * GST_MSECOND), NULL);
  return payloader;
}

GstElement *
tandem_codec_make_decoder (const TandemCodec *codec)
{
  GstElement *decoder = gst_element_factory_make (codec->decoder, NULL);

  if (decoder != NULL && is_opus (codec))
    g_object_set (decoder, "plc", TRUE, NULL);
  return decoder;
}

gboolean
tandem_codec_conceals (const TandemCodec *codec)
{
  return is_opus (codec);
}
