/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "host.h"

#include "command-line.h"
#include "host-private.h"
#include "pool-object.h"
#include "practice.h"
#include "rehearsal.h"
#include "request.h"
#include "self-test.h"
#include "status-object.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <locale.h>
#include <signal.h>
#include <string.h>

/* What the two programs share. The first half runs in the process that was called, which may only
 * pass its command line on; the rest in the one that is the phone. How a command line is done is in
 * request.c. */

#define STOP_LIMIT_MS 2500

struct _TandemHost
{
  GObject parent_instance;

  GApplication *application;
  gboolean window;
  gboolean background;
  gboolean held;
  gboolean claimed; /* by the command line that starts the phone */
  gboolean phone_started;
  gboolean quitting;
  gboolean stopped;
  int exit_status;

  TandemActions *actions;
  TandemConfiguration *configuration;
  TandemPhone *phone;
  TandemStatusObject *status;
  TandemPoolObject *pool;
  TandemRehearsal *rehearsal; /* nullable: asked for by the action */
  TandemPractice *practice;
  GTask *practice_task;
  char *practice_problem;
  GPtrArray *waiting; /* command lines to be answered when the phone is stopped */
  guint signal_sources[3];
  guint stop_limit;
};

enum
{
  PROP_PRACTISING = 1,
  PROP_PRACTICE_PROBLEM,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_READY,
  SIGNAL_STOPPING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemHost, tandem_host, G_TYPE_OBJECT)

/* The calling process */

static int
print_version (void)
{
  g_print ("%s %s\n", g_get_prgname (), TANDEM_VERSION);
  return 0;
}

static int
refuse (const char *message)
{
  g_printerr ("tandem: %s\n", message);
  return 1;
}

static gboolean
is_running (const char *name)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  gboolean owned = FALSE;

  if (bus == NULL)
    return FALSE;
  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                                       G_DBUS_CALL_FLAGS_NO_AUTO_START, 5000, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  return owned;
}

static gboolean
take_instance (TandemHost *self, GVariantDict *options)
{
  g_autofree char *name = NULL;
  g_autofree char *id = NULL;

  if (!g_variant_dict_lookup (options, "instance", "s", &name))
    return TRUE;
  id = g_strdup_printf ("%s.%s", g_application_get_application_id (self->application), name);
  if (strchr (name, '.') != NULL || !g_application_id_is_valid (id))
    return FALSE;
  g_application_set_application_id (self->application, id);
  return TRUE;
}

/* Where GApplication puts its objects. (transfer full) */
static char *
object_path_of (const char *id)
{
  g_autofree char *path = g_strconcat ("/", id, NULL);

  for (char *p = path; *p != '\0'; p++)
    {
      if (*p == '.')
        *p = '/';
      else if (*p == '-')
        *p = '_';
    }
  return g_steal_pointer (&path);
}

/* Before the name is owned, so that whoever sees the name finds the objects too. */
static void
export_objects (TandemHost *self)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autofree char *path = object_path_of (g_application_get_application_id (self->application));
  g_autoptr (GError) error = NULL;

  if (bus == NULL)
    return;
  self->status = tandem_status_object_new (bus, path, &error);
  if (self->status != NULL)
    self->pool = tandem_pool_object_new (bus, path, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
}

static void
drop_objects (TandemHost *self)
{
  g_clear_object (&self->status);
  g_clear_object (&self->pool);
}

/* Becomes the running instance or finds it; without a bus, a phone that nobody can steer. */
static gboolean
register_application (TandemHost *self, GError **error)
{
  GApplicationFlags flags = g_application_get_flags (self->application);
  g_autoptr (GError) local = NULL;

  if (!(flags & G_APPLICATION_IS_LAUNCHER))
    export_objects (self);
  if (g_application_register (self->application, NULL, &local))
    {
      if (g_application_get_is_remote (self->application))
        drop_objects (self);
      return TRUE;
    }
  drop_objects (self);
  if (flags & G_APPLICATION_IS_LAUNCHER)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("%s", local->message);
  g_application_set_flags (self->application, flags | G_APPLICATION_NON_UNIQUE);
  return g_application_register (self->application, NULL, error);
}

