/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "request.h"

#include "host-private.h"
#include "rehearsal.h"

#include <glib/gi18n.h>

/* The steps of a command line, in the order that makes sense whatever the order of the options:
 * settings, practice exchange, phone, window, call, and last status and quit. The first that fails
 * ends it. Some steps wait: for the practice exchange, for the first registration, for a hold's result, and
 * for the report of a practised failover. */

#define REGISTRATION_WAIT_S 10

typedef struct
{
  TandemHost *host;
  GApplicationCommandLine *command_line;
  TandemCommandLine *wanted;
  gboolean starting;      /* the phone starts with this command */
  TandemAccount *account; /* waited for; nullable */
  gulong state_handler;
  gulong ready_handler; /* of the host, while another command starts the phone */
  gulong stopping_handler;
  guint deadline;
  TandemCall *call; /* whose hold or transfer is waited for; nullable */
  gulong call_handler, ended_handler;
  TandemRehearsal *rehearsal; /* nullable */
} Request;

static void continue_after_hold (Request *self);
static void continue_after_practice (Request *self);

static void
stop_waiting (Request *self)
{
  g_clear_handle_id (&self->deadline, g_source_remove);
  if (self->account != NULL)
    g_clear_signal_handler (&self->state_handler, self->account);
  g_clear_object (&self->account);
  if (self->call != NULL)
    {
      g_clear_signal_handler (&self->call_handler, self->call);
      g_clear_signal_handler (&self->ended_handler, self->call);
    }
  g_clear_object (&self->call);
}

static void
request_free (Request *self)
{
  stop_waiting (self);
  if (self->rehearsal != NULL)
    g_signal_handlers_disconnect_by_data (self->rehearsal, self);
  g_clear_object (&self->rehearsal);
  g_clear_signal_handler (&self->ready_handler, self->host);
  g_clear_signal_handler (&self->stopping_handler, self->host);
  tandem_command_line_free (self->wanted);
  g_clear_object (&self->command_line);
  g_application_release (tandem_host_get_application (self->host));
  g_object_unref (self->host);
  g_free (self);
}

static void
print_error (Request *self, const char *message)
{
  g_application_command_line_printerr (self->command_line, "tandem: %s\n", message);
}

/* Ends with a reason. What was started for this command alone is stopped again. */
static void
end_with_error (Request *self, const GError *error)
{
  g_autoptr (TandemHost) host = g_object_ref (self->host);
  gboolean give_up
      = self->starting && (!tandem_host_has_window (host) || tandem_host_get_phone (host) == NULL);

  print_error (self, error->message);
  g_application_command_line_set_exit_status (self->command_line, 1);
  if (self->starting && !give_up)
    g_signal_emit_by_name (tandem_host_get_actions (host), "failed", error->message);
  if (give_up)
    {
      tandem_host_set_exit_status (host, 1);
      tandem_host_quit_and_release (host, g_steal_pointer (&self->command_line));
    }
  request_free (self);
}

/* Whether it could be done; otherwise the request has ended. parameter: floating */
static gboolean
perform (Request *self, const char *action, GVariant *parameter)
{
  g_autoptr (GError) error = NULL;

  if (tandem_actions_perform (tandem_host_get_actions (self->host), action, parameter, &error))
    return TRUE;
  end_with_error (self, error);
  return FALSE;
}

static void
print_call (Request *self)
{
  g_autoptr (TandemCall) call
      = g_list_model_get_item (tandem_phone_get_calls (tandem_host_get_phone (self->host)), 0);

  if (call != NULL)
    g_application_command_line_print (self->command_line,
                                      /* Translators: who is called; the id for --id */
                                      _ ("Calling %s, call %s\n"), tandem_call_get_title (call),
                                      tandem_call_get_id (call));
}

static void
print_status (Request *self)
{
  TandemPhone *phone = tandem_host_get_phone (self->host);
  g_autofree char *text = self->wanted->json ? tandem_phone_status_to_json (phone)
                                             : tandem_phone_status_to_text (phone);

  g_application_command_line_print (self->command_line,
                                    g_str_has_suffix (text, "\n") ? "%s" : "%s\n", text);
}

static void
fail_with (Request *self, const char *words)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, words);

  end_with_error (self, error);
}

