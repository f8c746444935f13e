/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "book.h"

#include "call-private.h"
#include "carddav.h"
#include "desktop-books.h"
#include "number.h"
#include "secrets.h"

#include <glib/gi18n.h>

/* See book.h. Two sources of contacts beside the person's own: the server of the settings, and the address
 * books of the desktop. When another server is set, what came from the former one goes. */

#define SOURCE "carddav"
#define INTERVAL (30 * 60) /* s between two looks at the server */

struct _TandemBook
{
  GObject parent_instance;

  TandemConfiguration *configuration;
  TandemHistory *history;
  TandemContacts *contacts;
  TandemDesktopBooks *desktop; /* (nullable): not wanted */
  TandemDirectorySearch *directory;
  TandemLdapServer *ldap; /* (nullable): that the directory was told of, but for the password */
  GCancellable *ldap_cancellable; /* while its password is looked up */
  char *problem;                  /* of synchronising */
  char *url, *user;
  GCancellable *cancellable; /* while it synchronises */
  gint64 synchronised;
  guint timer;
  gboolean begun, desktop_applied;
};

G_DEFINE_FINAL_TYPE (TandemBook, tandem_book, G_TYPE_OBJECT)

enum
{
  PROP_PROBLEM = 1,
  PROP_SYNCHRONISING,
  PROP_SYNCHRONISED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint names_changed;

static void
set_problem (TandemBook *self, const char *problem)
{
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
on_source_problem (TandemBook *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
on_contacts_changed (TandemBook *self)
{
  g_signal_emit (self, names_changed, 0);
}

static void
stop_synchronising (TandemBook *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCHRONISING]);
}

static void
on_ldap_password (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemBook) self = data;
  g_autoptr (GError) error = NULL;
  char *password = tandem_secrets_lookup_finish (result, &error);
  TandemLdapServer server;

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->ldap != NULL)
    {
      server = *self->ldap;
      server.password = password;
      tandem_directory_search_set_server (self->directory, &server);
    }
  tandem_password_free (password);
}

static gboolean
is_same_server (const TandemLdapServer *a, const TandemLdapServer *b)
{
  return a != NULL && b != NULL && g_str_equal (a->url, b->url) && g_str_equal (a->base, b->base)
         && g_str_equal (a->user, b->user) && g_str_equal (a->filter, b->filter)
         && g_strcmp0 (a->ca_file, b->ca_file) == 0;
}

/* (transfer full) (nullable): none is set */
static TandemLdapServer *
read_ldap (TandemConfiguration *configuration)
{
  TandemLdapServer *server = g_new0 (TandemLdapServer, 1);

  server->url = tandem_configuration_get_string (configuration, "directory", "ldap-url");
  server->base = tandem_configuration_get_string (configuration, "directory", "ldap-base");
  server->user = tandem_configuration_get_string (configuration, "directory", "ldap-user");
  server->filter = tandem_configuration_get_string (configuration, "directory", "ldap-filter");
  server->ca_file = tandem_configuration_get_string (configuration, "servers", "tls-ca-file");
  if (server->ca_file[0] == '\0')
    g_clear_pointer (&server->ca_file, g_free);
  if (server->url[0] == '\0')
    g_clear_pointer (&server, tandem_ldap_server_free);
  return server;
}

static void
apply_ldap (TandemBook *self)
{
  TandemLdapServer *server = read_ldap (self->configuration);
  g_autofree char *realm = NULL;

  if (is_same_server (server, self->ldap) || (server == NULL && self->ldap == NULL))
    {
      g_clear_pointer (&server, tandem_ldap_server_free);
      return;
    }
  if (self->ldap_cancellable != NULL)
    g_cancellable_cancel (self->ldap_cancellable);
  g_clear_object (&self->ldap_cancellable);
  g_clear_pointer (&self->ldap, tandem_ldap_server_free);
  self->ldap = server;
  tandem_directory_search_set_server (self->directory, server);
  realm = server != NULL && server->user[0] != '\0' ? tandem_book_get_realm (server->url) : NULL;
  if (realm == NULL)
    return;
  self->ldap_cancellable = g_cancellable_new ();
  tandem_secrets_lookup_async (server->user, realm, self->ldap_cancellable, on_ldap_password,
                               g_object_ref (self));
}

static void
close_desktop (TandemBook *self)
{
  if (self->desktop == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->desktop, self);
  g_object_run_dispose (G_OBJECT (self->desktop));
  g_clear_object (&self->desktop);
}

