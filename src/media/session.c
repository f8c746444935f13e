/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include <gst/sdp/gstsdpmessage.h>

#include <stdlib.h>
#include <string.h>

/* See session.h. Reading and writing SDP is GstSDPMessage's work. */

#define EVENT_PAYLOAD 101
#define EVENT_PAYLOAD_OPUS 102
#define MAX_SDP 65536

typedef struct
{
  int payload;
  char name[32];
  guint rate;
} Format;

static GstSDPMessage *
parse (const char *text, GError **error)
{
  GstSDPMessage *message = NULL;
  gsize length = strlen (text);

  if (length > MAX_SDP || !g_str_has_prefix (text, "v=0")
      || gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK
      || gst_sdp_message_medias_len (message) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the session description cannot be read");
      if (message != NULL)
        gst_sdp_message_free (message);
      return NULL;
    }
  return message;
}

static gboolean
is_usable (const GstSDPMedia *media)
{
  const char *protocol = gst_sdp_media_get_proto (media);

  return g_strcmp0 (gst_sdp_media_get_media (media), "audio") == 0
         && gst_sdp_media_get_port (media) != 0
         && (g_strcmp0 (protocol, "RTP/AVP") == 0 || g_strcmp0 (protocol, "RTP/AVPF") == 0);
}

static int
find_audio (const GstSDPMessage *message)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
    {
      if (is_usable (gst_sdp_message_get_media (message, i)))
        return (int) i;
    }
  return -1;
}

/* "rtpmap:101 telephone-event/8000", or the static types of RFC 3551. */
static gboolean
read_format (const GstSDPMedia *media, const char *number, Format *format)
{
  static const struct
  {
    int payload;
    const char *name;
  } statics[] = { { 0, "PCMU" }, { 8, "PCMA" }, { 9, "G722" } };
  guint64 payload;

  if (!g_ascii_string_to_unsigned (number, 10, 0, 127, &payload, NULL))
    return FALSE;
  *format = (Format){ .payload = (int) payload, .rate = 8000 };
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++)
    {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
      g_auto (GStrv) words = NULL;
      g_auto (GStrv) parts = NULL;
      guint64 rate;

      if (g_strcmp0 (attribute->key, "rtpmap") != 0 || attribute->value == NULL)
        continue;
      words = g_strsplit_set (attribute->value, " \t", 2);
      if (g_strcmp0 (words[0], number) != 0 || words[1] == NULL)
        continue;
      parts = g_strsplit (g_strstrip (words[1]), "/", 3);
      if (parts[0] == NULL || parts[1] == NULL
          || !g_ascii_string_to_unsigned (parts[1], 10, 1, 192000, &rate, NULL))
        return FALSE;
      g_strlcpy (format->name, parts[0], sizeof format->name);
      format->rate = (guint) rate;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (statics); i++)
    {
      if (statics[i].payload == format->payload)
        {
          g_strlcpy (format->name, statics[i].name, sizeof format->name);
          return TRUE;
        }
    }
  return FALSE;
}

/* The payload type that the media gives a codec; -1: none. */
static int
find_payload (const GstSDPMedia *media, const char *name, guint rate)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    {
      Format format;

      if (read_format (media, gst_sdp_media_get_format (media, i), &format)
          && g_ascii_strcasecmp (format.name, name) == 0 && format.rate == rate)
        return format.payload;
    }
  return -1;
}

static const TandemCodec *
find_local (const TandemSessionLocal *local, const Format *format)
{
  for (guint i = 0; local->codecs[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (local->codecs[i]->name, format->name) == 0
          && local->codecs[i]->clock_rate == format->rate)
        return local->codecs[i];
    }
  return NULL;
}

