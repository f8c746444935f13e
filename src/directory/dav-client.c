/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dav-client.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include <string.h>

/* TandemDavClient: see dav-client.h. libsoup would follow redirections itself, to anywhere: they are
 * followed here. */

#define MAX_REDIRECTIONS 5
#define MAX_URL 4096
#define CHUNK (64 * 1024)
#define CONTENT_TYPE "application/xml; charset=utf-8"

struct _TandemDavClient
{
  GMainContext *context;
  SoupSession *session;
  GUri *first;
  char *user;
  char *password;
  gboolean plain;
  GCancellable *cancellable;
  gint64 deadline;
};

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
has_tls (GUri *uri)
{
  return g_str_equal (g_uri_get_scheme (uri), "https");
}

static int
get_port (GUri *uri)
{
  const int port = g_uri_get_port (uri);

  return port > 0 ? port : (has_tls (uri) ? 443 : 80);
}

static gboolean
has_same_domain (const char *a, const char *b)
{
  const char *base_a, *base_b;

  if (g_hostname_is_ip_address (a) || g_hostname_is_ip_address (b))
    return FALSE;
  base_a = soup_tld_get_base_domain (a, NULL);
  base_b = soup_tld_get_base_domain (b, NULL);
  return base_a != NULL && base_b != NULL && g_ascii_strcasecmp (base_a, base_b) == 0;
}

/* Whether the password may go there. */
static gboolean
is_trusted (TandemDavClient *self, GUri *uri)
{
  const char *host = g_uri_get_host (uri), *first = g_uri_get_host (self->first);

  if (has_tls (self->first) && !has_tls (uri))
    return FALSE;
  if (g_ascii_strcasecmp (host, first) == 0)
    return get_port (uri) == get_port (self->first) || has_tls (uri);
  return has_tls (uri) && has_same_domain (host, first);
}

/* (transfer full) (nullable): without a fragment and a password, with a path */
static GUri *
parse_uri (const char *base, const char *text)
{
  g_autoptr (GUri) from = NULL;
  g_autoptr (GUri) uri = NULL;

  if (strnlen (text, MAX_URL + 1) > MAX_URL)
    return NULL;
  if (base != NULL)
    {
      from = g_uri_parse (base, SOUP_HTTP_URI_FLAGS, NULL);
      if (from == NULL)
        return NULL;
    }
  uri = from != NULL ? g_uri_parse_relative (from, text, SOUP_HTTP_URI_FLAGS, NULL)
                     : g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0'
      || (!g_str_equal (g_uri_get_scheme (uri), "https")
          && !g_str_equal (g_uri_get_scheme (uri), "http")))
    return NULL;
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), g_uri_get_path (uri), g_uri_get_query (uri), NULL);
}

static gboolean
on_authenticate (SoupMessage *message, SoupAuth *auth, gboolean retrying, TandemDavClient *self)
{
  if (retrying || self->user == NULL || self->password == NULL
      || !is_trusted (self, soup_message_get_uri (message)))
    return FALSE;
  soup_auth_authenticate (auth, self->user, self->password);
  return TRUE;
}

/* libsoup 3.2 would send the rest of a body that it has sent already, which is nothing, and wait. */
static void
on_restarted (SoupMessage *message, GBytes *body)
{
  soup_message_set_request_body_from_bytes (message, CONTENT_TYPE, body);
}

TandemDavClient *
tandem_dav_client_new (const char *url,
                       const char *user,
                       const char *password,
                       gboolean plain,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GUri) uri = parse_uri (NULL, url);
  TandemDavClient *self;

  if (uri == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: what was given as the address of an address book's server. */
                   _ ("“%s” is not the address of an address book, which begins with https://"),
                   url);
      return NULL;
    }
  if (!has_tls (uri) && !plain && !is_loopback (g_uri_get_host (uri)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("An address book is not synchronised without TLS: anybody on the way "
                              "could read the password. Its address must begin with https://"));
      return NULL;
    }
  self = g_new0 (TandemDavClient, 1);
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->session
      = soup_session_new_with_options ("timeout", TANDEM_DAV_TIMEOUT, "user-agent", "Tandem", NULL);
  self->first = g_steal_pointer (&uri);
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  self->plain = plain;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->deadline = g_get_monotonic_time () + TANDEM_DAV_DEADLINE * G_USEC_PER_SEC;
  return self;
}

