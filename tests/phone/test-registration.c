/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-home.h"
#include "phone-private.h"

#include <glib/gstdio.h>

#include <string.h>

/* A whole phone with the real SIP thread before registrars of a few lines on 127.3.1.x: what the
 * status strip says while they live, die, refuse and ask. */

#define DEADLINE (20 * G_USEC_PER_SEC)

typedef enum
{
  ANSWER_OK,
  ANSWER_NOTHING,
  ANSWER_FORBIDDEN,
  ANSWER_CHALLENGE,
  ANSWER_UNAVAILABLE,
} Answer;

typedef struct
{
  GSocket *socket;
  GSource *source;
  Answer answer;
  guint registers;
  guint invites;
  guint busy;
  gboolean saw_unregister;
  GSocketAddress *phone; /* where REGISTERs come from; nullable */
} Registrar;

typedef struct
{
  Registrar registrars[3];
  guint port;
  TandemConfiguration *configuration;
  TandemPhone *phone;
  GString *titles;
  guint wake;
} Fixture;

/* Dual registration: two servers, both at once. */
static const char dual_file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='1002' server='127.3.1.1:%u' protocol='udp'/>"
      "<Connectivity user='1003' server='127.3.1.2:%u' protocol='udp'/>"
      "</Container><Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_transaction_timeout' value='400'/>"
      "<setting name='sip_port_min' value='0'/><setting name='sip_port_max' value='0'/>"
      "</section></domain>"
      "<domain name='proxies'><section name='proxy0'><setting name='password' value=''/>"
      "<setting name='domain' value='example.test'/></section>"
      "<section name='proxy1'><setting name='password' value=''/>"
      "<setting name='domain' value='second.example.test'/></section></domain>"
      "<domain name='tandem'><section name='sip'><setting name='bind_address' value='127.3.1.9'/>"
      "</section><section name='account'><setting name='outgoing' value='%u'/></section>"
      "<section name='ha'><setting name='probe_interval' value='1'/>"
      "<setting name='reg_spread' value='0'/></section></domain>"
      "</settings></Container></configuration>";

static const char file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='1002' server='127.3.1.1:%u,127.3.1.2:%u,127.3.1.3:%u' protocol='udp'/>"
      "</Container><Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_transaction_timeout' value='400'/>"
      "<setting name='sip_port_min' value='0'/><setting name='sip_port_max' value='0'/>"
      "</section></domain>"
      "<domain name='proxies'><section name='proxy0'>%s"
      "<setting name='domain' value='example.test'/></section></domain>"
      "<domain name='tandem'><section name='sip'><setting name='bind_address' value='127.3.1.9'/>"
      "</section><section name='ha'><setting name='probe_interval' value='1'/>"
      "<setting name='reg_spread' value='0'/></section></domain>"
      "</settings></Container></configuration>";

static GDBusConnection *logind;

static gboolean
on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const gint64 end_ = g_get_monotonic_time () + DEADLINE;                                        \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: waited in vain for " #condition, __FILE__, __LINE__);                   \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* (transfer full) (nullable): the value of a header, long or compact name */
static char *
header (const char *message, const char *name, const char *compact)
{
  g_auto (GStrv) lines = g_strsplit (message, "\r\n", -1);

  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      const char *colon = strchr (lines[i], ':');
      g_autofree char *found
          = colon != NULL ? g_strstrip (g_strndup (lines[i], (gsize) (colon - lines[i]))) : NULL;

      if (found != NULL
          && (g_ascii_strcasecmp (found, name) == 0 || g_ascii_strcasecmp (found, compact) == 0))
        return g_strstrip (g_strdup (colon + 1));
    }
  return NULL;
}

/* (transfer full): a parameter of the Authorization header, without its quotes */
static char *
parameter (const char *header_value, const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("[ ,]%s=\"?([^\",]*)", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, header_value, 0, &match))
    return g_strdup ("");
  return g_match_info_fetch (match, 1);
}

