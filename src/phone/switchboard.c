/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "switchboard-struct.h"

#include "account-config.h"
#include "availability.h"
#include "colleague-list.h"
#include "floor.h"
#include "phone-private.h"
#include "pool-event-private.h"
#include "sound.h"
#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemSwitchboard: see switchboard.h. Events come in at one place, and go to the account or to the
 * line that they are about; an event of a call that the agent has hung up already finds no line and
 * is dropped. A change of the settings is applied account by account, and never ends a call; what
 * needs new ports waits until there is none. */

#define RESTART_TIMEOUT 1000 /* ms */

G_DEFINE_FINAL_TYPE (TandemSwitchboard, tandem_switchboard, G_TYPE_OBJECT)

static void on_call_ended (TandemCall *call, TandemSwitchboard *self);

static TandemLine *
find_number (GPtrArray *lines, guint number)
{
  for (guint i = 0; i < lines->len; i++)
    {
      TandemLine *line = g_ptr_array_index (lines, i);

      if (tandem_line_get_number (line) == number)
        return line;
    }
  return NULL;
}

TandemLine *
tandem_switchboard_find_line (TandemSwitchboard *self, guint number)
{
  TandemLine *line = find_number (self->lines, number);

  return line != NULL ? line : find_number (self->hidden, number);
}

TandemLine *
tandem_switchboard_find_line_of_call (TandemSwitchboard *self, TandemCall *call)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      TandemLine *line = g_ptr_array_index (self->lines, i);

      if (tandem_line_get_call (line) == call)
        return line;
    }
  return NULL;
}

static void
switch_tone (TandemSwitchboard *self,
             gboolean *is_on,
             gboolean on,
             void (*start) (TandemMediaEngine *),
             void (*stop) (TandemMediaEngine *))
{
  if (*is_on == on)
    return;
  *is_on = on;
  if (on)
    start (self->engine);
  else
    stop (self->engine);
}

static void
set_ringing (TandemSwitchboard *self, gboolean on)
{
  if (self->ringing == on)
    return;
  self->ringing = on;
  if (on)
    {
      g_autofree char *path
          = tandem_configuration_get_string (self->configuration, "audio", "ringing-file");

      tandem_media_engine_start_ringing (self->engine, path);
    }
  else
    tandem_media_engine_stop_ringing (self->engine);
}

/* Nobody is rung while talking: the other call waits with a soft tone in the ear, or, where that is turned
 * off, silently. While all are on hold it rings. */
static void
update_tones (TandemSwitchboard *self)
{
  gboolean rings = FALSE, ringback = FALSE, talking = FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      TandemLine *line = g_ptr_array_index (self->lines, i);

      rings = rings || tandem_line_wants_ringing (line);
      ringback = ringback || tandem_line_wants_ringback (line);
      talking = talking || tandem_call_has_floor (tandem_line_get_call (line));
    }
  set_ringing (self, rings && !talking
                         && tandem_configuration_get_boolean (self->configuration, "audio",
                                                              "ringing-enabled"));
  switch_tone (
      self, &self->waiting,
      rings && talking
          && tandem_configuration_get_boolean (self->configuration, "calls", "call-waiting-tone"),
      tandem_media_engine_start_waiting, tandem_media_engine_stop_waiting);
  switch_tone (self, &self->ringback, ringback, tandem_media_engine_start_ringback,
               tandem_media_engine_stop_ringback);
}

/* Somebody is on hold: for long, or since the call that was talked in has ended. */
static void
remind (TandemSwitchboard *self)
{
  tandem_media_engine_play_notice (self->engine, TANDEM_NOTICE_HELD);
}

static void
on_line_digit (TandemLine *line, guchar digit, TandemSwitchboard *self)
{
  if (self->phone != NULL)
    tandem_phone_report_digit (self->phone, tandem_line_get_call (line), (char) digit);
}

