/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <string.h>

/* See message.h. */

char *
tandem_sip_token (void)
{
  char token[21];

  belle_sip_random_token (token, sizeof token);
  return g_strdup (token);
}

char *
tandem_sip_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!g_unichar_iscntrl (g_utf8_get_char (p)))
        g_string_append_unichar (clean, g_utf8_get_char (p));
    }
  return g_string_free (clean, FALSE);
}

char *
tandem_sip_address (const char *name, const char *uri)
{
  g_autofree char *clean = tandem_sip_clean (name);
  GString *text = g_string_new (NULL);

  g_strstrip (clean);
  if (*clean != '\0')
    {
      g_string_append_c (text, '"');
      for (const char *p = clean; *p != '\0'; p++)
        {
          if (*p == '"' || *p == '\\')
            g_string_append_c (text, '\\');
          g_string_append_c (text, *p);
        }
      g_string_append (text, "\" ");
    }
  g_string_append_printf (text, "<%s>", uri);
  return g_string_free (text, FALSE);
}

char *
tandem_sip_address_text (belle_sip_header_address_t *header)
{
  belle_sip_uri_t *uri = belle_sip_header_address_get_uri (header);
  belle_generic_uri_t *other = belle_sip_header_address_get_absolute_uri (header);
  char *text;
  char *result;

  if (uri != NULL)
    text = belle_sip_uri_to_string (uri);
  else if (other != NULL)
    text = belle_generic_uri_to_string (other);
  else
    return NULL;
  result = tandem_sip_address (belle_sip_header_address_get_displayname (header), text);
  belle_sip_free (text);
  return result;
}

belle_sip_request_t *
tandem_sip_request_new (const char *method,
                        const char *request_uri,
                        const char *call_id,
                        guint cseq,
                        const char *from,
                        const char *from_tag,
                        const char *to,
                        const char *to_tag,
                        guint max_forwards)
{
  belle_sip_uri_t *uri = belle_sip_uri_parse (request_uri);
  belle_sip_header_from_t *from_header = belle_sip_header_from_create2 (from, from_tag);
  belle_sip_header_to_t *to_header = belle_sip_header_to_create2 (to, to_tag);
  belle_sip_header_call_id_t *call_id_header = belle_sip_header_call_id_new ();
  belle_sip_header_cseq_t *cseq_header = belle_sip_header_cseq_create (cseq, method);
  belle_sip_header_via_t *via = belle_sip_header_via_new ();
  belle_sip_request_t *request;

  if (uri == NULL || from_header == NULL || to_header == NULL || cseq_header == NULL
      || belle_sip_uri_get_host (uri) == NULL)
    return NULL;
  belle_sip_header_call_id_set_call_id (call_id_header, call_id);
  request = belle_sip_request_create (uri, method, call_id_header, cseq_header, from_header,
                                      to_header, via, 70);
  if (request != NULL && max_forwards != 70)
    {
      g_autofree char *value = g_strdup_printf ("%u", max_forwards);

      tandem_sip_set (BELLE_SIP_MESSAGE (request), "Max-Forwards", value);
    }
  return request;
}

gboolean
tandem_sip_is_uri (const char *uri, gsize longest)
{
  for (const char *p = uri; *p != '\0'; p++)
    {
      if (*p <= ' ' || *p == 0x7f || strchr ("<>\"\\^`{|}", *p) != NULL)
        return FALSE;
    }
  return strlen (uri) <= longest && belle_sip_uri_parse (uri) != NULL;
}

/* What the library does not know it does not write in its own way. */
static belle_sip_header_t *
make_verbatim (const char *name, const char *value)
{
  g_autofree char *clean = tandem_sip_clean (value);
  belle_sip_header_t *header = belle_sip_header_create ("X-Verbatim", clean);

  if (header != NULL)
    belle_sip_header_set_name (header, name);
  return header;
}

/* The library writes a Reason as "SIP ;cause=...": right, but not what everybody reads. */
static belle_sip_header_t *
make_header (const char *name, const char *value)
{
  g_autofree char *clean = tandem_sip_clean (value);

  if (g_ascii_strcasecmp (name, "Reason") == 0)
    return make_verbatim (name, value);
  return belle_sip_header_create (name, clean);
}

