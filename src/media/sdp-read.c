/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp-read.h"

#include <string.h>

/* See sdp-read.h. */

#define MAX_SDP 65536
#define MAX_MEDIA 32
#define MAX_FORMATS 64
#define MAX_ATTRIBUTES 512

GstSDPMessage *
tandem_sdp_parse (const char *text, GError **error)
{
  GstSDPMessage *message = NULL;

  if (strlen (text) > MAX_SDP || !g_str_has_prefix (text, "v=0")
      || !g_utf8_validate (text, -1, NULL)
      || gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK
      || gst_sdp_message_medias_len (message) == 0
      || gst_sdp_message_medias_len (message) > MAX_MEDIA)
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
  guint port = gst_sdp_media_get_port (media);

  return g_strcmp0 (gst_sdp_media_get_media (media), "audio") == 0 && port > 0
         && port <= G_MAXUINT16
         && (g_strcmp0 (protocol, "RTP/AVP") == 0 || g_strcmp0 (protocol, "RTP/AVPF") == 0);
}

int
tandem_sdp_find_audio (const GstSDPMessage *message)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
    {
      if (is_usable (gst_sdp_message_get_media (message, i)))
        return (int) i;
    }
  return -1;
}

/* "101 telephone-event/8000/1" */
static gboolean
read_map (const char *value, int payload, TandemSdpFormat *format)
{
  char *end = NULL;
  guint64 number = g_ascii_strtoull (value, &end, 10), rate;
  const char *name, *slash;

  if (end == value || number != (guint64) payload || (*end != ' ' && *end != '\t'))
    return FALSE;
  name = end + strspn (end, " \t");
  slash = strchr (name, '/');
  if (slash == NULL || slash == name || (gsize) (slash - name) >= sizeof format->name)
    return FALSE;
  rate = g_ascii_strtoull (slash + 1, &end, 10);
  if (end == slash + 1 || rate == 0 || rate > 192000)
    return FALSE;
  memset (format->name, 0, sizeof format->name);
  memcpy (format->name, name, (gsize) (slash - name));
  format->rate = (guint) rate;
  return TRUE;
}

/* By a=rtpmap, or the static types of RFC 3551. */
static gboolean
read_format (const GstSDPMedia *media, const char *number, TandemSdpFormat *format)
{
  static const struct
  {
    int payload;
    const char *name;
  } statics[] = { { 0, "PCMU" }, { 8, "PCMA" }, { 9, "G722" } };
  guint n = MIN (gst_sdp_media_attributes_len (media), MAX_ATTRIBUTES);
  guint64 payload;

  if (!g_ascii_string_to_unsigned (number, 10, 0, 127, &payload, NULL))
    return FALSE;
  *format = (TandemSdpFormat){ .payload = (int) payload, .rate = 8000 };
  for (guint i = 0; i < n; i++)
    {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);

      if (g_strcmp0 (attribute->key, "rtpmap") == 0 && attribute->value != NULL
          && read_map (attribute->value, format->payload, format))
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

GArray *
tandem_sdp_read_formats (const GstSDPMedia *media)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (TandemSdpFormat));
  guint n = MIN (gst_sdp_media_formats_len (media), MAX_FORMATS);

  for (guint i = 0; i < n; i++)
    {
      TandemSdpFormat format;

      if (read_format (media, gst_sdp_media_get_format (media, i), &format))
        g_array_append_val (formats, format);
    }
  return formats;
}

void
tandem_sdp_read_direction (const GstSDPMessage *message,
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
  for (guint level = 0; level < 2; level++)
    for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
      {
        if ((level == 0 ? gst_sdp_message_get_attribute_val (message, directions[i].name)
                        : gst_sdp_media_get_attribute_val (media, directions[i].name))
            == NULL)
          continue;
        *sends = directions[i].sends;
        *receives = directions[i].receives;
      }
}

static guint
read_milliseconds (const GstSDPMedia *media, const char *name)
{
  const char *value = gst_sdp_media_get_attribute_val (media, name);
  guint64 number = value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;

  return (guint) MIN (number, 1000);
}

guint
tandem_sdp_read_ptime (const GstSDPMedia *media, guint usual)
{
  static const guint possible[] = { 60, 40, 20 };
  guint wanted = read_milliseconds (media, "ptime");
  guint most = read_milliseconds (media, "maxptime");

  if (wanted == 0)
    wanted = usual;
  if (most > 0)
    wanted = MIN (wanted, most);
  for (guint i = 0; i < G_N_ELEMENTS (possible); i++)
    {
      if (wanted >= possible[i])
        return possible[i];
    }
  return 10;
}

gboolean
tandem_sdp_read_transport (const GstSDPMessage *message,
                           const GstSDPMedia *media,
                           char *host,
                           gsize size,
                           guint *port,
                           guint *rtcp_port,
                           gboolean *rtcp_mux)
{
  const GstSDPConnection *connection = gst_sdp_message_get_connection (message);
  const char *address = connection != NULL ? connection->address : NULL;
  const char *rtcp = gst_sdp_media_get_attribute_val (media, "rtcp");

  if (gst_sdp_media_connections_len (media) > 0)
    address = gst_sdp_media_get_connection (media, 0)->address;
  if (address == NULL || address[0] == '\0' || strlen (address) >= size
      || strspn (address, G_CSET_a_2_z G_CSET_A_2_Z "0123456789.:-_") != strlen (address))
    return FALSE;
  g_strlcpy (host, address, size);
  *port = gst_sdp_media_get_port (media);
  *rtcp_mux = gst_sdp_media_get_attribute_val (media, "rtcp-mux") != NULL;
  *rtcp_port = *rtcp_mux ? *port : MIN (*port + 1, G_MAXUINT16);
  if (!*rtcp_mux && rtcp != NULL)
    {
      guint64 number = g_ascii_strtoull (rtcp, NULL, 10);

      if (number > 0 && number <= G_MAXUINT16)
        *rtcp_port = (guint) number;
    }
  return TRUE;
}