static void
apply_call_settings (TandemSwitchboard *self, TandemLine *line)
{
  g_autofree char *dtmf
      = tandem_configuration_get_string (self->configuration, "calls", "dtmf-method");

  tandem_line_set_dtmf_method (line, g_str_equal (dtmf, "info")      ? TANDEM_DTMF_INFO
                                     : g_str_equal (dtmf, "rfc2833") ? TANDEM_DTMF_RFC4733
                                     : g_str_equal (dtmf, "inband")  ? TANDEM_DTMF_INBAND
                                                                     : TANDEM_DTMF_AUTO);
  tandem_line_set_inactivity_timeout (
      line, tandem_configuration_get_uint (self->configuration, "audio", "rtp-inactivity-timeout"));
  tandem_call_set_remind_after (
      tandem_line_get_call (line),
      tandem_configuration_get_uint (self->configuration, "calls", "hold-reminder"));
}

/* (transfer none) */
TandemLine *
tandem_switchboard_add_line (TandemSwitchboard *self, TandemCall *call, guint number)
{
  TandemLine *line = tandem_line_new (call, self->client, self->engine, number);

  g_ptr_array_add (self->lines, line);
  apply_call_settings (self, line);
  tandem_line_set_host (line, &tandem_switchboard_line_host, self);
  g_signal_connect_swapped (call, "remind", G_CALLBACK (remind), self);
  g_signal_connect_swapped (call, "notify::hold", G_CALLBACK (update_tones), self);
  g_signal_connect_swapped (line, "changed", G_CALLBACK (update_tones), self);
  g_signal_connect (line, "digit", G_CALLBACK (on_line_digit), self);
  g_signal_connect_swapped (call, "notify::state", G_CALLBACK (update_tones), self);
  g_signal_connect (call, "ended", G_CALLBACK (on_call_ended), self);
  return line;
}

void
tandem_switchboard_remove_line (TandemSwitchboard *self, TandemLine *line)
{
  TandemCall *call = tandem_line_get_call (line);

  g_signal_handlers_disconnect_by_data (call, self);
  g_signal_handlers_disconnect_by_data (line, self);
  g_object_ref (line);
  g_ptr_array_remove (self->lines, line);
  tandem_switchboard_forget_no_answer (self, call);
  tandem_line_close (line);
  g_object_unref (line);
  update_tones (self);
}

static void
on_audio (TandemSwitchboard *self)
{
  g_autofree char *problem = NULL;
  gboolean available;

  g_object_get (self->engine, "available", &available, "problem", &problem, NULL);
  if (self->phone != NULL)
    tandem_phone_set_audio (self->phone, available,
                            available ? NULL : tandem_sound_problem_words (problem));
}

/* They are watched over the first account. */
static void
apply_colleagues (TandemSwitchboard *self)
{
  TandemAccount *account = self->phone != NULL ? tandem_phone_get_account (self->phone) : NULL;

  if (self->phone != NULL)
    tandem_colleague_list_apply (tandem_phone_get_colleague_list (self->phone), self->configuration,
                                 account != NULL ? tandem_account_get_id (account) : NULL,
                                 account != NULL ? tandem_account_get_domain (account) : NULL);
}

static void
set_client_of_colleagues (TandemSwitchboard *self, TandemSipClient *client)
{
  if (self->phone != NULL)
    tandem_colleague_list_set_client (tandem_phone_get_colleague_list (self->phone), client);
}

/* What the accounts are told of, when it has changed. */
void
tandem_switchboard_apply_accounts (TandemSwitchboard *self)
{
  tandem_roster_set_rehearsing (self->roster, self->rehearsal != NULL);
  tandem_roster_apply (self->roster);
  apply_colleagues (self);
}

static void
on_sip_event (TandemSipClient *client, const TandemSipEvent *event, TandemSwitchboard *self)
{
  tandem_switchboard_handle_event (self, event);
}

