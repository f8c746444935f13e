/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "model-watch.h"

/* See model-watch.h. */

struct _TandemModelWatch
{
  TandemPhone *phone;
  guint source;
  GPtrArray *watched; /* of GObject that handlers of ours are connected to */
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

static void
watch_list (TandemModelWatch *self, GListModel *model, const char *const *properties)
{
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  g_ptr_array_add (self->watched, g_object_ref (model));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      watch (self, item, properties);
    }
}

/* The lists are short: watching all of them anew is simpler than following each change. */
static void
watch_all (TandemModelWatch *self)
{
  static const char *const call_properties[]
      = { "state",       "muted",  "codec",           "hold", "hold-pending", "hold-problem",
          "unconfirmed", "notice", "received-digits", NULL };
  static const char *const account_properties[]
      = { "state", "active-proxy", "problem", "mailbox-waiting", "mailbox-new", NULL };
  static const char *const proxy_properties[] = { "role", "reason", "preferred", NULL };
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  g_ptr_array_foreach (self->watched, unwatch, self);
  g_ptr_array_set_size (self->watched, 0);
  watch_list (self, tandem_phone_get_calls (self->phone), call_properties);
  watch_list (self, accounts, account_properties);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      watch_list (self, tandem_account_get_proxies (account), proxy_properties);
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
