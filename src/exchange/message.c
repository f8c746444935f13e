/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <belle-sip/belle-sip.h>

#include <string.h>

/* Whatever comes over loopback may still be garbage: anything with a NUL, without the end of the
 * headers or without one of the headers that every message has is not parsed, or dropped after. */

static const char *
value_of (const char *text)
{
  const char *colon = strchr (text, ':');

  if (colon == NULL)
    return "";
  for (colon++; *colon == ' ' || *colon == '\t'; colon++)
    ;
  return colon;
}

static char *
header_value (gpointer header)
{
  char *text = belle_sip_object_to_string (header);
  char *value = g_strdup (value_of (text));

  belle_sip_free (text);
  return value;
}

static void
add_values (GPtrArray *to, belle_sip_message_t *message, const char *name)
{
  for (const belle_sip_list_t *item = belle_sip_message_get_headers (message, name); item != NULL;
       item = item->next)
    g_ptr_array_add (to, header_value (item->data));
}

/* Of a header that the library has no type for, or only in some versions. (transfer full) (nullable) */
static char *
first_value (belle_sip_message_t *message, const char *name)
{
  belle_sip_header_t *header = belle_sip_message_get_header (message, name);
  char *value = header != NULL ? header_value (header) : NULL;

  return value != NULL ? g_strstrip (value) : NULL;
}

/* How a Via says where its answer goes. */
static char *
via_with_source (belle_sip_header_via_t *via, const char *host, guint port)
{
  belle_sip_header_via_set_received (via, host);
  if (belle_sip_parameters_has_parameter (BELLE_SIP_PARAMETERS (via), "rport"))
    belle_sip_header_via_set_rport (via, (int) port);
  return header_value (via);
}

static char *
uri_text (gpointer uri)
{
  char *text = belle_sip_object_to_string (uri);
  char *copy = g_strdup (text);

  belle_sip_free (text);
  return copy;
}

static void
read_credentials (TandemExchangeMessage *self, belle_sip_message_t *message)
{
  belle_sip_header_authorization_t *header
      = (belle_sip_header_authorization_t *) belle_sip_message_get_header_by_type (
          message, belle_sip_header_proxy_authorization_t);

  if (header == NULL)
    header = belle_sip_message_get_header_by_type (message, belle_sip_header_authorization_t);
  if (header == NULL)
    return;
  self->credentials_given = TRUE;
  self->credentials.username = g_strdup (belle_sip_header_authorization_get_username (header));
  self->credentials.realm = g_strdup (belle_sip_header_authorization_get_realm (header));
  self->credentials.nonce = g_strdup (belle_sip_header_authorization_get_nonce (header));
  self->credentials.response = g_strdup (belle_sip_header_authorization_get_response (header));
  self->credentials.cnonce = g_strdup (belle_sip_header_authorization_get_cnonce (header));
  self->credentials.qop = g_strdup (belle_sip_header_authorization_get_qop (header));
  self->credentials.algorithm = g_strdup (belle_sip_header_authorization_get_algorithm (header));
  if (belle_sip_header_authorization_get_uri (header) != NULL)
    self->credentials.uri = uri_text (belle_sip_header_authorization_get_uri (header));
}

/* belle-sip takes the count for a decimal number; it is eight hexadecimal digits (RFC 2617 3.2.2). Of
 * the same header as the other credentials. */
static void
read_nonce_count (TandemExchangeMessage *self, const char *head)
{
  static const char *const names[] = { "proxy-authorization", "authorization" };

  for (guint i = 0; i < G_N_ELEMENTS (names) && self->credentials.nonce_count == NULL; i++)
    {
      g_autofree char *pattern
          = g_strdup_printf ("^%s:[^\r\n]*[ ,]nc=\"?([0-9a-f]{8})\\b", names[i]);
      g_autoptr (GRegex) regex
          = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;

      if (g_regex_match (regex, head, 0, &match))
        self->credentials.nonce_count = g_match_info_fetch (match, 1);
    }
}

