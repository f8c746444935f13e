/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine.h"

#include "account.h"
#include "call.h"
#include "errand.h"
#include "hearing.h"
#include "listener.h"
#include "mailbox.h"
#include "message.h"
#include "referral.h"
#include "registration.h"
#include "request.h"
#include "subscription.h"
#include "tandem-config.h"
#include "transfer.h"
#include "watch.h"
#include "wire-log.h"

#include <libxml/parser.h>
#include <string.h>

/* See engine.h. */

typedef struct
{
  TandemSipAccount *account;
  GDestroyNotify stop;
  gboolean wait;
} Kept;

gint64
tandem_engine_now (void)
{
  return g_get_monotonic_time ();
}

void
tandem_engine_emit (TandemEngine *self, TandemSipEvent *event)
{
  tandem_door_push_out (self->door, event);
}

void
tandem_engine_error (TandemEngine *self, const char *account, const char *text)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_ERROR, account);

  event->text = g_strdup (text);
  g_info ("%s: %s", account != NULL ? account : "engine", text);
  tandem_engine_emit (self, event);
}

guint
tandem_engine_next_call_id (TandemEngine *self)
{
  return (guint) g_atomic_int_add (&self->next_call_id, 1) + 1;
}

char *
tandem_engine_get_local_address (TandemEngine *self, const char *account)
{
  char *address;

  g_mutex_lock (&self->address_mutex);
  address = g_strdup (g_hash_table_lookup (self->addresses, account != NULL ? account : ""));
  g_mutex_unlock (&self->address_mutex);
  return address != NULL ? address : g_strdup ("127.0.0.1");
}

char *
tandem_engine_find_local_address (TandemEngine *self, const char *account)
{
  g_autofree TandemCandidate *towards = NULL;
  char *address;

  g_mutex_lock (&self->address_mutex);
  towards = g_memdup2 (g_hash_table_lookup (self->towards, account != NULL ? account : ""),
                       sizeof *towards);
  g_mutex_unlock (&self->address_mutex);
  address = towards != NULL ? tandem_transports_local_address (towards) : NULL;
  return address != NULL ? address : tandem_engine_get_local_address (self, account);
}

void
tandem_engine_set_local_address (TandemEngine *self,
                                 const char *account,
                                 const char *address,
                                 const TandemCandidate *towards)
{
  g_mutex_lock (&self->address_mutex);
  g_hash_table_replace (self->addresses, g_strdup (account), g_strdup (address));
  if (towards != NULL)
    g_hash_table_replace (self->towards, g_strdup (account), g_memdup2 (towards, sizeof *towards));
  else
    g_hash_table_remove (self->towards, account);
  g_mutex_unlock (&self->address_mutex);
}

guint
tandem_engine_count_calls (TandemEngine *self, TandemSipAccount *account)
{
  return tandem_sip_calls_count (self, account);
}

/* What goes on behind */

static void
on_sweep (gpointer data)
{
  TandemEngine *self = data;

  for (guint i = self->leaving->len; i > 0; i--)
    {
      TandemSipAccount *account = g_ptr_array_index (self->leaving, i - 1);

      if (account->users == 0)
        g_ptr_array_remove_index (self->leaving, i - 1);
    }
}

void
tandem_engine_keep (TandemEngine *self,
                    TandemSipAccount *account,
                    gpointer object,
                    GDestroyNotify stop,
                    gboolean wait)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->account = account;
  kept->stop = stop;
  kept->wait = wait;
  account->users++;
  g_hash_table_insert (self->background, object, kept);
}

static void
unuse (TandemEngine *self, TandemSipAccount *account)
{
  account->users--;
  if (account->users == 0 && self->leaving->len > 0)
    tandem_timer_set (&self->sweep, tandem_engine_now ());
}

void
tandem_engine_release (TandemEngine *self, gpointer object)
{
  Kept *kept = g_hash_table_lookup (self->background, object);
  TandemSipAccount *account;

  if (kept == NULL)
    return;
  account = kept->account;
  g_hash_table_remove (self->background, object);
  unuse (self, account);
  tandem_engine_check_stopped (self);
}

