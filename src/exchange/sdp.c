/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp.h"

#include <stdio.h>
#include <string.h>

#define MOST_PAYLOADS 32

static const char *const directions[] = { "sendrecv", "sendonly", "recvonly", "inactive" };

static void
read_formats (TandemExchangeSdp *self, char **words)
{
  for (guint i = 3; words[i] != NULL && self->payloads->len < MOST_PAYLOADS; i++)
    {
      guint64 payload;

      if (!g_ascii_string_to_unsigned (words[i], 10, 0, 127, &payload, NULL))
        continue;
      if (payload == 0)
        self->pcmu = 0;
      else if (payload == 8)
        self->pcma = 8;
      g_array_append_val (self->payloads, (int){ (int) payload });
    }
}

static void
drop_payload (TandemExchangeSdp *self, int payload)
{
  for (guint i = 0; i < self->payloads->len; i++)
    if (g_array_index (self->payloads, int, i) == payload)
      {
        g_array_remove_index (self->payloads, i);
        return;
      }
}

static void
read_map (TandemExchangeSdp *self, const char *line)
{
  int payload;
  char name[32] = "";
  guint rate = 0;

  if (sscanf (line, "a=rtpmap:%d %31[^/]/%u", &payload, name, &rate) != 3)
    return;
  if (g_ascii_strcasecmp (name, "telephone-event") == 0)
    {
      drop_payload (self, payload);
      if (rate == 8000 || self->event < 0)
        {
          self->event = payload;
          g_free (self->event_map);
          self->event_map = g_strdup_printf ("%d telephone-event/%u", payload, rate);
        }
    }
  else if (g_ascii_strcasecmp (name, "CN") == 0)
    drop_payload (self, payload);
}

static void
read_line (TandemExchangeSdp *self, const char *line, gboolean media)
{
  if (g_str_has_prefix (line, "c=IN IP4 "))
    {
      g_free (self->host);
      self->host = g_strndup (line + 9, strcspn (line + 9, "/ "));
    }
  else if (g_str_has_prefix (line, "a=rtpmap:") && media)
    {
      g_ptr_array_add (self->lines, g_strdup (line));
      read_map (self, line);
    }
  else if (g_str_has_prefix (line, "a=fmtp:") && media)
    g_ptr_array_add (self->lines, g_strdup (line));
  else if (strcmp (line, "a=rtcp-mux") == 0)
    self->mux = TRUE;
  else
    for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
      if (g_str_has_prefix (line, "a=") && strcmp (line + 2, directions[i]) == 0)
        self->direction = directions[i];
}

TandemExchangeSdp *
tandem_exchange_sdp_parse (const char *text)
{
  g_autoptr (TandemExchangeSdp) self = g_new0 (TandemExchangeSdp, 1);
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  gboolean media = FALSE;

  self->payloads = g_array_new (FALSE, FALSE, sizeof (int));
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->pcmu = self->pcma = self->event = -1;
  self->direction = directions[0];
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "m="))
        {
          g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
          guint64 port;

          if (media)
            break;
          if (g_strv_length (words) < 4 || strcmp (words[0], "m=audio") != 0)
            continue;
          if (strcmp (words[2], "RTP/AVP") != 0
              || !g_ascii_string_to_unsigned (words[1], 10, 0, 65535, &port, NULL))
            return NULL;
          media = TRUE;
          self->port = (guint) port;
          read_formats (self, words);
        }
      else
        read_line (self, lines[i], media);
    }
  return media && self->payloads->len > 0 ? g_steal_pointer (&self) : NULL;
}

void
tandem_exchange_sdp_free (TandemExchangeSdp *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->event_map);
  g_array_unref (self->payloads);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

static GString *
begin (const char *host, guint version)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "v=0\r\no=exchange 1 %u IN IP4 %s\r\ns=practice\r\nc=IN IP4 %s\r\n"
                          "t=0 0\r\n",
                          version, host, host);
  return text;
}

char *
tandem_exchange_sdp_offer (const char *host, guint port, guint version)
{
  GString *text = begin (host, version);

  g_string_append_printf (text,
                          "m=audio %u RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
                          "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                          "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
                          port);
  return g_string_free (text, FALSE);
}

static const char *
answered_direction (const char *offered)
{
  if (strcmp (offered, "sendonly") == 0)
    return "recvonly";
  if (strcmp (offered, "recvonly") == 0)
    return "sendonly";
  return offered;
}

char *
tandem_exchange_sdp_answer (
    const TandemExchangeSdp *offer, int payload, const char *host, guint port, guint version)
{
  GString *text = begin (host, version);

  g_string_append_printf (text, "m=audio %u RTP/AVP %d", port, payload);
  if (offer->event >= 0)
    g_string_append_printf (text, " %d", offer->event);
  g_string_append (text, "\r\n");
  for (guint i = 0; i < offer->lines->len; i++)
    {
      const char *line = offer->lines->pdata[i];
      int of = -1;

      if (sscanf (strchr (line, ':') + 1, "%d ", &of) == 1 && (of == payload || of == offer->event))
        g_string_append_printf (text, "%s\r\n", line);
    }
  if (offer->mux)
    g_string_append (text, "a=rtcp-mux\r\n");
  g_string_append_printf (text, "a=%s\r\n", answered_direction (offer->direction));
  return g_string_free (text, FALSE);
}
