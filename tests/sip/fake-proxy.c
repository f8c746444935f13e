/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-proxy.h"

#include <string.h>

/* See fake-proxy.h. */

const char fake_sdp[] = "v=0\r\n"
                        "o=- 7 7 IN IP4 127.1.0.99\r\n"
                        "s=-\r\n"
                        "c=IN IP4 127.1.0.99\r\n"
                        "t=0 0\r\n"
                        "m=audio 40000 RTP/AVP 0\r\n"
                        "a=rtpmap:0 PCMU/8000\r\n";

typedef struct
{
  FakeProxy *proxy;
  GSocketConnection *connection;
  GIOStream *io; /* the connection, or TLS over it */
  GSource *source;
  GString *buffer;
  gboolean gone;
} Stream;

static void
message_free (gpointer data)
{
  FakeMessage *self = data;

  g_free (self->text);
  g_free (self->first);
  g_free (self->method);
  g_free (self->body);
  g_clear_object (&self->from);
  g_free (self);
}

static const char *
long_name (const char *name, gsize length)
{
  static const char *const compact[][2]
      = { { "v", "Via" },          { "f", "From" },     { "t", "To" },
          { "i", "Call-ID" },      { "m", "Contact" },  { "l", "Content-Length" },
          { "c", "Content-Type" }, { "k", "Supported" } };

  for (guint i = 0; length == 1 && i < G_N_ELEMENTS (compact); i++)
    {
      if (g_ascii_tolower (*name) == compact[i][0][0])
        return compact[i][1];
    }
  return NULL;
}

static char *
header_in (const char *text, const char *name, guint n)
{
  const char *end = strstr (text, "\r\n\r\n");
  const char *line = strstr (text, "\r\n");

  while (line != NULL && end != NULL && line < end)
    {
      const char *start = line + 2;
      const char *stop = strstr (start, "\r\n");
      const char *colon = memchr (start, ':', stop - start);

      if (colon != NULL)
        {
          gsize length = colon - start;
          const char *full;

          while (length > 0 && start[length - 1] == ' ')
            length--;
          full = long_name (start, length);
          if ((full != NULL && g_ascii_strcasecmp (full, name) == 0)
              || (strlen (name) == length && g_ascii_strncasecmp (start, name, length) == 0))
            {
              if (n-- == 0)
                return g_strstrip (g_strndup (colon + 1, stop - colon - 1));
            }
        }
      line = stop;
    }
  return NULL;
}

char *
fake_message_header (FakeMessage *self, const char *name, guint n)
{
  return header_in (self->text, name, n);
}