static gboolean
start_client (TandemSwitchboard *self, GError **error)
{
  g_autoptr (TandemSipConfig) config = tandem_sip_config_from_settings (self->configuration);
  g_autoptr (TandemSipClient) client = tandem_sip_client_new (config);

  if (!tandem_sip_client_start (client, error))
    return FALSE;
  g_clear_pointer (&self->sip_config, tandem_sip_config_free);
  self->sip_config = g_steal_pointer (&config);
  self->client = g_steal_pointer (&client);
  tandem_roster_set_client (self->roster, self->client);
  set_client_of_colleagues (self, self->client);
  g_signal_connect (self->client, "event", G_CALLBACK (on_sip_event), self);
  return TRUE;
}

static void
on_client_stopped_for_restart (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemSwitchboard) self = data;
  g_autoptr (GError) error = NULL;

  tandem_sip_client_stop_finish (TANDEM_SIP_CLIENT (source), result, NULL);
  if (self->phone == NULL || self->stopping)
    return;
  if (!start_client (self, &error))
    {
      tandem_phone_report_error (self->phone, error->message);
      return;
    }
  tandem_switchboard_apply_accounts (self);
}

/* New ports need a new SIP thread; only when no call is up or being made. */
void
tandem_switchboard_restart_client_when_idle (TandemSwitchboard *self)
{
  g_autoptr (TandemSipClient) old = NULL;

  if (!self->restart_wanted || self->lines->len > 0 || self->rehearsal != NULL)
    return;
  self->restart_wanted = FALSE;
  old = g_steal_pointer (&self->client);
  if (old == NULL)
    return;
  tandem_roster_set_client (self->roster, NULL);
  set_client_of_colleagues (self, NULL);
  g_signal_handlers_disconnect_by_data (old, self);
  tandem_sip_client_stop_async (old, RESTART_TIMEOUT, on_client_stopped_for_restart,
                                g_object_ref (self));
}

static void
on_configuration_changed (TandemSwitchboard *self)
{
  g_autoptr (TandemSipConfig) config = NULL;

  if (self->phone == NULL || !self->started || self->stopping)
    return;
  tandem_roster_forget_failures (self->roster);
  tandem_sound_apply_settings (self->engine, self->configuration);
  for (guint i = 0; i < self->lines->len; i++)
    apply_call_settings (self, g_ptr_array_index (self->lines, i));
  tandem_phone_set_redact (self->phone, tandem_configuration_get_boolean (
                                            self->configuration, "calls", "redact-numbers"));
  update_tones (self);

  config = tandem_sip_config_from_settings (self->configuration);
  self->restart_wanted
      = self->sip_config != NULL && !tandem_sip_config_equal (config, self->sip_config);
  tandem_switchboard_apply_accounts (self);
  tandem_switchboard_restart_client_when_idle (self);
}

static void
on_call_ended (TandemCall *call, TandemSwitchboard *self)
{
  TandemLine *line = tandem_switchboard_find_line_of_call (self, call);
  TandemLegStatistics statistics;

  if (line != NULL && tandem_line_get_statistics (line, &statistics))
    {
      const guint64 expected = statistics.packets_received + statistics.packets_lost;

      tandem_call_set_quality (
          call, MAX (statistics.mos, 0),
          expected > 0 ? 100.0 * (double) statistics.packets_lost / (double) expected : -1);
    }
  if (line != NULL)
    tandem_switchboard_remove_line (self, line);
  if (!self->stopping)
    tandem_switchboard_restart_client_when_idle (self);
}

/* certain: also when the address is the same: after sleep nothing that was known is sure. */
static void
on_network_changed (TandemNetworkWatch *watch, gboolean certain, TandemSwitchboard *self)
{
  g_autofree char *address = NULL;
  TandemAccount *account;

  if (self->client == NULL || self->phone == NULL)
    return;
  account = tandem_phone_get_account (self->phone);
  if (account == NULL)
    return;
  address = tandem_sip_client_get_local_address (self->client, tandem_account_get_id (account));
  if (!certain && g_strcmp0 (address, self->local_address) == 0)
    return;
  g_free (self->local_address);
  self->local_address = g_steal_pointer (&address);
  tandem_sip_client_network_changed (self->client);
}

