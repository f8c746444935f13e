/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "password-keeper.h"

#include "secrets.h"

#include <glib/gi18n.h>

/* TandemPasswordKeeper: see password-keeper.h. Passwords never go into a log or an error. */

struct _TandemPasswordKeeper
{
  GObject parent_instance;

  GHashTable *given;  /* "user\nrealm" -> password, by the person */
  GHashTable *stored; /* the same -> password or NULL, from the secret store */
  GHashTable *asking; /* the same, as a set */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (TandemPasswordKeeper, tandem_password_keeper, G_TYPE_OBJECT)

enum
{
  FOUND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  TandemPasswordKeeper *keeper;
  char *key;
} Lookup;

typedef struct
{
  TandemPasswordStored callback;
  gpointer data;
  GDestroyNotify data_free;
} Storing;

static void
free_password (gpointer password)
{
  tandem_password_free (password);
}

static char *
key_of (const TandemAccountSettings *settings)
{
  return g_strconcat (settings->user != NULL ? settings->user : "", "\n",
                      tandem_account_settings_get_realm (settings), NULL);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *lookup = data;
  TandemPasswordKeeper *self = lookup->keeper;
  g_autoptr (GError) error = NULL;
  char *password = tandem_secrets_lookup_finish (result, &error);

  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("no password from the secret store: %s", error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      g_hash_table_remove (self->asking, lookup->key);
      g_hash_table_insert (self->stored, g_strdup (lookup->key), g_steal_pointer (&password));
      g_signal_emit (self, signals[FOUND], 0);
    }
  tandem_password_free (password);
  g_free (lookup->key);
  g_object_unref (lookup->keeper);
  g_free (lookup);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Storing *storing = data;
  g_autoptr (GError) error = NULL;
  const char *words = NULL;

  if (!tandem_secrets_store_finish (result, &error))
    {
      if (g_error_matches (error, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_NO_SERVICE))
        words = _ ("No secret store is running: the password is kept until Tandem quits.");
      else if (g_error_matches (error, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_LOCKED))
        words = _ ("The secret store stayed locked: the password is kept until Tandem quits.");
      else
        words = _ ("The secret store failed: the password is kept until Tandem quits.");
      g_message ("the password was not stored: %s", error->message);
    }
  if (storing->callback != NULL)
    storing->callback (words, storing->data);
  if (storing->data_free != NULL)
    storing->data_free (storing->data);
  g_free (storing);
}

static void
tandem_password_keeper_dispose (GObject *object)
{
  g_cancellable_cancel (TANDEM_PASSWORD_KEEPER (object)->cancellable);
  G_OBJECT_CLASS (tandem_password_keeper_parent_class)->dispose (object);
}

static void
tandem_password_keeper_finalize (GObject *object)
{
  TandemPasswordKeeper *self = TANDEM_PASSWORD_KEEPER (object);

  g_hash_table_unref (self->given);
  g_hash_table_unref (self->stored);
  g_hash_table_unref (self->asking);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (tandem_password_keeper_parent_class)->finalize (object);
}

static void
tandem_password_keeper_class_init (TandemPasswordKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_password_keeper_dispose;
  object_class->finalize = tandem_password_keeper_finalize;

  signals[FOUND] = g_signal_new ("found", TANDEM_TYPE_PASSWORD_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_password_keeper_init (TandemPasswordKeeper *self)
{
  self->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_password);
  self->stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_password);
  self->asking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
}

TandemPasswordKeeper *
tandem_password_keeper_new (void)
{
  return g_object_new (TANDEM_TYPE_PASSWORD_KEEPER, NULL);
}

gboolean
tandem_password_keeper_get (TandemPasswordKeeper *self,
                            const TandemAccountSettings *settings,
                            const char **password)
{
  g_autofree char *key = key_of (settings);
  gpointer found;
  Lookup *lookup;

  if (g_hash_table_lookup_extended (self->given, key, NULL, &found))
    {
      *password = found;
      return TRUE;
    }
  if (settings->password != NULL)
    {
      *password = settings->password;
      return TRUE;
    }
  if (g_hash_table_lookup_extended (self->stored, key, NULL, &found))
    {
      *password = found;
      return TRUE;
    }
  if (!g_hash_table_add (self->asking, g_strdup (key)))
    return FALSE;

  lookup = g_new0 (Lookup, 1);
  lookup->keeper = g_object_ref (self);
  lookup->key = g_steal_pointer (&key);
  tandem_secrets_lookup_async (settings->user != NULL ? settings->user : "",
                               tandem_account_settings_get_realm (settings), self->cancellable,
                               on_looked_up, lookup);
  return FALSE;
}

void
tandem_password_keeper_give (TandemPasswordKeeper *self,
                             const TandemAccountSettings *settings,
                             const char *password,
                             gboolean store,
                             TandemPasswordStored callback,
                             gpointer data,
                             GDestroyNotify data_free)
{
  Storing *storing;

  g_hash_table_insert (self->given, key_of (settings), g_strdup (password));
  if (!store)
    {
      if (data_free != NULL)
        data_free (data);
      return;
    }
  storing = g_new0 (Storing, 1);
  storing->callback = callback;
  storing->data = data;
  storing->data_free = data_free;
  tandem_secrets_store_async (settings->user != NULL ? settings->user : "",
                              tandem_account_settings_get_realm (settings), password, NULL,
                              on_stored, storing);
}

static gboolean
found_nothing (gpointer key, gpointer password, gpointer data)
{
  return password == NULL;
}

void
tandem_password_keeper_forget_failures (TandemPasswordKeeper *self)
{
  g_hash_table_foreach_remove (self->stored, found_nothing, NULL);
}