/* The proxy by its id or address, with or without the port. (transfer full) (nullable) */
static char *
find_proxy (Request *self, const char *text)
{
  GListModel *accounts = tandem_phone_get_accounts (tandem_host_get_phone (self->host));
  g_autofree char *with_colon = g_strconcat (text, ":", NULL);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      GListModel *proxies = tandem_account_get_proxies (account);

      for (guint k = 0; k < g_list_model_get_n_items (proxies); k++)
        {
          g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, k);

          if (g_str_equal (tandem_proxy_get_id (proxy), text)
              || g_str_equal (tandem_proxy_get_address (proxy), text)
              || g_str_has_prefix (tandem_proxy_get_address (proxy), with_colon))
            return g_strdup (tandem_proxy_get_id (proxy));
        }
    }
  return NULL;
}

static gboolean
prefer (Request *self)
{
  g_autofree char *id = NULL;

  if (g_str_equal (self->wanted->prefer, "none"))
    return perform (self, "prefer", g_variant_new_string (""));
  id = find_proxy (self, self->wanted->prefer);
  return perform (self, "prefer", g_variant_new_string (id != NULL ? id : self->wanted->prefer));
}

/* The one whose change is under way. (transfer full) (nullable) */
static TandemCall *
find_pending (Request *self)
{
  GListModel *calls = tandem_phone_get_calls (tandem_host_get_phone (self->host));

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (tandem_call_is_hold_pending (call)
          && (self->wanted->id == NULL
              || g_str_equal (tandem_call_get_id (call), self->wanted->id)))
        return g_steal_pointer (&call);
    }
  return NULL;
}

static void
on_hold_done (TandemCall *call, GParamSpec *pspec, gpointer data)
{
  Request *self = data;
  g_autofree char *problem = g_strdup (tandem_call_get_hold_problem (call));

  if (tandem_call_is_hold_pending (call))
    return;
  stop_waiting (self);
  if (problem != NULL)
    fail_with (self, problem);
  else if (tandem_call_get_state (call) == TANDEM_CALL_ENDED)
    fail_with (self, _ ("The call has ended"));
  else
    continue_after_hold (self);
}

/* FALSE: it could not be done, and the request has ended. */
static gboolean
change_hold (Request *self)
{
  const char *id = self->wanted->id != NULL ? self->wanted->id : "";

  if (!perform (self, self->wanted->hold ? "hold" : "retrieve", g_variant_new_string (id)))
    return FALSE;
  self->call = find_pending (self);
  if (self->call != NULL)
    self->call_handler
        = g_signal_connect (self->call, "notify::hold-pending", G_CALLBACK (on_hold_done), self);
  return TRUE;
}

static void
on_transfer (TandemCall *call, GParamSpec *pspec, gpointer data)
{
  Request *self = data;
  const TandemTransfer transfer = tandem_call_get_transfer (call);
  g_autofree char *problem = NULL;

  if ((transfer == TANDEM_TRANSFER_PENDING || transfer == TANDEM_TRANSFER_RINGING)
      && tandem_call_get_state (call) != TANDEM_CALL_ENDED)
    return;
  if (transfer == TANDEM_TRANSFER_FAILED)
    problem = g_strdup (tandem_call_get_transfer_text (call));
  stop_waiting (self);
  if (transfer == TANDEM_TRANSFER_FAILED)
    fail_with (self, problem != NULL ? problem : _ ("The transfer failed"));
  else
    continue_after_hold (self);
}

/* (transfer full) (nullable) */
static TandemCall *
find_transferring (Request *self)
{
  GListModel *calls = tandem_phone_get_calls (tandem_host_get_phone (self->host));

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);
      const TandemTransfer transfer = tandem_call_get_transfer (call);

      if (transfer == TANDEM_TRANSFER_PENDING || transfer == TANDEM_TRANSFER_RINGING)
        return g_steal_pointer (&call);
    }
  return NULL;
}