/* What was read of them goes when they are not wanted any more, also since the last time. */
static void
apply_desktop (TandemBook *self)
{
  const gboolean wanted
      = tandem_desktop_books_is_built_in ()
        && tandem_configuration_get_boolean (self->configuration, "directory", "desktop-books");

  if (!self->begun || (self->desktop_applied && wanted == (self->desktop != NULL)))
    return;
  self->desktop_applied = TRUE;
  close_desktop (self);
  if (wanted)
    {
      self->desktop = tandem_desktop_books_new (self->contacts);
      g_signal_connect_swapped (self->desktop, "notify::problem", G_CALLBACK (on_source_problem),
                                self);
    }
  else
    tandem_contacts_remove_source (self->contacts, TANDEM_DESKTOP_BOOKS_SOURCE);
  on_source_problem (self);
}

static void
apply_settings (TandemBook *self)
{
  g_autofree char *country
      = tandem_configuration_get_string (self->configuration, "directory", "home-country");
  g_autofree char *url
      = tandem_configuration_get_string (self->configuration, "directory", "carddav-url");
  g_autofree char *user
      = tandem_configuration_get_string (self->configuration, "directory", "carddav-user");
  const gboolean is_other = g_strcmp0 (url, self->url) != 0 || g_strcmp0 (user, self->user) != 0;

  if (country[0] == '\0' || !tandem_number_is_country (country))
    {
      g_free (country);
      country = tandem_number_guess_country ();
    }
  tandem_contacts_set_country (self->contacts, country);
  tandem_history_set_retention (
      self->history,
      tandem_configuration_get_uint (self->configuration, "directory", "history-days"), 0);
  apply_ldap (self);
  apply_desktop (self);
  if (!is_other)
    return;
  stop_synchronising (self);
  set_problem (self, NULL);
  if (self->url != NULL && self->url[0] != '\0')
    tandem_contacts_remove_source (self->contacts, SOURCE);
  g_free (self->url);
  g_free (self->user);
  self->url = g_steal_pointer (&url);
  self->user = g_steal_pointer (&user);
  if (self->begun)
    tandem_book_synchronise (self);
}

/* What a call's note is written to, also when the call is over. */
typedef struct
{
  TandemHistory *history;
  TandemRecord *record;
} Written;

static void
written_free (gpointer data, GClosure *closure)
{
  Written *written = data;

  g_object_unref (written->history);
  g_object_unref (written->record);
  g_free (written);
}

static void
on_note (TandemCall *call, GParamSpec *pspec, Written *written)
{
  tandem_history_set_note (written->history, written->record, tandem_call_get_note (call));
}

static void
tandem_book_dispose (GObject *object)
{
  TandemBook *self = TANDEM_BOOK (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->ldap_cancellable != NULL)
    g_cancellable_cancel (self->ldap_cancellable);
  g_clear_object (&self->ldap_cancellable);
  g_clear_pointer (&self->ldap, tandem_ldap_server_free);
  g_clear_object (&self->directory);
  close_desktop (self);
  if (self->contacts != NULL)
    g_signal_handlers_disconnect_by_data (self->contacts, self);
  if (self->configuration != NULL)
    g_signal_handlers_disconnect_by_data (self->configuration, self);
  g_clear_object (&self->contacts);
  g_clear_object (&self->history);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_book_parent_class)->dispose (object);
}

static void
tandem_book_finalize (GObject *object)
{
  TandemBook *self = TANDEM_BOOK (object);

  g_free (self->problem);
  g_free (self->url);
  g_free (self->user);
  G_OBJECT_CLASS (tandem_book_parent_class)->finalize (object);
}

