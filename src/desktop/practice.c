/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "practice.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include <signal.h>
#include <string.h>

/* The child speaks lines: one JSON object when it is ready, then one for each command that it was
 * given. Its error output goes where ours goes. */

#define START_TIMEOUT_S 5
#define STOP_TIMEOUT_S 1
#define RESTORE_AFTER_S 30

struct _TandemPractice
{
  GObject parent_instance;

  char *program;
  GSubprocess *child; /* nullable */
  GDataInputStream *output;
  GCancellable *cancellable; /* of reading and of waiting for the end */
  GTask *start_task;         /* nullable */
  guint start_timeout, stop_timeout;
  gboolean stopping;

  char *user, *password, *domain;
  char **proxies;
  char **extensions;
  GHashTable *silenced; /* proxy -> source id that restores it */
};

enum
{
  SIGNAL_ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemPractice, tandem_practice, G_TYPE_OBJECT)

static void
end_start (TandemPractice *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

  g_clear_handle_id (&self->start_timeout, g_source_remove);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static char **
read_strings (JsonObject *object, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (element));
      else if (JSON_NODE_HOLDS_OBJECT (element))
        {
          JsonObject *extension = json_node_get_object (element);
          g_autofree char *line = g_strdup_printf (
              "%s\t%s", json_object_get_string_member_with_default (extension, "number", ""),
              json_object_get_string_member_with_default (extension, "name", ""));

          g_strv_builder_add (builder, line);
        }
    }
  return g_strv_builder_end (builder);
}

static gboolean
read_announcement (TandemPractice *self, const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  g_free (self->user);
  g_free (self->password);
  g_free (self->domain);
  self->user = g_strdup (json_object_get_string_member_with_default (object, "user", ""));
  self->password = g_strdup (json_object_get_string_member_with_default (object, "password", ""));
  self->domain = g_strdup (json_object_get_string_member_with_default (object, "domain", ""));
  g_strfreev (self->proxies);
  g_strfreev (self->extensions);
  self->proxies = read_strings (object, "proxies");
  self->extensions = read_strings (object, "extensions");
  return self->proxies[0] != NULL && self->user[0] != '\0';
}

static void
restore_over (gpointer source_id)
{
  g_source_remove (GPOINTER_TO_UINT (source_id));
}

/* The child is gone, or no longer to be talked to. The callbacks below hold no reference: being
 * cancelled tells them that there is nothing to refer to any more. */
static void
let_go (TandemPractice *self)
{
  g_hash_table_remove_all (self->silenced);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->output);
  g_clear_object (&self->child);
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  TandemPractice *self;
  gboolean expected;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL))
    return;
  self = data;
  expected = self->stopping;
  let_go (self);
  if (self->start_task != NULL)
    end_start (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                  _ ("The practice exchange (%s) ended before it was ready"),
                                  self->program));
  else if (!expected)
    g_signal_emit (self, signals[SIGNAL_ENDED], 0, _ ("The practice exchange has ended"));
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  TandemPractice *self;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source),
                                                                     result, NULL, NULL);

  if (line == NULL)
    return;
  self = data;
  if (self->start_task != NULL)
    {
      if (read_announcement (self, line))
        end_start (self, NULL);
      else
        {
          tandem_practice_stop (self);
          end_start (self,
                     g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                          _ ("The practice exchange did not say what it serves")));
        }
    }
  else
    g_debug ("exchange: %s", line);
  if (self->output != NULL)
    g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable,
                                         on_line, self);
}

static gboolean
on_start_timeout (gpointer data)
{
  TandemPractice *self = data;

  self->start_timeout = 0;
  tandem_practice_stop (self);
  end_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                        _ ("The practice exchange did not start")));
  return G_SOURCE_REMOVE;
}

static gboolean
on_stop_timeout (gpointer data)
{
  TandemPractice *self = data;

  self->stop_timeout = 0;
  if (self->child != NULL)
    g_subprocess_force_exit (self->child);
  return G_SOURCE_REMOVE;
}

/* A line into the child's input. The pipe holds many of them, so it never waits. */
static gboolean
tell (TandemPractice *self, const char *command, const char *argument, GError **error)
{
  g_autofree char *line = NULL;
  GOutputStream *input;

  if (self->child == NULL || self->stopping || self->start_task != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           _ ("The practice exchange is not running"));
      return FALSE;
    }
  line = argument != NULL ? g_strdup_printf ("%s %s\n", command, argument)
                          : g_strdup_printf ("%s\n", command);
  input = g_subprocess_get_stdin_pipe (self->child);
  return g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (input), line,
                                                     strlen (line), NULL, error)
         == (gssize) strlen (line);
}

static gboolean
check_proxy (TandemPractice *self, const char *proxy, GError **error)
{
  if (self->proxies != NULL && g_strv_contains ((const char *const *) self->proxies, proxy))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("%.60s is no proxy of the practice exchange"), proxy);
  return FALSE;
}