static char *
md5 (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

/* RFC 2617 3.2.2, for user 1002 with the password "sample". */
static gboolean
is_right (const char *authorization)
{
  g_autofree char *uri = parameter (authorization, "uri");
  g_autofree char *nc = parameter (authorization, "nc");
  g_autofree char *cnonce = parameter (authorization, "cnonce");
  g_autofree char *response = parameter (authorization, "response");
  g_autofree char *a1 = md5 ("1002:example.test:sample");
  g_autofree char *request = g_strconcat ("REGISTER:", uri, NULL);
  g_autofree char *a2 = md5 (request);
  g_autofree char *all = g_strdup_printf ("%s:nonce1:%s:%s:auth:%s", a1, nc, cnonce, a2);
  g_autofree char *expected = md5 (all);

  return g_str_equal (response, expected);
}

static const char *
status_line (Registrar *self, const char *message, char **more)
{
  g_autofree char *authorization = header (message, "Authorization", "Authorization");
  g_autofree char *contact = header (message, "Contact", "m");
  const gboolean is_register = g_str_has_prefix (message, "REGISTER ");

  *more = NULL;
  if (g_str_has_prefix (message, "INVITE "))
    {
      self->invites++;
      return "486 Busy Here";
    }
  if (!is_register)
    return "200 OK";
  self->registers++;
  switch (self->answer)
    {
    case ANSWER_FORBIDDEN:
      return "403 Forbidden";
    case ANSWER_UNAVAILABLE:
      return "503 Service Unavailable";
    case ANSWER_CHALLENGE:
      if (authorization == NULL || !is_right (authorization))
        {
          *more = g_strdup ("WWW-Authenticate: Digest realm=\"example.test\", nonce=\"nonce1\", "
                            "algorithm=MD5, qop=\"auth\"\r\n");
          return "401 Unauthorized";
        }
      break;
    case ANSWER_OK:
    case ANSWER_NOTHING:
    default:
      break;
    }
  if (contact != NULL && strstr (message, "\r\nExpires: 0") != NULL)
    self->saw_unregister = TRUE;
  *more = g_strdup_printf ("Contact: %s\r\nExpires: 1800\r\n", contact != NULL ? contact : "*");
  return "200 OK";
}

static gboolean
on_packet (GSocket *socket, GIOCondition condition, gpointer data)
{
  Registrar *self = data;
  char packet[16384];
  g_autoptr (GSocketAddress) from = NULL;
  const gssize length
      = g_socket_receive_from (socket, &from, packet, sizeof packet - 1, NULL, NULL);
  g_autofree char *via = NULL, *to = NULL, *from_header = NULL, *call_id = NULL, *cseq = NULL;
  g_autofree char *more = NULL, *reply = NULL;
  const char *status;

  if (length <= 4 || self->answer == ANSWER_NOTHING)
    return G_SOURCE_CONTINUE;
  packet[length] = '\0';
  if (g_str_has_prefix (packet, "SIP/2.0 486"))
    self->busy++;
  if (g_str_has_prefix (packet, "ACK ") || g_str_has_prefix (packet, "SIP/2.0 "))
    return G_SOURCE_CONTINUE;
  if (g_str_has_prefix (packet, "REGISTER "))
    g_set_object (&self->phone, from);
  via = header (packet, "Via", "v");
  to = header (packet, "To", "t");
  from_header = header (packet, "From", "f");
  call_id = header (packet, "Call-ID", "i");
  cseq = header (packet, "CSeq", "CSeq");
  if (via == NULL || cseq == NULL)
    return G_SOURCE_CONTINUE;
  status = status_line (self, packet, &more);
  reply
      = g_strdup_printf ("SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=sample\r\nCall-ID: %s\r\n"
                         "CSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
                         status, via, from_header, to, call_id, cseq, more != NULL ? more : "");
  g_socket_send_to (socket, from, reply, strlen (reply), NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
try_bind (Registrar *self, guint n, guint port)
{
  g_autofree char *text = g_strdup_printf ("127.3.1.%u", n + 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (text, port);

  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                               G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (g_socket_bind (self->socket, address, FALSE, NULL))
    return TRUE;
  g_clear_object (&self->socket);
  return FALSE;
}

/* The same port on all three addresses. */
static void
start_registrars (Fixture *f)
{
  for (guint attempt = 0; attempt < 50; attempt++)
    {
      g_autoptr (GSocketAddress) got = NULL;
      guint n = 0;

      if (!try_bind (&f->registrars[0], 0, 0))
        continue;
      got = g_socket_get_local_address (f->registrars[0].socket, NULL);
      f->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
      for (n = 1; n < 3; n++)
        if (!try_bind (&f->registrars[n], n, f->port))
          break;
      if (n == 3)
        break;
      while (n-- > 0)
        g_clear_object (&f->registrars[n].socket);
      f->port = 0;
    }
  g_assert_cmpuint (f->port, !=, 0);
  for (guint n = 0; n < 3; n++)
    {
      Registrar *self = &f->registrars[n];

      self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
      g_source_set_callback (self->source, G_SOURCE_FUNC (on_packet), self, NULL);
      g_source_attach (self->source, NULL);
    }
}

static TandemAccount *
account_of (Fixture *f)
{
  return tandem_phone_get_account (f->phone);
}

static TandemAccountState
state_of (Fixture *f)
{
  return tandem_account_get_state (account_of (f));
}

static void
on_state (TandemAccount *account, GParamSpec *pspec, Fixture *f)
{
  g_string_append_c (f->titles, "NCRFWJPSO"[tandem_account_get_state (account)]);
}

static void
start_phone (Fixture *f, const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autofree char *setting
      = password != NULL ? g_strdup_printf ("<setting name='password' value='%s'/>", password)
                         : g_strdup ("");

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  data = g_strdup_printf (file, f->port, f->port, f->port, setting);
#pragma GCC diagnostic pop
  tandem_configuration_load_data (f->configuration, "sample.config", data, strlen (data), &error);
  g_assert_no_error (error);
  f->phone = tandem_phone_new (f->configuration, "test");
  tandem_phone_start (f->phone, &error);
  g_assert_no_error (error);
  g_signal_connect (account_of (f), "notify::state", G_CALLBACK (on_state), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->titles = g_string_new (NULL);
  f->configuration = tandem_configuration_new ();
  g_assert_nonnull (f->configuration);
  f->wake = g_timeout_add (20, on_wake, NULL);
  start_registrars (f);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  *(gboolean *) data = TRUE;
}

static void
stop_phone (Fixture *f)
{
  const gint64 start = g_get_monotonic_time ();
  gboolean stopped = FALSE;

  tandem_phone_stop_async (f->phone, on_stopped, &stopped);
  WAIT_FOR (stopped);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 4 * G_USEC_PER_SEC);
  g_assert_finalize_object (g_steal_pointer (&f->phone));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->phone != NULL)
    stop_phone (f);
  for (guint n = 0; n < 3; n++)
    {
      g_source_destroy (f->registrars[n].source);
      g_source_unref (f->registrars[n].source);
      g_object_unref (f->registrars[n].socket);
      g_clear_object (&f->registrars[n].phone);
    }
  g_object_unref (f->configuration);
  g_string_free (f->titles, TRUE);
  g_source_remove (f->wake);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* n: 1 to 3 */
static void
assert_registered_via (Fixture *f, guint n)
{
  g_autofree char *address = g_strdup_printf ("127.3.1.%u", n);

  g_assert_nonnull (strstr (tandem_account_get_title (account_of (f)), address));
  g_assert_true (g_str_has_prefix (tandem_account_get_title (account_of (f)), "Registered via"));
}

static void
test_good (Fixture *f, gconstpointer data)
{
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  assert_registered_via (f, 1);
  WAIT_FOR (g_strcmp0 (tandem_account_get_subtitle (account_of (f)), "All 3 proxies available")
            == 0);
  g_assert_cmpstr (f->titles->str, ==, "R");
  g_assert_nonnull (tandem_account_get_active_proxy (account_of (f)));
  stop_phone (f);
  g_assert_true (f->registrars[0].saw_unregister);
}

/* The first of three is dead from the start. */
static void
test_dead_proxy (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemProxy) first = NULL;

  f->registrars[0].answer = ANSWER_NOTHING;
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  assert_registered_via (f, 2);
  /* Silence to a REGISTER alone is no proof: the probe that follows is. */
  WAIT_FOR (tandem_account_get_set_aside (account_of (f)) == 1);
  first = g_list_model_get_item (tandem_account_get_proxies (account_of (f)), 0);
  g_assert_cmpint (tandem_proxy_get_role (first), ==, TANDEM_PROXY_SET_ASIDE);
  g_assert_cmpuint (tandem_proxy_get_seconds_left (first), >, 580);
  g_assert_cmpuint (tandem_proxy_get_seconds_left (first), <=, 600);
  g_assert_cmpstr (tandem_proxy_get_reason (first), ==, "No answer");
  g_assert_true (g_str_has_prefix (tandem_account_get_subtitle (account_of (f)),
                                   "1 of 3 proxies set aside · "));
  WAIT_FOR (tandem_proxy_get_seconds_left (first) < 600);

  tandem_account_use_again (account_of (f), tandem_proxy_get_id (first));
  g_assert_cmpuint (tandem_account_get_set_aside (account_of (f)), ==, 0);
}

/* The one in use dies: the probe notices, and the registration moves. */
static void
test_failover (Fixture *f, gconstpointer data)
{
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  assert_registered_via (f, 1);
  f->registrars[0].answer = ANSWER_NOTHING;
  WAIT_FOR (f->registrars[1].registers + f->registrars[2].registers > 0
            && state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  WAIT_FOR (strstr (tandem_account_get_title (account_of (f)), "127.3.1.1") == NULL);
  g_assert_true (g_str_has_prefix (f->titles->str, "RF"));
  g_assert_cmpint (state_of (f), ==, TANDEM_ACCOUNT_REGISTERED);
}

static void
test_all_dead (Fixture *f, gconstpointer data)
{
  for (guint n = 0; n < 3; n++)
    f->registrars[n].answer = ANSWER_NOTHING;
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_NOT_REGISTERED);
  g_assert_cmpstr (tandem_account_get_title (account_of (f)), ==, "Not registered");
  g_assert_nonnull (tandem_account_get_problem (account_of (f)));
  WAIT_FOR (tandem_account_get_seconds_to_retry (account_of (f)) > 0);
  g_assert_nonnull (strstr (tandem_account_get_subtitle (account_of (f)), "ext try in "));

  /* A call is tried all the same. */
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (TandemCall) call = NULL;

    g_assert_nonnull (tandem_phone_call (f->phone, "5550101", &error));
    g_assert_no_error (error);
    call = g_list_model_get_item (tandem_phone_get_calls (f->phone), 0);
    WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_ENDED);
    g_assert_cmpstr (tandem_call_get_failure (call), ==, "No answer");
    g_assert_true (tandem_call_is_rerouted (call));
  }

  /* And it comes back by itself, or at once when asked. */
  for (guint n = 0; n < 3; n++)
    f->registrars[n].answer = ANSWER_OK;
  tandem_account_register_again (account_of (f));
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
}

static void
test_forbidden (Fixture *f, gconstpointer data)
{
  for (guint n = 0; n < 3; n++)
    f->registrars[n].answer = ANSWER_FORBIDDEN;
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REJECTED);
  g_assert_cmpstr (tandem_account_get_problem (account_of (f)), ==,
                   "The server refuses this user: wrong password, or not allowed");
}

