/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client-private.h"

#include "door.h"
#include "engine.h"

/* See sip-client.h. Everything is posted through the door; see command.h. */

struct _TandemSipClient
{
  GObject parent_instance;

  TandemSipConfig *config;
  TandemDoor *door;
  TandemEngine *engine;
  GTask *stopping;
};

G_DEFINE_FINAL_TYPE (TandemSipClient, tandem_sip_client, G_TYPE_OBJECT)

static guint signal_event;

void
tandem_sip_client_post (TandemSipClient *self, TandemSipCommand *command)
{
  if (self->engine != NULL)
    tandem_door_push_in (self->door, command);
  else
    tandem_sip_command_free (command);
}

static void
take_down (TandemSipClient *self)
{
  TandemEngine *engine = g_steal_pointer (&self->engine);

  if (engine != NULL)
    tandem_engine_join (engine);
  if (self->door != NULL)
    tandem_door_close (self->door);
  g_clear_pointer (&self->door, tandem_door_unref);
}

static void
on_event (gpointer item, gpointer data)
{
  TandemSipClient *self = g_object_ref (data);
  g_autoptr (TandemSipEvent) event = item;
  gboolean last = event->type == TANDEM_SIP_EVENT_STOPPED;
  g_autoptr (GTask) task = last ? g_steal_pointer (&self->stopping) : NULL;

  if (last)
    take_down (self);
  g_signal_emit (self, signal_event, 0, event);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
  g_object_unref (self);
}

static void
tandem_sip_client_dispose (GObject *object)
{
  TandemSipClient *self = TANDEM_SIP_CLIENT (object);

  if (self->engine != NULL)
    {
      tandem_sip_client_post (self, tandem_sip_command_new (TANDEM_SIP_COMMAND_STOP, NULL));
      take_down (self);
    }
  G_OBJECT_CLASS (tandem_sip_client_parent_class)->dispose (object);
}

static void
tandem_sip_client_finalize (GObject *object)
{
  TandemSipClient *self = TANDEM_SIP_CLIENT (object);

  tandem_sip_config_free (self->config);
  G_OBJECT_CLASS (tandem_sip_client_parent_class)->finalize (object);
}

static void
tandem_sip_client_class_init (TandemSipClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_sip_client_dispose;
  object_class->finalize = tandem_sip_client_finalize;

  /**
   * TandemSipClient::event:
   * @self: the client
   * @event: (type gpointer): a const TandemSipEvent, valid during the emission
   *
   * Something happened on the SIP thread.
   */
  signal_event = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
tandem_sip_client_init (TandemSipClient *self)
{
}

/**
 * tandem_sip_client_new:
 * @config: what belongs to the thread; copied
 *
 * Makes a client that does nothing before tandem_sip_client_start().
 *
 * Returns: (transfer full): a new client
 */
TandemSipClient *
tandem_sip_client_new (const TandemSipConfig *config)
{
  TandemSipClient *self = g_object_new (TANDEM_TYPE_SIP_CLIENT, NULL);

  self->config = tandem_sip_config_copy (config);
  return self;
}

/**
 * tandem_sip_client_start:
 * @self: a client
 * @error: return location for an error in the domain %G_IO_ERROR
 *
 * Starts the SIP thread. Waits until the listening points are made, which asks nobody.
 *
 * Returns: %FALSE when there is no free port or no socket; then it can be tried again
 */
gboolean
tandem_sip_client_start (TandemSipClient *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_SIP_CLIENT (self), FALSE);
  g_return_val_if_fail (self->engine == NULL, FALSE);

  self->door = tandem_door_new (NULL, (GDestroyNotify) tandem_sip_command_free,
                                (GDestroyNotify) tandem_sip_event_free, on_event, self, error);
  if (self->door == NULL)
    return FALSE;
  self->engine = tandem_engine_start (self->config, self->door, error);
  if (self->engine != NULL)
    return TRUE;
  take_down (self);
  return FALSE;
}

/**
 * tandem_sip_client_stop_async:
 * @self: a client
 * @timeout: ms after which whatever is not ended is dropped
 * @callback: called after the STOPPED event
 * @data: for @callback
 *
 * Ends calls, unregisters and stops the thread.
 */
void
tandem_sip_client_stop_async (TandemSipClient *self,
                              guint timeout,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = NULL;
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (task, tandem_sip_client_stop_async);
  if (self->engine == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (self->stopping != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "Already stopping");
      return;
    }
  self->stopping = g_steal_pointer (&task);
  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_STOP, NULL);
  command->code = timeout;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_stop_finish:
 * @self: a client
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Returns: whether the client was stopped by this call
 */
