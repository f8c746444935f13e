/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client.h"

#include <gio/gio.h>

#include <string.h>

/* The whole SIP thread behind its socket. An input is a script of parts between 0x1e bytes: "!call",
 * "!answer" and the like are done by the agent; anything else is a datagram from the proxy, in which
 * @Via@, @From@, @To@, @Call-ID@ and @CSeq@ stand for those of the last request that the phone sent,
 * @Contact@ for its address, @Tag@ for the tag of its last answer and @N@ for the number of the input,
 * which keeps branches and Call-IDs apart. After each part a good OPTIONS
 * must be answered: the thread is alive, and nothing was swallowed. */

#define PHONE "127.1.8.3"
#define PROXY "127.1.8.4"
#define SEPARATOR "\x1e"
#define MAX_PARTS 16
#define RENEW 300 /* inputs, then a new client */
#define PATIENCE (10 * G_USEC_PER_SEC)

static TandemSipClient *client;
static GSocket *proxy;
static GSocketAddress *phone;
static char *last_request, *last_answer, *contact;
static guint canary, incoming, inputs;
static guint calls[MAX_PARTS], n_calls;

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char sdp[]
    = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
      "m=audio 4000 RTP/AVP 0\r\n";

static char *
header (const char *text, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s:", name);
  const char *found = text != NULL ? strstr (text, start) : NULL;

  if (found == NULL)
    return g_strdup ("");
  found += strlen (start);
  return g_strstrip (g_strndup (found, strcspn (found, "\r\n")));
}

static char *
tag_of (const char *address)
{
  const char *tag = strstr (address, ";tag=");

  return tag != NULL ? g_strndup (tag + 5, strcspn (tag + 5, ";>,")) : g_strdup ("none");
}

static void
to_phone (const char *data, gsize size)
{
  if (phone != NULL)
    g_socket_send_to (proxy, phone, data, MIN (size, 60000), NULL, NULL);
}

/* A plain response to what the phone sent. */
static void
respond (const char *request, const char *line, const char *extra)
{
  g_autofree char *via = header (request, "Via");
  g_autofree char *from = header (request, "From");
  g_autofree char *to = header (request, "To");
  g_autofree char *call_id = header (request, "Call-ID");
  g_autofree char *cseq = header (request, "CSeq");
  g_autofree char *text = g_strdup_printf (
      "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=proxy\r\nCall-ID: %s\r\nCSeq: %s\r\n%s"
      "Content-Length: 0\r\n\r\n",
      line, via, from, to, call_id, cseq, extra);

  to_phone (text, strlen (text));
}

static void
on_datagram (char *text)
{
  if (g_str_has_prefix (text, "SIP/2.0"))
    {
      g_free (last_answer);
      last_answer = text;
      return;
    }
  if (g_str_has_prefix (text, "REGISTER"))
    {
      g_autofree char *value = header (text, "Contact");
      g_autofree char *extra = g_strdup_printf ("Contact: %s;expires=3600\r\n", value);
      const char *start = strchr (value, '<');

      if (start != NULL && strchr (start, '>') != NULL)
        {
          g_free (contact);
          contact = g_strndup (start + 1, strcspn (start + 1, ">"));
        }
      respond (text, "200 OK", extra);
    }
  g_free (last_request);
  last_request = text;
}

/* Reads what is there; waits for at most wait microseconds for the first. */
static gboolean
receive (gint64 wait)
{
  char buffer[65536];
  GSocketAddress *from = NULL;
  gssize n;

  if (!g_socket_condition_timed_wait (proxy, G_IO_IN, wait, NULL, NULL))
    return FALSE;
  n = g_socket_receive_from (proxy, &from, buffer, sizeof buffer - 1, NULL, NULL);
  if (n >= 0)
    {
      g_clear_object (&phone);
      phone = g_object_ref (from);
      on_datagram (g_strndup (buffer, (gsize) n));
    }
  g_clear_object (&from);
  return n >= 0;
}

static void
run_main_context (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_event (TandemSipClient *source, const TandemSipEvent *event, gpointer data)
{
  if (event->type == TANDEM_SIP_EVENT_INCOMING && n_calls < MAX_PARTS)
    {
      incoming = event->call;
      calls[n_calls++] = event->call;
      tandem_sip_client_ring (client, event->call);
    }
  if (event->type == TANDEM_SIP_EVENT_REFERRAL)
    {
      tandem_sip_client_answer_referral (client, event->call, event->tag,
                                         event->tag % 3 != 0 ? 202 : 603);
      tandem_sip_client_report_referral (client, event->call, event->tag, 200, event->target);
    }
  if (event->type == TANDEM_SIP_EVENT_OFFER)
    tandem_sip_client_answer_offer (client, event->call, sdp);
}

static char *
on_offer (const char *offer, gpointer data)
{
  return g_strdup (sdp);
}

/* An OPTIONS of ours is answered: all before it was worked off. */
static void
check_alive (void)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  g_autofree char *id = g_strdup_printf ("canary%u@x", ++canary);
  g_autofree char *text = g_strdup_printf (
      "OPTIONS %s SIP/2.0\r\nVia: SIP/2.0/UDP " PROXY ";rport;branch=z9hG4bKcanary%u\r\n"
      "From: <sip:c@example.test>;tag=1\r\nTo: <sip:1001@example.test>\r\n"
      "Call-ID: %s\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
      contact, canary, id);
  g_autofree char *kept = g_strdup (last_answer);

  to_phone (text, strlen (text));
  while (last_answer == NULL || strstr (last_answer, id) == NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("The SIP thread does not answer any more");
      receive (PATIENCE / 100);
      run_main_context ();
      if (last_answer != NULL && strstr (last_answer, id) == NULL)
        {
          g_free (kept);
          kept = g_strdup (last_answer);
        }
    }
  g_free (last_answer);
  last_answer = g_steal_pointer (&kept);
}