static void
test_password (Fixture *f, gconstpointer data)
{
  for (guint n = 0; n < 3; n++)
    f->registrars[n].answer = ANSWER_CHALLENGE;
  start_phone (f, NULL);
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_NEEDS_PASSWORD);
  g_assert_nonnull (strstr (tandem_account_get_subtitle (account_of (f)), "Enter the password of"));
  tandem_account_give_password (account_of (f), "wrong", FALSE);
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REJECTED);
  g_assert_cmpstr (tandem_account_get_problem (account_of (f)), ==, "Wrong user name or password");
  /* No loop: each password was tried once on one server. */
  g_assert_cmpuint (
      f->registrars[0].registers + f->registrars[1].registers + f->registrars[2].registers, <=, 5);
  tandem_account_give_password (account_of (f), "sample", FALSE);
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  g_assert_null (tandem_account_get_problem (account_of (f)));
}

/* Overloaded is not dead: the next one is used, and nothing is set aside. */
static void
test_overloaded (Fixture *f, gconstpointer data)
{
  f->registrars[0].answer = ANSWER_UNAVAILABLE;
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  assert_registered_via (f, 2);
  g_assert_cmpuint (tandem_account_get_set_aside (account_of (f)), ==, 0);
}

/* (transfer full) */
static TandemAccount *
get_account (Fixture *f, guint n)
{
  return g_list_model_get_item (tandem_phone_get_accounts (f->phone), n);
}