/* What can wait until the window is there: GLib asks the system bus for its network service and
 * waits for the answer; the sound loads its elements. */
static gboolean
on_started (gpointer data)
{
  TandemSwitchboard *self = data;

  self->started_source = 0;
  tandem_media_engine_prepare (self->engine);
  self->network = tandem_network_watch_new ();
  g_signal_connect (self->network, "changed", G_CALLBACK (on_network_changed), self);
  return G_SOURCE_REMOVE;
}

gboolean
tandem_switchboard_is_own_domain (TandemSwitchboard *self, const char *account, const char *uri)
{
  TandemAccount *ours = tandem_phone_find_account (self->phone, account);
  const char *domain = ours != NULL ? tandem_account_get_domain (ours) : NULL;
  const char *at, *host;

  if (domain == NULL || domain[0] == '\0' || uri == NULL || strpbrk (uri, "\r\n<>\"") != NULL)
    return FALSE;
  at = strchr (uri, '@');
  host = at != NULL ? at + 1 : g_ascii_strncasecmp (uri, "sip:", 4) == 0 ? uri + 4 : uri;
  return g_ascii_strncasecmp (host, domain, strlen (domain)) == 0
         && strchr (":;?", host[strlen (domain)]) != NULL;
}

static void
note_local_address (TandemSwitchboard *self, const TandemSipEvent *event)
{
  TandemAccount *account = tandem_phone_get_account (self->phone);

  if (event->registration != TANDEM_SIP_REGISTRATION_REGISTERED || self->client == NULL
      || account == NULL || g_strcmp0 (event->account, tandem_account_get_id (account)) != 0)
    return;
  g_free (self->local_address);
  self->local_address = tandem_sip_client_get_local_address (self->client, event->account);
}

static void
tandem_switchboard_dispose (GObject *object)
{
  TandemSwitchboard *self = TANDEM_SWITCHBOARD (object);

  set_client_of_colleagues (self, NULL);
  g_clear_pointer (&self->conference, tandem_conference_free);
  g_clear_pointer (&self->answerer, tandem_answerer_free);
  if (self->phone != NULL)
    {
      g_object_remove_weak_pointer (G_OBJECT (self->phone), (gpointer *) &self->phone);
      self->phone = NULL;
    }
  while (self->lines->len > 0)
    tandem_switchboard_remove_line (self, g_ptr_array_index (self->lines, self->lines->len - 1));
  while (self->hidden->len > 0)
    tandem_switchboard_drop_hidden (self, g_ptr_array_index (self->hidden, self->hidden->len - 1));
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  if (self->configuration != NULL)
    g_signal_handlers_disconnect_by_data (self->configuration, self);
  if (self->roster != NULL)
    g_object_run_dispose (G_OBJECT (self->roster));
  g_clear_handle_id (&self->started_source, g_source_remove);
  g_clear_object (&self->network);
  g_clear_object (&self->client);
  g_clear_object (&self->engine);
  g_clear_object (&self->roster);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_switchboard_parent_class)->dispose (object);
}

static void
tandem_switchboard_finalize (GObject *object)
{
  TandemSwitchboard *self = TANDEM_SWITCHBOARD (object);

  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->hidden);
  g_hash_table_unref (self->no_answer);
  g_clear_pointer (&self->sip_config, tandem_sip_config_free);
  g_free (self->local_address);
  G_OBJECT_CLASS (tandem_switchboard_parent_class)->finalize (object);
}

static void
tandem_switchboard_class_init (TandemSwitchboardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_switchboard_dispose;
  object_class->finalize = tandem_switchboard_finalize;
}

