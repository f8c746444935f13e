/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "model-watch.h"
#include "status.h"

/* See model-watch.h. */

struct _TandemModelWatch
{
  TandemPhone *phone;
  guint source;
  GPtrArray *watched; /* of GObject that handlers of ours are connected to */
  gboolean wrapping_up;
  void (*changed) (gpointer data);
  gpointer data;
};

static gboolean
on_idle (gpointer data)
{
  TandemModelWatch *self = data;

  self->source = 0;
  self->changed (self->data);
  return G_SOURCE_REMOVE;
}

static void
note (TandemModelWatch *self)
{
  if (self->source == 0)
    self->source = g_idle_add (on_idle, self);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  note (data);
}

static void
watch (TandemModelWatch *self, GObject *object, const char *const *properties)
{
  for (guint i = 0; properties[i] != NULL; i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", properties[i], NULL);

      g_signal_connect (object, signal, G_CALLBACK (on_notify), self);
    }
  g_ptr_array_add (self->watched, g_object_ref (object));
}

static void
unwatch (gpointer data, gpointer self)
{
  g_signal_handlers_disconnect_by_data (data, self);
}

static void watch_all (TandemModelWatch *self);

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  watch_all (data);
  note (data);
}

/* Each second of it is no news. */
static void
on_wrap_up (TandemPhone *phone, GParamSpec *pspec, gpointer data)
{
  TandemModelWatch *self = data;
  const gboolean wrapping_up = tandem_phone_get_wrap_up (phone) > 0;

  if (self->wrapping_up != wrapping_up)
    note (self);
  self->wrapping_up = wrapping_up;
}

static void
watch_list (TandemModelWatch *self, GListModel *model, guint most, const char *const *properties)
{
  const guint n = MIN (g_list_model_get_n_items (model), most);

  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  g_ptr_array_add (self->watched, g_object_ref (model));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      watch (self, item, properties);
    }
}

/* The lists are short, and of the colleagues no more than the status shows are looked at: watching all
 * of them anew is simpler than following each change. */
static void
watch_all (TandemModelWatch *self)
{
  static const char *const phone_properties[]
      = { "do-not-disturb", "forward-to", "missed-calls", "audio-problem", "configured", NULL };
  static const char *const colleague_properties[]
      = { "name", "state", "note", "caller", "can-pick-up", NULL };
  static const char *const call_properties[]
      = { "state",        "peer-name",       "peer-address",   "queue",
          "headers",      "muted",           "codec",          "hold",
          "hold-pending", "hold-problem",    "hold-reminder",  "unconfirmed",
          "notice",       "rerouted",        "transfer",       "transfer-text",
          "consults",     "referral-target", "in-conference",  "party-muted",
          "note",         "received-digits", "dialled-digits", NULL };
  static const char *const account_properties[]
      = { "state",           "active-proxy", "problem",     "set-aside",
          "mailbox-waiting", "mailbox-new",  "mailbox-old", NULL };
  static const char *const proxy_properties[] = { "role", "reason", "preferred", NULL };
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  g_ptr_array_foreach (self->watched, unwatch, self);
  g_ptr_array_set_size (self->watched, 0);
  watch (self, G_OBJECT (self->phone), phone_properties);
  g_signal_connect (self->phone, "notify::wrap-up", G_CALLBACK (on_wrap_up), self);
  watch_list (self, tandem_phone_get_colleagues (self->phone), TANDEM_STATUS_COLLEAGUES,
              colleague_properties);
  watch_list (self, tandem_phone_get_calls (self->phone), G_MAXUINT, call_properties);
  watch_list (self, accounts, G_MAXUINT, account_properties);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      watch_list (self, tandem_account_get_proxies (account), G_MAXUINT, proxy_properties);
    }
}

TandemModelWatch *
tandem_model_watch_new (TandemPhone *phone, void (*changed) (gpointer data), gpointer data)
{
  TandemModelWatch *self = g_new0 (TandemModelWatch, 1);

  self->phone = g_object_ref (phone);
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->changed = changed;
  self->data = data;
  self->wrapping_up = tandem_phone_get_wrap_up (phone) > 0;
  watch_all (self);
  return self;
}

void
tandem_model_watch_free (TandemModelWatch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  g_ptr_array_foreach (self->watched, unwatch, self);
  g_ptr_array_unref (self->watched);
  g_object_unref (self->phone);
  g_free (self);
}