gboolean
tandem_sip_add_verbatim (belle_sip_message_t *message, const char *name, const char *value)
{
  belle_sip_header_t *header = make_verbatim (name, value);

  if (header == NULL)
    return FALSE;
  belle_sip_message_add_header (message, header);
  return TRUE;
}

gboolean
tandem_sip_add (belle_sip_message_t *message, const char *name, const char *value)
{
  belle_sip_header_t *header = make_header (name, value);

  if (header == NULL)
    return FALSE;
  belle_sip_message_add_header (message, header);
  return TRUE;
}

void
tandem_sip_set (belle_sip_message_t *message, const char *name, const char *value)
{
  belle_sip_header_t *header = make_header (name, value);

  if (header != NULL)
    belle_sip_message_set_header (message, header);
}

static char *
header_value (belle_sip_header_t *header)
{
  char *text = belle_sip_object_to_string (BELLE_SIP_OBJECT (header));
  const char *colon = text != NULL ? strchr (text, ':') : NULL;
  char *value = colon != NULL ? g_strstrip (g_strdup (colon + 1)) : NULL;

  if (text != NULL)
    belle_sip_free (text);
  return value;
}

char *
tandem_sip_get_reason (belle_sip_message_t *message)
{
  char *value = tandem_sip_get (message, "Reason");
  char *space = value != NULL ? strstr (value, " ;") : NULL;

  if (space != NULL)
    memmove (space, space + 1, strlen (space));
  return value;
}

char *
tandem_sip_get (belle_sip_message_t *message, const char *name)
{
  belle_sip_header_t *header = belle_sip_message_get_header (message, name);

  return header != NULL ? header_value (header) : NULL;
}

char *
tandem_sip_get_address (belle_sip_message_t *message, const char *name, gsize longest)
{
  g_autofree char *value = tandem_sip_get (message, name);
  g_autofree char *clean = value != NULL ? tandem_sip_clean (value) : NULL;
  belle_sip_header_address_t *address
      = clean != NULL && strlen (clean) <= longest ? belle_sip_header_address_parse (clean) : NULL;

  return address != NULL ? tandem_sip_address_text (address) : NULL;
}

GStrv
tandem_sip_get_all (belle_sip_message_t *message, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const belle_sip_list_t *l = belle_sip_message_get_headers (message, name); l != NULL;
       l = l->next)
    {
      g_autofree char *value = header_value (l->data);

      if (value != NULL)
        g_strv_builder_add (builder, value);
    }
  return g_strv_builder_end (builder);
}

int
tandem_sip_get_number (belle_sip_message_t *message, const char *name)
{
  g_autofree char *value = tandem_sip_get (message, name);
  char *end = NULL;
  gint64 number;

  if (value == NULL || !g_ascii_isdigit (*value))
    return -1;
  number = g_ascii_strtoll (value, &end, 10);
  if (*end != '\0' && *end != ';' && *end != ' ' && *end != '(')
    return -1;
  return (int) MIN (number, G_MAXINT);
}