char *
fake_message_parameter (FakeMessage *self, const char *header, const char *name)
{
  g_autofree char *value = fake_message_header (self, header, 0);
  g_autofree char *pattern = g_strdup_printf ("[;,\\s]%s=\"?([^;,\"\\s>]*)", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (value == NULL || !g_regex_match (regex, value, 0, &match))
    return NULL;
  return g_match_info_fetch (match, 1);
}

gboolean
fake_message_has (FakeMessage *self, const char *text)
{
  return strstr (self->text, text) != NULL;
}

static FakeMessage *
message_new (FakeProxy *proxy, const char *text, GSocketAddress *from, Stream *stream)
{
  FakeMessage *self = g_new0 (FakeMessage, 1);
  const char *end = strstr (text, "\r\n\r\n");

  self->proxy = proxy;
  self->text = g_strdup (text);
  self->first = g_strndup (text, strcspn (text, "\r"));
  self->when = g_get_monotonic_time ();
  self->from = from != NULL ? g_object_ref (from) : NULL;
  self->stream = stream;
  if (end != NULL && end[4] != '\0')
    self->body = g_strdup (end + 4);
  if (g_str_has_prefix (self->first, "SIP/2.0 "))
    {
      g_autofree char *cseq = header_in (text, "CSeq", 0);

      self->code = (guint) atoi (self->first + 8);
      self->method
          = g_strdup (cseq != NULL && strchr (cseq, ' ') != NULL ? strchr (cseq, ' ') + 1 : "");
    }
  else
    self->method = g_strndup (self->first, strcspn (self->first, " "));
  return self;
}

static void
raw_send (FakeProxy *self, GSocketAddress *to, Stream *stream, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (self->sent, g_strdup (text));
  if (stream != NULL)
    {
      if (!stream->gone)
        g_output_stream_write_all (g_io_stream_get_output_stream (stream->io), text, strlen (text),
                                   NULL, NULL, NULL);
    }
  else if (self->udp != NULL && to != NULL
           && g_socket_send_to (self->udp, to, text, strlen (text), NULL, &error) < 0)
    g_test_message ("%s cannot send: %s", self->id, error->message);
}

void
fake_proxy_send (FakeProxy *self, FakeMessage *to, const char *text)
{
  raw_send (self, to->from, to->stream, text);
}

void
fake_proxy_send_to_peer (FakeProxy *self, const char *text)
{
  raw_send (self, self->peer, self->peer_stream, text);
}

void
fake_proxy_set_peer (FakeProxy *self, const char *address, guint16 port)
{
  g_clear_object (&self->peer);
  self->peer = g_inet_socket_address_new_from_string (address, port);
}

static char *
answered_via (FakeProxy *self, FakeMessage *request)
{
  g_autofree char *via = fake_message_header (request, "Via", 0);
  g_autofree char *seen = NULL;
  guint port = self->see_port;
  GString *text;
  char *rport;

  if (G_IS_INET_SOCKET_ADDRESS (request->from))
    {
      GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (request->from);

      seen = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
      if (port == 0)
        port = g_inet_socket_address_get_port (inet);
    }
  text = g_string_new (NULL);
  rport = strstr (via, ";rport");
  if (rport != NULL && rport[6] != '=')
    {
      g_string_append_len (text, via, rport - via);
      g_string_append_printf (text, ";received=%s;rport=%u%s",
                              self->see_as != NULL ? self->see_as : seen, port, rport + 6);
    }
  else
    g_string_append (text, via);
  return g_string_free (text, FALSE);
}

void
fake_proxy_reply (FakeProxy *self,
                  FakeMessage *request,
                  guint code,
                  const char *phrase,
                  const char *to_tag,
                  const char *extra,
                  const char *body)
{
  g_autofree char *via = answered_via (self, request);
  g_autofree char *from = fake_message_header (request, "From", 0);
  g_autofree char *to = fake_message_header (request, "To", 0);
  g_autofree char *call_id = fake_message_header (request, "Call-ID", 0);
  g_autofree char *cseq = fake_message_header (request, "CSeq", 0);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "SIP/2.0 %u %s\r\nVia: %s\r\n", code,
                          phrase != NULL ? phrase : "Whatever", via);
  for (guint i = 1;; i++)
    {
      g_autofree char *more = fake_message_header (request, "Via", i);

      if (more == NULL)
        break;
      g_string_append_printf (text, "Via: %s\r\n", more);
    }
  g_string_append_printf (text, "From: %s\r\nTo: %s", from, to);
  if (to_tag != NULL && strstr (to, "tag=") == NULL)
    g_string_append_printf (text, ";tag=%s", to_tag);
  g_string_append_printf (text, "\r\nCall-ID: %s\r\nCSeq: %s\r\n", call_id, cseq);
  if (code > 100 && code < 300 && g_str_has_suffix (cseq, "INVITE"))
    g_string_append_printf (text,
                            strchr (self->address, ':') != NULL ? "Contact: <sip:far@[%s]:%u>%s\r\n"
                                                                : "Contact: <sip:far@%s:%u>%s\r\n",
                            self->address, self->port,
                            self->contact_parameters != NULL ? self->contact_parameters : "");
  if (self->record_route != NULL && code < 300)
    g_string_append_printf (text, "Record-Route: %s\r\n", self->record_route);
  if (self->extra != NULL)
    g_string_append (text, self->extra);
  if (extra != NULL)
    g_string_append (text, extra);
  if (body != NULL)
    g_string_append_printf (text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
                            strlen (body), body);
  else
    g_string_append (text, "Content-Length: 0\r\n\r\n");
  if (self->mute)
    g_ptr_array_add (self->sent, g_string_free (text, FALSE));
  else
    {
      raw_send (self, request->from, request->stream, text->str);
      g_string_free (text, TRUE);
    }
}

/* What happens by itself */