static void
set_up (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string (PROXY, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  TandemSipConfig *config = tandem_sip_config_new ();
  TandemSipAccountConfig *account = tandem_sip_account_config_new ();
  gint64 end = g_get_monotonic_time () + PATIENCE;

  g_clear_object (&proxy);
  g_clear_object (&phone);
  g_clear_pointer (&contact, g_free);
  proxy = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (!g_socket_bind (proxy, any, FALSE, NULL))
    g_error ("No socket");
  bound = g_socket_get_local_address (proxy, NULL);

  g_free (config->bind_address);
  config->bind_address = g_strdup (PHONE);
  config->udp_port_min = config->udp_port_max = 0;
  config->tcp_port_min = config->tcp_port_max = 0;
  config->random_seed = 1;
  client = tandem_sip_client_new (config);
  tandem_sip_config_free (config);
  g_signal_connect (client, "event", G_CALLBACK (on_event), NULL);
  if (!tandem_sip_client_start (client, &error))
    g_error ("%s", error->message);

  g_free (account->id);
  account->id = g_strdup ("0");
  g_free (account->user);
  account->user = g_strdup ("1001");
  g_free (account->password);
  account->password = g_strdup ("secret");
  g_free (account->domain);
  account->domain = g_strdup ("example.test");
  g_free (account->server);
  account->server = g_strdup_printf (
      PROXY ":%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  account->probe_interval = 0;
  account->reg_spread = 0;
  account->expires = 3600;
  tandem_sip_client_set_account (client, account);
  tandem_sip_account_config_free (account);
  while (contact == NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("No REGISTER");
      receive (PATIENCE / 100);
      run_main_context ();
    }
  check_alive ();
}

static gboolean
starts (const char *part, const char *word)
{
  return g_str_has_prefix (part + 1, word);
}

static void
command (const char *part)
{
  guint call = n_calls > 0 ? calls[n_calls - 1] : 0;

  if (starts (part, "call") || starts (part, "late-call"))
    {
      if (n_calls == MAX_PARTS)
        return;
      call = calls[n_calls++] = tandem_sip_client_next_call_id (client);
      tandem_sip_client_call (client, call, "0", "sip:200@example.test",
                              starts (part, "call") ? sdp : NULL, on_offer, NULL, NULL);
    }
  else if (starts (part, "transfer"))
    tandem_sip_client_transfer (client, call, 1, "sip:300@example.test",
                                n_calls > 1 ? calls[0] : 0);
  else if (starts (part, "subscribe"))
    tandem_sip_client_subscribe (client, "0", 1,
                                 starts (part, "subscribe-p") ? "presence" : "dialog",
                                 "sip:300@example.test");
  else if (starts (part, "unsubscribe"))
    tandem_sip_client_unsubscribe (client, 1);
  else if (starts (part, "redirect"))
    tandem_sip_client_redirect (client, incoming, "sip:300@example.test");
  else if (starts (part, "answer"))
    tandem_sip_client_answer (client, incoming, sdp);
  else if (starts (part, "decline"))
    tandem_sip_client_decline (client, incoming, 486, "Busy");
  else if (starts (part, "hangup"))
    tandem_sip_client_hang_up (client, call, NULL);
  else if (starts (part, "offer"))
    tandem_sip_client_offer (client, call, sdp);
  else if (starts (part, "register"))
    tandem_sip_client_register_again (client, "0");
  else if (starts (part, "test"))
    tandem_sip_client_test_now (client, "0");
  else if (starts (part, "network"))
    tandem_sip_client_network_changed (client);
}

static void
replace (GString *text, const char *mark, const char *value)
{
  g_string_replace (text, mark, value, 4);
}

/* A datagram may hold NUL, which the marks may not; then it goes as it is. */
static void
datagram (const char *part, gsize size)
{
  static const char *const names[] = { "Via", "From", "To", "Call-ID", "CSeq" };
  g_autoptr (GString) text = g_string_new_len (part, (gssize) size);
  g_autofree char *to = header (last_answer, "To");
  g_autofree char *tag = tag_of (to);
  g_autofree char *number = g_strdup_printf ("%u", inputs);

  if (strlen (text->str) == size)
    {
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autofree char *value = header (last_request, names[i]);
          g_autofree char *mark = g_strdup_printf ("@%s@", names[i]);

          replace (text, mark, value);
        }
      replace (text, "@N@", number);
      replace (text, "@Contact@", contact);
      replace (text, "@Tag@", tag);
    }
  to_phone (text->str, text->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *p = (const char *) data, *end = p + size;

  if (client == NULL)
    set_up ();
  n_calls = incoming = 0;
  for (guint i = 0; i < MAX_PARTS && p < end; i++)
    {
      const char *stop = memchr (p, SEPARATOR[0], (gsize) (end - p));
      gsize n = (gsize) ((stop != NULL ? stop : end) - p);
      g_autofree char *part = g_strndup (p, n);

      if (part[0] == '!')
        command (part);
      else
        datagram (p, n);
      check_alive ();
      p += n + 1;
    }
  for (guint i = 0; i < n_calls; i++)
    tandem_sip_client_hang_up (client, calls[i], NULL);
  check_alive ();
  if (++inputs % RENEW == 0)
    g_clear_object (&client);
  return 0;
}
