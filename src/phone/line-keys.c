/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line-struct.h"

#include <glib/gi18n.h>

#include <string.h>

/* How the keys of a TandemLine go to the far end. "auto" takes what its answer offered: telephone-event; else
 * INFO, until that is refused; else tones that can be heard. */

static gboolean
is_refusal (guint code)
{
  return code >= 400 && code != 408 && code != 481 && code < 700;
}

static void
on_info_failed (guint code, const char *unsent, gpointer data)
{
  TandemLine *self = data;

  if (self->dtmf_method == TANDEM_DTMF_AUTO && is_refusal (code) && self->leg != NULL)
    {
      self->info_refused = TRUE;
      if (tandem_leg_send_dtmf_inband (self->leg, unsent))
        return;
    }
  tandem_call_set_notice (self->call, _ ("The key tones did not get through"));
}

static gboolean
send_by_info (TandemLine *self, const char *keys)
{
  if (tandem_call_get_state (self->call) != TANDEM_CALL_CONNECTED)
    return FALSE;
  if (self->info == NULL)
    self->info = tandem_key_tones_new (self->client, self->number, on_info_failed, self);
  return tandem_key_tones_send (self->info, keys);
}

static gboolean
send_keys (TandemLine *self, const char *keys)
{
  switch (self->dtmf_method)
    {
    case TANDEM_DTMF_RFC4733:
      return self->leg != NULL && tandem_leg_send_dtmf (self->leg, keys);
    case TANDEM_DTMF_INFO:
      return send_by_info (self, keys);
    case TANDEM_DTMF_INBAND:
      return self->leg != NULL && tandem_leg_send_dtmf_inband (self->leg, keys);
    case TANDEM_DTMF_AUTO:
    default:
      if (self->leg == NULL)
        return FALSE;
      return tandem_leg_send_dtmf (self->leg, keys)
             || (!self->info_refused && send_by_info (self, keys))
             || tandem_leg_send_dtmf_inband (self->leg, keys);
    }
}

static gboolean
on_run_of_keys (const char *keys, gpointer data)
{
  TandemLine *self = data;

  if (!send_keys (self, keys))
    return FALSE;
  for (const char *p = keys; *p != '\0'; p++)
    tandem_call_add_dialled_digit (self->call, *p);
  if (strlen (keys) == 1)
    tandem_media_engine_play_key (self->engine, keys[0]);
  return TRUE;
}

gboolean
tandem_line_send_keys (TandemLine *self, const char *keys, GError **error)
{
  if (self->keys == NULL)
    self->keys = tandem_key_queue_new (on_run_of_keys, self);
  if (tandem_key_queue_add (self->keys, keys))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("The other side does not take key tones"));
  return FALSE;
}

/* The number was dialled with keys behind it, and is there now. */
void
tandem_line_send_post_dial (TandemLine *self)
{
  g_autofree char *keys = g_steal_pointer (&self->post_dial);
  g_autoptr (GError) error = NULL;

  if (keys != NULL && !tandem_line_send_keys (self, keys, &error))
    tandem_call_set_notice (self->call, error->message);
}

void
tandem_line_forget_keys (TandemLine *self)
{
  g_clear_pointer (&self->keys, tandem_key_queue_free);
  g_clear_pointer (&self->info, tandem_key_tones_free);
  self->info_refused = FALSE;
}