void
tandem_engine_check_stopped (TandemEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  if (!self->stopping || self->unregistering > 0)
    return;
  g_hash_table_iter_init (&iter, self->background);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (((Kept *) value)->wait)
        return;
    }
  belle_sip_main_loop_quit (self->loop);
}

static void
on_unregistered (gpointer data)
{
  TandemEngine *self = data;

  self->unregistering--;
  tandem_engine_check_stopped (self);
}

static void
on_stop_timeout (gpointer data)
{
  TandemEngine *self = data;

  g_info ("Not everything could be ended in time");
  belle_sip_main_loop_quit (self->loop);
}

static void
stop (TandemEngine *self, guint timeout)
{
  g_autoptr (GList) accounts = NULL;
  gint64 until = tandem_engine_now () + timeout * (gint64) G_TIME_SPAN_MILLISECOND;

  if (self->stopping)
    {
      tandem_timer_set (&self->stop_timer, MIN (until, self->stop_timer.when));
      return;
    }
  tandem_timer_set (&self->stop_timer, until);
  tandem_sip_calls_end (self, NULL, NULL);
  accounts = g_hash_table_get_values (self->accounts);
  self->unregistering = g_list_length (accounts) + 1;
  for (GList *l = accounts; l != NULL; l = l->next)
    {
      tandem_mailbox_stop (((TandemSipAccount *) l->data)->mailbox);
      tandem_watches_leave (l->data);
    }
  self->stopping = TRUE;
  for (GList *l = accounts; l != NULL; l = l->next)
    tandem_registration_stop (((TandemSipAccount *) l->data)->registration, on_unregistered, self);
  on_unregistered (self);
}

/* Messages */

void
tandem_engine_sign (TandemEngine *self, belle_sip_message_t *message)
{
  tandem_sip_set (message, "User-Agent", self->user_agent);
}

void
tandem_engine_ack (TandemEngine *self, belle_sip_request_t *ack)
{
  if (self->library_dialog != NULL && !self->acknowledged)
    {
      self->acknowledged = TRUE;
      belle_sip_dialog_send_ack (self->library_dialog, ack);
    }
  else
    belle_sip_provider_send_request (self->provider, ack);
}

void
tandem_engine_reply (TandemEngine *self,
                     belle_sip_request_t *request,
                     guint code,
                     const char *phrase,
                     const char *extra)
{
  belle_sip_server_transaction_t *transaction
      = belle_sip_provider_create_server_transaction (self->provider, request);
  belle_sip_response_t *response = belle_sip_response_create_from_request (request, (int) code);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);

  if (transaction == NULL)
    return;
  if (phrase != NULL)
    belle_sip_response_set_reason_phrase (response, phrase);
  if (extra != NULL)
    {
      const char *colon = strchr (extra, ':');
      g_autofree char *name = colon != NULL ? g_strndup (extra, colon - extra) : NULL;

      if (name != NULL)
        tandem_sip_add (message, name, colon + 1 + strspn (colon + 1, " "));
    }
  tandem_engine_sign (self, message);
  belle_sip_server_transaction_send_response (transaction, response);
}

/* Commands */

static void
on_account_left (gpointer data)
{
  TandemSipAccount *account = data;

  unuse (account->engine, account);
}

static void
remove_account (TandemEngine *self, TandemSipAccount *account)
{
  gpointer key = NULL;

  tandem_sip_calls_end (self, account, NULL);
  tandem_mailbox_stop (account->mailbox);
  tandem_watches_leave (account);
  g_hash_table_steal_extended (self->accounts, account->config->id, &key, NULL);
  g_free (key);
  g_ptr_array_add (self->leaving, account);
  account->users++;
  tandem_registration_stop (account->registration, on_account_left, account);
}

static void
set_account (TandemEngine *self, TandemSipCommand *command)
{
  TandemSipAccount *account = g_hash_table_lookup (self->accounts, command->config->id);

  if (account != NULL && tandem_sip_account_is_other (account, command->config)
      && tandem_engine_count_calls (self, account) == 0)
    {
      account->replaced = TRUE;
      remove_account (self, account);
      account = NULL;
    }
  if (account != NULL)
    tandem_sip_account_configure (account, command->config);
  else
    tandem_sip_account_new (self, command->config);
}

