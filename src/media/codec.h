/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemCodec: what we can speak, as a table: names as in SDP (RFC 3551, RFC 7587), the elements that
 * do the work. Immutable. */

typedef struct
{
  const char *name;    /* "opus", "G722", "PCMU", "PCMA" */
  int payload;         /* static type, or our dynamic one */
  guint clock_rate;    /* of RTP; 8000 for G.722 */
  guint channels;      /* in rtpmap; 1: not written */
  guint sample_rate;   /* of the sound that goes into the encoder */
  const char *fmtp;    /* nullable */
  const char *encoder; /* launch line; the payloader is called "pay" */
  const char *decoder;
  const char *const *elements;
} TandemCodec;

/* case-insensitive; NULL when unknown */
const TandemCodec *tandem_codec_find (const char *name);
const TandemCodec *tandem_codec_get (guint i); /* NULL past the end */
/* The first element that is missing at run time, NULL when the codec works. */
const char *tandem_codec_missing_element (const TandemCodec *codec);
/* Is there a concealment element for codecs without their own? */
gboolean tandem_codec_has_concealment (void);

G_END_DECLS
