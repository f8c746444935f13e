/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-self-test.h"

#include "transport.h"

#include <gio/gio.h>

#include <string.h>

/* A package may link and still not work: grammars in the wrong place, a parser built for another
 * word size, TLS left out. All of it shows at the first URI, message or listening point. */

static const char message_text[] = "OPTIONS sip:200@sip.example.test SIP/2.0\r\n"
                                   "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport\r\n"
                                   "From: \"Sample\" <sip:100@sip.example.test>;tag=1\r\n"
                                   "To: <sip:200@sip.example.test>\r\n"
                                   "Call-ID: 1@192.0.2.1\r\n"
                                   "CSeq: 1 OPTIONS\r\n"
                                   "Max-Forwards: 70\r\n"
                                   "Content-Length: 0\r\n\r\n";

static gboolean
uri_works (void)
{
  belle_sip_uri_t *uri = belle_sip_uri_parse ("sips:agent%201@sip.example.test:5061;transport=tcp");
  gboolean works;

  if (uri == NULL)
    return FALSE;
  works = g_strcmp0 (belle_sip_uri_get_host (uri), "sip.example.test") == 0
          && g_strcmp0 (belle_sip_uri_get_user (uri), "agent 1") == 0
          && belle_sip_uri_get_port (uri) == 5061;
  belle_sip_object_unref (uri);
  return works;
}

static gboolean
message_works (void)
{
  belle_sip_message_t *message = belle_sip_message_parse (message_text);
  belle_sip_header_call_id_t *call_id;
  gboolean works;

  if (message == NULL)
    return FALSE;
  call_id = belle_sip_message_get_header_by_type (message, belle_sip_header_call_id_t);
  works = belle_sip_message_is_request (message) && call_id != NULL
          && g_strcmp0 (belle_sip_header_call_id_get_call_id (call_id), "1@192.0.2.1") == 0;
  belle_sip_object_unref (message);
  return works;
}

static void
check_transports (GPtrArray *missing)
{
  belle_sip_stack_t *stack = belle_sip_stack_new (NULL);
  TandemSipConfig *config = tandem_sip_config_new ();
  belle_sip_provider_t *provider = NULL;
  TandemTransports *transports;
  GError *error = NULL;

  g_free (config->bind_address);
  config->bind_address = g_strdup ("127.0.0.1");
  config->udp_port_min = config->udp_port_max = 0;
  config->tcp_port_min = config->tcp_port_max = 0;
  transports = tandem_transports_new (stack, config, &provider, &error);
  if (transports == NULL)
    {
      g_ptr_array_add (missing, g_strdup_printf ("listening points (%s)", error->message));
      g_error_free (error);
    }
  else
    {
      if (belle_sip_provider_get_listening_point (provider, "TLS") == NULL)
        g_ptr_array_add (missing, g_strdup ("TLS in the SIP library"));
      belle_sip_object_unref (provider);
      tandem_transports_free (transports);
    }
  tandem_sip_config_free (config);
  belle_sip_object_unref (stack);
}

char **
tandem_sip_self_test (void)
{
  GPtrArray *missing = g_ptr_array_new ();
  belle_sip_object_pool_t *pool = belle_sip_object_pool_push ();

  if (!uri_works ())
    g_ptr_array_add (missing, g_strdup ("SIP URI parser"));
  if (!message_works ())
    g_ptr_array_add (missing, g_strdup ("SIP message parser"));
  check_transports (missing);
  belle_sip_object_unref (pool);
  g_ptr_array_add (missing, NULL);
  return (char **) g_ptr_array_free (missing, FALSE);
}
