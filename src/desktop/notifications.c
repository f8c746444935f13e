/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "notifications.h"
#include "record.h"

#include <glib/gi18n.h>

/* GNotifications whose buttons are the application's actions, so that the desktop's Answer takes the
 * same way as ours. */

#define MISSED_ID "missed"
#define MAILBOX_ID "mailbox"
/* GLib forgets a withdrawal that comes before the desktop has confirmed the notification: a caller
 * who gives up at once would leave an Answer button behind. So it is withdrawn once more. */
#define WITHDRAW_AGAIN_S 2

struct _TandemNotifications
{
  GObject parent_instance;

  GApplication *application;
  TandemPhone *phone;
  GHashTable *ringing;   /* TandemCall -> its notification's id */
  GHashTable *mailboxes; /* TandemAccount -> how many new messages were told */
  GPtrArray *withdrawn;  /* ids to withdraw once more */
  guint withdraw_source;
  gint64 since; /* Unix seconds: older missed calls were told before */
};

G_DEFINE_FINAL_TYPE (TandemNotifications, tandem_notifications, G_TYPE_OBJECT)

/* A number in a text that may run from right to left. (transfer full) */
static char *
isolate (const char *text)
{
  return g_strdup_printf ("\u2066%s\u2069", text);
}

static gboolean
can_notify (TandemNotifications *self)
{
  return g_application_get_is_registered (self->application)
         && g_application_get_dbus_object_path (self->application) != NULL;
}

static gboolean
on_withdraw_again (gpointer data)
{
  TandemNotifications *self = data;

  for (guint i = 0; i < self->withdrawn->len; i++)
    g_application_withdraw_notification (self->application, g_ptr_array_index (self->withdrawn, i));
  g_ptr_array_set_size (self->withdrawn, 0);
  self->withdraw_source = 0;
  return G_SOURCE_REMOVE;
}

static void
withdraw (TandemNotifications *self, TandemCall *call)
{
  const char *id = g_hash_table_lookup (self->ringing, call);

  if (id == NULL)
    return;
  g_signal_handlers_disconnect_by_data (call, self);
  g_application_withdraw_notification (self->application, id);
  g_ptr_array_add (self->withdrawn, g_strdup (id));
  g_clear_handle_id (&self->withdraw_source, g_source_remove);
  self->withdraw_source = g_timeout_add_seconds (WITHDRAW_AGAIN_S, on_withdraw_again, self);
  g_hash_table_remove (self->ringing, call);
}

static void
on_call_state (TandemCall *call, GParamSpec *pspec, gpointer data)
{
  if (tandem_call_get_state (call) != TANDEM_CALL_RINGING_HERE)
    withdraw (data, call);
}

static char *
describe (TandemCall *call)
{
  const char *queue = tandem_call_get_queue (call);
  g_autofree char *number = isolate (tandem_call_get_peer_address (call));

  if (queue != NULL && queue[0] != '\0')
    /* Translators: the caller's number, the queue the call came for */
    return g_strdup_printf (_ ("%s for %s"), number, queue);
  return g_steal_pointer (&number);
}

static void
on_incoming (TandemPhone *phone, TandemCall *call, gpointer data)
{
  TandemNotifications *self = data;
  const char *call_id = tandem_call_get_id (call);
  g_autofree char *id = g_strconcat ("call-", call_id, NULL);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = describe (call);
  g_autoptr (GNotification) notification = NULL;
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-start-symbolic");

  if (!can_notify (self) || tandem_call_get_state (call) != TANDEM_CALL_RINGING_HERE
      || g_hash_table_contains (self->ringing, call))
    return;
  name = isolate (tandem_call_get_title (call));
  /* Translators: title of a notification; the caller's name or number */
  title = g_strdup_printf (_ ("Call from %s"), name);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_category (notification, "call.incoming");
  g_notification_set_default_action_and_target (notification, "app.show-call", "s", call_id);
  g_notification_add_button_with_target (notification, _ ("Answer"), "app.answer", "s", call_id);
  g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline", "s", call_id);
  g_notification_add_button_with_target (notification, _ ("Send To…"), "app.send-to", "s", call_id);
  g_application_send_notification (self->application, id, notification);

  g_hash_table_insert (self->ringing, g_object_ref (call), g_steal_pointer (&id));
  g_signal_connect (call, "notify::state", G_CALLBACK (on_call_state), self);
}

static void
tell_missed (TandemNotifications *self, TandemRecord *record)
{
  g_autofree char *name = isolate (tandem_record_get_title (record));
  g_autoptr (GNotification) notification = g_notification_new (_ ("Missed Call"));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-missed-symbolic");

  g_notification_set_body (notification, name);
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call.unanswered");
  g_notification_set_default_action (notification, "app.show-history");
  g_notification_add_button_with_target (notification, _ ("Call Back"), "app.call", "s",
                                         tandem_record_get_uri (record));
  g_application_send_notification (self->application, MISSED_ID, notification);
}

/* The history is read behind the scenes, so what was there before us may come later than we. */
static void
on_history_changed (GListModel *history, guint position, guint removed, guint added, gpointer data)
{
  TandemNotifications *self = data;

  if (!can_notify (self) || added != 1 || removed != 0)
    return;
  {
    g_autoptr (TandemRecord) record = g_list_model_get_item (history, position);

    if (record != NULL && tandem_record_is_missed (record)
        && g_date_time_to_unix (tandem_record_get_start (record)) >= self->since)
      tell_missed (self, record);
  }
}