static gboolean
is_registered (Fixture *f, guint n)
{
  g_autoptr (TandemAccount) account = get_account (f, n);

  return account != NULL && tandem_account_get_state (account) == TANDEM_ACCOUNT_REGISTERED;
}

static void
start_dual (Fixture *f, guint outgoing)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  data = g_strdup_printf (dual_file, f->port, f->port, outgoing);
#pragma GCC diagnostic pop
  tandem_configuration_load_data (f->configuration, "sample.config", data, strlen (data), &error);
  g_assert_no_error (error);
  f->phone = tandem_phone_new (f->configuration, "test");
  tandem_phone_start (f->phone, &error);
  g_assert_no_error (error);
}

static void
call_and_wait (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemCall) call = tandem_phone_call (f->phone, "5550101", &error);

  g_assert_no_error (error);
  g_assert_nonnull (call);
  g_object_ref (call);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_ENDED);
  g_assert_cmpstr (tandem_call_get_failure (call), ==, "Busy");
}

static void
ring (Fixture *f, guint n, const char *user)
{
  Registrar *self = &f->registrars[n];
  GInetSocketAddress *to = G_INET_SOCKET_ADDRESS (self->phone);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (to));
  g_autofree char *invite = g_strdup_printf (
      "INVITE sip:%s@%s:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.3.1.%u:%u;branch=z9hG4bKring%u\r\n"
      "Max-Forwards: 70\r\nFrom: <sip:5550101@example.test>;tag=ring%u\r\nTo: "
      "<sip:%s@example.test>\r\n"
      "Call-ID: ring%u@example.test\r\nCSeq: 1 INVITE\r\nContact: <sip:5550101@127.3.1.%u:%u>\r\n"
      "Content-Length: 0\r\n\r\n",
      user, host, g_inet_socket_address_get_port (to), n + 1, f->port, n, n, user, n, n + 1,
      f->port);

  g_assert_cmpint (
      g_socket_send_to (self->socket, self->phone, invite, strlen (invite), NULL, NULL), >, 0);
}

