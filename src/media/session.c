/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include "sdp-read.h"

#include <stdlib.h>
#include <string.h>

/* See session.h. This file decides and writes; sdp-read.h reads what came from the network. */

#define EVENT "telephone-event"
#define EVENT_PAYLOAD 101
#define EVENT_PAYLOAD_OPUS 102
#define FIRST_DYNAMIC 96
#define LAST_DYNAMIC 127
#define PTIME 20

static const TandemCodec *
find_local (const TandemSessionLocal *local, const TandemSdpFormat *format)
{
  for (guint i = 0; local->codecs[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (local->codecs[i]->name, format->name) == 0
          && local->codecs[i]->clock_rate == format->rate)
        return local->codecs[i];
    }
  return NULL;
}

static const TandemSdpFormat *
find_format (GArray *formats, const char *name, guint rate)
{
  for (guint i = 0; i < formats->len; i++)
    {
      const TandemSdpFormat *format = &g_array_index (formats, TandemSdpFormat, i);

      if (g_ascii_strcasecmp (format->name, name) == 0 && (rate == 0 || format->rate == rate))
        return format;
    }
  return NULL;
}

/* own_order: the first of ours that is there; else the first there that is ours. */
static gboolean
choose_codec (const TandemSessionLocal *local,
              GArray *formats,
              gboolean own_order,
              TandemSession *session)
{
  for (guint i = 0; own_order && local->codecs[i] != NULL; i++)
    {
      const TandemSdpFormat *format
          = find_format (formats, local->codecs[i]->name, local->codecs[i]->clock_rate);

      if (format == NULL)
        continue;
      session->codec = local->codecs[i];
      session->payload = format->payload;
      return TRUE;
    }
  for (guint i = 0; !own_order && i < formats->len; i++)
    {
      const TandemSdpFormat *format = &g_array_index (formats, TandemSdpFormat, i);

      session->codec = find_local (local, format);
      session->payload = format->payload;
      if (session->codec != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Of the clock that the codec has; failing that any, as many phones offer only 8000. */
static void
choose_event (GArray *formats, TandemSession *session)
{
  const TandemSdpFormat *format = find_format (formats, EVENT, session->codec->clock_rate);

  if (format == NULL)
    format = find_format (formats, EVENT, 0);
  session->event_payload = format != NULL ? format->payload : -1;
  session->event_rate = format != NULL ? format->rate : session->codec->clock_rate;
}

static void
add_receive_format (TandemSession *session, int payload, const TandemCodec *codec)
{
  for (guint i = 0; i < session->n_receive_formats; i++)
    {
      if (session->receive_formats[i].payload == payload)
        return;
    }
  if (session->n_receive_formats < TANDEM_SESSION_MAX_FORMATS)
    session->receive_formats[session->n_receive_formats++]
        = (TandemFormat){ .payload = payload, .codec = codec };
}

static gboolean
refuse (GError **error, GIOErrorEnum code, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, (int) code, why);
  return FALSE;
}

static gboolean
check_address (const TandemSessionLocal *local, const TandemSession *session, GError **error)
{
  g_autoptr (GInetAddress) far = g_inet_address_new_from_string (session->host);
  g_autoptr (GInetAddress) near = g_inet_address_new_from_string (local->address);

  if (far == NULL)
    return g_hostname_is_ip_address (session->host)
               ? refuse (error, G_IO_ERROR_INVALID_DATA, "the address for sound is malformed")
               : TRUE;
  if (g_inet_address_get_is_multicast (far) || strcmp (session->host, "255.255.255.255") == 0)
    return refuse (error, G_IO_ERROR_NOT_SUPPORTED, "sound to many receivers is not supported");
  if (near != NULL && !g_inet_address_get_is_any (far)
      && g_inet_address_get_family (far) != g_inet_address_get_family (near))
    return refuse (error, G_IO_ERROR_NOT_SUPPORTED,
                   "the address for sound is of another IP version");
  return TRUE;
}

static gboolean
is_hold_address (const TandemSession *session)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (session->host);

  return address != NULL && g_inet_address_get_is_any (address);
}

/* What is common to reading an offer and an answer. */
static gboolean
agree (const TandemSessionLocal *local,
       const GstSDPMessage *message,
       const GstSDPMedia *media,
       gboolean own_order,
       TandemSession *session,
       GError **error)
{
  g_autoptr (GArray) formats = tandem_sdp_read_formats (media);
  gboolean sends, receives;

  if (!tandem_sdp_read_transport (message, media, session->host, sizeof session->host,
                                  &session->port, &session->rtcp_port, &session->rtcp_mux))
    return refuse (error, G_IO_ERROR_INVALID_DATA, "the session description names no address");
  if (!check_address (local, session, error))
    return FALSE;
  if (!choose_codec (local, formats, own_order, session))
    return refuse (error, G_IO_ERROR_NOT_SUPPORTED, "no codec in common");
  choose_event (formats, session);
  session->ptime = tandem_sdp_read_ptime (media, PTIME);
  tandem_sdp_read_direction (message, media, &sends, &receives);
  session->send = receives && !is_hold_address (session);
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
add_common (GstSDPMedia *media, guint ptime, gboolean send, gboolean receive)
{
  static const char *const directions[2][2]
      = { { "inactive", "recvonly" }, { "sendonly", "sendrecv" } };
  char number[8];

  g_snprintf (number, sizeof number, "%u", ptime);
  gst_sdp_media_add_attribute (media, "ptime", number);
  gst_sdp_media_add_attribute (media, directions[send ? 1 : 0][receive ? 1 : 0], NULL);
}

static gboolean
is_taken (const GstSDPMedia *media, int payload)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    {
      if (atoi (gst_sdp_media_get_format (media, i)) == payload)
        return TRUE;
    }
  return FALSE;
}

/* What a payload type meant once, it means for the whole call. */
static int
pick_payload (const GstSDPMedia *media,
              const TandemSession *agreed,
              const TandemCodec *codec,
              int usual)
{
  int payload = usual;

  for (guint i = 0; agreed != NULL && i < agreed->n_receive_formats; i++)
    {
      if (codec != NULL && agreed->receive_formats[i].codec == codec)
        return agreed->receive_formats[i].payload;
    }
  if (payload < FIRST_DYNAMIC)
    return payload;
  for (int next = FIRST_DYNAMIC; next <= LAST_DYNAMIC; next++)
    {
      gboolean used = is_taken (media, payload);

      for (guint i = 0; agreed != NULL && i < agreed->n_receive_formats; i++)
        used = used
               || (agreed->receive_formats[i].payload == payload
                   && agreed->receive_formats[i].codec != codec);
      if (!used)
        return payload;
      payload = next;
    }
  return payload;
}

static void
add_events (GstSDPMedia *media, const TandemSessionLocal *local, gboolean narrow, gboolean wide)
{
  const TandemSession *agreed = local->agreed;
  guint kept = 0;

  if (agreed != NULL && agreed->event_payload >= 0)
    {
      kept = agreed->event_rate;
      add_format (media, agreed->event_payload, EVENT, kept, 1, "0-15");
    }
  if (narrow && kept != 8000)
    add_format (media, pick_payload (media, agreed, NULL, EVENT_PAYLOAD), EVENT, 8000, 1, "0-15");
  if (wide && kept != 48000)
    add_format (media, pick_payload (media, agreed, NULL, EVENT_PAYLOAD_OPUS), EVENT, 48000, 1,
                "0-15");
}

static void
offer_media (GstSDPMessage *message, const TandemSessionLocal *local)
{
  gboolean wide = FALSE, narrow = FALSE, held;
  GstSDPMedia *media;

  gst_sdp_media_new (&media);
  gst_sdp_media_set_media (media, "audio");
  gst_sdp_media_set_port_info (media, local->port, 1);
  gst_sdp_media_set_proto (media, "RTP/AVP");
  for (guint i = 0; local->codecs[i] != NULL; i++)
    {
      const TandemCodec *codec = local->codecs[i];

      add_format (media, pick_payload (media, local->agreed, codec, codec->payload), codec->name,
                  codec->clock_rate, codec->channels, codec->fmtp);
      wide = wide || codec->clock_rate == 48000;
      narrow = narrow || codec->clock_rate == 8000;
    }
  add_events (media, local, narrow, wide);
  held = local->hold && local->agreed != NULL && local->agreed->remote_hold;
  add_common (media, PTIME, !held, !local->hold);
  gst_sdp_media_add_attribute (media, "rtcp-mux", NULL);
  gst_sdp_message_add_media (message, media);
  gst_sdp_media_free (media);
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

char *
tandem_session_offer (const TandemSessionLocal *local)
{
  GstSDPMessage *message, *previous = NULL;
  char *text;
  int audio = -1;

  if (local->codecs[0] == NULL)
    return NULL;
  gst_sdp_message_new (&message);
  add_origin (message, local);
  if (local->previous != NULL)
    previous = tandem_sdp_parse (local->previous, NULL);
  if (previous != NULL)
    audio = tandem_sdp_find_audio (previous);
  for (guint i = 0; audio >= 0 && i < gst_sdp_message_medias_len (previous); i++)
    {
      if ((int) i == audio)
        offer_media (message, local);
      else
        refuse_media (message, gst_sdp_message_get_media (previous, i));
    }
  if (audio < 0)
    offer_media (message, local);
  text = gst_sdp_message_as_text (message);
  gst_sdp_message_free (message);
  if (previous != NULL)
    gst_sdp_message_free (previous);
  return text;
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
    add_format (media, session->event_payload, EVENT, session->event_rate, 1, "0-15");
  add_common (media, session->ptime, session->send, session->receive);
  if (session->rtcp_mux)
    gst_sdp_media_add_attribute (media, "rtcp-mux", NULL);
  gst_sdp_message_add_media (answer, media);
  gst_sdp_media_free (media);
}

static char *
write_answer (const TandemSessionLocal *local,
              const GstSDPMessage *offer,
              guint audio,
              const TandemSession *session)
{
  GstSDPMessage *answer;
  char *text;

  gst_sdp_message_new (&answer);
  add_origin (answer, local);
  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++)
    {
      if (i == audio)
        take_media (answer, gst_sdp_message_get_media (offer, i), local, session);
      else
        refuse_media (answer, gst_sdp_message_get_media (offer, i));
    }
  text = gst_sdp_message_as_text (answer);
  gst_sdp_message_free (answer);
  return text;
}

char *
tandem_session_answer (const TandemSessionLocal *local,
                       const char *offer,
                       TandemSession *session,
                       GError **error)
{
  GstSDPMessage *message = tandem_sdp_parse (offer, error);
  TandemSession agreed = { 0 };
  char *text = NULL;
  int audio;

  if (message == NULL)
    return NULL;
  audio = tandem_sdp_find_audio (message);
  if (audio < 0)
    refuse (error, G_IO_ERROR_NOT_SUPPORTED, "no plain sound is offered");
  else if (agree (local, message, gst_sdp_message_get_media (message, (guint) audio),
                  local->own_order, &agreed, error))
    {
      agreed.remote_hold = !agreed.send;
      add_receive_format (&agreed, agreed.payload, agreed.codec);
      if (agreed.event_payload >= 0)
        add_receive_format (&agreed, agreed.event_payload, NULL);
      text = write_answer (local, message, (guint) audio, &agreed);
      *session = agreed;
    }
  gst_sdp_message_free (message);
  return text;
}

/* We must be ready for all that we offered (RFC 3264 6.1), by the numbers that we gave. */
static void
expect_offered (const TandemSessionLocal *local, TandemSession *session)
{
  GstSDPMessage *offer = local->previous != NULL ? tandem_sdp_parse (local->previous, NULL) : NULL;
  int audio = offer != NULL ? tandem_sdp_find_audio (offer) : -1;

  if (audio >= 0)
    {
      g_autoptr (GArray) formats
          = tandem_sdp_read_formats (gst_sdp_message_get_media (offer, (guint) audio));

      for (guint i = 0; i < formats->len; i++)
        {
          const TandemSdpFormat *format = &g_array_index (formats, TandemSdpFormat, i);
          const TandemCodec *codec = find_local (local, format);

          if (codec != NULL || g_ascii_strcasecmp (format->name, EVENT) == 0)
            add_receive_format (session, format->payload, codec);
        }
    }
  add_receive_format (session, session->payload, session->codec);
  if (offer != NULL)
    gst_sdp_message_free (offer);
}

gboolean
tandem_session_read_answer (const TandemSessionLocal *local,
                            const char *answer,
                            TandemSession *session,
                            GError **error)
{
  GstSDPMessage *message = tandem_sdp_parse (answer, error);
  TandemSession agreed = { 0 };
  gboolean ok = FALSE;
  int audio;

  if (message == NULL)
    return FALSE;
  audio = tandem_sdp_find_audio (message);
  if (audio < 0)
    refuse (error, G_IO_ERROR_NOT_SUPPORTED, "the sound was refused");
  else
    ok = agree (local, message, gst_sdp_message_get_media (message, (guint) audio), FALSE, &agreed,
                error);
  if (ok)
    {
      /* To our own hold the far end may well say "inactive" without holding us. */
      agreed.remote_hold = !agreed.send;
      if (local->hold && !agreed.send)
        agreed.remote_hold = local->agreed != NULL && local->agreed->remote_hold;
      expect_offered (local, &agreed);
      *session = agreed;
    }
  gst_sdp_message_free (message);
  return ok;
}

gboolean
tandem_session_is_like (const TandemSession *self, const TandemSession *other)
{
  if (self->codec != other->codec || self->payload != other->payload
      || self->event_payload != other->event_payload || self->event_rate != other->event_rate
      || self->ptime != other->ptime || self->rtcp_mux != other->rtcp_mux
      || self->n_receive_formats != other->n_receive_formats)
    return FALSE;
  for (guint i = 0; i < self->n_receive_formats; i++)
    {
      if (self->receive_formats[i].payload != other->receive_formats[i].payload
          || self->receive_formats[i].codec != other->receive_formats[i].codec)
        return FALSE;
    }
  return TRUE;
}