gboolean
tandem_sip_client_stop_finish (TandemSipClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tandem_sip_client_set_account:
 * @self: a client
 * @config: an account; copied
 *
 * Adds the account, or changes the one with the same id, and registers it.
 */
void
tandem_sip_client_set_account (TandemSipClient *self, const TandemSipAccountConfig *config)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_SET_ACCOUNT, config->id);
  command->config = tandem_sip_account_config_copy (config);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_remove_account:
 * @self: a client
 * @account: its id
 *
 * Ends the account's calls and takes its registration back.
 */
void
tandem_sip_client_remove_account (TandemSipClient *self, const char *account)
{
  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  tandem_sip_client_post (self,
                          tandem_sip_command_new (TANDEM_SIP_COMMAND_REMOVE_ACCOUNT, account));
}

/**
 * tandem_sip_client_register_again:
 * @self: a client
 * @account: its id
 *
 * Registers at once, also after a refusal.
 */
void
tandem_sip_client_register_again (TandemSipClient *self, const char *account)
{
  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  tandem_sip_client_post (self,
                          tandem_sip_command_new (TANDEM_SIP_COMMAND_REGISTER_AGAIN, account));
}

/**
 * tandem_sip_client_test_now:
 * @self: a client
 * @account: its id
 *
 * Probes every candidate; POOL events tell what came of it.
 */
void
tandem_sip_client_test_now (TandemSipClient *self, const char *account)
{
  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  tandem_sip_client_post (self, tandem_sip_command_new (TANDEM_SIP_COMMAND_TEST_NOW, account));
}

/**
 * tandem_sip_client_use_again:
 * @self: a client
 * @account: (nullable): its id; %NULL for all
 * @candidate: (nullable): an id from a POOL event; %NULL for all
 *
 * Drops penalties and pauses.
 */
void
tandem_sip_client_use_again (TandemSipClient *self, const char *account, const char *candidate)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_USE_AGAIN, account);
  command->uri = g_strdup (candidate);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_network_changed:
 * @self: a client
 *
 * The network changed, or the machine woke up: penalties are dropped, names are looked up again, and
 * accounts register within two seconds. Calls stay up; offering them a new address is up to the
 * caller (see tandem_sip_client_offer()).
 */
void
tandem_sip_client_network_changed (TandemSipClient *self)
{
  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  tandem_sip_client_post (self, tandem_sip_command_new (TANDEM_SIP_COMMAND_NETWORK_CHANGED, NULL));
}

/**
 * tandem_sip_client_prefer:
 * @self: a client
 * @account: its id
 * @candidate: (nullable): an id from a POOL event; %NULL for no preference
 *
 * The agent's wish: that candidate goes first as long as it is not set aside. The registration moves
 * there when no call is up or being made.
 */
void
tandem_sip_client_prefer (TandemSipClient *self, const char *account, const char *candidate)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_PREFER, account);
  command->uri = g_strdup (candidate);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_stop_hearing:
 * @self: a client
 * @account: (nullable): its id; matters only when @candidate is %NULL, which then means its pool
 * @candidate: (nullable): an id from a POOL event; %NULL for every one of the account's pool
 * @seconds: for how long; 0 to hear it again now; an hour at most
 *
 * Practises a failure: whatever comes from the candidate or is sent to it is lost on the way, on any
 * transport, for all accounts, as if it were silent. It ends by itself.
 */
void
tandem_sip_client_stop_hearing (TandemSipClient *self,
                                const char *account,
                                const char *candidate,
                                guint seconds)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_STOP_HEARING, account);
  command->uri = g_strdup (candidate);
  command->code = seconds;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_next_call_id:
 * @self: a client that was started
 *
 * May be called on any thread.
 *
 * Returns: an id for a new call; 0 when the client does not run
 */
guint
tandem_sip_client_next_call_id (TandemSipClient *self)
{
  g_return_val_if_fail (TANDEM_IS_SIP_CLIENT (self), 0);

  return self->engine != NULL ? tandem_engine_next_call_id (self->engine) : 0;
}

/**
 * tandem_sip_client_call:
 * @self: a client
 * @call: an id from tandem_sip_client_next_call_id()
 * @account: the account's id
 * @uri: whom to call, "sip:..." complete
 * @offer: (nullable): the session description; %NULL to take the other side's offer
 * @answer_func: (nullable): answers that offer, on the SIP thread; must not block
 * @answer_data: for @answer_func
 * @answer_data_free: (nullable): called on the SIP thread when it is not needed any more
 *
 * Calls.
 */
void
tandem_sip_client_call (TandemSipClient *self,
                        guint call,
                        const char *account,
                        const char *uri,
                        const char *offer,
                        TandemSipAnswerFunc answer_func,
                        gpointer answer_data,
                        GDestroyNotify answer_data_free)
{
  tandem_sip_client_call_with_headers (self, call, account, uri, offer, answer_func, answer_data,
                                       answer_data_free, NULL);
}