static int
on_handle_local_options (GApplication *application, GVariantDict *options, gpointer data)
{
  TandemHost *self = data;
  g_autoptr (TandemCommandLine) wanted = NULL;
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version"))
    return print_version ();
  if (g_variant_dict_contains (options, "self-test"))
    return tandem_host_self_test ();
  if (!take_instance (self, options))
    return refuse (_ ("--instance takes a name of letters and digits"));

  wanted = tandem_command_line_parse (options, NULL, &error);
  if (wanted == NULL)
    return refuse (error->message);
  if (tandem_command_line_is_steering (wanted))
    {
      if (!is_running (g_application_get_application_id (application)))
        return refuse (_ ("Tandem is not running"));
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_IS_LAUNCHER);
    }
  if (!register_application (self, &error))
    return refuse (error->message);
  return -1;
}

/* The running instance */

/* (transfer none) (nullable) */
static GDBusConnection *
get_bus (TandemHost *self)
{
  if (!g_application_get_is_registered (self->application))
    return NULL;
  return g_application_get_dbus_connection (self->application);
}

static gboolean
on_unix_signal (gpointer data)
{
  TandemHost *self = data;

  if (self->quitting)
    g_application_quit (self->application);
  else
    tandem_host_quit (self);
  return G_SOURCE_CONTINUE;
}

static void
on_startup (GApplication *application, gpointer data)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
  TandemHost *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->signal_sources[i] = g_unix_signal_add (numbers[i], on_unix_signal, self);
  if (g_application_get_dbus_object_path (application) == NULL)
    g_message ("%s", _ ("There is no session bus: other programs cannot steer this phone"));
}

static int
on_command_line (GApplication *application, GApplicationCommandLine *command_line, gpointer data)
{
  TandemHost *self = data;
  g_autoptr (GError) error = NULL;
  TandemCommandLine *wanted
      = tandem_command_line_parse (g_application_command_line_get_options_dict (command_line),
                                   g_application_command_line_get_cwd (command_line), &error);

  if (wanted == NULL || self->quitting)
    {
      g_application_command_line_printerr (
          command_line, "tandem: %s\n", wanted == NULL ? error->message : _ ("Tandem is quitting"));
      tandem_command_line_free (wanted);
      return 1;
    }
  tandem_request_run (self, command_line, wanted);
  return g_application_command_line_get_exit_status (command_line);
}

/* Started by the session bus: with the stored settings. */
static gboolean
ensure_phone (TandemHost *self)
{
  g_autoptr (GError) error = NULL;

  if (!tandem_host_claim_start (self))
    return self->phone != NULL;
  if (tandem_host_ensure_configuration (self, &error)
      && tandem_host_start_phone (self, NULL, &error))
    return TRUE;
  g_warning ("%s", error->message);
  g_signal_emit_by_name (self->actions, "failed", error->message);
  return self->phone != NULL;
}

static void
on_activate (GApplication *application, gpointer data)
{
  TandemHost *self = data;

  if (ensure_phone (self))
    tandem_actions_perform (self->actions, "show", NULL, NULL);
}

static void
on_open (GApplication *application, GFile **files, int n_files, const char *hint, gpointer data)
{
  TandemHost *self = data;
  g_autofree char *uri = n_files > 0 ? g_file_get_uri (files[0]) : NULL;
  g_autoptr (GError) error = NULL;

  if (uri == NULL || !ensure_phone (self))
    return;
  if (!tandem_actions_perform (self->actions, "fill-entry", g_variant_new_string (uri), &error))
    g_signal_emit_by_name (self->actions, "failed", error->message);
  tandem_actions_perform (self->actions, "show", NULL, NULL);
}

static void
finish_stopping (TandemHost *self)
{
  GDBusConnection *bus = get_bus (self);

  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_clear_handle_id (&self->stop_limit, g_source_remove);
  if (self->practice != NULL)
    tandem_practice_stop (self->practice);
  g_ptr_array_set_size (self->waiting, 0);
  if (bus != NULL)
    g_dbus_connection_flush_sync (bus, NULL, NULL);
  g_application_quit (self->application);
}

static void
on_phone_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemHost) self = data;

  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  finish_stopping (self);
}