/* Channels remember the address that they were made with. While the library closes them it must not
 * be made to open others, so what breaks by that is told afterwards. */
static void
close_channels (TandemEngine *self)
{
  g_autoptr (GPtrArray) broken
      = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_attempt_unref);

  self->deferred = broken;
  belle_sip_provider_clean_channels (self->provider);
  self->deferred = NULL;
  for (guint i = 0; i < broken->len; i++)
    tandem_attempt_on_broken (g_ptr_array_index (broken, i));
}

static void
network_changed (TandemEngine *self)
{
  g_autoptr (GList) accounts = g_hash_table_get_values (self->accounts);
  gboolean moved = FALSE;

  tandem_health_table_forgive_all (self->health);
  for (GList *l = accounts; l != NULL; l = l->next)
    {
      TandemSipAccount *account = l->data;
      g_autofree char *before = tandem_engine_get_local_address (self, account->config->id);
      g_autofree char *after = NULL;

      tandem_sip_account_network_changed (account);
      after = tandem_engine_get_local_address (self, account->config->id);
      moved = moved || strcmp (before, after) != 0;
    }
  if (moved)
    close_channels (self);
  tandem_sip_calls_moved (self);
}

static void
start_call (TandemEngine *self, TandemSipAccount *account, TandemSipCommand *command)
{
  if (account != NULL && !self->stopping)
    tandem_sip_call_start (account, command);
  else
    {
      TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_CALL, command->account);

      event->call = command->call;
      event->state = TANDEM_SIP_CALL_ENDED;
      event->text = g_strdup ("no such account");
      tandem_engine_emit (self, event);
    }
}

static void
use_again (TandemEngine *self, TandemSipAccount *account, const char *candidate)
{
  g_autoptr (GList) accounts = NULL;

  if (account != NULL)
    {
      tandem_sip_account_use_again (account, candidate);
      return;
    }
  accounts = g_hash_table_get_values (self->accounts);
  for (GList *l = accounts; l != NULL; l = l->next)
    tandem_sip_account_use_again (l->data, candidate);
}

static void
run (TandemEngine *self, TandemSipCommand *command)
{
  TandemSipAccount *account
      = command->account != NULL ? g_hash_table_lookup (self->accounts, command->account) : NULL;

  switch (command->type)
    {
    case TANDEM_SIP_COMMAND_STOP:
      stop (self, command->code);
      break;
    case TANDEM_SIP_COMMAND_SET_ACCOUNT:
      if (!self->stopping)
        set_account (self, command);
      break;
    case TANDEM_SIP_COMMAND_REMOVE_ACCOUNT:
      if (account != NULL && !self->stopping)
        remove_account (self, account);
      break;
    case TANDEM_SIP_COMMAND_REGISTER_AGAIN:
      if (account != NULL && !self->stopping)
        tandem_registration_start (account->registration);
      break;
    case TANDEM_SIP_COMMAND_TEST_NOW:
      if (account != NULL)
        tandem_sip_account_test_now (account);
      break;
    case TANDEM_SIP_COMMAND_USE_AGAIN:
      use_again (self, account, command->uri);
      break;
    case TANDEM_SIP_COMMAND_PREFER:
      if (account != NULL && !self->stopping)
        tandem_sip_account_prefer (account, command->uri);
      break;
    case TANDEM_SIP_COMMAND_STOP_HEARING:
      tandem_hearing_stop (self, command);
      break;
    case TANDEM_SIP_COMMAND_NETWORK_CHANGED:
      if (!self->stopping)
        network_changed (self);
      break;
    case TANDEM_SIP_COMMAND_CALL:
      start_call (self, account, command);
      break;
    case TANDEM_SIP_COMMAND_RING:
      tandem_sip_call_ring (self, command->call);
      break;
    case TANDEM_SIP_COMMAND_REDIRECT:
      tandem_sip_call_redirect (self, command->call, command->uri);
      break;
    case TANDEM_SIP_COMMAND_ANSWER:
      tandem_sip_call_answer (self, command->call, command->sdp);
      break;
    case TANDEM_SIP_COMMAND_DECLINE:
      tandem_sip_call_decline (self, command->call, command->code, command->text);
      break;
    case TANDEM_SIP_COMMAND_HANG_UP:
      tandem_sip_call_hang_up (self, command->call, command->text);
      break;
    case TANDEM_SIP_COMMAND_ANSWER_OFFER:
      tandem_sip_call_answer_offer (self, command->call, command->sdp);
      break;
    case TANDEM_SIP_COMMAND_OFFER:
      tandem_sip_call_offer (self, command->call, command->sdp);
      break;
    case TANDEM_SIP_COMMAND_REQUEST:
      if (command->uri != NULL)
        tandem_sip_request_to (self, account, command);
      else
        tandem_sip_request_in_call (self, command);
      break;
    case TANDEM_SIP_COMMAND_TRANSFER:
      tandem_transfer_begin (self, command);
      break;
    case TANDEM_SIP_COMMAND_ANSWER_REFERRAL:
      tandem_referral_answer (self, command->tag, command->code);
      break;
    case TANDEM_SIP_COMMAND_REPORT_REFERRAL:
      tandem_referral_report (self, command->tag, command->code, command->text);
      break;
    case TANDEM_SIP_COMMAND_SUBSCRIBE:
      if (!self->stopping)
        tandem_watch_begin (self, command);
      break;
    case TANDEM_SIP_COMMAND_UNSUBSCRIBE:
      tandem_watch_end (self, command->tag);
      break;
    case TANDEM_SIP_COMMAND_RESOLVED:
      if (account != NULL && !self->stopping)
        tandem_sip_account_resolved (account, command->code != 0, command->text);
      break;
    default:
      break;
    }
}

