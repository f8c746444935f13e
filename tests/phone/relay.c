/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay.h"

#include <gio/gio.h>

#include <string.h>

/* See relay.h. */

#define MAX_MESSAGE 65535

struct _Relay
{
  GSocket *socket;
  char *address;
  guint port;
  GHashTable *users; /* user -> GSocketAddress */
  GCancellable *stop;
  GThread *thread;
  gint silent;
};

static void
send_to (Relay *self, GSocketAddress *to, GString *message)
{
  g_socket_send_to (self->socket, to, message->str, message->len, NULL, NULL);
}

/* (transfer full) (nullable): "…host:port…" up to the end of it */
static GSocketAddress *
read_address (const char *text)
{
  g_autofree char *host = g_strndup (text, strspn (text, "0123456789."));
  const char *rest = text + strlen (host);
  guint port = 5060;

  if (rest[0] == ':')
    port = (guint) g_ascii_strtoull (rest + 1, NULL, 10);
  return g_inet_socket_address_new_from_string (host, port);
}

/* Where the topmost Via says that answers go. (transfer full) (nullable) */
static GSocketAddress *
read_via (const char *message)
{
  const char *via = strstr (message, "\r\nVia: ");
  g_autofree char *line = NULL;
  char *received, *rport, *sent_by;
  g_autofree char *host = NULL;
  guint port;

  if (via == NULL)
    return NULL;
  via += strlen ("\r\nVia: ");
  line = g_strndup (via, strcspn (via, "\r\n"));
  sent_by = strchr (line, ' ');
  if (sent_by == NULL)
    return NULL;
  sent_by++;
  received = strstr (line, "received=");
  rport = strstr (line, "rport=");
  if (received == NULL && rport == NULL)
    return read_address (sent_by);
  received = received != NULL ? received + strlen ("received=") : sent_by;
  host = g_strndup (received, strspn (received, "0123456789."));
  port = rport != NULL ? (guint) g_ascii_strtoull (rport + strlen ("rport="), NULL, 10) : 0;
  if (port == 0)
    {
      const char *colon = strchr (sent_by, ':');

      port = colon != NULL ? (guint) g_ascii_strtoull (colon + 1, NULL, 10) : 5060;
    }
  return g_inet_socket_address_new_from_string (host, port);
}

static void
forward_response (Relay *self, GString *message)
{
  char *via = strstr (message->str, "\r\nVia: ");
  char *end = via != NULL ? strstr (via + 2, "\r\n") : NULL;
  g_autoptr (GSocketAddress) to = NULL;

  if (end == NULL)
    return;
  g_string_erase (message, via - message->str, end - via);
  to = read_via (message->str);
  if (to != NULL)
    send_to (self, to, message);
}

static char *
header (const char *message, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *line = strstr (message, start);

  return line != NULL ? g_strndup (line + 2, strcspn (line + 2, "\r")) : g_strdup ("X: ");
}

static void
refuse (Relay *self, GString *message, GSocketAddress *from)
{
  g_autofree char *via = header (message->str, "Via");
  g_autofree char *sender = header (message->str, "From");
  g_autofree char *to = header (message->str, "To");
  g_autofree char *call_id = header (message->str, "Call-ID");
  g_autofree char *cseq = header (message->str, "CSeq");
  g_autoptr (GString) answer = g_string_new (NULL);

  if (g_str_has_prefix (message->str, "ACK "))
    return;
  g_string_printf (answer,
                   "SIP/2.0 404 Not Found\r\n%s\r\n%s\r\n%s;tag=relay\r\n%s\r\n%s\r\n"
                   "Content-Length: 0\r\n\r\n",
                   via, sender, to, call_id, cseq);
  send_to (self, from, answer);
}

/* Where a request goes: by the address in its URI, or by the user. (transfer full) (nullable) */
static GSocketAddress *
route (Relay *self, const char *message)
{
  const char *uri = strstr (message, "sip:");
  const char *end = uri != NULL ? uri + strcspn (uri, " \r\n") : NULL;
  const char *at = uri != NULL ? memchr (uri, '@', (gsize) (end - uri)) : NULL;
  const char *host = at != NULL ? at + 1 : uri + 4;
  g_autofree char *user = at != NULL ? g_strndup (uri + 4, (gsize) (at - uri - 4)) : NULL;
  GSocketAddress *known;

  if (uri == NULL)
    return NULL;
  if (g_ascii_isdigit (*host) && !g_str_has_prefix (host, self->address))
    return read_address (host);
  known = user != NULL ? g_hash_table_lookup (self->users, user) : NULL;
  return known != NULL ? g_object_ref (known) : NULL;
}

static void
forward_request (Relay *self, GString *message, GSocketAddress *from)
{
  g_autoptr (GSocketAddress) to = route (self, message->str);
  g_autofree char *via = header (message->str, "Via");
  const char *branch = strstr (via, "branch=");
  const char *end = strstr (message->str, "\r\n");
  g_autofree char *own = NULL;

  if (to == NULL)
    {
      refuse (self, message, from);
      return;
    }
  if (end == NULL || branch == NULL)
    return;
  own = g_strndup (branch, strcspn (branch, ";,\r\n"));
  {
    g_autofree char *line = g_strdup_printf ("\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKrelay%u",
                                             self->address, self->port, g_str_hash (own));

    g_string_insert (message, end - message->str, line);
  }
  send_to (self, to, message);
}

static gpointer
run (gpointer data)
{
  Relay *self = data;
  g_autofree char *buffer = g_malloc (MAX_MESSAGE + 1);

  for (;;)
    {
      g_autoptr (GSocketAddress) from = NULL;
      g_autoptr (GString) message = NULL;
      const gssize length
          = g_socket_receive_from (self->socket, &from, buffer, MAX_MESSAGE, self->stop, NULL);

      if (g_cancellable_is_cancelled (self->stop))
        return NULL;
      if (length < 12 || g_atomic_int_get (&self->silent))
        continue;
      buffer[length] = '\0';
      message = g_string_new_len (buffer, length);
      if (g_str_has_prefix (message->str, "SIP/2.0 "))
        forward_response (self, message);
      else
        forward_request (self, message, from);
    }
}

Relay *
relay_new (const char *address)
{
  Relay *self = g_new0 (Relay, 1);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GError) error = NULL;

  self->address = g_strdup (address);
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->stop = g_cancellable_new ();
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                               G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_socket_bind (self->socket, wanted, FALSE, &error);
  g_assert_no_error (error);
  got = g_socket_get_local_address (self->socket, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->thread = g_thread_new ("relay", run, self);
  return self;
}

void
relay_free (Relay *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_object_unref (self->stop);
  g_object_unref (self->socket);
  g_hash_table_unref (self->users);
  g_free (self->address);
  g_free (self);
}

guint
relay_get_port (Relay *self)
{
  return self->port;
}

void
relay_add_user (Relay *self, const char *user, const char *address, guint port)
{
  g_hash_table_insert (self->users, g_strdup (user),
                       g_inet_socket_address_new_from_string (address, port));
}

void
relay_set_silent (Relay *self, gboolean silent)
{
  g_atomic_int_set (&self->silent, silent);
}
