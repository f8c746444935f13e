/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A far end made by hand: plain sockets that send PCMU packets as a test wants them, and read what comes. */

typedef struct
{
  GSocket *rtp;
  char *address;
  guint port;
  guint32 ssrc, timestamp;
  guint16 sequence;
  double phase;
  guint received;
} FarEnd;

void far_end_init (FarEnd *self, const char *address);
void far_end_clear (FarEnd *self);
/* (transfer full): an offer with the lines of its media section; "" for PCMU and events. */
char *far_end_offer (FarEnd *self, const char *media, const char *attributes);
/* One packet of 20 ms of a tone (0: silence) to the port of loopback address to. */
void far_end_send_tone (FarEnd *self, const char *to, guint port, double frequency);
/* A packet as it is, header by our numbers. */
void far_end_send (FarEnd *self,
                   const char *to,
                   guint port,
                   guint payload_type,
                   gboolean marker,
                   const guint8 *payload,
                   gsize length);
void far_end_send_raw (FarEnd *self, const char *to, guint port, const guint8 *bytes, gsize length);
/* Waits in ms for a packet; its length; 0: none came. */
gsize far_end_receive (FarEnd *self, guint8 *bytes, gsize size, guint ms);
/* Empties what has come, and tells how many packets it was. */
guint far_end_drain (FarEnd *self);
/* The packets since the last draining. */
guint far_end_count (FarEnd *self);
/* The port of the audio line of an SDP text. */
guint far_end_read_port (const char *sdp);

G_END_DECLS