static gboolean
on_stop_limit (gpointer data)
{
  TandemHost *self = data;

  self->stop_limit = 0;
  g_warning ("the phone did not stop in time");
  finish_stopping (self);
  return G_SOURCE_REMOVE;
}

static void
on_quit (TandemActions *actions, gpointer data)
{
  tandem_host_quit (data);
}

/* Practice */

static void
set_practising (TandemHost *self, gboolean practising)
{
  tandem_actions_set_practising (self->actions, practising);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRACTISING]);
}

/* The exchange goes; what the configuration has of it stays. */
static void
drop_practice (TandemHost *self)
{
  g_signal_handlers_disconnect_by_data (self->practice, self);
  tandem_practice_stop (self->practice);
  g_clear_object (&self->practice);
  set_practising (self, FALSE);
}

static void
on_practice_ended (TandemPractice *practice, const char *reason, gpointer data)
{
  TandemHost *self = data;

  g_message ("%s", reason);
  drop_practice (self);
  if (self->quitting)
    return;
  tandem_configuration_unload (self->configuration);
  g_free (self->practice_problem);
  self->practice_problem = g_strdup (reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRACTICE_PROBLEM]);
}

static gboolean
use_practice (TandemHost *self, GError **error)
{
  g_autofree char *servers
      = g_strjoinv (",", (char **) tandem_practice_get_proxies (self->practice));
  g_autofree char *text = g_markup_printf_escaped (
      "<configuration>"
      "<Connectivity user='%s' server='%s' protocol='udp'/>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_transaction_timeout' value='4000'/>"
      "<setting name='ip_versions' value='ipv4'/>"
      "</section></domain>"
      "<domain name='proxies'><section name='proxy0'>"
      "<setting name='password' value='%s'/>"
      "<setting name='domain' value='%s'/>"
      "<setting name='reg_timeout' value='1800'/>"
      "<setting name='reg_interval' value='30'/>"
      "</section></domain>"
      "<domain name='tandem'><section name='ha'>"
      "<setting name='probe_interval' value='15'/>"
      "<setting name='registration_failover' value='prompt'/>"
      "</section></domain>"
      "</configuration>",
      tandem_practice_get_user (self->practice), servers,
      tandem_practice_get_password (self->practice), tandem_practice_get_domain (self->practice));

  return tandem_configuration_load_data (self->configuration, _ ("practice exchange"), text,
                                         strlen (text), error);
}

static void
on_practice_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemHost) self = data;
  g_autoptr (GTask) task = g_steal_pointer (&self->practice_task);
  g_autoptr (GError) error = NULL;

  if (!tandem_practice_start_finish (TANDEM_PRACTICE (source), result, &error)
      || !use_practice (self, &error))
    {
      g_signal_handlers_disconnect_by_data (source, self);
      tandem_practice_stop (TANDEM_PRACTICE (source));
      g_clear_object (&self->practice);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_clear_pointer (&self->practice_problem, g_free);
  set_practising (self, TRUE);
  g_task_return_boolean (task, TRUE);
}

static void
on_practised (TandemRehearsal *rehearsal, gpointer data)
{
  g_autofree char *report = tandem_rehearsal_to_text (rehearsal);

  g_message ("%s", report);
}

static void
on_practise_failover (TandemActions *actions, gpointer data)
{
  TandemHost *self = data;
  g_autoptr (GError) error = NULL;

  if (self->rehearsal == NULL)
    {
      self->rehearsal = tandem_rehearsal_new (self->phone);
      g_signal_connect (self->rehearsal, "finished", G_CALLBACK (on_practised), NULL);
    }
  if (!tandem_rehearsal_start (self->rehearsal, NULL, NULL, FALSE, &error))
    g_signal_emit_by_name (actions, "failed", error->message);
}

static void
on_silence_proxy (TandemActions *actions, gpointer data)
{
  TandemHost *self = data;
  TandemAccount *account = tandem_phone_get_account (self->phone);
  TandemProxy *proxy = account != NULL ? tandem_account_get_active_proxy (account) : NULL;
  g_autoptr (GError) error = NULL;

  if (proxy == NULL)
    g_signal_emit_by_name (actions, "failed", _ ("No proxy is in use"));
  else if (!tandem_practice_silence (self->practice, tandem_proxy_get_address (proxy), &error))
    g_signal_emit_by_name (actions, "failed", error->message);
}