static gboolean
read_headers (TandemExchangeMessage *self,
              belle_sip_message_t *message,
              const char *host,
              guint port)
{
  belle_sip_header_call_id_t *call_id
      = belle_sip_message_get_header_by_type (message, belle_sip_header_call_id_t);
  belle_sip_header_cseq_t *cseq
      = belle_sip_message_get_header_by_type (message, belle_sip_header_cseq_t);
  belle_sip_header_from_t *from
      = belle_sip_message_get_header_by_type (message, belle_sip_header_from_t);
  belle_sip_header_to_t *to = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (message, belle_sip_header_via_t);
  belle_sip_header_contact_t *contact
      = belle_sip_message_get_header_by_type (message, belle_sip_header_contact_t);
  belle_sip_header_expires_t *expires
      = belle_sip_message_get_header_by_type (message, belle_sip_header_expires_t);
  belle_sip_header_max_forwards_t *forwards
      = belle_sip_message_get_header_by_type (message, belle_sip_header_max_forwards_t);
  belle_sip_uri_t *uri;

  if (call_id == NULL || belle_sip_header_call_id_get_call_id (call_id) == NULL || cseq == NULL
      || belle_sip_header_cseq_get_method (cseq) == NULL || from == NULL || to == NULL
      || via == NULL)
    return FALSE;
  self->call_id = g_strdup (belle_sip_header_call_id_get_call_id (call_id));
  self->cseq = belle_sip_header_cseq_get_seq_number (cseq);
  if (!self->request)
    self->method = g_strdup (belle_sip_header_cseq_get_method (cseq));
  else if (g_strcmp0 (self->method, belle_sip_header_cseq_get_method (cseq)) != 0)
    return FALSE;
  self->from = header_value (from);
  self->to = header_value (to);
  self->from_tag = g_strdup (belle_sip_header_from_get_tag (from));
  self->to_tag = g_strdup (belle_sip_header_to_get_tag (to));
  uri = belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (to));
  if (uri != NULL)
    self->to_user = g_strdup (belle_sip_uri_get_user (uri));

  self->branch = g_strdup (belle_sip_header_via_get_branch (via));
  add_values (self->vias, message, "Via");
  if (self->vias->len == 0)
    return FALSE;
  if (self->request)
    {
      g_free (self->vias->pdata[0]);
      self->vias->pdata[0] = via_with_source (via, host, port);
    }
  add_values (self->record_route, message, "Record-Route");

  if (contact != NULL)
    {
      self->contact_any = belle_sip_header_contact_is_wildcard (contact) != 0;
      self->contact_expires = belle_sip_header_contact_get_expires (contact);
      uri = belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (contact));
      if (!self->contact_any && uri != NULL)
        self->contact = uri_text (uri);
    }
  if (expires != NULL)
    self->expires = belle_sip_header_expires_get_expires (expires);
  if (forwards != NULL)
    self->max_forwards = belle_sip_header_max_forwards_get_max_forwards (forwards);
  self->event = first_value (message, "Event");
  if (self->event != NULL)
    {
      self->event[strcspn (self->event, ";")] = '\0';
      g_strchomp (self->event);
    }
  self->refer_to = first_value (message, "Refer-To");
  self->replaces = first_value (message, "Replaces");
  read_credentials (self, message);
  return TRUE;
}

static TandemExchangeMessage *
read_message (belle_sip_message_t *message, const char *host, guint port)
{
  g_autoptr (TandemExchangeMessage) self = g_rc_box_new0 (TandemExchangeMessage);

  self->contact_expires = self->expires = self->max_forwards = -1;
  self->vias = g_ptr_array_new_with_free_func (g_free);
  self->record_route = g_ptr_array_new_with_free_func (g_free);
  self->request = belle_sip_message_is_request (message);
  if (self->request)
    {
      belle_sip_request_t *request = BELLE_SIP_REQUEST (message);
      belle_sip_uri_t *uri = belle_sip_request_get_uri (request);

      self->method = g_strdup (belle_sip_request_get_method (request));
      if (uri != NULL)
        {
          self->uri = uri_text (uri);
          self->user = g_strdup (belle_sip_uri_get_user (uri));
        }
      if (self->method == NULL || self->uri == NULL)
        return NULL;
    }
  else if (belle_sip_message_is_response (message))
    self->status = belle_sip_response_get_status_code (BELLE_SIP_RESPONSE (message));
  else
    return NULL;
  if (!read_headers (self, message, host, port))
    return NULL;
  return g_steal_pointer (&self);
}

