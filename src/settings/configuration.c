/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "configuration.h"
#include "overlay.h"
#include "secrets.h"

#include <glib/gi18n.h>

#include <string.h>

/* Stored settings with an overlay on top. Everything that reads a setting goes through here;
 * preferences bind to the stored ones of tandem_configuration_get_settings(). */

#define MAX_PASSWORD_FILE 4096
#define MAX_PASSWORD 256
#define MAX_ACCOUNTS 10

static const char *const children[]
    = { "account", "servers", "audio", "calls", "directory", "window" };

struct _TandemConfiguration
{
  GObject parent_instance;

  GSettings *settings;
  GHashTable *children;   /* name -> GSettings */
  TandemOverlay *overlay; /* nullable */
  GHashTable *passwords;  /* number of the account -> from --password-file or an import */
  GPtrArray *warnings;
  guint changed_source;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemConfiguration, tandem_configuration, G_TYPE_OBJECT)

void
tandem_account_settings_free (TandemAccountSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->user);
  g_free (self->auth_user);
  g_free (self->display_name);
  g_free (self->domain);
  g_free (self->server);
  g_free (self->transport);
  tandem_password_free (self->password);
  g_free (self);
}

const char *
tandem_account_settings_get_realm (const TandemAccountSettings *self)
{
  return self->domain[0] != '\0' ? self->domain : self->server;
}

gboolean
tandem_configuration_check_schema (GError **error)
{
  const char *missing = NULL;
  g_autoptr (GSettingsSchema) root = tandem_settings_lookup_schema (NULL);

  if (root == NULL)
    missing = TANDEM_APPLICATION_ID;
  for (guint i = 0; missing == NULL && i < G_N_ELEMENTS (children); i++)
    {
      g_autoptr (GSettingsSchema) child = tandem_settings_lookup_schema (children[i]);

      if (child == NULL)
        missing = children[i];
    }
  if (missing == NULL)
    return TRUE;
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      _ ("The settings schema (%s) is not installed. Install Tandem completely, or name the "
         "folder of gschemas.compiled in GSETTINGS_SCHEMA_DIR."),
      missing);
  return FALSE;
}

static gboolean
on_changed_idle (gpointer data)
{
  TandemConfiguration *self = data;

  self->changed_source = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Only what is not laid over changes anything. */
static void
on_stored_changed (GSettings *settings, const char *key, gpointer data)
{
  TandemConfiguration *self = data;

  if (self->overlay != NULL)
    {
      const char *child = g_object_get_data (G_OBJECT (settings), "child");

      if (tandem_overlay_get (self->overlay, child, key) != NULL)
        return;
    }
  if (self->changed_source == 0)
    self->changed_source = g_idle_add (on_changed_idle, self);
}

static void
emit_changed_now (TandemConfiguration *self)
{
  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
tandem_configuration_dispose (GObject *object)
{
  TandemConfiguration *self = TANDEM_CONFIGURATION (object);
  GHashTableIter iter;
  gpointer settings;

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_hash_table_iter_init (&iter, self->children);
  while (g_hash_table_iter_next (&iter, NULL, &settings))
    g_signal_handlers_disconnect_by_data (settings, self);
  g_hash_table_remove_all (self->children);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tandem_configuration_parent_class)->dispose (object);
}

static void
tandem_configuration_finalize (GObject *object)
{
  TandemConfiguration *self = TANDEM_CONFIGURATION (object);

  g_hash_table_unref (self->children);
  g_ptr_array_unref (self->warnings);
  tandem_overlay_free (self->overlay);
  g_hash_table_unref (self->passwords);
  G_OBJECT_CLASS (tandem_configuration_parent_class)->finalize (object);
}

static void
tandem_configuration_class_init (TandemConfigurationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_configuration_dispose;
  object_class->finalize = tandem_configuration_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TANDEM_TYPE_CONFIGURATION, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_configuration_init (TandemConfiguration *self)
{
  self->children = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->passwords = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                           (GDestroyNotify) tandem_password_free);
}

TandemConfiguration *
tandem_configuration_new (void)
{
  TandemConfiguration *self;

  if (!tandem_configuration_check_schema (NULL))
    return NULL;
  self = g_object_new (TANDEM_TYPE_CONFIGURATION, NULL);
  self->settings = g_settings_new (TANDEM_APPLICATION_ID);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      GSettings *child = g_settings_get_child (self->settings, children[i]);

      g_object_set_data (G_OBJECT (child), "child", (gpointer) children[i]);
      g_hash_table_insert (self->children, (gpointer) children[i], child);
      if (!g_str_equal (children[i], "window"))
        g_signal_connect (child, "changed", G_CALLBACK (on_stored_changed), self);
    }
  return self;
}