gboolean
tandem_sip_has_token (belle_sip_message_t *message, const char *name, const char *token)
{
  g_auto (GStrv) values = tandem_sip_get_all (message, name);

  for (guint i = 0; values[i] != NULL; i++)
    {
      g_auto (GStrv) tokens = g_strsplit (values[i], ",", -1);

      for (guint j = 0; tokens[j] != NULL; j++)
        {
          if (g_ascii_strcasecmp (g_strstrip (tokens[j]), token) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

const char *
tandem_sip_call_id (belle_sip_message_t *message)
{
  belle_sip_header_call_id_t *header
      = belle_sip_message_get_header_by_type (message, belle_sip_header_call_id_t);

  return header != NULL ? belle_sip_header_call_id_get_call_id (header) : NULL;
}

const char *
tandem_sip_from_tag (belle_sip_message_t *message)
{
  belle_sip_header_from_t *header
      = belle_sip_message_get_header_by_type (message, belle_sip_header_from_t);

  return header != NULL ? belle_sip_header_from_get_tag (header) : NULL;
}

const char *
tandem_sip_to_tag (belle_sip_message_t *message)
{
  belle_sip_header_to_t *header
      = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);

  return header != NULL ? belle_sip_header_to_get_tag (header) : NULL;
}

guint
tandem_sip_cseq (belle_sip_message_t *message)
{
  belle_sip_header_cseq_t *header
      = belle_sip_message_get_header_by_type (message, belle_sip_header_cseq_t);

  return header != NULL ? belle_sip_header_cseq_get_seq_number (header) : 0;
}

const char *
tandem_sip_cseq_method (belle_sip_message_t *message)
{
  belle_sip_header_cseq_t *header
      = belle_sip_message_get_header_by_type (message, belle_sip_header_cseq_t);
  const char *method = header != NULL ? belle_sip_header_cseq_get_method (header) : NULL;

  return method != NULL ? method : "";
}

const char *
tandem_sip_branch (belle_sip_message_t *message)
{
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (message, belle_sip_header_via_t);

  return via != NULL ? belle_sip_header_via_get_branch (via) : NULL;
}

static gboolean
is_sdp (belle_sip_message_t *message)
{
  belle_sip_header_content_type_t *type
      = belle_sip_message_get_header_by_type (message, belle_sip_header_content_type_t);
  const char *main_type = type != NULL ? belle_sip_header_content_type_get_type (type) : NULL;
  const char *sub_type = type != NULL ? belle_sip_header_content_type_get_subtype (type) : NULL;

  return main_type != NULL && sub_type != NULL && g_ascii_strcasecmp (main_type, "application") == 0
         && g_ascii_strcasecmp (sub_type, "sdp") == 0;
}

static char *
sdp_of_part (belle_sip_body_handler_t *part)
{
  const belle_sip_list_t *l;
  gboolean sdp = FALSE;

  for (l = belle_sip_body_handler_get_headers (part); l != NULL && !sdp; l = l->next)
    {
      g_autofree char *value = NULL;

      if (g_ascii_strcasecmp (belle_sip_header_get_name (l->data), "Content-Type") != 0)
        continue;
      value = header_value (l->data);
      sdp = value != NULL && g_ascii_strncasecmp (value, "application/sdp", 15) == 0;
    }
  if (!sdp || !BELLE_SIP_OBJECT_IS_INSTANCE_OF (part, belle_sip_memory_body_handler_t))
    return NULL;
  return g_strndup ((const char *) belle_sip_memory_body_handler_get_buffer (
                        BELLE_SIP_MEMORY_BODY_HANDLER (part)),
                    belle_sip_body_handler_get_size (part));
}

char *
tandem_sip_get_sdp (belle_sip_message_t *message)
{
  belle_sip_body_handler_t *handler = belle_sip_message_get_body_handler (message);
  const char *body;
  char *sdp = NULL;

  if (handler == NULL)
    return NULL;
  if (BELLE_SIP_OBJECT_IS_INSTANCE_OF (handler, belle_sip_multipart_body_handler_t))
    {
      const belle_sip_list_t *l
          = belle_sip_multipart_body_handler_get_parts (BELLE_SIP_MULTIPART_BODY_HANDLER (handler));

      for (; l != NULL && sdp == NULL; l = l->next)
        sdp = sdp_of_part (BELLE_SIP_BODY_HANDLER (l->data));
      return sdp;
    }
  if (!is_sdp (message) || belle_sip_message_get_body_size (message) == 0)
    return NULL;
  body = belle_sip_message_get_body (message);
  return body != NULL ? g_strndup (body, belle_sip_message_get_body_size (message)) : NULL;
}

void
tandem_sip_set_sdp (belle_sip_message_t *message, const char *sdp)
{
  gsize length = strlen (sdp);

  belle_sip_message_set_header (
      message, BELLE_SIP_HEADER (belle_sip_header_content_type_create ("application", "sdp")));
  belle_sip_message_set_header (message,
                                BELLE_SIP_HEADER (belle_sip_header_content_length_create (length)));
  belle_sip_message_set_body (message, sdp, length);
}

/* The origin's fields: user, session id, version, network type, address type, address. */
static GStrv
sdp_origin (const char *sdp, const char **start, gsize *length)
{
  const char *line = strstr (sdp, "\no=");
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (line == NULL)
    return NULL;
  *start = line + 3;
  *length = strcspn (*start, "\r\n");
  text = g_strndup (*start, *length);
  fields = g_strsplit (text, " ", -1);
  return g_strv_length (fields) == 6 ? g_steal_pointer (&fields) : NULL;
}

char *
tandem_sip_renumber_sdp (const char *sdp, const char *before)
{
  const char *start = NULL;
  gsize length = 0;
  g_auto (GStrv) old = before != NULL ? sdp_origin (before, &start, &length) : NULL;
  g_auto (GStrv) origin = sdp_origin (sdp, &start, &length);
  g_autofree char *line = NULL;
  guint64 version;

  if (old == NULL || origin == NULL || strcmp (sdp, before) == 0 || strcmp (old[1], origin[1]) != 0)
    return g_strdup (sdp);
  version = g_ascii_strtoull (old[2], NULL, 10);
  if (g_ascii_strtoull (origin[2], NULL, 10) > version)
    return g_strdup (sdp);
  g_free (origin[2]);
  origin[2] = g_strdup_printf ("%" G_GUINT64_FORMAT, version + 1);
  line = g_strjoinv (" ", origin);
  return g_strdup_printf ("%.*s%s%s", (int) (start - sdp), sdp, line, start + length);
}

gboolean
tandem_sip_has_other_body (belle_sip_message_t *message)
{
  g_autofree char *sdp = NULL;

  if (belle_sip_message_get_body_handler (message) == NULL
      || belle_sip_message_get_body_size (message) == 0)
    return FALSE;
  sdp = tandem_sip_get_sdp (message);
  return sdp == NULL;
}

static gboolean
is_extension (const char *name, const char *const *names)
{
  if (g_ascii_strncasecmp (name, "X-", 2) == 0)
    return TRUE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (name, names[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

GHashTable *
tandem_sip_get_extensions (belle_sip_message_t *message, const char *const *names)
{
  GHashTable *table = NULL;
  belle_sip_list_t *all = belle_sip_message_get_all_headers (message);

  for (const belle_sip_list_t *l = all; l != NULL; l = l->next)
    {
      const char *name = belle_sip_header_get_name (l->data);
      char *value;

      if (name == NULL || !is_extension (name, names))
        continue;
      value = header_value (l->data);
      if (value == NULL)
        continue;
      if (table == NULL)
        table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_replace (table, g_strdup (name), g_utf8_make_valid (value, -1));
      g_free (value);
    }
  belle_sip_list_free (all);
  return table;
}

gboolean
tandem_sip_is_token (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
        return FALSE;
    }
  return *text != '\0';
}

gboolean
tandem_sip_is_free_header (const char *name)
{
  static const char *const reserved[] = {
    "Via",
    "v",
    "From",
    "f",
    "To",
    "t",
    "CSeq",
    "Call-ID",
    "i",
    "Contact",
    "m",
    "Route",
    "l",
    "Record-Route",
    "Max-Forwards",
    "User-Agent",
    "Content-Type",
    "c",
    "Allow",
    "Content-Length",
    "Authorization",
    "Proxy-Authorization",
  };

  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    {
      if (g_ascii_strcasecmp (name, reserved[i]) == 0)
        return FALSE;
    }
  return tandem_sip_is_token (name);
}

guint
tandem_sip_status (belle_sip_response_t *response, char **phrase)
{
  if (phrase != NULL)
    {
      const char *text = belle_sip_response_get_reason_phrase (response);

      *phrase = text != NULL ? tandem_sip_clean (text) : NULL;
    }
  return (guint) MAX (belle_sip_response_get_status_code (response), 0);
}

gsize
tandem_sip_header_size (belle_sip_message_t *message)
{
  char *text = belle_sip_object_to_string (BELLE_SIP_OBJECT (message));
  gsize size = text != NULL ? strlen (text) : 0;

  if (text != NULL)
    belle_sip_free (text);
  return size;
}
