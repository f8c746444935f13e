/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listener.h"

#include "account.h"
#include "call.h"
#include "errand.h"
#include "hop.h"
#include "mailbox.h"
#include "message.h"
#include "subscription.h"

#include <string.h>

/* See listener.h. */

static void
reply_to_options (TandemEngine *self, belle_sip_request_t *request)
{
  belle_sip_server_transaction_t *transaction
      = belle_sip_provider_create_server_transaction (self->provider, request);
  belle_sip_response_t *response = belle_sip_response_create_from_request (request, 200);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);

  if (transaction == NULL)
    return;
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Accept", "application/sdp");
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  tandem_engine_sign (self, message);
  belle_sip_server_transaction_send_response (transaction, response);
}

/* A reply along a Via whose transport we do not have would crash the library. */
static gboolean
can_reply (TandemEngine *self, belle_sip_request_t *request)
{
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (request), belle_sip_header_via_t);
  const char *transport = via != NULL ? belle_sip_header_via_get_transport (via) : NULL;

  return transport != NULL
         && belle_sip_provider_get_listening_point (self->provider, transport) != NULL;
}

static void
on_request (void *data, const belle_sip_request_event_t *event)
{
  TandemEngine *self = data;
  belle_sip_request_t *request = belle_sip_request_event_get_request (event);
  belle_sip_server_transaction_t *transaction
      = belle_sip_request_event_get_server_transaction (event);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  const char *method = belle_sip_request_get_method (request);
  TandemSipDialog *dialog;

  if (method == NULL || !can_reply (self, request))
    return;
  if (strcmp (method, "CANCEL") == 0)
    {
      if (transaction != NULL)
        tandem_sip_call_cancelled (self, transaction, request);
      return;
    }
  if (strcmp (method, "NOTIFY") == 0 && tandem_subscription_on_notify (self, request))
    return;
  dialog = tandem_sip_dialog_find (self, message);
  if (dialog != NULL)
    {
      tandem_sip_dialog_ref (dialog);
      tandem_sip_call_on_request (dialog, request);
      tandem_sip_dialog_unref (dialog);
    }
  else if (strcmp (method, "ACK") == 0)
    return;
  else if (strcmp (method, "NOTIFY") == 0)
    {
      if (!tandem_mailbox_on_unsolicited (self, request))
        tandem_engine_reply (self, request, 481, NULL, NULL);
    }
  else if (tandem_sip_to_tag (message) != NULL || strcmp (method, "BYE") == 0
           || strcmp (method, "UPDATE") == 0)
    tandem_engine_reply (self, request, 481, NULL, NULL);
  else if (strcmp (method, "INVITE") == 0)
    tandem_sip_call_invited (self, request);
  else if (strcmp (method, "OPTIONS") == 0)
    reply_to_options (self, request);
  else if (strcmp (method, "REFER") == 0)
    tandem_engine_reply (self, request, 403, "Only Within a Call", NULL);
  else
    tandem_engine_reply (self, request, 405, NULL, "Allow: " TANDEM_SIP_ALLOW);
}

/* A 500 or 503 to a REGISTER makes the library take the whole channel down, with every call on it. It
 * looks at the method after we return; the transaction is over by then. */
static void
spare_channel (belle_sip_client_transaction_t *transaction, guint code)
{
  const char *method = belle_sip_transaction_get_method (BELLE_SIP_TRANSACTION (transaction));

  if ((code == 500 || code == 503) && strcmp (method, "REGISTER") == 0)
    *(char *) (void *) method = 'r';
}

/* The library makes a dialog for each answer to an INVITE. Ours takes its place; see dialog.h. */
static void
drop_library_dialog (TandemEngine *self, belle_sip_response_t *response, guint code)
{
  belle_sip_dialog_t *dialog = self->library_dialog;

  if (dialog == NULL)
    return;
  if (code >= 200 && code < 300 && !self->acknowledged)
    {
      belle_sip_request_t *ack
          = belle_sip_dialog_create_ack (dialog, tandem_sip_cseq (BELLE_SIP_MESSAGE (response)));

      if (ack != NULL)
        belle_sip_dialog_send_ack (dialog, ack);
    }
  self->library_dialog = NULL;
  if (belle_sip_dialog_get_state (dialog) != BELLE_SIP_DIALOG_TERMINATED)
    belle_sip_dialog_delete (dialog);
}

