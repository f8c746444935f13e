/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client-private.h"

/* The part of TandemSipClient that asks for requests of their own: worded by the main thread, transfers,
 * referrals and subscriptions. */

static TandemSipCommand *
request_command (
    guint tag, const char *method, GHashTable *headers, const char *content_type, const char *body)
{
  TandemSipCommand *command = tandem_sip_command_new (TANDEM_SIP_COMMAND_REQUEST, NULL);

  command->tag = tag;
  command->method = g_strdup (method);
  command->content_type = g_strdup (content_type);
  command->body = g_strdup (body);
  tandem_sip_command_set_headers (command, headers);
  return command;
}

/**
 * tandem_sip_client_request:
 * @self: a client
 * @call: a call that is up
 * @tag: comes back in the REQUEST event
 * @method: INFO, REFER, NOTIFY, MESSAGE, OPTIONS, or UPDATE without a session description
 * @headers: (nullable) (element-type utf8 utf8): more headers, name to value; copied
 * @content_type: (nullable): what @body is, e.g. "application/dtmf-relay"
 * @body: (nullable): the body
 *
 * Sends a request within the call; where a proxy does not answer, once more over another one.
 * Exactly one REQUEST event follows: its code is the final answer's, or 0 with a text when there
 * was none or nothing could be sent. Whatever it is, the call stays up.
 */
void
tandem_sip_client_request (TandemSipClient *self,
                           guint call,
                           guint tag,
                           const char *method,
                           GHashTable *headers,
                           const char *content_type,
                           const char *body)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (method != NULL);

  command = request_command (tag, method, headers, content_type, body);
  command->call = call;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_request_to:
 * @self: a client
 * @account: the account's id
 * @tag: comes back in the REQUEST event
 * @uri: whom to ask, "sip:..." complete
 * @method: MESSAGE, PUBLISH, NOTIFY, OPTIONS, INFO or REFER
 * @headers: (nullable) (element-type utf8 utf8): more headers, name to value; copied
 * @content_type: (nullable): what @body is, e.g. "text/plain"
 * @body: (nullable): the body
 *
 * The same as tandem_sip_client_request(), outside of any call. A MESSAGE whose answer was lost may
 * arrive twice.
 */
void
tandem_sip_client_request_to (TandemSipClient *self,
                              const char *account,
                              guint tag,
                              const char *uri,
                              const char *method,
                              GHashTable *headers,
                              const char *content_type,
                              const char *body)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (account != NULL);
  g_return_if_fail (uri != NULL);
  g_return_if_fail (method != NULL);

  command = request_command (tag, method, headers, content_type, body);
  command->account = g_strdup (account);
  command->uri = g_strdup (uri);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_transfer:
 * @self: a client
 * @call: a call that is up: its far end is to call somebody else
 * @tag: comes back in the TRANSFER events
 * @uri: (nullable): whom, "sip:...", "sips:..." or "tel:..."; may be %NULL with @other
 * @other: another call of ours, whose far end is to be called and which that call shall take over; 0
 *   for none
 *
 * Sends a REFER (RFC 3515, RFC 5589); where a proxy does not answer, once more over another one. With
 * @other it carries a Replaces header (RFC 3891) of that call, also while that only rings.
 *
 * TRANSFER events follow, the last one with done set: a code of 200 to 299 then means that the far end
 * is with the other one; anything else, also 0, that this call is still ours. A far end that accepts
 * and hangs up counts as success. Both calls stay until they are hung up.
 */
void
tandem_sip_client_transfer (
    TandemSipClient *self, guint call, guint tag, const char *uri, guint other)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (uri != NULL || other != 0);

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_TRANSFER, NULL);
  command->call = call;
  command->tag = tag;
  command->uri = g_strdup (uri);
  command->other = other;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_answer_referral:
 * @self: a client
 * @call: the call that the REFERRAL event came for
 * @tag: the event's
 * @code: 202 to accept, 300 or more to refuse
 *
 * Replies to the wish of the far end that somebody else be called. It may be late: an answer that
 * comes after the far end's patience is told to it as a report.
 */
void
tandem_sip_client_answer_referral (TandemSipClient *self, guint call, guint tag, guint code)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_ANSWER_REFERRAL, NULL);
  command->call = call;
  command->tag = tag;
  command->code = code;
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_report_referral:
 * @self: a client
 * @call: the call that the REFERRAL event came for; it may be over
 * @tag: the event's
 * @code: the SIP status that the new call has come to, 100 to 699; from 200 on it is the last one
 * @text: (nullable): its phrase; %NULL for the standard one
 *
 * Tells the one who referred us what became of it, by NOTIFY (RFC 3515 2.4.4).
 */
void
tandem_sip_client_report_referral (
    TandemSipClient *self, guint call, guint tag, guint code, const char *text)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_REPORT_REFERRAL, NULL);
  command->call = call;
  command->tag = tag;
  command->code = code;
  command->text = g_strdup (text);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_subscribe:
 * @self: a client
 * @account: the account's id; it may come later
 * @tag: comes back in the NOTIFICATION events; one that is in use already is subscribed anew
 * @package: "dialog" (RFC 4235) or "presence" (RFC 3856)
 * @uri: whose, "sip:..." complete
 *
 * Watches somebody's telephone. The subscription follows the registration of the account from proxy to
 * proxy. Of thousands only a few SUBSCRIBEs are under way at any time; one that waits costs no timer.
 */
void
tandem_sip_client_subscribe (
    TandemSipClient *self, const char *account, guint tag, const char *package, const char *uri)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));
  g_return_if_fail (account != NULL);
  g_return_if_fail (package != NULL);
  g_return_if_fail (uri != NULL);

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_SUBSCRIBE, account);
  command->tag = tag;
  command->method = g_strdup (package);
  command->uri = g_strdup (uri);
  tandem_sip_client_post (self, command);
}

/**
 * tandem_sip_client_unsubscribe:
 * @self: a client
 * @tag: of a subscription
 *
 * Watches no longer. Nothing more is told; the server is told behind.
 */
void
tandem_sip_client_unsubscribe (TandemSipClient *self, guint tag)
{
  TandemSipCommand *command;

  g_return_if_fail (TANDEM_IS_SIP_CLIENT (self));

  command = tandem_sip_command_new (TANDEM_SIP_COMMAND_UNSUBSCRIBE, NULL);
  command->tag = tag;
  tandem_sip_client_post (self, command);
}
