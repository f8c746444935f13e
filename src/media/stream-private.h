/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "latch.h"
#include "resampler.h"
#include "stream.h"
#include "telephone-event.h"
#include "wire.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What stream.c, stream-receive.c and stream-send.c share. Four kinds of threads meet here: the worker that
 * opens and closes, the wire's, those of rtpbin, and the bridge's. Locks, none taken under a later one:
 * building, mutex, (the bridge's own), quick. */

#define TANDEM_JITTER_BUFFER 60 /* ms */

struct _TandemStream
{
  gatomicrefcount references;
  TandemBridge *bridge;
  TandemWire *wire;
  gboolean mux; /* of RTP and RTCP */
  const TandemCodec *codec;
  guint8 payload; /* type of what we send */
  guint ptime;
  TandemStreamEvents events;
  TandemStream *previous;
  guint32 ssrc, timestamp_offset; /* until open() has inherited */

  GMutex building; /* whoever puts decoders in or takes them out; closing waits for it */
  gboolean closing;

  GMutex mutex; /* never taken on the bridge's thread */
  TandemSession session;
  gboolean ready, left, heard;
  TandemPortState state;
  TandemLatch latch;
  gint64 last_received;
  TandemLegStatistics counted; /* all but what was sent */
  guint64 lost_before;         /* by streams before this one */
  TandemBridgePort *port;
  GstElement *rtpbin;

  GMutex quick; /* nothing is locked under it */
  guint64 packets_sent, bytes_sent;
  guint16 sequence; /* of the next packet */
  gboolean has_sent;
  int event_payload;
  guint event_rate;
  GstElement *pipeline;

  int sending, receiving, has_address, keys_as_sound; /* atomic */

  GstClock *clock;
  GstPad *rtp_in, *rtcp_in, *rtp_out, *rtcp_out, *near;

  TandemFifo *from_far;
  TandemEventSender sender;
  TandemEventReceiver receiver; /* the wire's thread */

  /* the bridge's thread */
  TandemResampler *down;
  TandemCoder *coder;
  gint16 gathered[TANDEM_RESAMPLER_MAX];
  guint n_gathered, packet; /* samples of 48 kHz */
  GstClockTime base;
  guint64 packets;
  gboolean is_talking;
};

/* (transfer floating): elements (NULL ones left out) in a bin, linked; its pad is the open end, "sink" or
 * "src". Streaming threads. */
GstElement *
tandem_stream_make_bin (GstElement *const *elements, guint n, const char *sink, const char *src);
/* The mutex is held, or the stream is not open yet. (transfer full) (nullable) */
GstCaps *tandem_stream_make_caps (TandemStream *self, int payload);
/* (nullable): what a payload type means. The same. */
const TandemFormat *tandem_stream_find_format (TandemStream *self, int payload);

/* Puts in rtpbin's receiving half. begin: when it plays. */
gboolean tandem_stream_build_receiver (TandemStream *self);
void tandem_stream_begin_receiver (TandemStream *self);
/* TandemWireReceived. */
void tandem_stream_on_packet (
    const guint8 *bytes, gsize length, gboolean control, GSocketAddress *from, gpointer data);

gboolean tandem_stream_build_sender (TandemStream *self);
void tandem_stream_begin_sender (TandemStream *self);
/* TandemBridgeSend. */
void tandem_stream_on_frame (const gint16 *frame, gpointer data);

G_END_DECLS