static void
tandem_book_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemBook *self = TANDEM_BOOK (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, tandem_book_get_problem (self));
      break;
    case PROP_SYNCHRONISING:
      g_value_set_boolean (value, self->cancellable != NULL);
      break;
    case PROP_SYNCHRONISED:
      g_value_set_int64 (value, self->synchronised);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_book_class_init (TandemBookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_book_dispose;
  object_class->finalize = tandem_book_finalize;
  object_class->get_property = tandem_book_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_SYNCHRONISING] = g_param_spec_boolean ("synchronising", NULL, NULL, FALSE, flags);
  properties[PROP_SYNCHRONISED]
      = g_param_spec_int64 ("synchronised", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  names_changed = g_signal_new ("names-changed", TANDEM_TYPE_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
tandem_book_init (TandemBook *self)
{
}

TandemBook *
tandem_book_new (TandemConfiguration *configuration)
{
  TandemBook *self;

  g_return_val_if_fail (TANDEM_IS_CONFIGURATION (configuration), NULL);

  self = g_object_new (TANDEM_TYPE_BOOK, NULL);
  self->configuration = g_object_ref (configuration);
  self->history = tandem_history_new (NULL);
  self->contacts = tandem_contacts_new (NULL, NULL);
  self->directory = tandem_directory_search_new ();
  self->url = g_strdup ("");
  self->user = g_strdup ("");
  g_signal_connect_swapped (self->contacts, "notify::problem", G_CALLBACK (on_source_problem),
                            self);
  g_signal_connect_swapped (self->contacts, "changed", G_CALLBACK (on_contacts_changed), self);
  g_signal_connect_swapped (configuration, "changed", G_CALLBACK (apply_settings), self);
  apply_settings (self);
  return self;
}

TandemHistory *
tandem_book_get_history (TandemBook *self)
{
  return self->history;
}

TandemContacts *
tandem_book_get_contacts (TandemBook *self)
{
  return self->contacts;
}

TandemDirectorySearch *
tandem_book_get_directory_search (TandemBook *self)
{
  return self->directory;
}

const char *
tandem_book_get_name (TandemBook *self, const char *who)
{
  TandemContact *contact = who != NULL ? tandem_contacts_lookup (self->contacts, who) : NULL;

  return contact != NULL ? tandem_contact_get_title (contact) : NULL;
}

void
tandem_book_add_call (TandemBook *self,
                      TandemCall *call,
                      const char *outcome,
                      const TandemRecordDetails *details)
{
  g_autoptr (TandemRecord) record = tandem_record_new_full (
      -1, tandem_call_is_incoming (call), tandem_call_get_peer_name (call),
      tandem_call_get_peer_address (call), tandem_call_get_peer_uri (call),
      tandem_call_get_queue (call), tandem_call_get_start (call), tandem_call_get_duration (call),
      outcome, details);
  Written *written = g_new0 (Written, 1);

  written->history = g_object_ref (self->history);
  written->record = tandem_history_keep (self->history, record);
  g_signal_connect_data (call, "notify::note", G_CALLBACK (on_note), written, written_free, 0);
}

static gboolean
on_timer (gpointer data)
{
  tandem_book_synchronise (data);
  return G_SOURCE_CONTINUE;
}

static void
on_synchronised (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemBook) self = data;
  g_autoptr (GError) error = NULL;
  const gboolean ok
      = tandem_carddav_synchronise_finish (TANDEM_CONTACTS (source), result, NULL, NULL, &error);
  g_autofree char *problem = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (ok)
    {
      self->synchronised = g_get_real_time () / G_USEC_PER_SEC;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCHRONISED]);
    }
  else
    problem = g_strdup_printf (_ ("The address book was not synchronised: %s"), error->message);
  set_problem (self, problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCHRONISING]);
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemBook) self = data;
  g_autoptr (GError) error = NULL;
  char *password = tandem_secrets_lookup_finish (result, &error);
  TandemCarddavAccount account = { .url = self->url, .user = self->user, .password = password };

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->cancellable != NULL)
    tandem_carddav_synchronise_async (self->contacts, SOURCE, &account, self->cancellable,
                                      on_synchronised, g_object_ref (self));
  tandem_password_free (password);
}

char *
tandem_book_get_realm (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && host[0] != '\0' ? g_strdup (host) : NULL;
}

void
tandem_book_synchronise (TandemBook *self)
{
  g_autofree char *realm = NULL;

  g_return_if_fail (TANDEM_IS_BOOK (self));

  self->begun = TRUE;
  apply_desktop (self);
  if (self->desktop != NULL)
    tandem_desktop_books_retry (self->desktop);
  if (self->url[0] == '\0')
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      return;
    }
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (INTERVAL, on_timer, self);
  if (self->cancellable != NULL)
    return;
  realm = tandem_book_get_realm (self->url);
  if (realm == NULL)
    {
      set_problem (self, _ ("The address of the address book is no web address"));
      return;
    }
  self->cancellable = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCHRONISING]);
  tandem_secrets_lookup_async (self->user, realm, self->cancellable, on_password,
                               g_object_ref (self));
}

const char *
tandem_book_get_problem (TandemBook *self)
{
  const char *desktop
      = self->desktop != NULL ? tandem_desktop_books_get_problem (self->desktop) : NULL;

  if (self->problem != NULL)
    return self->problem;
  return desktop != NULL ? desktop : tandem_contacts_get_problem (self->contacts);
}

gboolean
tandem_book_is_synchronising (TandemBook *self)
{
  return self->cancellable != NULL;
}

static void
on_contacts_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  tandem_contacts_flush_finish (TANDEM_CONTACTS (source), result);
  g_task_return_boolean (task, TRUE);
}

static void
on_history_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  TandemBook *self = g_task_get_source_object (task);

  tandem_history_flush_finish (TANDEM_HISTORY (source), result);
  tandem_contacts_flush_async (self->contacts, on_contacts_flushed, task);
}

void
tandem_book_flush_async (TandemBook *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_source_tag (task, tandem_book_flush_async);
  stop_synchronising (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  tandem_history_flush_async (self->history, on_history_flushed, task);
}

void
tandem_book_flush_finish (TandemBook *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}
