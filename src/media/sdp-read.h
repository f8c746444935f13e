/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* Reads session descriptions of strangers: GstSDPMessage takes them apart, these functions give only
 * values that make sense, and look at a bounded part. Any thread. */

typedef struct
{
  int payload;   /* 0..127 */
  char name[32]; /* of the encoding, as written */
  guint rate;
} TandemSdpFormat;

/* (transfer full) (nullable): G_IO_ERROR_INVALID_DATA. */
GstSDPMessage *tandem_sdp_parse (const char *text, GError **error);
/* The first stream that we can take: audio, plain RTP, a port; -1: none. */
int tandem_sdp_find_audio (const GstSDPMessage *message);
/* (transfer full) (element-type TandemSdpFormat): in the order of the m= line. */
GArray *tandem_sdp_read_formats (const GstSDPMedia *media);
void tandem_sdp_read_direction (const GstSDPMessage *message,
                                const GstSDPMedia *media,
                                gboolean *sends,
                                gboolean *receives);
/* a=ptime, bounded by a=maxptime: 10, 20, 40 or 60 ms; usual when nothing usable is said. */
guint tandem_sdp_read_ptime (const GstSDPMedia *media, guint usual);
/* Where the far end wants its RTP; FALSE when it does not say so. */
gboolean tandem_sdp_read_transport (const GstSDPMessage *message,
                                    const GstSDPMedia *media,
                                    char *host,
                                    gsize size,
                                    guint *port,
                                    guint *rtcp_port,
                                    gboolean *rtcp_mux);

G_END_DECLS
