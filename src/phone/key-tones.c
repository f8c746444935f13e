/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key-tones.h"

#include "line.h"

#include <string.h>

/* See key-tones.h. */

#define MAX_WAITING 256
#define DURATION 160 /* ms */

struct _TandemKeyTones
{
  TandemSipClient *client;
  guint call;
  GString *waiting;
  guint tag; /* of the request under way; 0: none */
  char *under_way;
  void (*failed) (guint code, const char *unsent, gpointer data);
  gpointer data;
};

TandemKeyTones *
tandem_key_tones_new (TandemSipClient *client,
                      guint call,
                      void (*failed) (guint code, const char *unsent, gpointer data),
                      gpointer data)
{
  TandemKeyTones *self = g_new0 (TandemKeyTones, 1);

  self->client = g_object_ref (client);
  self->call = call;
  self->waiting = g_string_new (NULL);
  self->failed = failed;
  self->data = data;
  return self;
}

void
tandem_key_tones_free (TandemKeyTones *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->client);
  g_string_free (self->waiting, TRUE);
  g_free (self->under_way);
  g_free (self);
}

static void
send_next (TandemKeyTones *self)
{
  g_autofree char *body = NULL;

  if (self->tag != 0 || self->waiting->len == 0)
    return;
  body = g_strdup_printf ("Signal=%c\r\nDuration=%d\r\n", g_ascii_toupper (self->waiting->str[0]),
                          DURATION);
  g_free (self->under_way);
  self->under_way = g_strndup (self->waiting->str, 1);
  g_string_erase (self->waiting, 0, 1);
  self->tag = tandem_line_next_tag ();
  tandem_sip_client_request (self->client, self->call, self->tag, "INFO", NULL,
                             "application/dtmf-relay", body);
}

gboolean
tandem_key_tones_send (TandemKeyTones *self, const char *digits)
{
  if (self->waiting->len + strlen (digits) > MAX_WAITING)
    return FALSE;
  g_string_append (self->waiting, digits);
  send_next (self);
  return TRUE;
}

gboolean
tandem_key_tones_handle_event (TandemKeyTones *self, const TandemSipEvent *event)
{
  if (self->tag == 0 || event->tag != self->tag)
    return FALSE;
  self->tag = 0;
  if (event->code >= 200 && event->code < 300)
    send_next (self);
  else
    {
      g_autofree char *unsent = g_strconcat (self->under_way, self->waiting->str, NULL);

      g_message ("keys of call %u: %u %s", self->call, event->code,
                 event->text != NULL ? event->text : "");
      g_string_truncate (self->waiting, 0);
      self->failed (event->code, unsent, self->data);
    }
  return TRUE;
}