static void
tandem_host_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PRACTISING)
    g_value_set_boolean (value, tandem_host_is_practising (TANDEM_HOST (object)));
  else if (id == PROP_PRACTICE_PROBLEM)
    g_value_set_string (value, TANDEM_HOST (object)->practice_problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_host_dispose (GObject *object)
{
  TandemHost *self = TANDEM_HOST (object);

  g_clear_handle_id (&self->stop_limit, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  if (self->practice != NULL)
    g_signal_handlers_disconnect_by_data (self->practice, self);
  g_clear_object (&self->practice);
  drop_objects (self);
  if (self->actions != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->actions, self);
      g_object_run_dispose (G_OBJECT (self->actions));
    }
  g_clear_object (&self->actions);
  g_clear_object (&self->rehearsal);
  g_clear_object (&self->phone);
  g_clear_object (&self->configuration);
  if (self->application != NULL)
    g_signal_handlers_disconnect_by_data (self->application, self);
  g_clear_object (&self->application);
  G_OBJECT_CLASS (tandem_host_parent_class)->dispose (object);
}

static void
tandem_host_finalize (GObject *object)
{
  g_ptr_array_unref (TANDEM_HOST (object)->waiting);
  g_free (TANDEM_HOST (object)->practice_problem);
  G_OBJECT_CLASS (tandem_host_parent_class)->finalize (object);
}

static void
tandem_host_class_init (TandemHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tandem_host_get_property;
  object_class->dispose = tandem_host_dispose;
  object_class->finalize = tandem_host_finalize;
  properties[PROP_PRACTISING] = g_param_spec_boolean ("practising", NULL, NULL, FALSE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PRACTICE_PROBLEM] = g_param_spec_string (
      "practice-problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_READY] = g_signal_new ("ready", TANDEM_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STOPPING] = g_signal_new ("stopping", TANDEM_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_host_init (TandemHost *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

TandemHost *
tandem_host_new (GApplication *application, gboolean window)
{
  TandemHost *self = g_object_new (TANDEM_TYPE_HOST, NULL);

  setlocale (LC_ALL, "");
  bindtextdomain (TANDEM_GETTEXT_DOMAIN, TANDEM_LOCALEDIR);
  bind_textdomain_codeset (TANDEM_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TANDEM_GETTEXT_DOMAIN);

  self->application = g_object_ref (application);
  self->window = window;
  self->actions = tandem_actions_new (G_ACTION_MAP (application));
  tandem_command_line_add_options (application);
  g_signal_connect (self->actions, "quit", G_CALLBACK (on_quit), self);
  g_signal_connect (self->actions, "practise-failover", G_CALLBACK (on_practise_failover), self);
  g_signal_connect (self->actions, "silence-proxy", G_CALLBACK (on_silence_proxy), self);
  g_signal_connect (application, "handle-local-options", G_CALLBACK (on_handle_local_options),
                    self);
  g_signal_connect (application, "startup", G_CALLBACK (on_startup), self);
  g_signal_connect (application, "command-line", G_CALLBACK (on_command_line), self);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (application, "open", G_CALLBACK (on_open), self);
  return self;
}

int
tandem_host_run (TandemHost *self, int argc, char **argv)
{
  int status = g_application_run (self->application, argc, argv);

  if (self->phone_started && !self->stopped)
    {
      tandem_host_quit (self);
      while (!self->stopped)
        g_main_context_iteration (NULL, TRUE);
    }
  return status != 0 ? status : self->exit_status;
}

TandemActions *
tandem_host_get_actions (TandemHost *self)
{
  return self->actions;
}

TandemConfiguration *
tandem_host_get_configuration (TandemHost *self)
{
  return self->configuration;
}

TandemPhone *
tandem_host_get_phone (TandemHost *self)
{
  return self->phone;
}

GApplication *
tandem_host_get_application (TandemHost *self)
{
  return self->application;
}

gboolean
tandem_host_has_window (TandemHost *self)
{
  return self->window;
}

gboolean
tandem_host_is_background (TandemHost *self)
{
  return self->background;
}

void
tandem_host_set_background (TandemHost *self, gboolean background)
{
  self->background = background;
}

void
tandem_host_set_exit_status (TandemHost *self, int status)
{
  self->exit_status = status;
}

gboolean
tandem_host_ensure_configuration (TandemHost *self, GError **error)
{
  if (self->configuration != NULL)
    return TRUE;
  if (!tandem_configuration_check_schema (error))
    return FALSE;
  self->configuration = tandem_configuration_new ();
  return TRUE;
}

gboolean
tandem_host_claim_start (TandemHost *self)
{
  gboolean first = !self->claimed;

  self->claimed = TRUE;
  return first;
}

gboolean
tandem_host_start_phone (TandemHost *self, const char *audio, GError **error)
{
  gboolean good;

  self->phone_started = TRUE;
  self->phone = tandem_phone_new (self->configuration, audio != NULL ? audio : "auto");
  tandem_actions_set_phone (self->actions, self->phone);
  good = tandem_phone_start (self->phone, error);
  if (!self->held && (!self->window || self->background))
    {
      self->held = TRUE;
      g_application_hold (self->application);
    }
  if (self->status != NULL)
    tandem_status_object_set_phone (self->status, self->phone);
  if (self->pool != NULL)
    tandem_pool_object_set_phone (self->pool, self->phone);
  g_signal_emit (self, signals[SIGNAL_READY], 0);
  return good;
}

void
tandem_host_start_practice_async (TandemHost *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  g_autoptr (GError) error = NULL;

  if (self->practice != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s",
                             _ ("The practice exchange is running already"));
  else if (!tandem_host_ensure_configuration (self, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      self->practice = tandem_practice_new (NULL);
      self->practice_task = g_steal_pointer (&task);
      g_signal_connect (self->practice, "ended", G_CALLBACK (on_practice_ended), self);
      tandem_practice_start_async (self->practice, on_practice_started, g_object_ref (self));
    }
}

gboolean
tandem_host_start_practice_finish (TandemHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tandem_host_stop_practice (TandemHost *self)
{
  if (!tandem_host_is_practising (self))
    return;
  drop_practice (self);
  tandem_configuration_unload (self->configuration);
}

gboolean
tandem_host_load_file (TandemHost *self, const char *path, GError **error)
{
  if (!tandem_configuration_load_file (self->configuration, path, error))
    return FALSE;
  if (tandem_host_is_practising (self))
    drop_practice (self);
  return TRUE;
}

gboolean
tandem_host_is_practising (TandemHost *self)
{
  return self->practice != NULL && self->practice_task == NULL;
}

const char *const *
tandem_host_get_practice_extensions (TandemHost *self)
{
  static const char *const none[] = { NULL };

  return tandem_host_is_practising (self) ? tandem_practice_get_extensions (self->practice) : none;
}

void
tandem_host_quit (TandemHost *self)
{
  tandem_host_quit_and_release (self, NULL);
}

void
tandem_host_quit_and_release (TandemHost *self, GApplicationCommandLine *command_line)
{
  if (command_line != NULL)
    g_ptr_array_add (self->waiting, command_line);
  if (self->stopped)
    {
      g_ptr_array_set_size (self->waiting, 0);
      return;
    }
  if (self->quitting)
    return;
  self->quitting = TRUE;
  g_signal_emit (self, signals[SIGNAL_STOPPING], 0);
  if (self->phone == NULL)
    {
      finish_stopping (self);
      return;
    }
  self->stop_limit = g_timeout_add (STOP_LIMIT_MS, on_stop_limit, self);
  tandem_phone_stop_async (self->phone, on_phone_stopped, g_object_ref (self));
}

int
tandem_host_self_test (void)
{
  g_auto (GStrv) missing = tandem_phone_self_test ();
  g_autoptr (GError) error = NULL;
  int status = 0;

  for (guint i = 0; missing[i] != NULL; i++)
    {
      g_printerr (_ ("missing: %s\n"), missing[i]);
      status = 1;
    }
  if (!tandem_configuration_check_schema (&error))
    {
      g_printerr (_ ("missing: %s\n"), error->message);
      status = 1;
    }
  if (status == 0)
    g_print ("%s\n", _ ("All parts are there."));
  return status;
}