/**
 * tandem_sip_client_call_with_headers:
 * @self: a client
 * @call: an id from tandem_sip_client_next_call_id()
 * @account: the account's id
 * @uri: whom to call, "sip:..." complete
 * @offer: (nullable): the session description; %NULL to take the other side's offer
 * @answer_func: (nullable): answers that offer, on the SIP thread; must not block
 * @answer_data: for @answer_func
 * @answer_data_free: (nullable): called on the SIP thread when it is not needed any more
 * @headers: (nullable) (element-type utf8 utf8): more headers of the INVITE, name to value; copied
 *
 * Calls, with further headers: Replaces (RFC 3891), Referred-By (RFC 3892), Require and the like. A
 * header that the phone writes itself, and one that would break the message, is left out.
 */
void
tandem_sip_client_call_with_headers (TandemSipClient *self,
                                     guint call,
                                     const char *account,
                                     const char *uri,
                                     const char *offer,
                                     TandemSipAnswerFunc answer_func,
                                     gpointer answer_data,
                                     GDestroyNotify answer_data_free,
                                     GHashTable *headers)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (uri != NULL);

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_CALL, account);
  command->call = call;
  command->uri = g_strdup (uri);
  command->sdp = g_strdup (offer);
  command->answer_func = answer_func;
  command->answer_data = answer_data;
  command->answer_data_free = answer_data_free;
  tandem_sip_command_set_headers (command, headers);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_ring:
 * @self: a client
 * @call: an incoming call
 *
 * Tells the caller that somebody is told of the call: 180, again every minute. Before that, or a final
 * answer, the caller has heard only 100.
 */
void
tandem_sip_client_ring (TandemSipClient *self, guint call)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_RING, NULL);
  command->call = call;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_redirect:
 * @self: a client
 * @call: an incoming call that is not answered
 * @uri: where the caller shall call instead, "sip:..."
 *
 * Sends the caller elsewhere: 302. With an address that is none the call is declined by 480.
 */
void
tandem_sip_client_redirect (TandemSipClient *self, guint call, const char *uri)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (uri != NULL);

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_REDIRECT, NULL);
  command->call = call;
  command->uri = g_strdup (uri);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_answer:
 * @self: a client
 * @call: an incoming call
 * @sdp: the answer, or the full offer when INCOMING carried none
 *
 * Answers the call. ANSWERING follows, then CONNECTED when the caller has confirmed it.
 */
void
tandem_sip_client_answer (TandemSipClient *self, guint call, const char *sdp)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_ANSWER, NULL);
  command->call = call;
  command->sdp = g_strdup (sdp);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_decline:
 * @self: a client
 * @call: an incoming call that rings
 * @code: a SIP status of 300 or more
 * @text: (nullable): its phrase; %NULL for the standard one
 *
 * Refuses the call.
 */
void
tandem_sip_client_decline (TandemSipClient *self, guint call, guint code, const char *text)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_DECLINE, NULL);
  command->call = call;
  command->code = code;
  command->text = g_strdup (text);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_hang_up:
 * @self: a client
 * @call: any call
 * @reason: (nullable): for the Reason header (RFC 3326)
 *
 * Ends the call whatever its state is. ENDED comes at once; the signalling goes on behind.
 */
void
tandem_sip_client_hang_up (TandemSipClient *self, guint call, const char *reason)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_HANG_UP, NULL);
  command->call = call;
  command->text = g_strdup (reason);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_answer_offer:
 * @self: a client
 * @call: a call that an OFFER event came for
 * @sdp: (nullable): the answer, or a full offer when the event carried none; %NULL refuses
 *
 * Replies to a change that the other side wants.
 */
void
tandem_sip_client_answer_offer (TandemSipClient *self, guint call, const char *sdp)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_ANSWER_OFFER, NULL);
  command->call = call;
  command->sdp = g_strdup (sdp);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_offer:
 * @self: a client
 * @call: a call that is up
 * @sdp: the new session description
 *
 * Changes the session by a re-INVITE. While another change is under way it waits for its turn; of
 * several that wait, the last one counts.
 */
void
tandem_sip_client_offer (TandemSipClient *self, guint call, const char *sdp)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (sdp != NULL);

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_OFFER, NULL);
  command->call = call;
  command->sdp = g_strdup (sdp);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_get_local_address:
 * @self: a client
 * @account: the account's id
 *
 * May be called on any thread while the client runs. Always as it is at this moment: after a change
 * of the network it tells the new address before anything else has noticed.
 *
 * Returns: (transfer full): the address that the account's packets would leave from
 */
char *
tandem_sip_client_get_local_address (TandemSipClient *self, const char *account)
{
  g_return_val_if_fail (TANDEM_IS_SIP_CLIENT (self), NULL);

  return self->engine != NULL ? tandem_engine_find_local_address (self->engine, account)
                              : g_strdup ("127.0.0.1");
}
