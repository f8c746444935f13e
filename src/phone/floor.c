/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "floor.h"

#include <glib/gi18n.h>

/* See floor.h. */

struct _TandemFloor
{
  GObject parent_instance;

  GListModel *calls;
  GPtrArray *followed; /* of TandemCall, as in calls */
  gboolean retrieving; /* a whole conference */
};

G_DEFINE_FINAL_TYPE (TandemFloor, tandem_floor, G_TYPE_OBJECT)

enum
{
  WAITING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, words);
  return FALSE;
}

static gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

static gboolean
is_held (TandemCall *call)
{
  return is_up (call) && !tandem_call_has_floor (call);
}

static void
retrieve_other_parties (TandemFloor *self, TandemCall *call)
{
  if (self->retrieving)
    return;
  self->retrieving = TRUE;
  for (guint i = 0; i < self->followed->len; i++)
    {
      TandemCall *other = g_ptr_array_index (self->followed, i);

      if (other != call && tandem_call_is_in_conference (other) && is_held (other))
        tandem_call_retrieve (other, NULL);
    }
  self->retrieving = FALSE;
}

/* (transfer full): it stays the same while calls come and go. */
static GPtrArray *
copy_calls (TandemFloor *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->followed->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (self->followed, i)));
  return copy;
}

static void
on_takes_floor (TandemCall *call, TandemFloor *self)
{
  const gboolean conference = tandem_call_is_in_conference (call);
  g_autoptr (GPtrArray) others = copy_calls (self);
  gboolean conference_is_up = FALSE;

  for (guint i = 0; i < others->len; i++)
    {
      TandemCall *other = g_ptr_array_index (others, i);

      if (other == call || !tandem_call_has_floor (other))
        continue;
      if (conference && tandem_call_is_in_conference (other))
        conference_is_up = TRUE;
      else
        tandem_call_set_apart (other);
    }
  if (conference && !conference_is_up)
    retrieve_other_parties (self, call);
}

/* A conference of one is a call. */
static void
leave_lonely_party (TandemFloor *self)
{
  TandemCall *party = NULL;

  for (guint i = 0; i < self->followed->len; i++)
    {
      TandemCall *call = g_ptr_array_index (self->followed, i);

      if (!tandem_call_is_in_conference (call) || tandem_call_get_state (call) == TANDEM_CALL_ENDED)
        continue;
      if (party != NULL)
        return;
      party = call;
    }
  if (party != NULL)
    tandem_call_set_in_conference (party, FALSE);
}

/* Somebody is on hold, and nobody is talked with. */
static gboolean
is_somebody_waiting (TandemFloor *self)
{
  gboolean waiting = FALSE;

  for (guint i = 0; i < self->followed->len; i++)
    {
      TandemCall *call = g_ptr_array_index (self->followed, i);

      if (tandem_call_has_floor (call))
        return FALSE;
      waiting = waiting || is_held (call);
    }
  return waiting;
}

/* Nobody is retrieved without the agent. */
static void
tell_who_waits (TandemFloor *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    {
      TandemCall *call = g_ptr_array_index (self->followed, i);

      if (is_held (call))
        tandem_call_set_notice (call, _ ("The other call has ended; this one is still on hold"));
    }
  g_signal_emit (self, signals[WAITING], 0);
}

static void
unfollow (gpointer call, TandemFloor *self)
{
  g_signal_handlers_disconnect_by_data (call, self);
}

static void
on_items_changed (GListModel *calls, guint position, guint removed, guint added, TandemFloor *self)
{
  gboolean had_floor = FALSE;

  for (guint i = 0; i < removed; i++)
    {
      TandemCall *call = g_ptr_array_index (self->followed, position);

      had_floor = had_floor || tandem_call_had_floor (call);
      unfollow (call, self);
      g_ptr_array_remove_index (self->followed, position);
    }
  for (guint i = 0; i < added; i++)
    {
      TandemCall *call = g_list_model_get_item (calls, position + i);

      g_signal_connect (call, "takes-floor", G_CALLBACK (on_takes_floor), self);
      g_ptr_array_insert (self->followed, (int) (position + i), call);
    }
  if (removed > 0)
    leave_lonely_party (self);
  if (had_floor && is_somebody_waiting (self))
    tell_who_waits (self);
}

static void
tandem_floor_dispose (GObject *object)
{
  TandemFloor *self = TANDEM_FLOOR (object);

  if (self->calls != NULL)
    g_signal_handlers_disconnect_by_data (self->calls, self);
  for (guint i = 0; i < self->followed->len; i++)
    unfollow (g_ptr_array_index (self->followed, i), self);
  g_ptr_array_set_size (self->followed, 0);
  g_clear_object (&self->calls);
  G_OBJECT_CLASS (tandem_floor_parent_class)->dispose (object);
}