static void
on_incoming (TandemPhone *phone, TandemCall *call, TandemCall **incoming)
{
  g_set_object (incoming, call);
}

/* Both are registered at once, either may ring, and one history has all of it. */
static void
test_dual (Fixture *f, gconstpointer data)
{
  static const char *const users[] = { "1002", "1003" };
  g_autofree char *json = NULL;

  start_dual (f, 0);
  tandem_phone_delete_history (f->phone);
  WAIT_FOR (is_registered (f, 0) && is_registered (f, 1));
  g_assert_cmpuint (f->registrars[0].registers, >=, 1);
  g_assert_cmpuint (f->registrars[1].registers, >=, 1);
  json = tandem_phone_status_to_json (f->phone);
  g_assert_nonnull (strstr (json, "\"1002@example.test\""));
  g_assert_nonnull (strstr (json, "\"1003@second.example.test\""));

  for (guint n = 0; n < 2; n++)
    {
      g_autoptr (TandemCall) incoming = NULL;
      g_autofree char *id = g_strdup_printf ("%u", n);
      const gulong handler
          = g_signal_connect (f->phone, "incoming", G_CALLBACK (on_incoming), &incoming);

      ring (f, n, users[n]);
      WAIT_FOR (incoming != NULL);
      g_assert_cmpstr (tandem_call_get_account (incoming), ==, id);
      g_assert_true (tandem_call_decline (incoming, NULL));
      g_signal_handler_disconnect (f->phone, handler);
    }
  g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_history (f->phone)), ==, 2);
  tandem_phone_delete_history (f->phone);
}

/* The agent has two ears for all accounts: who talks on one is busy on the other. */
static void
test_dual_busy (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) incoming = NULL;
  TandemCall *first;

  start_dual (f, 0);
  tandem_phone_delete_history (f->phone);
  g_signal_connect (f->phone, "incoming", G_CALLBACK (on_incoming), &incoming);
  WAIT_FOR (is_registered (f, 0) && is_registered (f, 1));
  ring (f, 0, "1002");
  WAIT_FOR (incoming != NULL);
  first = incoming;
  ring (f, 1, "1003");
  WAIT_FOR (f->registrars[1].busy > 0);
  g_assert_true (incoming == first);
  g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_calls (f->phone)), ==, 1);
  g_assert_true (tandem_call_decline (incoming, NULL));
  tandem_phone_delete_history (f->phone);
}

