/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge.h"
#include "leg.h"
#include "session.h"

G_BEGIN_DECLS

/* TandemStream: the pipeline of one leg: RTP in and out of one pair of sockets, by rtpbin. Made for one
 * agreed session; another codec makes another stream on the same sockets, which goes on with
 * the same SSRC, sequence numbers and counts. open() and close() block and belong on the engine's
 * worker; the rest may be called on any thread. */

typedef struct _TandemStream TandemStream;

/* Called on streaming threads: only post. */
typedef struct
{
  void (*digit) (char digit, gpointer data);
  void (*started) (gpointer data);
  void (*failed) (const char *message, gpointer data);
  gpointer data;
} TandemStreamEvents;

/* previous (nullable): the stream that this one follows; closed before this one is opened. */
TandemStream *tandem_stream_new (TandemBridge *bridge,
                                 GSocket *rtp,
                                 GSocket *rtcp,
                                 const TandemSession *session,
                                 TandemStream *previous,
                                 const TandemStreamEvents *events);
TandemStream *tandem_stream_ref (TandemStream *self);
void tandem_stream_unref (TandemStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemStream, tandem_stream_unref)

gboolean tandem_stream_open (TandemStream *self, GError **error);
/* Leaves the bridge and stops telling; at once, idempotent. */
void tandem_stream_leave (TandemStream *self);
void tandem_stream_close (TandemStream *self);

/* FALSE: the session needs another stream. */
gboolean tandem_stream_follow (TandemStream *self, const TandemSession *session);
void tandem_stream_set_state (TandemStream *self, const TandemPortState *state);
/* FALSE: there is no sound yet to put them in. */
gboolean tandem_stream_send_keys (TandemStream *self, const char *digits);
void tandem_stream_send_digits (TandemStream *self, const char *digits);
void tandem_stream_get_statistics (TandemStream *self, TandemLegStatistics *statistics);
/* Monotonic time in us of the last RTP packet that was accepted; 0: none yet. */
gint64 tandem_stream_get_last_received (TandemStream *self);

G_END_DECLS