static void
add_warning (TandemConfiguration *self, const char *text)
{
  g_message ("%s", text);
  g_ptr_array_add (self->warnings, g_strdup (text));
}

static void
take_overlay (TandemConfiguration *self, TandemOverlay *overlay)
{
  tandem_overlay_free (self->overlay);
  self->overlay = overlay;
  g_ptr_array_set_size (self->warnings, 0);
  for (guint i = 0; i < overlay->warnings->len; i++)
    add_warning (self, g_ptr_array_index (overlay->warnings, i));
  emit_changed_now (self);
}

gboolean
tandem_configuration_load_file (TandemConfiguration *self, const char *path, GError **error)
{
  TandemConfigFile *file = tandem_config_file_read (path, error);

  if (file == NULL)
    return FALSE;
  take_overlay (self, tandem_overlay_new (file));
  return TRUE;
}

gboolean
tandem_configuration_load_data (
    TandemConfiguration *self, const char *name, const char *data, gsize length, GError **error)
{
  TandemConfigFile *file = tandem_config_file_parse (name, data, length, error);

  if (file == NULL)
    return FALSE;
  take_overlay (self, tandem_overlay_new (file));
  return TRUE;
}

void
tandem_configuration_unload (TandemConfiguration *self)
{
  if (self->overlay == NULL)
    return;
  g_clear_pointer (&self->overlay, tandem_overlay_free);
  g_ptr_array_set_size (self->warnings, 0);
  emit_changed_now (self);
}

static void
on_password_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemConfiguration) self = data;
  g_autoptr (GError) error = NULL;

  if (!tandem_secrets_store_finish (result, &error))
    {
      g_autofree char *text = g_strdup_printf (
          _ ("The password was not stored and is kept in memory until Tandem quits: %s"),
          error->message);

      add_warning (self, text);
    }
}

/* The file's passwords: into the secret store, and into memory for this run. */
static void
import_passwords (TandemConfiguration *self, TandemOverlay *overlay)
{
  guint n = 0; /* of the accounts as they are stored: unusable lines leave no gap */

  g_hash_table_remove_all (self->passwords);
  for (guint i = 0; i < MAX (overlay->connectivities->len, 1); i++)
    {
      const TandemOverlayProxy *proxy = tandem_overlay_get_proxy (overlay, i);
      g_autoptr (GPtrArray) accounts = NULL;

      if (i > 0
          && ((TandemConnectivity *) g_ptr_array_index (overlay->connectivities, i))->user[0]
                 == '\0')
        continue;
      if (proxy != NULL && proxy->password != NULL)
        {
          g_hash_table_replace (self->passwords, GUINT_TO_POINTER (n), g_strdup (proxy->password));
          accounts = tandem_configuration_get_accounts (self);
        }
      for (guint k = 0; accounts != NULL && k < accounts->len; k++)
        {
          const TandemAccountSettings *account = g_ptr_array_index (accounts, k);

          if (g_ascii_strtoull (account->id, NULL, 10) == n)
            tandem_secrets_store_async (account->user, tandem_account_settings_get_realm (account),
                                        proxy->password, NULL, on_password_stored,
                                        g_object_ref (self));
        }
      n++;
    }
}

gboolean
tandem_configuration_import_file (TandemConfiguration *self, const char *path, GError **error)
{
  TandemConfigFile *file = tandem_config_file_read (path, error);
  g_autoptr (TandemOverlay) overlay = NULL;
  GHashTableIter iter;
  gpointer name, value;

  if (file == NULL)
    return FALSE;
  overlay = tandem_overlay_new (file);
  g_ptr_array_set_size (self->warnings, 0);
  for (guint i = 0; i < overlay->warnings->len; i++)
    add_warning (self, g_ptr_array_index (overlay->warnings, i));
  for (guint i = 0; i < overlay->unstored->len; i++)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("%s: %s cannot be stored; it has effect with --config only"), overlay->name,
          (const char *) g_ptr_array_index (overlay->unstored, i));

      add_warning (self, text);
    }
  g_hash_table_iter_init (&iter, overlay->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_auto (GStrv) words = g_strsplit (name, "/", 2);
      GSettings *settings = tandem_configuration_get_settings (self, words[0]);

      if (!g_settings_set_value (settings, words[1], value))
        {
          g_autofree char *text
              = g_strdup_printf (_ ("%s: the setting %s is locked"), overlay->name, words[1]);

          add_warning (self, text);
        }
    }
  g_clear_pointer (&self->overlay, tandem_overlay_free);
  import_passwords (self, overlay);
  emit_changed_now (self);
  return TRUE;
}