/* FALSE: it could not be done, and the request has ended. */
static gboolean
perform_command (Request *self)
{
  const TandemCommand *command = self->wanted->command;
  const char *id = self->wanted->id != NULL ? self->wanted->id : "";
  const char *argument = self->wanted->argument;
  GVariant *parameter = NULL;

  if (command->kind == TANDEM_COMMAND_CALL)
    parameter = g_variant_new_string (id);
  else if (command->kind == TANDEM_COMMAND_CALL_TEXT)
    parameter = g_variant_new ("(ss)", id, argument);
  else if (command->kind == TANDEM_COMMAND_TEXT)
    parameter = g_variant_new_string (
        g_str_equal (command->option, "pick-up") && g_str_equal (argument, "any") ? "" : argument);
  if (!perform (self, command->option, parameter))
    return FALSE;
  if (!g_str_equal (command->option, "transfer") && !g_str_equal (command->option, "complete"))
    return TRUE;
  self->call = find_transferring (self);
  if (self->call == NULL)
    return TRUE;
  self->call_handler
      = g_signal_connect (self->call, "notify::transfer", G_CALLBACK (on_transfer), self);
  self->ended_handler
      = g_signal_connect (self->call, "notify::state", G_CALLBACK (on_transfer), self);
  return TRUE;
}

static void
on_practised (TandemRehearsal *rehearsal, gpointer data)
{
  Request *self = data;
  g_autofree char *report = tandem_rehearsal_to_text (rehearsal);

  g_application_command_line_print (self->command_line, "%s", report);
  if (!tandem_rehearsal_is_passed (rehearsal))
    g_application_command_line_set_exit_status (self->command_line, 1);
  continue_after_practice (self);
}

static gboolean
practise (Request *self)
{
  g_autoptr (GError) error = NULL;

  self->rehearsal = tandem_rehearsal_new (tandem_host_get_phone (self->host));
  g_signal_connect (self->rehearsal, "finished", G_CALLBACK (on_practised), self);
  if (tandem_rehearsal_start (self->rehearsal, NULL, self->wanted->practise_with, FALSE, &error))
    return TRUE;
  end_with_error (self, error);
  return FALSE;
}

static void
continue_after_practice (Request *self)
{
  if (self->wanted->status)
    print_status (self);
  if (self->wanted->quit)
    tandem_host_quit_and_release (self->host, g_steal_pointer (&self->command_line));
  request_free (self);
}

static void
continue_after_hold (Request *self)
{
  TandemCommandLine *wanted = self->wanted;
  const char *id = wanted->id != NULL ? wanted->id : "";

  if (wanted->mute != NULL && !perform (self, "mute", g_variant_new ("(ss)", id, wanted->mute)))
    return;
  if (wanted->dtmf != NULL && !perform (self, "dtmf", g_variant_new ("(ss)", id, wanted->dtmf)))
    return;
  if (wanted->prefer != NULL && !prefer (self))
    return;
  if (!wanted->practise)
    continue_after_practice (self);
  else
    practise (self);
}

static void
continue_with_commands (Request *self)
{
  TandemCommandLine *wanted = self->wanted;
  const char *id = wanted->id != NULL ? wanted->id : "";

  stop_waiting (self);
  if (wanted->call != NULL)
    {
      if (!perform (self, "call", g_variant_new_string (wanted->call)))
        return;
      print_call (self);
    }
  if (wanted->answer && !perform (self, "answer", g_variant_new_string (id)))
    return;
  if (wanted->decline && !perform (self, "decline", g_variant_new_string (id)))
    return;
  if (wanted->hang_up && !perform (self, "hang-up", g_variant_new_string (id)))
    return;
  if ((wanted->hold || wanted->retrieve) && !change_hold (self))
    return;
  if (wanted->command != NULL && !perform_command (self))
    return;
  if (self->call == NULL)
    continue_after_hold (self);
}

/* Quit from elsewhere while this one waits for the registration or for the phone. */
static void
on_stopping (TandemHost *host, gpointer data)
{
  Request *self = data;
  g_autoptr (GError) error = NULL;

  if (self->account == NULL && self->ready_handler == 0 && self->call == NULL)
    return;
  g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Tandem is quitting"));
  end_with_error (self, error);
}

static void
on_account_state (TandemAccount *account, GParamSpec *pspec, gpointer data)
{
  if (tandem_account_get_state (account) != TANDEM_ACCOUNT_CONNECTING)
    continue_with_commands (data);
}

static gboolean
on_deadline (gpointer data)
{
  Request *self = data;

  self->deadline = 0;
  continue_with_commands (self);
  return G_SOURCE_REMOVE;
}

/* A phone that has just been started registers before it calls; when that takes too long, the call
 * is tried all the same. */