static void
tandem_floor_finalize (GObject *object)
{
  TandemFloor *self = TANDEM_FLOOR (object);

  g_ptr_array_unref (self->followed);
  G_OBJECT_CLASS (tandem_floor_parent_class)->finalize (object);
}

static void
tandem_floor_class_init (TandemFloorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_floor_dispose;
  object_class->finalize = tandem_floor_finalize;

  signals[WAITING] = g_signal_new ("waiting", TANDEM_TYPE_FLOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
tandem_floor_init (TandemFloor *self)
{
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
}

TandemFloor *
tandem_floor_new (GListModel *calls)
{
  TandemFloor *self = g_object_new (TANDEM_TYPE_FLOOR, NULL);

  self->calls = g_object_ref (calls);
  g_signal_connect (calls, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (calls, 0, 0, g_list_model_get_n_items (calls), self);
  return self;
}

void
tandem_floor_clear (TandemFloor *self)
{
  for (guint i = self->followed->len; i > 0; i--)
    tandem_call_set_apart (g_ptr_array_index (self->followed, i - 1));
}

TandemCall *
tandem_floor_get_active (TandemFloor *self)
{
  TandemCall *active = NULL;

  for (guint i = self->followed->len; i > 0; i--)
    {
      TandemCall *call = g_ptr_array_index (self->followed, i - 1);

      if (!is_up (call) || !tandem_call_has_floor (call))
        continue;
      if (tandem_call_is_in_conference (call))
        return call;
      active = call;
    }
  return active;
}

/* (nullable): the only call on hold, or the first of the conference that is. */
static TandemCall *
find_only_held (TandemFloor *self)
{
  TandemCall *held = NULL;

  for (guint i = 0; i < self->followed->len; i++)
    {
      TandemCall *call = g_ptr_array_index (self->followed, i);

      if (!is_held (call))
        continue;
      if (held != NULL
          && !(tandem_call_is_in_conference (held) && tandem_call_is_in_conference (call)))
        return NULL;
      held = call;
    }
  return held;
}

gboolean
tandem_floor_swap (TandemFloor *self, TandemCall *with, GError **error)
{
  if (with == NULL)
    with = find_only_held (self);
  if (with == NULL)
    return refuse (error, _ ("Choose the call to talk to: there is not exactly one on hold"));
  if (!is_up (with))
    return refuse (error, _ ("This call is not up"));
  if (tandem_call_has_floor (with))
    return refuse (error, _ ("You are talking in this call already"));
  return tandem_call_retrieve (with, error);
}

gboolean
tandem_floor_merge (TandemFloor *self, TandemCall *call, GError **error)
{
  TandemCall *active = tandem_floor_get_active (self);

  if (active == call
      || (active != NULL && tandem_call_is_in_conference (active)
          && tandem_call_is_in_conference (call)))
    call = find_only_held (self);
  if (active == NULL || call == NULL || call == active)
    return refuse (error, _ ("There is no other call to merge with"));
  if (!is_up (call))
    return refuse (error, _ ("Only calls that are up can be merged"));

  tandem_call_set_in_conference (active, TRUE);
  tandem_call_set_in_conference (call, TRUE);
  if (!tandem_call_has_floor (call) && !tandem_call_retrieve (call, error))
    {
      tandem_call_set_in_conference (call, FALSE);
      leave_lonely_party (self);
      return FALSE;
    }
  return TRUE;
}

static void
take_out (TandemCall *call)
{
  tandem_call_set_in_conference (call, FALSE);
  tandem_call_set_apart (call);
}

gboolean
tandem_floor_split (TandemFloor *self, TandemCall *call, GError **error)
{
  TandemCall *stays = tandem_floor_get_active (self);

  if (call != NULL && !tandem_call_is_in_conference (call))
    return refuse (error, _ ("This call is in no conference"));
  if (call == NULL && (stays == NULL || !tandem_call_is_in_conference (stays)))
    return refuse (error, _ ("There is no conference"));
  if (call != NULL)
    take_out (call);
  for (guint i = 0; call == NULL && i < self->followed->len; i++)
    {
      TandemCall *party = g_ptr_array_index (self->followed, i);

      if (party != stays && tandem_call_is_in_conference (party))
        take_out (party);
    }
  leave_lonely_party (self);
  return TRUE;
}