static void
tandem_switchboard_init (TandemSwitchboard *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
  self->hidden = g_ptr_array_new_with_free_func (g_object_unref);
  self->no_answer = g_hash_table_new (NULL, NULL);
  self->answerer
      = tandem_answerer_new (tandem_switchboard_may_answer, tandem_switchboard_on_answered, self);
}

TandemSwitchboard *
tandem_switchboard_new (TandemPhone *phone,
                        TandemConfiguration *configuration,
                        TandemAudioBackend audio)
{
  TandemSwitchboard *self = g_object_new (TANDEM_TYPE_SWITCHBOARD, NULL);

  self->phone = phone;
  g_object_add_weak_pointer (G_OBJECT (phone), (gpointer *) &self->phone);
  self->configuration = g_object_ref (configuration);
  self->roster = tandem_roster_new (phone, configuration);
  self->engine = tandem_media_engine_new (audio);
  tandem_sound_apply_settings (self->engine, self->configuration);
  g_signal_connect_object (tandem_phone_get_floor (phone), "waiting", G_CALLBACK (remind), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->engine, "notify::available", G_CALLBACK (on_audio), self);
  g_signal_connect_swapped (self->engine, "notify::problem", G_CALLBACK (on_audio), self);
  g_signal_connect_swapped (configuration, "changed", G_CALLBACK (on_configuration_changed), self);
  on_audio (self);
  return self;
}

gboolean
tandem_switchboard_start (TandemSwitchboard *self, GError **error)
{
  if (self->started)
    return TRUE;
  if (!start_client (self, error))
    return FALSE;
  self->started = TRUE;
  tandem_phone_set_redact (self->phone, tandem_configuration_get_boolean (
                                            self->configuration, "calls", "redact-numbers"));
  tandem_switchboard_apply_accounts (self);
  self->started_source = g_idle_add_full (G_PRIORITY_LOW, on_started, self, NULL);
  return TRUE;
}