gboolean
tandem_configuration_load_password_file (TandemConfiguration *self,
                                         const char *path,
                                         GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  gsize length;
  gsize line;
  gboolean good;
  char *data = tandem_read_bounded_file (path, MAX_PASSWORD_FILE, &length, error);

  if (data == NULL)
    return FALSE;
  line = strcspn (data, "\r\n");
  good = line > 0 && line <= MAX_PASSWORD && g_utf8_validate (data, (gssize) line, NULL);
  if (good)
    {
      g_hash_table_replace (self->passwords, GUINT_TO_POINTER (0), g_strndup (data, line));
    }
  explicit_bzero (data, length);
  g_free (data);
  if (!good)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: the first line is no password of 1 to %d bytes of UTF-8"), name,
                   MAX_PASSWORD);
      return FALSE;
    }
  emit_changed_now (self);
  return TRUE;
}

GPtrArray *
tandem_configuration_get_warnings (TandemConfiguration *self)
{
  return self->warnings;
}

gboolean
tandem_configuration_has_file (TandemConfiguration *self)
{
  return self->overlay != NULL;
}

gboolean
tandem_configuration_is_overridden (TandemConfiguration *self, const char *child, const char *key)
{
  return self->overlay != NULL && tandem_overlay_get (self->overlay, child, key) != NULL;
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

/* What is the same for all. user, server and transport: (transfer full) */
static TandemAccountSettings *
account_new (TandemConfiguration *self, guint n, char *user, char *server, char *transport)
{
  TandemAccountSettings *account = g_new0 (TandemAccountSettings, 1);

  account->id = g_strdup_printf ("%u", n);
  account->user = user;
  account->server = server;
  account->transport = transport;
  account->password = g_strdup (g_hash_table_lookup (self->passwords, GUINT_TO_POINTER (n)));
  account->expires = tandem_configuration_get_uint (self, "servers", "expires");
  account->reg_interval = tandem_configuration_get_uint (self, "servers", "reg-interval");
  return account;
}

static void
take_first (TandemConfiguration *self, TandemAccountSettings *account)
{
  account->auth_user = tandem_configuration_get_string (self, "account", "auth-user");
  account->display_name = tandem_configuration_get_string (self, "account", "display-name");
  account->domain = tandem_configuration_get_string (self, "account", "domain");
}

/* Account n of the file that is laid over. */
static TandemAccountSettings *
make_file_account (TandemConfiguration *self, guint n)
{
  const TandemConnectivity *line = g_ptr_array_index (self->overlay->connectivities, n);
  const TandemOverlayProxy *proxy = tandem_overlay_get_proxy (self->overlay, n);
  TandemAccountSettings *account = account_new (self, n, g_strdup (line->user),
                                                g_strdup (line->server), g_strdup (line->protocol));

  if (n == 0)
    take_first (self, account);
  else
    {
      account->auth_user = g_strdup ("");
      account->display_name = dup_or_empty (proxy != NULL ? proxy->display_name : NULL);
      account->domain = dup_or_empty (proxy != NULL ? proxy->domain : NULL);
    }
  if (account->password == NULL && proxy != NULL)
    account->password = g_strdup (proxy->password);
  if (proxy != NULL && proxy->expires >= 0)
    account->expires = (guint) proxy->expires;
  if (proxy != NULL && proxy->reg_interval >= 0)
    account->reg_interval = (guint) proxy->reg_interval;
  return account;
}

static char *
lookup_or_empty (GVariant *account, const char *name)
{
  const char *value = NULL;

  g_variant_lookup (account, name, "&s", &value);
  return g_strstrip (dup_or_empty (value));
}

static guint
lookup_number (GVariant *account, const char *name, guint max, guint fallback)
{
  const char *value;
  guint64 number;

  if (!g_variant_lookup (account, name, "&s", &value)
      || !g_ascii_string_to_unsigned (value, 10, 0, max, &number, NULL))
    return fallback;
  return (guint) number;
}

/* A stored one after the first; NULL: it lacks what it needs. */
static TandemAccountSettings *
make_further_account (TandemConfiguration *self, guint n, GVariant *stored)
{
  g_autofree char *user = lookup_or_empty (stored, "user");
  g_autofree char *server = lookup_or_empty (stored, "server");
  g_autofree char *transport = lookup_or_empty (stored, "transport");
  TandemAccountSettings *account;

  if (!g_str_equal (transport, "tcp") && !g_str_equal (transport, "tls"))
    {
      g_free (transport);
      transport = g_strdup ("udp");
    }
  if (user[0] == '\0' || !tandem_is_server_list (server))
    return NULL;
  account = account_new (self, n, g_steal_pointer (&user), g_steal_pointer (&server),
                         g_steal_pointer (&transport));
  account->auth_user = lookup_or_empty (stored, "auth-user");
  account->display_name = lookup_or_empty (stored, "display-name");
  account->domain = lookup_or_empty (stored, "domain");
  account->expires = lookup_number (stored, "expires", 86400, account->expires);
  account->reg_interval = lookup_number (stored, "reg-interval", 3600, account->reg_interval);
  return account;
}

static void
add_further_accounts (TandemConfiguration *self, GPtrArray *accounts)
{
  g_autoptr (GVariant) further
      = g_settings_get_value (tandem_configuration_get_settings (self, "account"), "further");
  const gsize n = MIN (g_variant_n_children (further), MAX_ACCOUNTS - 1);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) stored = g_variant_get_child_value (further, i);
      TandemAccountSettings *account = make_further_account (self, (guint) i + 1, stored);

      if (account != NULL)
        g_ptr_array_add (accounts, account);
    }
}

