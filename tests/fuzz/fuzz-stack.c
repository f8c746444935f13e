/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"
#include "message.h"

#include <belle-sip/belle-sip.h>
#include <gio/gio.h>

#include <stdlib.h>
#include <string.h>

/* One datagram to a real UDP listening point of belle-sip, with the filter before it, and behind it a
 * good one that must be heard: nothing that a peer sends may crash the library or swallow what comes
 * next. What arrives is read as the engine reads it. One thread. */

#define ADDRESS "127.1.8.1"
#define MAX_SIZE 60000

static belle_sip_stack_t *stack;
static belle_sip_provider_t *provider;
static GSocket *peer;
static GSocketAddress *to;
static guint canary, heard;

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
read_all (belle_sip_message_t *message)
{
  static const char *const names[] = { "Allow",
                                       "Contact",
                                       "Event",
                                       "P-Asserted-Identity",
                                       "Reason",
                                       "Record-Route",
                                       "Replaces",
                                       "Require",
                                       "Retry-After",
                                       "Session-Expires",
                                       "Supported",
                                       "Min-SE",
                                       "From",
                                       "To",
                                       "WWW-Authenticate",
                                       "Content-Type" };
  const char *const kept[] = { "Call-Info", "Alert-Info", NULL };
  GHashTable *extensions = tandem_sip_get_extensions (message, kept);

  g_clear_pointer (&extensions, g_hash_table_unref);
  g_free (tandem_sip_get_sdp (message));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_free (tandem_sip_get (message, names[i]));
      g_strfreev (tandem_sip_get_all (message, names[i]));
      tandem_sip_get_number (message, names[i]);
      tandem_sip_has_token (message, names[i], "timer");
    }
  tandem_sip_has_other_body (message);
  tandem_sip_from_tag (message);
  tandem_sip_to_tag (message);
  tandem_sip_cseq (message);
  tandem_sip_cseq_method (message);
  tandem_sip_branch (message);
}

static void
on_request (void *data, const belle_sip_request_event_t *event)
{
  belle_sip_request_t *request = belle_sip_request_event_get_request (event);
  const char *method = belle_sip_request_get_method (request);
  const char *id = tandem_sip_call_id (BELLE_SIP_MESSAGE (request));
  belle_sip_server_transaction_t *transaction;
  guint number;

  if (id != NULL && sscanf (id, "canary%u@", &number) == 1 && number == canary)
    heard = number;
  read_all (BELLE_SIP_MESSAGE (request));
  if (strcmp (method, "ACK") == 0)
    return;
  transaction = belle_sip_request_event_get_server_transaction (event);
  if (transaction == NULL)
    transaction = belle_sip_provider_create_server_transaction (provider, request);
  if (transaction == NULL)
    return;
  belle_sip_object_ref (transaction);
  belle_sip_server_transaction_send_response (
      transaction,
      belle_sip_response_create_from_request (request, strcmp (method, "INVITE") == 0 ? 486 : 200));
  belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (transaction));
  belle_sip_object_unref (transaction);
}

static void
on_response (void *data, const belle_sip_response_event_t *event)
{
  read_all (BELLE_SIP_MESSAGE (belle_sip_response_event_get_response (event)));
}

static void
on_io_error (void *data, const belle_sip_io_error_event_t *event)
{
  g_error ("The channel broke");
}

static void
set_up (void)
{
  static belle_sip_listener_callbacks_t callbacks = { .process_request_event = on_request,
                                                      .process_response_event = on_response,
                                                      .process_io_error = on_io_error };
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.1.8.2", 0);
  belle_sip_listening_point_t *point;

  belle_sip_set_log_level (BELLE_SIP_LOG_FATAL);
  stack = belle_sip_stack_new (NULL);
  point = belle_sip_stack_create_listening_point (stack, ADDRESS,
                                                  BELLE_SIP_LISTENING_POINT_RANDOM_PORT, "UDP");
  provider = belle_sip_stack_create_provider (stack, point);
  belle_sip_provider_add_listening_point (
      provider, belle_sip_stack_create_listening_point (
                    stack, "0.0.0.0", BELLE_SIP_LISTENING_POINT_DONT_BIND, "TCP"));
  belle_sip_provider_add_sip_listener (provider,
                                       belle_sip_listener_create_from_callbacks (&callbacks, NULL));
  peer = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_set_blocking (peer, FALSE);
  if (!g_socket_bind (peer, any, FALSE, NULL))
    g_error ("No socket");
  to = g_inet_socket_address_new_from_string (ADDRESS,
                                              (guint) belle_sip_listening_point_get_port (point));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *good = NULL;
  char answer[2048];

  if (stack == NULL)
    set_up ();
  if (size > MAX_SIZE)
    return -1;
  good = g_strdup_printf ("OPTIONS sip:a@" ADDRESS " SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP 127.1.8.2;rport;branch=z9hG4bKcanary%u\r\n"
                          "From: <sip:c@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\n"
                          "Call-ID: canary%u@x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
                          "Content-Length: 0\r\n\r\n",
                          canary + 1, canary + 1);
  canary++;
  g_socket_send_to (peer, to, (const char *) data, size, NULL, NULL);
  g_socket_send_to (peer, to, good, strlen (good), NULL, NULL);
  for (guint i = 0; i < 50 && heard != canary; i++)
    belle_sip_main_loop_sleep (belle_sip_stack_get_main_loop (stack), 0);
  if (heard != canary)
    g_error ("What followed was swallowed");
  while (g_socket_receive (peer, answer, sizeof answer, NULL, NULL) > 0)
    ;
  return 0;
}