static void
on_client_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  tandem_sip_client_stop_finish (TANDEM_SIP_CLIENT (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

void
tandem_switchboard_stop_async (TandemSwitchboard *self,
                               guint timeout,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  GListModel *accounts;

  g_task_set_source_tag (task, tandem_switchboard_stop_async);
  if (self->stopping)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->stopping = TRUE;
  tandem_roster_stop (self->roster);
  if (self->rehearsal != NULL)
    self->rehearsal->stopping (self->rehearsal_data);
  while (self->lines->len > 0)
    {
      g_autoptr (TandemLine) line
          = g_object_ref (g_ptr_array_index (self->lines, self->lines->len - 1));

      if (!tandem_call_hang_up (tandem_line_get_call (line), NULL))
        tandem_switchboard_remove_line (self, line);
    }
  g_clear_handle_id (&self->started_source, g_source_remove);
  g_clear_object (&self->network);
  accounts = self->phone != NULL ? tandem_phone_get_accounts (self->phone) : NULL;
  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      tandem_account_set_offline (account);
    }
  if (self->client == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_signal_handlers_disconnect_by_data (self->client, self);
  tandem_sip_client_stop_async (self->client, timeout, on_client_stopped, g_steal_pointer (&task));
}

void
tandem_switchboard_stop_finish (TandemSwitchboard *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

TandemCall *
tandem_switchboard_call (TandemSwitchboard *self,
                         TandemAccount *account,
                         const char *uri,
                         GHashTable *headers,
                         const char *keys,
                         GError **error)
{
  g_autoptr (TandemCall) call = NULL;
  g_autofree char *id = NULL;
  TandemLine *line;
  guint number;

  if (self->client == NULL || self->stopping || account == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           account == NULL ? _ ("Set up an account first")
                                           : _ ("The phone is not running"));
      return NULL;
    }

  number = tandem_sip_client_next_call_id (self->client);
  id = g_strdup_printf ("%u", number);
  call = tandem_call_new (id, FALSE, tandem_account_get_id (account),
                          tandem_account_get_domain (account), uri, NULL);
  line = tandem_switchboard_add_line (self, call, number);
  tandem_line_set_headers (line, headers);
  tandem_line_set_post_dial (line, keys);
  if (!tandem_line_prepare (line, error))
    {
      tandem_switchboard_remove_line (self, line);
      return NULL;
    }
  tandem_floor_clear (tandem_phone_get_floor (self->phone));
  if (!tandem_line_dial (
          line, uri,
          tandem_configuration_get_raw_uint (self->configuration, "tandem.sip.late_offer", 0) != 0,
          error))
    {
      tandem_switchboard_remove_line (self, line);
      return NULL;
    }
  tandem_phone_add_call (self->phone, call);
  return call;
}

const TandemSipAccountConfig *
tandem_switchboard_get_account_config (TandemSwitchboard *self, const char *id)
{
  return tandem_roster_get_config (self->roster, id);
}

void
tandem_switchboard_handle_event (TandemSwitchboard *self, const TandemSipEvent *event)
{
  TandemAccount *account;
  TandemLine *line;

  if (self->phone == NULL)
    return;
  switch (event->type)
    {
    case TANDEM_SIP_EVENT_REGISTRATION:
    case TANDEM_SIP_EVENT_POOL:
    case TANDEM_SIP_EVENT_MAILBOX:
      account = tandem_phone_find_account (self->phone, event->account);
      if (event->type == TANDEM_SIP_EVENT_REGISTRATION)
        note_local_address (self, event);
      if (account != NULL)
        tandem_account_handle_event (account, event);
      break;
    case TANDEM_SIP_EVENT_TIMELINE:
      {
        g_autoptr (TandemPoolEvent) moment
            = tandem_pool_event_new_from_sip (event, g_get_monotonic_time ());

        tandem_phone_add_pool_event (self->phone, moment);
        break;
      }
    case TANDEM_SIP_EVENT_INCOMING:
      tandem_switchboard_take_incoming (self, event);
      break;
    case TANDEM_SIP_EVENT_CALL:
    case TANDEM_SIP_EVENT_OFFER:
    case TANDEM_SIP_EVENT_MOVED:
    case TANDEM_SIP_EVENT_REQUEST:
    case TANDEM_SIP_EVENT_TRANSFER:
    case TANDEM_SIP_EVENT_REFERRAL:
    case TANDEM_SIP_EVENT_REMOTE_CONTROL:
    case TANDEM_SIP_EVENT_DIGIT:
      line = tandem_switchboard_find_line (self, event->call);
      if (line != NULL)
        tandem_line_handle_event (line, event);
      else if (event->type == TANDEM_SIP_EVENT_OFFER && self->client != NULL)
        tandem_sip_client_answer_offer (self->client, event->call, NULL);
      else if (event->type == TANDEM_SIP_EVENT_REFERRAL && self->client != NULL)
        tandem_sip_client_answer_referral (self->client, event->call, event->tag, 603);
      break;
    case TANDEM_SIP_EVENT_NOTIFICATION:
      tandem_colleague_list_handle_event (tandem_phone_get_colleague_list (self->phone), event);
      break;
    case TANDEM_SIP_EVENT_ERROR:
      {
        g_autofree char *words = tandem_words_clean (event->text, 300);

        tandem_phone_report_error (self->phone, words);
        break;
      }
    case TANDEM_SIP_EVENT_STOPPED:
    default:
      break;
    }
}

TandemMediaEngine *
tandem_switchboard_get_engine (TandemSwitchboard *self)
{
  return self->engine;
}

TandemSipClient *
tandem_switchboard_get_client (TandemSwitchboard *self)
{
  return self->client;
}

gboolean
tandem_switchboard_get_statistics (TandemSwitchboard *self,
                                   TandemCall *call,
                                   TandemLegStatistics *statistics)
{
  TandemLine *line = tandem_switchboard_find_line_of_call (self, call);

  return line != NULL && tandem_line_get_statistics (line, statistics);
}
