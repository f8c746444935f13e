/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "secrets.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

#include <string.h>

/* Each call first asks whether a secret service answers at all (a ping that may start it, bounded),
 * so that libsecret, which has no time limits of its own, is only used with a living one. Within
 * Flatpak libsecret keeps a file of its own by the portal's key, and there is no service to ask. */

#define PING_TIMEOUT_MS 3000
#define CALL_TIMEOUT_S 120

G_DEFINE_QUARK (tandem - secrets - error - quark, tandem_secrets_error)

static const SecretSchema schema = {
  "org.tandemphone.Tandem",
  SECRET_SCHEMA_NONE,
  {
      { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "domain", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

typedef enum
{
  LOOKUP,
  STORE,
  CLEAR,
} What;

typedef struct
{
  What what;
  char *user;
  char *domain;
  char *password;            /* STORE */
  GCancellable *cancellable; /* ours: the caller's or the time limit cancels it */
  GCancellable *outer;       /* nullable */
  gulong outer_handler;
  guint timeout;
  gboolean timed_out;
} Job;

void
tandem_password_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}

static void
job_free (Job *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_free (self->user);
  g_free (self->domain);
  tandem_password_free (self->password);
  g_object_unref (self->cancellable);
  g_clear_object (&self->outer);
  g_free (self);
}

static void
on_outer_cancelled (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (data);
}

static gboolean
on_timeout (gpointer data)
{
  Job *job = data;

  job->timeout = 0;
  job->timed_out = TRUE;
  g_cancellable_cancel (job->cancellable);
  return G_SOURCE_REMOVE;
}

/* Ends the limits before the result is delivered, so that none fires into it. */
static void
job_over (Job *job)
{
  g_clear_handle_id (&job->timeout, g_source_remove);
  if (job->outer_handler != 0)
    g_cancellable_disconnect (job->outer, job->outer_handler);
  job->outer_handler = 0;
}

static gboolean
means_no_service (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED)
         || (error->domain == G_DBUS_ERROR && error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED
             && error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
fail (GTask *task, const GError *error)
{
  Job *job = g_task_get_task_data (task);

  job_over (job);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !job->timed_out)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", error->message);
  else if (job->timed_out || means_no_service (error))
    g_task_return_new_error (task, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_NO_SERVICE, "%s",
                             job->timed_out ? _ ("The secret service does not answer")
                                            : _ ("No secret service is running"));
  else if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    g_task_return_new_error (task, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_LOCKED, "%s",
                             _ ("The secret store is locked"));
  else
    {
      g_autofree char *text = g_strdup (error->message);

      g_task_return_new_error (task, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_FAILED, "%s",
                               g_strstrip (text));
    }
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *secret = NULL;
  char *password = NULL;

  switch (job->what)
    {
    case LOOKUP:
      secret = secret_password_lookup_finish (result, &error);
      password = g_strdup (secret);
      secret_password_free (secret);
      break;
    case STORE:
      secret_password_store_finish (result, &error);
      break;
    case CLEAR:
      secret_password_clear_finish (result, &error);
      break;
    default:
      g_assert_not_reached ();
    }
  if (error != NULL)
    {
      fail (task, error);
      return;
    }
  job_over (job);
  g_task_return_pointer (task, password, (GDestroyNotify) tandem_password_free);
}

static void
use_libsecret (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_autofree char *label = NULL;

  job->timeout = g_timeout_add_seconds (CALL_TIMEOUT_S, on_timeout, job);
  switch (job->what)
    {
    case LOOKUP:
      secret_password_lookup (&schema, job->cancellable, on_done, g_object_ref (task), "user",
                              job->user, "domain", job->domain, NULL);
      break;
    case STORE:
      /* Translators: how a password is called in the desktop's password manager: user, server */
      label = g_strdup_printf (_ ("Tandem password of %s at %s"), job->user, job->domain);
      secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, job->password,
                             job->cancellable, on_done, g_object_ref (task), "user", job->user,
                             "domain", job->domain, NULL);
      break;
    case CLEAR:
      secret_password_clear (&schema, job->cancellable, on_done, g_object_ref (task), "user",
                             job->user, "domain", job->domain, NULL);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_ping (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL
      && (means_no_service (error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    fail (task, error);
  else
    use_libsecret (task);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      g_autoptr (GError) closed = NULL;

      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        closed = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, error->message);
      fail (task, closed != NULL ? closed : error);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.secrets", "/org/freedesktop/secrets",
                          "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
                          PING_TIMEOUT_MS, job->cancellable, on_ping, g_object_ref (task));
}

static void
start (What what,
       const char *user,
       const char *domain,
       const char *password,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Job *job = g_new0 (Job, 1);

  job->what = what;
  job->user = g_strdup (user);
  job->domain = g_strdup (domain);
  job->password = g_strdup (password);
  job->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (cancellable != NULL)
    {
      job->outer = g_object_ref (cancellable);
      job->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled),
                                                  job->cancellable, NULL);
    }
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    use_libsecret (task);
  else
    g_bus_get (G_BUS_TYPE_SESSION, job->cancellable, on_bus, g_object_ref (task));
}

void
tandem_secrets_lookup_async (const char *user,
                             const char *domain,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  start (LOOKUP, user, domain, NULL, cancellable, callback, data);
}

char *
tandem_secrets_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tandem_secrets_store_async (const char *user,
                            const char *domain,
                            const char *password,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  start (STORE, user, domain, password, cancellable, callback, data);
}

static gboolean
finish_without_password (GAsyncResult *result, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_task_propagate_pointer (G_TASK (result), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
tandem_secrets_store_finish (GAsyncResult *result, GError **error)
{
  return finish_without_password (result, error);
}

void
tandem_secrets_clear_async (const char *user,
                            const char *domain,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  start (CLEAR, user, domain, NULL, cancellable, callback, data);
}

gboolean
tandem_secrets_clear_finish (GAsyncResult *result, GError **error)
{
  return finish_without_password (result, error);
}