/* Calls go out by preference; while that account is not registered, by the other. */
static void
test_dual_outgoing (Fixture *f, gconstpointer data)
{
  start_dual (f, 0);
  WAIT_FOR (is_registered (f, 0) && is_registered (f, 1));
  call_and_wait (f);
  g_assert_cmpuint (f->registrars[0].invites, ==, 1);
  g_assert_cmpuint (f->registrars[1].invites, ==, 0);

  f->registrars[0].answer = ANSWER_NOTHING;
  WAIT_FOR (!is_registered (f, 0));
  g_assert_true (is_registered (f, 1));
  call_and_wait (f);
  g_assert_cmpuint (f->registrars[1].invites, ==, 1);
  tandem_phone_delete_history (f->phone);
}

static void
test_dual_preference (Fixture *f, gconstpointer data)
{
  start_dual (f, 1);
  WAIT_FOR (is_registered (f, 0) && is_registered (f, 1));
  call_and_wait (f);
  g_assert_cmpuint (f->registrars[0].invites, ==, 0);
  g_assert_cmpuint (f->registrars[1].invites, ==, 1);
  tandem_phone_delete_history (f->phone);
}

/* The machine wakes up: what was known of the proxies is forgotten, and the registration renewed. The
 * watch may still be on its way to the bus: said again until it is heard. */
static void
test_resume (Fixture *f, gconstpointer data)
{
  gint64 said_at = 0, deadline;
  guint before;

  f->registrars[0].answer = ANSWER_NOTHING;
  start_phone (f, "");
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
  WAIT_FOR (tandem_account_get_set_aside (account_of (f)) == 1);
  f->registrars[0].answer = ANSWER_OK;
  before = f->registrars[0].registers + f->registrars[1].registers + f->registrars[2].registers;
  deadline = g_get_monotonic_time () + DEADLINE;
  while (tandem_account_get_set_aside (account_of (f)) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (g_get_monotonic_time () - said_at > G_USEC_PER_SEC)
        {
          said_at = g_get_monotonic_time ();
          g_dbus_connection_emit_signal (logind, NULL, "/org/freedesktop/login1",
                                         "org.freedesktop.login1.Manager", "PrepareForSleep",
                                         g_variant_new ("(b)", FALSE), NULL);
        }
      g_main_context_iteration (NULL, TRUE);
    }
  WAIT_FOR (f->registrars[0].registers + f->registrars[1].registers + f->registrars[2].registers
            > before);
  g_assert_cmpint (g_get_monotonic_time () - said_at, <, 3 * G_USEC_PER_SEC);
  WAIT_FOR (state_of (f) == TANDEM_ACCOUNT_REGISTERED);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/phone/registration/" name, Fixture, NULL, set_up, func, tear_down)

/* A system bus of our own, with somebody who says what logind would. */
static GTestDBus *
start_system_bus (void)
{
  GTestDBus *daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  g_test_dbus_up (daemon);
  logind = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (logind, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.login1", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, 5000, NULL, &error);
  g_assert_no_error (error);
  return daemon;
}

int
main (int argc, char *argv[])
{
  GTestDBus *daemon;
  int status;

  data_home_enter ();
  g_test_init (&argc, &argv, NULL);
  daemon = start_system_bus ();
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (daemon), TRUE);
  /* start_system_bus() has put its own there. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  ADD ("good", test_good);
  ADD ("dead-proxy", test_dead_proxy);
  ADD ("failover", test_failover);
  ADD ("all-dead", test_all_dead);
  ADD ("forbidden", test_forbidden);
  ADD ("password", test_password);
  ADD ("overloaded", test_overloaded);
  ADD ("dual", test_dual);
  ADD ("dual-busy", test_dual_busy);
  ADD ("dual-outgoing", test_dual_outgoing);
  ADD ("dual-preference", test_dual_preference);
  ADD ("resume", test_resume);
  status = g_test_run ();
  g_dbus_connection_close_sync (logind, NULL, NULL);
  g_object_unref (logind);
  g_test_dbus_stop (daemon);
  g_object_unref (daemon);
  data_home_leave ();
  return status;
}