/* Somebody has looked at the list. */
static void
on_missed_calls (TandemPhone *phone, GParamSpec *pspec, gpointer data)
{
  TandemNotifications *self = data;

  if (can_notify (self) && tandem_phone_get_missed_calls (phone) == 0)
    g_application_withdraw_notification (self->application, MISSED_ID);
}

static void
tell_mailbox (TandemNotifications *self, TandemAccount *account)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Voice Mail"));
  g_autoptr (GIcon) icon = g_themed_icon_new ("mail-unread-symbolic");

  g_notification_set_body (notification, tandem_account_get_mailbox_text (account));
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action (notification, "app.show");
  if (tandem_account_get_mailbox_uri (account) != NULL)
    g_notification_add_button (notification, _ ("Listen"), "app.call-mailbox");
  g_application_send_notification (self->application, MAILBOX_ID, notification);
}

/* More than before is news, the same again is not: servers repeat themselves with each refresh. */
static void
on_mailbox (TandemAccount *account, GParamSpec *pspec, gpointer data)
{
  TandemNotifications *self = data;
  const guint told = GPOINTER_TO_UINT (g_hash_table_lookup (self->mailboxes, account));
  const guint now = tandem_account_get_mailbox_waiting (account)
                        ? MAX (tandem_account_get_mailbox_new (account), 1)
                        : 0;

  if (!can_notify (self))
    return;
  if (now > 0)
    g_hash_table_replace (self->mailboxes, g_object_ref (account), GUINT_TO_POINTER (now));
  else
    g_hash_table_remove (self->mailboxes, account);
  if (now > told)
    tell_mailbox (self, account);
  else if (told > 0 && g_hash_table_size (self->mailboxes) == 0)
    g_application_withdraw_notification (self->application, MAILBOX_ID);
}

static void
on_accounts_changed (
    GListModel *accounts, guint position, guint removed, guint added, gpointer data)
{
  TandemNotifications *self = data;

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "notify::mailbox-text", G_CALLBACK (on_mailbox), self, 0);
      on_mailbox (account, NULL, self);
    }
}

static void
tandem_notifications_dispose (GObject *object)
{
  TandemNotifications *self = TANDEM_NOTIFICATIONS (object);

  if (self->phone != NULL)
    {
      GListModel *history = tandem_phone_get_history (self->phone);
      g_autoptr (GList) calls = g_hash_table_get_keys (self->ringing);

      for (GList *l = calls; l != NULL; l = l->next)
        withdraw (self, l->data);
      g_signal_handlers_disconnect_by_data (self->phone, self);
      g_signal_handlers_disconnect_by_data (tandem_phone_get_accounts (self->phone), self);
      if (g_hash_table_size (self->mailboxes) > 0)
        g_application_withdraw_notification (self->application, MAILBOX_ID);
      if (history != NULL)
        g_signal_handlers_disconnect_by_data (history, self);
    }
  g_clear_handle_id (&self->withdraw_source, g_source_remove);
  g_clear_object (&self->phone);
  g_clear_object (&self->application);
  G_OBJECT_CLASS (tandem_notifications_parent_class)->dispose (object);
}

static void
tandem_notifications_finalize (GObject *object)
{
  g_hash_table_unref (TANDEM_NOTIFICATIONS (object)->ringing);
  g_hash_table_unref (TANDEM_NOTIFICATIONS (object)->mailboxes);
  g_ptr_array_unref (TANDEM_NOTIFICATIONS (object)->withdrawn);
  G_OBJECT_CLASS (tandem_notifications_parent_class)->finalize (object);
}

static void
tandem_notifications_class_init (TandemNotificationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_notifications_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_notifications_finalize;
}

static void
tandem_notifications_init (TandemNotifications *self)
{
  self->ringing = g_hash_table_new_full (g_direct_hash, g_direct_equal, g_object_unref, g_free);
  self->mailboxes = g_hash_table_new_full (g_direct_hash, g_direct_equal, g_object_unref, NULL);
  self->withdrawn = g_ptr_array_new_with_free_func (g_free);
  self->since = g_get_real_time () / G_USEC_PER_SEC;
}

TandemNotifications *
tandem_notifications_new (GApplication *application, TandemPhone *phone)
{
  TandemNotifications *self = g_object_new (TANDEM_TYPE_NOTIFICATIONS, NULL);
  GListModel *history = tandem_phone_get_history (phone);
  GListModel *calls = tandem_phone_get_calls (phone);
  GListModel *accounts = tandem_phone_get_accounts (phone);

  self->application = g_object_ref (application);
  self->phone = g_object_ref (phone);
  g_signal_connect (phone, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect (phone, "notify::missed-calls", G_CALLBACK (on_missed_calls), self);
  if (history != NULL)
    g_signal_connect (history, "items-changed", G_CALLBACK (on_history_changed), self);
  g_signal_connect (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self);
  on_accounts_changed (accounts, 0, 0, g_list_model_get_n_items (accounts), self);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      on_incoming (phone, call, self);
    }
  return self;
}