static int
on_door (void *data, unsigned int events)
{
  TandemEngine *self = data;
  TandemSipCommand *command;

  tandem_door_clear (self->door);
  while ((command = tandem_door_pop_in (self->door)) != NULL)
    {
      run (self, command);
      tandem_sip_command_free (command);
    }
  return BELLE_SIP_CONTINUE;
}

static void
on_resolved (const char *account, gboolean changed, const char *error, gpointer data)
{
  TandemEngine *self = data;
  TandemSipCommand *command = tandem_sip_command_new (TANDEM_SIP_COMMAND_RESOLVED, account);

  command->code = changed ? 1 : 0;
  command->text = g_strdup (error);
  tandem_door_push_in (self->door, command);
}

/* The thread */

static gboolean
set_up (TandemEngine *self, GError **error)
{
  tandem_wire_log_init ();
  self->stack = belle_sip_stack_new (NULL);
  self->loop = belle_sip_stack_get_main_loop (self->stack);
  tandem_subscriptions_init (self);
  belle_sip_stack_enable_dns_srv (self->stack, 0);
  self->transports = tandem_transports_new (self->stack, self->config, &self->provider, error);
  if (self->transports == NULL)
    return FALSE;
  tandem_hearing_init (self);
  self->listener = tandem_listener_new (self);
  belle_sip_provider_add_sip_listener (self->provider, self->listener);
  tandem_timer_init (&self->stop_timer, self->loop, on_stop_timeout, self);
  tandem_timer_init (&self->sweep, self->loop, on_sweep, self);
  self->door_source = belle_sip_socket_source_new (on_door, self, tandem_door_get_fd (self->door),
                                                   BELLE_SIP_EVENT_READ, (unsigned int) -1);
  belle_sip_main_loop_add_source (self->loop, self->door_source);
  self->resolver = tandem_resolver_new (self->config->dns_server, on_resolved, self);
  return TRUE;
}

