/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "coder.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemCodec: what we can speak, as a table: names as in SDP (RFC 3551, RFC 7587), the elements that
 * do the work. Immutable. */

typedef struct
{
  const char *name;      /* "opus", "G722", "PCMU", "PCMA" */
  int payload;           /* static type, or our dynamic one */
  guint clock_rate;      /* of RTP; 8000 for G.722 */
  guint channels;        /* in rtpmap; 1: not written */
  guint sample_rate;     /* of the sound that goes into the encoder */
  const char *encoding;  /* in RTP caps */
  const char *fmtp;      /* nullable */
  TandemCoderKind coder; /* our own work; or by these elements: */
  const char *encoder, *payloader, *depayloader, *decoder;
} TandemCodec;

/* case-insensitive; NULL when unknown */
const TandemCodec *tandem_codec_find (const char *name);
const TandemCodec *tandem_codec_get (guint i); /* NULL past the end */
/* The first element that is missing at run time, NULL when the codec works. */
const char *tandem_codec_missing_element (const TandemCodec *codec);
/* The element exists here (gst-inspect --exists is no proof of the contrary for some). */
gboolean tandem_element_exists (const char *name);

/* (transfer full): what goes into the encoder and comes out of the decoder. */
GstCaps *tandem_codec_make_sound_caps (const TandemCodec *codec);
/* (transfer floating) (nullable): set up for packets of ptime ms. */
GstElement *tandem_codec_make_encoder (const TandemCodec *codec, guint ptime);
GstElement *tandem_codec_make_payloader (const TandemCodec *codec, guint ptime);
GstElement *tandem_codec_make_decoder (const TandemCodec *codec);
/* The decoder itself fills in for what was lost. */
gboolean tandem_codec_conceals (const TandemCodec *codec);

G_END_DECLS