GPtrArray *
tandem_configuration_get_accounts (TandemConfiguration *self)
{
  GPtrArray *accounts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_account_settings_free);
  g_autofree char *user = NULL;
  g_autofree char *server = NULL;

  if (self->overlay != NULL && self->overlay->connectivities->len > 0)
    {
      const guint n = MIN (self->overlay->connectivities->len, MAX_ACCOUNTS);

      for (guint i = 0; i < n; i++)
        {
          const TandemConnectivity *line = g_ptr_array_index (self->overlay->connectivities, i);

          if (line->user[0] != '\0')
            g_ptr_array_add (accounts, make_file_account (self, i));
        }
      return accounts;
    }

  user = g_strstrip (tandem_configuration_get_string (self, "account", "user"));
  server = g_strstrip (tandem_configuration_get_string (self, "servers", "server"));
  if (user[0] != '\0' && server[0] != '\0')
    {
      char *transport = tandem_configuration_get_string (self, "servers", "transport");
      TandemAccountSettings *account
          = account_new (self, 0, g_steal_pointer (&user), g_steal_pointer (&server), transport);

      take_first (self, account);
      g_ptr_array_add (accounts, account);
    }
  add_further_accounts (self, accounts);
  return accounts;
}

/* (transfer full) */
static GVariant *
get_value (TandemConfiguration *self, const char *child, const char *key)
{
  if (self->overlay != NULL)
    {
      GVariant *value = tandem_overlay_get (self->overlay, child, key);

      if (value != NULL)
        return g_variant_ref (value);
    }
  return g_settings_get_value (tandem_configuration_get_settings (self, child), key);
}

guint
tandem_configuration_get_uint (TandemConfiguration *self, const char *child, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, child, key);

  return g_variant_get_uint32 (value);
}

gboolean
tandem_configuration_get_boolean (TandemConfiguration *self, const char *child, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, child, key);

  return g_variant_get_boolean (value);
}

char *
tandem_configuration_get_string (TandemConfiguration *self, const char *child, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, child, key);

  return g_variant_dup_string (value, NULL);
}

char **
tandem_configuration_get_strv (TandemConfiguration *self, const char *child, const char *key)
{
  g_autoptr (GVariant) value = get_value (self, child, key);

  return g_variant_dup_strv (value, NULL);
}

const char *
tandem_configuration_get_raw (TandemConfiguration *self, const char *key)
{
  g_autofree char *normal = tandem_config_normalise_key (key);

  if (self->overlay == NULL)
    return NULL;
  return g_hash_table_lookup (self->overlay->raw, normal);
}

guint
tandem_configuration_get_raw_uint (TandemConfiguration *self, const char *key, guint fallback)
{
  const char *text = tandem_configuration_get_raw (self, key);
  g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));
  guint64 number;

  if (!g_ascii_string_to_unsigned (stripped, 10, 0, G_MAXUINT, &number, NULL))
    return fallback;
  return (guint) number;
}

GSettings *
tandem_configuration_get_settings (TandemConfiguration *self, const char *child)
{
  GSettings *settings = g_hash_table_lookup (self->children, child);

  g_return_val_if_fail (settings != NULL, NULL);
  return settings;
}