static void
wait_for_registration (Request *self)
{
  TandemAccount *account = tandem_phone_get_account (tandem_host_get_phone (self->host));

  if ((self->wanted->call == NULL && !self->wanted->practise) || account == NULL
      || tandem_account_get_state (account) != TANDEM_ACCOUNT_CONNECTING)
    {
      continue_with_commands (self);
      return;
    }
  self->account = g_object_ref (account);
  self->state_handler
      = g_signal_connect (account, "notify::state", G_CALLBACK (on_account_state), self);
  self->deadline = g_timeout_add_seconds (REGISTRATION_WAIT_S, on_deadline, self);
}

/* Whether nothing was asked for but to be there. */
static gboolean
is_plain (TandemCommandLine *wanted)
{
  return wanted->call == NULL && wanted->link == NULL && !tandem_command_line_is_steering (wanted)
         && !wanted->answer && !wanted->decline && !wanted->hang_up && !wanted->status
         && !wanted->quit && wanted->mute == NULL && wanted->dtmf == NULL;
}

static gboolean
show_window (Request *self)
{
  TandemCommandLine *wanted = self->wanted;

  if (wanted->show && !perform (self, "show", NULL))
    return FALSE;
  if (wanted->link != NULL && !perform (self, "fill-entry", g_variant_new_string (wanted->link)))
    return FALSE;
  if (wanted->show || wanted->background || !tandem_host_has_window (self->host))
    return TRUE;
  if (self->starting || wanted->link != NULL || is_plain (wanted))
    return perform (self, "show", NULL);
  return TRUE;
}

static void
continue_with_phone (Request *self)
{
  g_autoptr (GError) error = NULL;

  if (self->starting)
    {
      gboolean started;

      tandem_host_set_background (self->host, self->wanted->background);
      started = tandem_host_start_phone (self->host, self->wanted->audio, &error);
      if (!started && !tandem_host_has_window (self->host))
        {
          end_with_error (self, error);
          return;
        }
    }
  if (!show_window (self))
    return;
  if (error != NULL)
    end_with_error (self, error);
  else
    wait_for_registration (self);
}

static void
on_practice_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *self = data;
  g_autoptr (GError) error = NULL;

  if (tandem_host_start_practice_finish (self->host, result, &error))
    continue_with_phone (self);
  else
    end_with_error (self, error);
}

static gboolean
read_settings (Request *self, GError **error)
{
  TandemCommandLine *wanted = self->wanted;
  TandemConfiguration *configuration;

  if (!self->starting && wanted->audio != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _ ("Tandem is running already; --audio counts when it starts"));
      return FALSE;
    }
  if (!tandem_host_ensure_configuration (self->host, error))
    return FALSE;
  configuration = tandem_host_get_configuration (self->host);
  if (wanted->config != NULL)
    {
      GPtrArray *warnings;

      if (!tandem_host_load_file (self->host, wanted->config, error))
        return FALSE;
      warnings = tandem_configuration_get_warnings (configuration);
      for (guint i = 0; i < warnings->len; i++)
        g_application_command_line_printerr (self->command_line, "%s\n",
                                             (const char *) g_ptr_array_index (warnings, i));
    }
  return wanted->password_file == NULL
         || tandem_configuration_load_password_file (configuration, wanted->password_file, error);
}

static void
begin (Request *self)
{
  g_autoptr (GError) error = NULL;

  if (!read_settings (self, &error))
    end_with_error (self, error);
  else if (self->wanted->practice)
    tandem_host_start_practice_async (self->host, on_practice_started, self);
  else
    continue_with_phone (self);
}

static void
on_ready (TandemHost *host, gpointer data)
{
  Request *self = data;

  g_clear_signal_handler (&self->ready_handler, host);
  begin (self);
}

void
tandem_request_run (TandemHost *host,
                    GApplicationCommandLine *command_line,
                    TandemCommandLine *wanted)
{
  Request *self = g_new0 (Request, 1);

  self->host = g_object_ref (host);
  self->command_line = g_object_ref (command_line);
  self->wanted = wanted;
  self->starting = tandem_host_claim_start (host);
  self->stopping_handler = g_signal_connect (host, "stopping", G_CALLBACK (on_stopping), self);
  g_application_hold (tandem_host_get_application (host));

  if (!self->starting && tandem_host_get_phone (host) == NULL)
    self->ready_handler = g_signal_connect (host, "ready", G_CALLBACK (on_ready), self);
  else
    begin (self);
}
