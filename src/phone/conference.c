/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conference.h"

#include <glib/gi18n.h>

/* See conference.h. */

struct _TandemConference
{
  const TandemConferenceHost *host;
  gpointer data;
  TandemCall *focus;  /* nullable: our call to it */
  GPtrArray *parties; /* of TandemCall: to be handed on when it is up */
};

TandemConference *
tandem_conference_new (const TandemConferenceHost *host, gpointer data)
{
  TandemConference *self = g_new0 (TandemConference, 1);

  self->host = host;
  self->data = data;
  self->parties = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

static void
forget_focus (TandemConference *self)
{
  if (self->focus == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->focus, self);
  g_clear_object (&self->focus);
}

void
tandem_conference_free (TandemConference *self)
{
  if (self == NULL)
    return;
  forget_focus (self);
  g_ptr_array_unref (self->parties);
  g_free (self);
}

static void
on_focus_state (TandemCall *focus, GParamSpec *pspec, TandemConference *self)
{
  const TandemCallState state = tandem_call_get_state (focus);
  g_autoptr (GPtrArray) parties = NULL;

  if (state == TANDEM_CALL_ENDED)
    {
      if (self->parties->len > 0)
        self->host->failed (_ ("The conference of the server cannot be reached"), self->data);
      g_ptr_array_set_size (self->parties, 0);
      forget_focus (self);
      return;
    }
  if (state != TANDEM_CALL_CONNECTED)
    return;
  parties = g_steal_pointer (&self->parties);
  self->parties = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < parties->len; i++)
    {
      TandemCall *party = g_ptr_array_index (parties, i);

      if (tandem_call_get_state (party) == TANDEM_CALL_CONNECTED)
        self->host->hand_on (party, focus, self->data);
    }
}

static void
add_party (TandemConference *self, TandemCall *party)
{
  if (party != NULL && party != self->focus && !g_ptr_array_find (self->parties, party, NULL))
    g_ptr_array_add (self->parties, g_object_ref (party));
}

gboolean
tandem_conference_merge (
    TandemConference *self, TandemCall *one, TandemCall *other, const char *address, GError **error)
{
  if (self->focus == NULL)
    {
      TandemCall *focus = self->host->dial (address, self->data, error);

      if (focus == NULL)
        return FALSE;
      self->focus = g_object_ref (focus);
      g_signal_connect (focus, "notify::state", G_CALLBACK (on_focus_state), self);
    }
  add_party (self, one);
  add_party (self, other);
  on_focus_state (self->focus, NULL, self);
  return TRUE;
}