typedef struct
{
  TandemPractice *self;
  char *proxy;
} Restore;

static void
restore_free (Restore *restore)
{
  g_free (restore->proxy);
  g_free (restore);
}

static gboolean
on_restore (gpointer data)
{
  Restore *restore = data;
  TandemPractice *self = restore->self;

  g_hash_table_steal (self->silenced, restore->proxy);
  tell (self, "restore", restore->proxy, NULL);
  return G_SOURCE_REMOVE;
}

static void
tandem_practice_dispose (GObject *object)
{
  TandemPractice *self = TANDEM_PRACTICE (object);

  if (self->child != NULL)
    {
      self->stopping = TRUE;
      g_subprocess_send_signal (self->child, SIGTERM);
      let_go (self);
    }
  G_OBJECT_CLASS (tandem_practice_parent_class)->dispose (object);
}

static void
tandem_practice_finalize (GObject *object)
{
  TandemPractice *self = TANDEM_PRACTICE (object);

  g_free (self->program);
  g_object_unref (self->cancellable);
  g_free (self->user);
  g_free (self->password);
  g_free (self->domain);
  g_strfreev (self->proxies);
  g_strfreev (self->extensions);
  g_hash_table_unref (self->silenced);
  G_OBJECT_CLASS (tandem_practice_parent_class)->finalize (object);
}

static void
tandem_practice_class_init (TandemPracticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_practice_dispose;
  object_class->finalize = tandem_practice_finalize;
  signals[SIGNAL_ENDED] = g_signal_new ("ended", TANDEM_TYPE_PRACTICE, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /* Writing to a child that has just died is an error to report, not a reason to die. */
  signal (SIGPIPE, SIG_IGN);
}

static void
tandem_practice_init (TandemPractice *self)
{
  self->cancellable = g_cancellable_new ();
  self->silenced = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, restore_over);
}

TandemPractice *
tandem_practice_new (const char *program)
{
  TandemPractice *self = g_object_new (TANDEM_TYPE_PRACTICE, NULL);

  if (program == NULL)
    program = g_getenv ("TANDEM_EXCHANGE");
  if (program != NULL && program[0] != '\0')
    self->program = g_strdup (program);
  else
    self->program = g_build_filename (TANDEM_LIBEXECDIR, "tandem-exchange", NULL);
  return self;
}

void
tandem_practice_start_async (TandemPractice *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  g_autoptr (GError) error = NULL;

  if (self->child != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s",
                               _ ("The practice exchange is running already"));
      return;
    }
  self->child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                  &error, self->program, NULL);
  if (self->child == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               _ ("The practice exchange could not be started: %s"),
                               error->message);
      return;
    }
  self->stopping = FALSE;
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->child));
  self->start_task = g_steal_pointer (&task);
  self->start_timeout = g_timeout_add_seconds (START_TIMEOUT_S, on_start_timeout, self);
  g_subprocess_wait_async (self->child, self->cancellable, on_exited, self);
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       self);
}

gboolean
tandem_practice_start_finish (TandemPractice *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
tandem_practice_get_user (TandemPractice *self)
{
  return self->user;
}

const char *
tandem_practice_get_password (TandemPractice *self)
{
  return self->password;
}

const char *
tandem_practice_get_domain (TandemPractice *self)
{
  return self->domain;
}

const char *const *
tandem_practice_get_proxies (TandemPractice *self)
{
  return (const char *const *) self->proxies;
}

const char *const *
tandem_practice_get_extensions (TandemPractice *self)
{
  return (const char *const *) self->extensions;
}

gboolean
tandem_practice_silence (TandemPractice *self, const char *proxy, GError **error)
{
  Restore *restore;
  guint source;

  if (!check_proxy (self, proxy, error) || !tell (self, "silence", proxy, error))
    return FALSE;
  restore = g_new0 (Restore, 1);
  restore->self = self;
  restore->proxy = g_strdup (proxy);
  source = g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, RESTORE_AFTER_S, on_restore, restore,
                                       (GDestroyNotify) restore_free);
  g_hash_table_replace (self->silenced, restore->proxy, GUINT_TO_POINTER (source));
  /* cppcheck-suppress memleak; the source owns it */
  return TRUE;
}

gboolean
tandem_practice_restore (TandemPractice *self, const char *proxy, GError **error)
{
  if (!check_proxy (self, proxy, error) || !tell (self, "restore", proxy, error))
    return FALSE;
  g_hash_table_remove (self->silenced, proxy);
  return TRUE;
}

gboolean
tandem_practice_call_me (TandemPractice *self, GError **error)
{
  return tell (self, "call-me", NULL, error);
}

void
tandem_practice_stop (TandemPractice *self)
{
  if (self->child == NULL || self->stopping)
    return;
  self->stopping = TRUE;
  g_hash_table_remove_all (self->silenced);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->child), NULL, NULL);
  self->stop_timeout = g_timeout_add_seconds (STOP_TIMEOUT_S, on_stop_timeout, self);
}