static gboolean
is_authorized (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *value = fake_message_header (message, "Authorization", 0);
  g_autofree char *user = fake_message_parameter (message, "Authorization", "username");
  g_autofree char *nonce = fake_message_parameter (message, "Authorization", "nonce");
  g_autofree char *uri = fake_message_parameter (message, "Authorization", "uri");
  g_autofree char *response = fake_message_parameter (message, "Authorization", "response");
  g_autofree char *nc = fake_message_parameter (message, "Authorization", "nc");
  g_autofree char *cnonce = fake_message_parameter (message, "Authorization", "cnonce");
  g_autofree char *a1 = NULL, *a2 = NULL, *h1 = NULL, *h2 = NULL, *all = NULL, *expected = NULL;

  if (value == NULL || g_strcmp0 (nonce, self->nonce) != 0 || response == NULL)
    return FALSE;
  a1 = g_strdup_printf ("%s:sample:%s", user, self->password);
  a2 = g_strdup_printf ("%s:%s", message->method, uri);
  h1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, a1, -1);
  h2 = g_compute_checksum_for_string (G_CHECKSUM_MD5, a2, -1);
  all = g_strdup_printf ("%s:%s:%s:%s:auth:%s", h1, nonce, nc, cnonce, h2);
  expected = g_compute_checksum_for_string (G_CHECKSUM_MD5, all, -1);
  return strcmp (expected, response) == 0;
}

static gboolean
challenge (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *extra = NULL;
  gboolean stale = self->stale;

  if (self->password == NULL)
    return FALSE;
  if (is_authorized (self, message) && !stale)
    return FALSE;
  self->stale = FALSE;
  if (stale || self->nonce == NULL)
    {
      g_free (self->nonce);
      self->nonce = g_strdup_printf ("nonce%u%p", ++self->tags, (gpointer) self);
    }
  extra = g_strdup_printf ("WWW-Authenticate: Digest realm=\"sample\", nonce=\"%s\", "
                           "algorithm=MD5, qop=\"auth\"%s\r\n",
                           self->nonce, stale ? ", stale=true" : "");
  fake_proxy_reply (self, message, 401, "Unauthorized", "c", extra, NULL);
  return TRUE;
}

typedef struct
{
  FakeProxy *proxy;
  FakeMessage *invite;
  char *tag;
} Ringing;

static gboolean
on_picked_up (gpointer data)
{
  Ringing *self = data;

  if (!self->proxy->silent)
    fake_proxy_reply (self->proxy, self->invite, 200, "OK", self->tag, NULL,
                      self->proxy->no_sdp ? NULL : fake_sdp);
  g_free (self->tag);
  g_free (self);
  return G_SOURCE_REMOVE;
}

static void
on_invite (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *tag = g_strdup_printf ("far%u", ++self->tags);
  g_autofree char *to = fake_message_header (message, "To", 0);
  gboolean in_dialog = strstr (to, "tag=") != NULL;

  if (self->invite_code == 1)
    return;
  fake_proxy_reply (self, message, 100, "Trying", NULL, NULL, NULL);
  if (self->invite_code == 0)
    return;
  if (!in_dialog && (self->invite_code == 180 || self->invite_code < 300))
    fake_proxy_reply (self, message, self->early_media ? 183 : 180, "Ringing", tag, NULL,
                      self->early_media ? fake_sdp : NULL);
  if (self->invite_code == 180)
    return;
  if (self->invite_code < 300 && self->ring_ms > 0 && !in_dialog)
    {
      Ringing *ringing = g_new0 (Ringing, 1);

      ringing->proxy = self;
      ringing->invite = message;
      ringing->tag = g_steal_pointer (&tag);
      g_timeout_add (self->ring_ms, on_picked_up, ringing);
      return;
    }
  fake_proxy_reply (self, message, self->invite_code, NULL, tag, NULL,
                    self->invite_code < 300 && !self->no_sdp ? fake_sdp : NULL);
}

static void
on_register (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *contact = fake_message_header (message, "Contact", 0);
  g_autofree char *asked = fake_message_header (message, "Expires", 0);
  g_autofree char *extra = NULL;
  guint expires = self->expires != 0 ? self->expires : (guint) atoi (asked != NULL ? asked : "60");

  if (self->register_code >= 300)
    {
      fake_proxy_reply (self, message, self->register_code, "Sample Refusal", "r", NULL, NULL);
      return;
    }
  extra = g_strdup_printf ("Contact: %s;expires=%u\r\n", contact, expires);
  fake_proxy_reply (self, message, 200, "OK", "r", extra, NULL);
}

static void
on_cancel (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *call_id = fake_message_header (message, "Call-ID", 0);

  fake_proxy_reply (self, message, 200, "OK", "c", NULL, NULL);
  for (guint i = self->received->len; i > 0; i--)
    {
      FakeMessage *invite = g_ptr_array_index (self->received, i - 1);
      g_autofree char *id = fake_message_header (invite, "Call-ID", 0);

      if (invite->code == 0 && strcmp (invite->method, "INVITE") == 0
          && g_strcmp0 (id, call_id) == 0)
        {
          fake_proxy_reply (self, invite, 487, "Request Terminated", "c", NULL, NULL);
          return;
        }
    }
}