TandemExchangeMessage *
tandem_exchange_message_parse (const char *data,
                               gsize length,
                               const char *source_host,
                               guint source_port)
{
  g_autofree char *head = NULL;
  const char *end;
  belle_sip_object_pool_t *pool;
  belle_sip_message_t *message;
  TandemExchangeMessage *self = NULL;

  g_return_val_if_fail (source_host != NULL, NULL);
  if (length < 16 || memchr (data, '\0', length) != NULL || !g_ascii_isalpha (data[0]))
    return NULL;
  end = g_strstr_len (data, (gssize) length, "\r\n\r\n");
  if (end == NULL)
    return NULL;
  head = g_strndup (data, (gsize) (end - data) + 4);

  pool = belle_sip_object_pool_push ();
  message = belle_sip_message_parse (head);
  if (message != NULL)
    {
      self = read_message (message, source_host, source_port);
      belle_sip_object_unref (message);
    }
  belle_sip_object_unref (pool);
  if (self != NULL)
    {
      read_nonce_count (self, head);
      self->body = g_strndup (end + 4, length - (gsize) (end + 4 - data));
    }
  return self;
}

static void
clear (gpointer data)
{
  TandemExchangeMessage *self = data;

  g_free (self->method);
  g_free (self->uri);
  g_free (self->user);
  g_free (self->call_id);
  g_free (self->from);
  g_free (self->to);
  g_free (self->from_tag);
  g_free (self->to_tag);
  g_free (self->to_user);
  g_free (self->branch);
  g_ptr_array_unref (self->vias);
  g_ptr_array_unref (self->record_route);
  g_free (self->contact);
  g_free (self->event);
  g_free (self->refer_to);
  g_free (self->replaces);
  g_free (self->credentials.username);
  g_free (self->credentials.realm);
  g_free (self->credentials.nonce);
  g_free (self->credentials.uri);
  g_free (self->credentials.response);
  g_free (self->credentials.cnonce);
  g_free (self->credentials.qop);
  g_free (self->credentials.algorithm);
  g_free (self->credentials.nonce_count);
  g_free (self->body);
}

TandemExchangeMessage *
tandem_exchange_message_ref (const TandemExchangeMessage *self)
{
  return g_rc_box_acquire ((gpointer) self);
}

void
tandem_exchange_message_unref (TandemExchangeMessage *self)
{
  g_rc_box_release_full (self, clear);
}

const char *
tandem_exchange_message_reason (int status)
{
  static const struct
  {
    int status;
    const char *reason;
  } reasons[] = {
    { 100, "Trying" },
    { 180, "Ringing" },
    { 200, "OK" },
    { 202, "Accepted" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 407, "Proxy Authentication Required" },
    { 423, "Interval Too Brief" },
    { 480, "Temporarily Unavailable" },
    { 481, "Call/Transaction Does Not Exist" },
    { 482, "Loop Detected" },
    { 483, "Too Many Hops" },
    { 486, "Busy Here" },
    { 487, "Request Terminated" },
    { 488, "Not Acceptable Here" },
    { 489, "Bad Event" },
    { 491, "Request Pending" },
    { 500, "Server Internal Error" },
    { 503, "Service Unavailable" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].status == status)
      return reasons[i].reason;
  return "Unknown";
}

char *
tandem_exchange_message_answer (const TandemExchangeMessage *request,
                                int status,
                                const char *tag,
                                const char *headers,
                                const char *sdp)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "SIP/2.0 %d %s\r\n", status,
                          tandem_exchange_message_reason (status));
  for (guint i = 0; i < request->vias->len; i++)
    g_string_append_printf (text, "Via: %s\r\n", (const char *) request->vias->pdata[i]);
  g_string_append_printf (text, "From: %s\r\nTo: %s", request->from, request->to);
  if (request->to_tag == NULL && tag != NULL)
    g_string_append_printf (text, ";tag=%s", tag);
  g_string_append_printf (text,
                          "\r\nCall-ID: %s\r\nCSeq: %u %s\r\nServer: Tandem practice exchange\r\n",
                          request->call_id, request->cseq, request->method);
  if (headers != NULL)
    g_string_append (text, headers);
  if (sdp != NULL)
    g_string_append (text, "Content-Type: application/sdp\r\n");
  g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          sdp != NULL ? strlen (sdp) : 0, sdp != NULL ? sdp : "");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