/* own_order: the first of ours that is there; else the first there that is ours. */
static gboolean
choose_codec (const TandemSessionLocal *local,
              const GstSDPMedia *media,
              gboolean own_order,
              TandemSession *session)
{
  if (own_order)
    {
      for (guint i = 0; local->codecs[i] != NULL; i++)
        {
          int payload = find_payload (media, local->codecs[i]->name, local->codecs[i]->clock_rate);

          if (payload < 0)
            continue;
          session->codec = local->codecs[i];
          session->payload = payload;
          return TRUE;
        }
      return FALSE;
    }
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    {
      Format format;

      if (!read_format (media, gst_sdp_media_get_format (media, i), &format))
        continue;
      session->codec = find_local (local, &format);
      session->payload = format.payload;
      if (session->codec != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
read_direction (const GstSDPMessage *message,
                const GstSDPMedia *media,
                gboolean *sends,
                gboolean *receives)
{
  static const struct
  {
    const char *name;
    gboolean sends, receives;
  } directions[] = { { "sendrecv", TRUE, TRUE },
                     { "sendonly", TRUE, FALSE },
                     { "recvonly", FALSE, TRUE },
                     { "inactive", FALSE, FALSE } };

  *sends = *receives = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      if (gst_sdp_message_get_attribute_val (message, directions[i].name) != NULL)
        {
          *sends = directions[i].sends;
          *receives = directions[i].receives;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      if (gst_sdp_media_get_attribute_val (media, directions[i].name) != NULL)
        {
          *sends = directions[i].sends;
          *receives = directions[i].receives;
        }
    }
}

/* Where the far end wants its RTP; FALSE when it does not say so. */
static gboolean
read_transport (const GstSDPMessage *message, const GstSDPMedia *media, TandemSession *session)
{
  const GstSDPConnection *connection = gst_sdp_message_get_connection (message);
  const char *address = connection != NULL ? connection->address : NULL;
  const char *rtcp;

  if (gst_sdp_media_connections_len (media) > 0)
    address = gst_sdp_media_get_connection (media, 0)->address;
  if (address == NULL || address[0] == '\0' || strlen (address) >= sizeof session->host
      || strpbrk (address, " \t\"'!=;") != NULL)
    return FALSE;
  g_strlcpy (session->host, address, sizeof session->host);
  session->port = gst_sdp_media_get_port (media);
  if (session->port == 0 || session->port > G_MAXUINT16)
    return FALSE;
  session->rtcp_mux = gst_sdp_media_get_attribute_val (media, "rtcp-mux") != NULL;
  session->rtcp_port = session->rtcp_mux ? session->port : MIN (session->port + 1, G_MAXUINT16);
  rtcp = gst_sdp_media_get_attribute_val (media, "rtcp");
  if (!session->rtcp_mux && rtcp != NULL)
    {
      int port = atoi (rtcp);

      if (port > 0 && port <= G_MAXUINT16)
        session->rtcp_port = (guint) port;
    }
  return TRUE;
}

static gboolean
is_on_hold_address (const TandemSession *session)
{
  return strcmp (session->host, "0.0.0.0") == 0;
}

/* What is common to reading an offer and an answer. Digits at 8000 Hz beside sound at another rate are
 * against RFC 4733 2.1, but what many servers offer. */
static gboolean
agree (const TandemSessionLocal *local,
       const GstSDPMessage *message,
       const GstSDPMedia *media,
       gboolean own_order,
       TandemSession *session,
       GError **error)
{
  gboolean sends, receives;

  if (!read_transport (message, media, session))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the session description names no address");
      return FALSE;
    }
  if (!choose_codec (local, media, own_order, session))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "no codec in common");
      return FALSE;
    }
  session->event_rate = session->codec->clock_rate;
  session->event_payload = find_payload (media, "telephone-event", session->event_rate);
  if (session->event_payload < 0 && session->event_rate != 8000)
    {
      session->event_rate = 8000;
      session->event_payload = find_payload (media, "telephone-event", 8000);
    }
  read_direction (message, media, &sends, &receives);
  session->send = receives && !is_on_hold_address (session);
  session->receive = sends && !local->hold;
  return TRUE;
}

static void
add_origin (GstSDPMessage *message, const TandemSessionLocal *local)
{
  const char *family = strchr (local->address, ':') != NULL ? "IP6" : "IP4";
  char id[24], version[24];

  g_snprintf (id, sizeof id, "%" G_GUINT64_FORMAT, local->id);
  g_snprintf (version, sizeof version, "%" G_GUINT64_FORMAT, local->version);
  gst_sdp_message_set_version (message, "0");
  gst_sdp_message_set_origin (message, "-", id, version, "IN", family, local->address);
  gst_sdp_message_set_session_name (message, "Tandem");
  gst_sdp_message_set_connection (message, "IN", family, local->address, 0, 0);
  gst_sdp_message_add_time (message, "0", "0", NULL);
}

static void
add_format (
    GstSDPMedia *media, int payload, const char *name, guint rate, guint channels, const char *fmtp)
{
  char number[8];
  g_autofree char *map = NULL;

  g_snprintf (number, sizeof number, "%d", payload);
  gst_sdp_media_add_format (media, number);
  map = channels > 1 ? g_strdup_printf ("%d %s/%u/%u", payload, name, rate, channels)
                     : g_strdup_printf ("%d %s/%u", payload, name, rate);
  gst_sdp_media_add_attribute (media, "rtpmap", map);
  if (fmtp != NULL)
    {
      g_autofree char *parameters = g_strdup_printf ("%d %s", payload, fmtp);

      gst_sdp_media_add_attribute (media, "fmtp", parameters);
    }
}

static void
add_common (GstSDPMedia *media, const TandemSessionLocal *local, gboolean send, gboolean receive)
{
  static const char *const directions[2][2]
      = { { "inactive", "recvonly" }, { "sendonly", "sendrecv" } };

  gst_sdp_media_add_attribute (media, "ptime", "20");
  gst_sdp_media_add_attribute (media, directions[send ? 1 : 0][receive ? 1 : 0], NULL);
}