static gboolean
is_repetition (FakeProxy *self, FakeMessage *message)
{
  g_autofree char *via = fake_message_header (message, "Via", 0);

  for (guint i = 0; i < self->received->len; i++)
    {
      FakeMessage *before = g_ptr_array_index (self->received, i);
      g_autofree char *other = fake_message_header (before, "Via", 0);

      if (before != message && before->code == 0 && strcmp (before->method, message->method) == 0
          && g_strcmp0 (via, other) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
take (FakeProxy *self, const char *text, GSocketAddress *from, Stream *stream)
{
  FakeMessage *message;

  if (self->deaf || strspn (text, "\r\n") == strlen (text))
    return;
  message = message_new (self, text, from, stream);
  g_ptr_array_add (self->received, message);
  g_test_message ("%s <- %s (%zu bytes)", self->id, message->first, strlen (text));
  if (g_getenv ("FAKE_PROXY_TRACE") != NULL)
    g_test_message ("%s", text);
  if (message->code == 0)
    {
      g_set_object (&self->peer, from);
      self->peer_stream = stream;
    }
  if (self->silent)
    return;
  if (self->handler != NULL && self->handler (self, message, self->handler_data))
    return;
  if (message->code != 0 || strcmp (message->method, "ACK") == 0)
    return;
  if (strcmp (message->method, "INVITE") == 0 && is_repetition (self, message))
    return;
  if ((strcmp (message->method, "REGISTER") == 0 || strcmp (message->method, "INVITE") == 0)
      && challenge (self, message))
    return;
  if (strcmp (message->method, "REGISTER") == 0)
    on_register (self, message);
  else if (strcmp (message->method, "INVITE") == 0)
    on_invite (self, message);
  else if (strcmp (message->method, "CANCEL") == 0)
    on_cancel (self, message);
  else if (strcmp (message->method, "OPTIONS") == 0)
    fake_proxy_reply (self, message, self->options_code, "OK", "o", NULL, NULL);
  else
    fake_proxy_reply (self, message, strcmp (message->method, "BYE") == 0 ? self->bye_code : 200,
                      "OK", "o", NULL, NULL);
}

/* Sockets */

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  FakeProxy *self = data;
  char buffer[65536];
  g_autoptr (GSocketAddress) from = NULL;
  gssize n = g_socket_receive_from (socket, &from, buffer, sizeof buffer - 1, NULL, NULL);

  if (n > 0)
    {
      buffer[n] = '\0';
      take (self, buffer, from, NULL);
    }
  return G_SOURCE_CONTINUE;
}

static void
stream_free (gpointer data)
{
  Stream *self = data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->io);
  g_object_unref (self->connection);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}

static void
take_keep_alives (Stream *self)
{
  while (g_str_has_prefix (self->buffer->str, "\r\n"))
    {
      gboolean ping = g_str_has_prefix (self->buffer->str, "\r\n\r\n");

      g_string_erase (self->buffer, 0, ping ? 4 : 2);
      if (ping)
        self->proxy->pings++;
      else
        self->proxy->pongs++;
    }
}

static gboolean
on_stream (GObject *input, gpointer data)
{
  Stream *self = data;
  char buffer[8192];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer,
                                                       sizeof buffer, NULL, &error);
  g_autoptr (GSocketAddress) from = g_socket_connection_get_remote_address (self->connection, NULL);
  char *end;

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      g_test_message ("%s: connection ended: %s", self->proxy->id,
                      error != NULL ? error->message : "closed");
      self->gone = TRUE;
      return G_SOURCE_REMOVE;
    }
  g_string_append_len (self->buffer, buffer, n);
  take_keep_alives (self);
  while ((end = strstr (self->buffer->str, "\r\n\r\n")) != NULL)
    {
      g_autofree char *length = header_in (self->buffer->str, "Content-Length", 0);
      gsize all = end - self->buffer->str + 4 + (gsize) atoi (length != NULL ? length : "0");
      g_autofree char *text = NULL;

      if (self->buffer->len < all)
        break;
      text = g_strndup (self->buffer->str, all);
      g_string_erase (self->buffer, 0, (gssize) all);
      take (self->proxy, text, from, self);
      take_keep_alives (self);
    }
  return G_SOURCE_CONTINUE;
}

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GSocketConnection) connection
      = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  FakeProxy *self = data;
  Stream *stream;

  if (connection == NULL)
    return;
  stream = g_new0 (Stream, 1);
  stream->proxy = self;
  if (self->certificate != NULL)
    stream->io = G_IO_STREAM (
        g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL));
  else
    stream->io = g_object_ref (G_IO_STREAM (connection));
  stream->connection = g_steal_pointer (&connection);
  stream->buffer = g_string_new (NULL);
  stream->source = g_pollable_input_stream_create_source (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream->io)), NULL);
  g_source_set_callback (stream->source, G_SOURCE_FUNC (on_stream), stream, NULL);
  g_source_attach (stream->source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->streams, stream);
  g_socket_listener_accept_async (self->listener, NULL, on_accepted, self);
}

