/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemTelephoneEvent: DTMF digits as RTP events (RFC 4733). Sending replaces audio packets, so that
 * sequence numbers, timestamps and SSRC stay those of the one stream; receiving looks at packets
 * as they come. Streaming threads. */

/* 0-15 for "0-9*#A-D"; -1 when it is none. */
int tandem_telephone_event_from_digit (char digit);
char tandem_telephone_event_to_digit (int event); /* '\0' above 15 */

typedef struct
{
  GMutex mutex;
  GString *digits; /* waiting */
  gboolean sending;
  int event;
  guint32 timestamp; /* of the event under way */
  guint packets, ends, pause;
} TandemEventSender;

void tandem_event_sender_init (TandemEventSender *self);
void tandem_event_sender_clear (TandemEventSender *self);
void tandem_event_sender_add (TandemEventSender *self, const char *digits);
/* Takes an outgoing audio packet of ptime ms, returns it or an event packet in its place. (transfer
 * full) both ways. rate: of the event's clock. */
GstBuffer *tandem_event_sender_replace (
    TandemEventSender *self, GstBuffer *packet, int payload, guint rate, guint ptime);

typedef struct
{
  gboolean any;
  guint32 timestamp;
} TandemEventReceiver;

/* The digit that begins with this packet; '\0' when it is malformed, unknown or a repetition. */
char tandem_event_receiver_look (TandemEventReceiver *self,
                                 const guint8 *payload,
                                 guint length,
                                 guint32 timestamp);

G_END_DECLS