static void
on_response (void *data, const belle_sip_response_event_t *event)
{
  TandemEngine *self = data;
  belle_sip_response_t *response = belle_sip_response_event_get_response (event);
  belle_sip_client_transaction_t *transaction
      = belle_sip_response_event_get_client_transaction (event);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  guint code = tandem_sip_status (response, NULL);
  TandemAttempt *attempt = NULL;

  if (code < 100 || code > 699)
    return;
  self->library_dialog = belle_sip_response_event_get_dialog (event);
  self->acknowledged = FALSE;
  if (self->library_dialog != NULL
      && belle_sip_dialog_get_state (self->library_dialog) == BELLE_SIP_DIALOG_TERMINATED)
    self->library_dialog = NULL;
  /* Only a 2xx makes the library's dialog wait for an ACK. */
  if (code < 200 || code > 299)
    self->acknowledged = TRUE;
  if (transaction != NULL)
    attempt = belle_sip_transaction_get_application_data (BELLE_SIP_TRANSACTION (transaction));
  else
    {
      g_autofree char *key = g_strdup_printf ("%s %s", tandem_sip_branch (message),
                                              tandem_sip_cseq_method (message));

      attempt = g_hash_table_lookup (self->stateless, key);
    }
  if (attempt != NULL)
    tandem_attempt_on_response (attempt, response);
  else if (strcmp (tandem_sip_cseq_method (message), "INVITE") == 0)
    tandem_sip_call_on_stray (self, response);
  drop_library_dialog (self, response, code);
  if (transaction != NULL)
    spare_channel (transaction, code);
}

static void
on_connection_lost (TandemEngine *self, const belle_sip_io_error_event_t *event)
{
  TandemCandidate candidate;
  g_autoptr (GList) accounts = NULL;

  if (!tandem_hop_candidate_from_peer (belle_sip_io_error_event_get_host (event),
                                       belle_sip_io_error_event_port (event),
                                       belle_sip_io_error_event_get_transport (event), &candidate)
      || candidate.transport == TANDEM_TRANSPORT_UDP)
    return;
  accounts = g_hash_table_get_values (self->accounts);
  for (GList *l = accounts; l != NULL; l = l->next)
    tandem_sip_account_connection_lost (l->data, &candidate);
}

/* A transaction left alone after an I/O error has no channel, and crashes on the next
 * retransmission: it ends here. */
static void
on_io_error (void *data, const belle_sip_io_error_event_t *event)
{
  TandemEngine *self = data;
  belle_sip_object_t *source = belle_sip_io_error_event_get_source (event);

  if (BELLE_SIP_OBJECT_IS_INSTANCE_OF (source, belle_sip_client_transaction_t))
    {
      TandemAttempt *attempt
          = belle_sip_transaction_get_application_data (BELLE_SIP_TRANSACTION (source));

      if (attempt != NULL && self->deferred != NULL)
        g_ptr_array_add (self->deferred, tandem_attempt_ref (attempt));
      else if (attempt != NULL)
        tandem_attempt_on_broken (attempt);
      belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (source));
    }
  else if (BELLE_SIP_OBJECT_IS_INSTANCE_OF (source, belle_sip_server_transaction_t))
    {
      tandem_sip_call_transaction_gone (self, BELLE_SIP_SERVER_TRANSACTION (source));
      belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (source));
    }
  else if (self->deferred == NULL)
    on_connection_lost (self, event);
}

static void
on_transaction_terminated (void *data, const belle_sip_transaction_terminated_event_t *event)
{
  TandemEngine *self = data;
  belle_sip_client_transaction_t *client
      = belle_sip_transaction_terminated_event_get_client_transaction (event);
  belle_sip_server_transaction_t *server
      = belle_sip_transaction_terminated_event_get_server_transaction (event);

  if (client != NULL)
    {
      TandemAttempt *attempt
          = belle_sip_transaction_get_application_data (BELLE_SIP_TRANSACTION (client));

      if (attempt != NULL && self->deferred == NULL)
        tandem_attempt_on_terminated (attempt);
    }
  else if (server != NULL)
    tandem_sip_call_transaction_gone (self, server);
}

static void
on_timeout (void *data, const belle_sip_timeout_event_t *event)
{
}

static void
on_dialog_terminated (void *data, const belle_sip_dialog_terminated_event_t *event)
{
}

static void
on_auth_requested (void *data, belle_sip_auth_event_t *event)
{
}

belle_sip_listener_t *
tandem_listener_new (TandemEngine *engine)
{
  static const belle_sip_listener_callbacks_t callbacks = {
    .process_request_event = on_request,
    .process_response_event = on_response,
    .process_io_error = on_io_error,
    .process_transaction_terminated = on_transaction_terminated,
    .process_timeout = on_timeout,
    .process_dialog_terminated = on_dialog_terminated,
    .process_auth_requested = on_auth_requested,
  };

  return belle_sip_listener_create_from_callbacks (&callbacks, engine);
}