static void
tear_down (TandemEngine *self)
{
  GHashTableIter iter;
  gpointer object, value;

  g_clear_pointer (&self->resolver, tandem_resolver_free);
  tandem_watches_clear (self);
  tandem_sip_calls_end (self, NULL, NULL);
  g_hash_table_iter_init (&iter, self->background);
  while (g_hash_table_iter_next (&iter, &object, &value))
    {
      ((Kept *) value)->stop (object);
      g_hash_table_iter_init (&iter, self->background);
    }
  g_hash_table_remove_all (self->calls);
  g_hash_table_remove_all (self->accounts);
  g_ptr_array_set_size (self->leaving, 0);
  tandem_subscriptions_clear (self);
  if (self->transports == NULL)
    {
      g_clear_pointer (&self->stack, belle_sip_object_unref);
      return;
    }
  tandem_hearing_clear (self);
  tandem_timer_stop (&self->stop_timer);
  tandem_timer_stop (&self->sweep);
  belle_sip_main_loop_remove_source (self->loop, self->door_source);
  belle_sip_object_unref (self->door_source);
  belle_sip_provider_remove_sip_listener (self->provider, self->listener);
  belle_sip_object_unref (self->provider);
  belle_sip_object_unref (self->listener);
  tandem_transports_free (self->transports);
  belle_sip_object_unref (self->stack);
}

static gpointer
thread_main (gpointer data)
{
  TandemEngine *self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = set_up (self, &error);

  g_mutex_lock (&self->start_mutex);
  self->started = TRUE;
  self->start_error = g_steal_pointer (&error);
  g_cond_signal (&self->start_cond);
  g_mutex_unlock (&self->start_mutex);
  if (ok)
    belle_sip_stack_main (self->stack);
  tear_down (self);
  if (ok)
    tandem_engine_emit (self, tandem_sip_event_new (TANDEM_SIP_EVENT_STOPPED, NULL));
  return NULL;
}

static void
engine_free (TandemEngine *self)
{
  tandem_sip_config_free (self->config);
  tandem_door_unref (self->door);
  g_free (self->user_agent);
  tandem_health_table_free (self->health);
  g_rand_free (self->rand);
  tandem_digest_free (self->digest);
  g_hash_table_unref (self->calls);
  g_hash_table_unref (self->accounts);
  g_ptr_array_unref (self->leaving);
  g_hash_table_unref (self->background);
  g_hash_table_unref (self->dialogs);
  g_hash_table_unref (self->subscriptions);
  g_hash_table_unref (self->stateless);
  g_hash_table_unref (self->errands);
  g_hash_table_unref (self->watches);
  g_hash_table_unref (self->transfers);
  g_hash_table_unref (self->referrals);
  g_queue_free_full (self->ended, g_free);
  g_hash_table_unref (self->addresses);
  g_hash_table_unref (self->towards);
  g_mutex_clear (&self->start_mutex);
  g_cond_clear (&self->start_cond);
  g_mutex_clear (&self->address_mutex);
  g_clear_error (&self->start_error);
  g_free (self);
}

TandemEngine *
tandem_engine_start (const TandemSipConfig *config, TandemDoor *door, GError **error)
{
  TandemEngine *self = g_new0 (TandemEngine, 1);

  xmlInitParser ();
  self->config = tandem_sip_config_copy (config);
  self->door = tandem_door_ref (door);
  self->user_agent = *config->user_agent != '\0' ? tandem_sip_clean (config->user_agent)
                                                 : g_strdup ("Tandem/" TANDEM_VERSION);
  self->health = tandem_health_table_new ();
  self->rand
      = config->random_seed != 0 ? g_rand_new_with_seed (config->random_seed) : g_rand_new ();
  self->digest = tandem_digest_new ();
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) tandem_sip_account_free);
  self->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_account_free);
  self->calls = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) tandem_sip_call_free);
  self->dialogs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->background = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->stateless = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->errands = g_hash_table_new (NULL, NULL);
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) tandem_watch_free);
  self->transfers = g_hash_table_new (NULL, NULL);
  self->referrals = g_hash_table_new (NULL, NULL);
  self->ended = g_queue_new ();
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->towards = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_init (&self->start_mutex);
  g_cond_init (&self->start_cond);
  g_mutex_init (&self->address_mutex);
  self->thread = g_thread_new ("tandem-sip", thread_main, self);
  g_mutex_lock (&self->start_mutex);
  while (!self->started)
    g_cond_wait (&self->start_cond, &self->start_mutex);
  g_mutex_unlock (&self->start_mutex);
  if (self->start_error == NULL)
    return self;
  g_propagate_error (error, g_steal_pointer (&self->start_error));
  tandem_engine_join (self);
  return NULL;
}

void
tandem_engine_join (TandemEngine *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
  engine_free (self);
}