char *
tandem_session_offer (const TandemSessionLocal *local)
{
  GstSDPMessage *message;
  GstSDPMedia *media;
  gboolean wide = FALSE, narrow = FALSE;
  char *text;

  gst_sdp_message_new (&message);
  add_origin (message, local);
  gst_sdp_media_new (&media);
  gst_sdp_media_set_media (media, "audio");
  gst_sdp_media_set_port_info (media, local->port, 1);
  gst_sdp_media_set_proto (media, "RTP/AVP");
  for (guint i = 0; local->codecs[i] != NULL; i++)
    {
      const TandemCodec *codec = local->codecs[i];

      add_format (media, codec->payload, codec->name, codec->clock_rate, codec->channels,
                  codec->fmtp);
      wide = wide || codec->clock_rate == 48000;
      narrow = narrow || codec->clock_rate == 8000;
    }
  if (narrow)
    add_format (media, EVENT_PAYLOAD, "telephone-event", 8000, 1, "0-15");
  if (wide)
    add_format (media, EVENT_PAYLOAD_OPUS, "telephone-event", 48000, 1, "0-15");
  add_common (media, local, TRUE, !local->hold);
  gst_sdp_media_add_attribute (media, "rtcp-mux", NULL);
  gst_sdp_message_add_media (message, media);
  text = gst_sdp_message_as_text (message);
  gst_sdp_media_free (media);
  gst_sdp_message_free (message);
  return text;
}

/* A stream that we do not take: the same line with port 0 (RFC 3264 6). */
static void
refuse_media (GstSDPMessage *answer, const GstSDPMedia *offered)
{
  GstSDPMedia *media;

  gst_sdp_media_new (&media);
  gst_sdp_media_set_media (media, gst_sdp_media_get_media (offered));
  gst_sdp_media_set_port_info (media, 0, 1);
  gst_sdp_media_set_proto (media, gst_sdp_media_get_proto (offered));
  for (guint i = 0; i < gst_sdp_media_formats_len (offered); i++)
    gst_sdp_media_add_format (media, gst_sdp_media_get_format (offered, i));
  gst_sdp_message_add_media (answer, media);
  gst_sdp_media_free (media);
}

static void
take_media (GstSDPMessage *answer,
            const GstSDPMedia *offered,
            const TandemSessionLocal *local,
            const TandemSession *session)
{
  const TandemCodec *codec = session->codec;
  GstSDPMedia *media;

  gst_sdp_media_new (&media);
  gst_sdp_media_set_media (media, "audio");
  gst_sdp_media_set_port_info (media, local->port, 1);
  gst_sdp_media_set_proto (media, gst_sdp_media_get_proto (offered));
  add_format (media, session->payload, codec->name, codec->clock_rate, codec->channels,
              codec->fmtp);
  if (session->event_payload >= 0)
    add_format (media, session->event_payload, "telephone-event", session->event_rate, 1, "0-15");
  add_common (media, local, session->send, session->receive);
  if (session->rtcp_mux)
    gst_sdp_media_add_attribute (media, "rtcp-mux", NULL);
  gst_sdp_message_add_media (answer, media);
  gst_sdp_media_free (media);
}

char *
tandem_session_answer (const TandemSessionLocal *local,
                       const char *offer,
                       TandemSession *session,
                       GError **error)
{
  GstSDPMessage *message = parse (offer, error), *answer;
  TandemSession agreed = { 0 };
  char *text = NULL;
  int audio;

  if (message == NULL)
    return NULL;
  audio = find_audio (message);
  if (audio < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "no sound is offered");
      gst_sdp_message_free (message);
      return NULL;
    }
  if (agree (local, message, gst_sdp_message_get_media (message, (guint) audio), local->own_order,
             &agreed, error))
    {
      gst_sdp_message_new (&answer);
      add_origin (answer, local);
      for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
        {
          if ((int) i == audio)
            take_media (answer, gst_sdp_message_get_media (message, i), local, &agreed);
          else
            refuse_media (answer, gst_sdp_message_get_media (message, i));
        }
      text = gst_sdp_message_as_text (answer);
      gst_sdp_message_free (answer);
      *session = agreed;
    }
  gst_sdp_message_free (message);
  return text;
}

gboolean
tandem_session_read_answer (const TandemSessionLocal *local,
                            const char *answer,
                            TandemSession *session,
                            GError **error)
{
  GstSDPMessage *message = parse (answer, error);
  TandemSession agreed = { 0 };
  gboolean ok = FALSE;
  int audio;

  if (message == NULL)
    return FALSE;
  audio = find_audio (message);
  if (audio < 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "the sound was refused");
  else
    ok = agree (local, message, gst_sdp_message_get_media (message, (guint) audio), FALSE, &agreed,
                error);
  if (ok)
    *session = agreed;
  gst_sdp_message_free (message);
  return ok;
}