void
tandem_dav_client_free (TandemDavClient *self)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_uri_unref (self->first);
  g_free (self->user);
  g_free (self->password);
  g_clear_object (&self->cancellable);
  g_free (self);
}

char *
tandem_dav_client_resolve (TandemDavClient *self, const char *base, const char *href)
{
  g_autoptr (GUri) uri = parse_uri (base, href);

  return uri != NULL && is_trusted (self, uri) ? g_uri_to_string (uri) : NULL;
}

static gboolean
check_deadline (TandemDavClient *self, GError **error)
{
  if (g_get_monotonic_time () < self->deadline)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                       _ ("The address book's server takes too long."));
  return FALSE;
}

/* (transfer full) (nullable) */
static GByteArray *
read_body (TandemDavClient *self, GInputStream *stream, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize n;

  while ((n = g_input_stream_read (stream, chunk, CHUNK, self->cancellable, error)) > 0)
    {
      if (!check_deadline (self, error))
        return NULL;
      if (body->len + (gsize) n > TANDEM_DAV_MAX_BODY)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                               _ ("The answer of the address book's server is too long."));
          return NULL;
        }
      g_byte_array_append (body, chunk, (guint) n);
    }
  return n == 0 ? g_steal_pointer (&body) : NULL;
}

/* FALSE: refused. */
static gboolean
follow (TandemDavClient *self, SoupMessage *message, char **url, GError **error)
{
  const char *location
      = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autoptr (GUri) uri = location != NULL ? parse_uri (*url, location) : NULL;

  if (uri != NULL && is_trusted (self, uri))
    {
      g_free (*url);
      *url = g_uri_to_string (uri);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               /* Translators: the name of a server. */
               _ ("The address book's server refers to another one (%s), which is not given the "
                  "password."),
               uri != NULL ? g_uri_get_host (uri) : "?");
  return FALSE;
}

static TandemDavAnswer *
take_answer (TandemDavClient *self, guint code, GByteArray *body, GError **error)
{
  if (code == SOUP_STATUS_UNAUTHORIZED || code == SOUP_STATUS_PROXY_UNAUTHORIZED)
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        _ ("The address book's server does not accept this user name and password."));
  else if (code != SOUP_STATUS_MULTI_STATUS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 /* Translators: a number, such as 404. */
                 _ ("There is no address book at this address (the server's answer is %u)."), code);
  else
    return tandem_dav_answer_parse ((const char *) body->data, body->len, error);
  return NULL;
}

TandemDavAnswer *
tandem_dav_client_ask (TandemDavClient *self,
                       const char *method,
                       const char *url,
                       const char *depth,
                       const char *body,
                       char **url_out,
                       guint *status,
                       GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autofree char *at = g_strdup (url);

  if (status != NULL)
    *status = 0;
  for (guint i = 0; i <= MAX_REDIRECTIONS; i++)
    {
      g_autoptr (SoupMessage) message = soup_message_new (method, at);
      g_autoptr (GInputStream) stream = NULL;
      g_autoptr (GByteArray) answer = NULL;
      SoupMessageHeaders *headers;
      TandemDavAnswer *parsed;
      guint code;

      if (message == NULL)
        break;
      headers = soup_message_get_request_headers (message);
      soup_message_headers_replace (headers, "Depth", depth);
      soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT);
      soup_message_set_request_body_from_bytes (message, CONTENT_TYPE, bytes);
      g_signal_connect (message, "authenticate", G_CALLBACK (on_authenticate), self);
      g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), bytes);
      if (!check_deadline (self, error))
        return NULL;
      stream = soup_session_send (self->session, message, self->cancellable, error);
      if (stream == NULL)
        return NULL;
      answer = read_body (self, stream, error);
      if (answer == NULL)
        return NULL;
      code = soup_message_get_status (message);
      if (SOUP_STATUS_IS_REDIRECTION (code))
        {
          if (!follow (self, message, &at, error))
            return NULL;
          continue;
        }
      if (status != NULL)
        *status = code;
      parsed = take_answer (self, code, answer, error);
      if (parsed != NULL && url_out != NULL)
        *url_out = g_steal_pointer (&at);
      return parsed;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _ ("The address book's server refers to itself without end."));
  return NULL;
}
