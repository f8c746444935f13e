/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sip-command.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* TandemSipClient: the SIP thread as the main thread sees it: commands go in, events come out as
 * the signal "event" (const TandemSipEvent *), emitted on the thread-default main context of the
 * caller of tandem_sip_client_start(). Every method only posts and returns at once. */

#define TANDEM_TYPE_SIP_CLIENT (tandem_sip_client_get_type ())
G_DECLARE_FINAL_TYPE (TandemSipClient, tandem_sip_client, TANDEM, SIP_CLIENT, GObject)

TandemSipClient *tandem_sip_client_new (const TandemSipConfig *config);
/* Starts the thread. Fails when no listening point can be made (a busy port: the error names it). */
gboolean tandem_sip_client_start (TandemSipClient *self, GError **error);
/* Unregisters, ends calls, then stops; bounded by timeout ms. The STOPPED event comes last, then
 * the callback. */
void tandem_sip_client_stop_async (TandemSipClient *self,
                                   guint timeout,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
gboolean
tandem_sip_client_stop_finish (TandemSipClient *self, GAsyncResult *result, GError **error);

/* Adds or changes an account (found by config->id): registers, or registers again. */
void tandem_sip_client_set_account (TandemSipClient *self, const TandemSipAccountConfig *config);
void tandem_sip_client_remove_account (TandemSipClient *self, const char *account);
void tandem_sip_client_register_again (TandemSipClient *self, const char *account);
/* Probes every candidate now; POOL events tell the result. */
void tandem_sip_client_test_now (TandemSipClient *self, const char *account);
/* candidate: an id from a POOL event; NULL for all. Drops its penalty. */
void
tandem_sip_client_use_again (TandemSipClient *self, const char *account, const char *candidate);
void tandem_sip_client_network_changed (TandemSipClient *self);
/* The agent's wish: this candidate first, while it is not set aside. NULL: no preference. */
void tandem_sip_client_prefer (TandemSipClient *self, const char *account, const char *candidate);
/* Practise failover: for that many seconds nothing that comes from the candidate is heard, on any
 * transport, as if it were silent; what is sent to it is lost too. It ends by itself. seconds 0: hear it
 * again now. candidate NULL: every one (with 0: all are heard again). */
void tandem_sip_client_stop_hearing (TandemSipClient *self,
                                     const char *account,
                                     const char *candidate,
                                     guint seconds);

/* A new call id, unique for this client; any thread. Incoming calls take theirs from it too. */
guint tandem_sip_client_next_call_id (TandemSipClient *self);
/* uri: "sip:..." complete. offer NULL: late offer, then answer_func makes the answer. */
void tandem_sip_client_call (TandemSipClient *self,
                             guint call,
                             const char *account,
                             const char *uri,
                             const char *offer,
                             TandemSipAnswerFunc answer_func,
                             gpointer answer_data,
                             GDestroyNotify answer_data_free);
/* The same with further headers of the INVITE (Replaces, Referred-By ...): name -> value, (nullable). A name
 * or value that would break the message is left out. */
void tandem_sip_client_call_with_headers (TandemSipClient *self,
                                          guint call,
                                          const char *account,
                                          const char *uri,
                                          const char *offer,
                                          TandemSipAnswerFunc answer_func,
                                          gpointer answer_data,
                                          GDestroyNotify answer_data_free,
                                          GHashTable *headers);
/* INCOMING: somebody is told: 180. */
void tandem_sip_client_ring (TandemSipClient *self, guint call);
/* INCOMING: 302 with that Contact. uri: "sip:..." */
void tandem_sip_client_redirect (TandemSipClient *self, guint call, const char *uri);
/* sdp: the answer, or the full offer when INCOMING carried none. */
void tandem_sip_client_answer (TandemSipClient *self, guint call, const char *sdp);
void tandem_sip_client_decline (TandemSipClient *self, guint call, guint code, const char *text);
/* CANCEL or BYE or 4xx, whatever fits. reason: (nullable) for the Reason header. */
void tandem_sip_client_hang_up (TandemSipClient *self, guint call, const char *reason);
/* Reply to OFFER. sdp NULL: refuse with 488 and leave the session as it was. */
void tandem_sip_client_answer_offer (TandemSipClient *self, guint call, const char *sdp);
/* A re-INVITE of ours (hold, retrieve, new codec). The result comes as a CALL event, CONNECTED
 * with the answer, or CONNECTED with code >= 300 when it failed and the session stays. */
void tandem_sip_client_offer (TandemSipClient *self, guint call, const char *sdp);
/* A request within the call: INFO, REFER, NOTIFY, MESSAGE, UPDATE, by its method's policy. headers:
 * (nullable) name -> value; body: (nullable). The result comes as a REQUEST event with the same tag. */
void tandem_sip_client_request (TandemSipClient *self,
                                guint call,
                                guint tag,
                                const char *method,
                                GHashTable *headers,
                                const char *content_type,
                                const char *body);
/* The same outside of any call: MESSAGE, PUBLISH, NOTIFY, OPTIONS to uri ("sip:..."). */
void tandem_sip_client_request_to (TandemSipClient *self,
                                   const char *account,
                                   guint tag,
                                   const char *uri,
                                   const char *method,
                                   GHashTable *headers,
                                   const char *content_type,
                                   const char *body);

/* REFER (RFC 3515) in the call. other: another call of ours, connected or ringing there, that its far end
 * shall take over (RFC 3891, RFC 5589): uri may be NULL, its own address then; 0: none. TRANSFER events
 * follow; the calls stay until they are hung up. */
void tandem_sip_client_transfer (
    TandemSipClient *self, guint call, guint tag, const char *uri, guint other);
/* REFERRAL: code 202 accepts, anything else refuses. */
void tandem_sip_client_answer_referral (TandemSipClient *self, guint call, guint tag, guint code);
/* What became of it, as sipfrag; final from 200 on. text: (nullable) */
void tandem_sip_client_report_referral (
    TandemSipClient *self, guint call, guint tag, guint code, const char *text);
/* Subscribes to package "dialog" or "presence" of uri, follows the registration of the account, and tells by
 * NOTIFICATION events with that tag until _unsubscribe(). Thousands of them are begun a few at a time. */
void tandem_sip_client_subscribe (
    TandemSipClient *self, const char *account, guint tag, const char *package, const char *uri);
void tandem_sip_client_unsubscribe (TandemSipClient *self, guint tag);

/* The local address that would be used towards the account's candidate in use, for SDP; any
 * thread. (transfer full), "127.0.0.1" when nothing is known yet. */
char *tandem_sip_client_get_local_address (TandemSipClient *self, const char *account);

G_END_DECLS