FakeProxy *
fake_proxy_new (const char *address, guint16 port, const char *transport)
{
  FakeProxy *self = g_new0 (FakeProxy, 1);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GError) error = NULL;

  self->address = g_strdup (address);
  self->received = g_ptr_array_new_with_free_func (message_free);
  self->sent = g_ptr_array_new_with_free_func (g_free);
  self->streams = g_ptr_array_new_with_free_func (stream_free);
  self->register_code = self->options_code = self->invite_code = self->bye_code = 200;
  if (strcmp (transport, "udp") == 0)
    {
      self->udp = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_DATAGRAM,
                                G_SOCKET_PROTOCOL_UDP, &error);
      g_assert_no_error (error);
      g_socket_bind (self->udp, wanted, FALSE, &error);
      g_assert_no_error (error);
      got = g_socket_get_local_address (self->udp, NULL);
      self->udp_source = g_socket_create_source (self->udp, G_IO_IN, NULL);
      g_source_set_callback (self->udp_source, G_SOURCE_FUNC (on_datagram), self, NULL);
      g_source_attach (self->udp_source, g_main_context_get_thread_default ());
    }
  else
    {
      self->listener = g_socket_listener_new ();
      g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
      g_assert_no_error (error);
      g_socket_listener_accept_async (self->listener, NULL, on_accepted, self);
    }
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->id = strchr (address, ':') != NULL
                 ? g_strdup_printf ("%s:[%s]:%u", transport, address, self->port)
                 : g_strdup_printf ("%s:%s:%u", transport, address, self->port);
  return self;
}

void
fake_proxy_drop_connections (FakeProxy *self)
{
  self->peer_stream = NULL;
  g_ptr_array_set_size (self->streams, 0);
}

void
fake_proxy_kill (FakeProxy *self)
{
  if (self->listener != NULL)
    g_socket_listener_close (self->listener);
  g_clear_object (&self->listener);
  fake_proxy_drop_connections (self);
  if (self->udp_source != NULL)
    g_source_destroy (self->udp_source);
  g_clear_pointer (&self->udp_source, g_source_unref);
  if (self->udp != NULL)
    g_socket_close (self->udp, NULL);
  g_clear_object (&self->udp);
}

void
fake_proxy_free (FakeProxy *self)
{
  fake_proxy_kill (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->received);
  g_ptr_array_unref (self->sent);
  g_clear_object (&self->peer);
  g_clear_object (&self->certificate);
  g_free (self->address);
  g_free (self->id);
  g_free (self->password);
  g_free (self->nonce);
  g_free (self->extra);
  g_free (self->record_route);
  g_free (self->see_as);
  g_free (self);
}

char *
fake_proxy_list (FakeProxy *const *proxies, guint n)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list,
                            strchr (proxies[i]->address, ':') != NULL ? "%s[%s]:%u" : "%s%s:%u",
                            i > 0 ? "," : "", proxies[i]->address, proxies[i]->port);
  return g_string_free (list, FALSE);
}

FakeMessage *
fake_proxy_find (FakeProxy *self, const char *method, guint code, guint n)
{
  for (guint i = 0; i < self->received->len; i++)
    {
      FakeMessage *message = g_ptr_array_index (self->received, i);

      if (message->code == code && strcmp (message->method, method) == 0 && n-- == 0)
        return message;
    }
  return NULL;
}

guint
fake_proxy_count (FakeProxy *self, const char *method, guint code)
{
  guint n = 0;

  while (fake_proxy_find (self, method, code, n) != NULL)
    n++;
  return n;
}

guint
fake_proxy_count_distinct (FakeProxy *self, const char *method)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->received->len; i++)
    {
      FakeMessage *message = g_ptr_array_index (self->received, i);

      if (message->code == 0 && strcmp (message->method, method) == 0)
        g_hash_table_add (seen, fake_message_parameter (message, "Via", "branch"));
    }
  return g_hash_table_size (seen);
}
