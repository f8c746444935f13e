/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include "filter-private.h"

#include <arpa/inet.h>
#include <string.h>

/* See filter.h. Works on a bounded view of the datagram and never past its end. The library's parser
 * stops at the first thing that it does not understand and drops the rest of that header in silence,
 * so the headers that its transaction layer takes for granted are checked here as strictly as there:
 * Via, From, To, Call-ID, CSeq, Content-Length, Content-Type. All others may hold anything. */

#define MAX_HEADERS 256
#define MAX_LINE 8192
#define MAX_METHOD 16 /* longer ones the library cuts */
/* The library takes the next nonce from it, into credentials of a type that ours are not, and aborts
 * over that; we have no use for it. */
#define HIDDEN "Authentication-Info"

typedef struct
{
  char *data;
  gsize size;
} View;

typedef struct
{
  View method; /* empty: a response */
  gboolean stream;
  gboolean via, from, to, call_id, cseq;
  TandemFilterHead *head;
} Found;

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("-.!%*_+`'~", c) != NULL);
}

static gboolean
is_word_char (char c)
{
  return is_token_char (c) || (c != '\0' && strchr ("()<>:\\\"/[]?{}", c) != NULL);
}

static View
trim (View view)
{
  while (view.size > 0 && view.data[0] == ' ')
    {
      view.data++;
      view.size--;
    }
  while (view.size > 0 && view.data[view.size - 1] == ' ')
    view.size--;
  return view;
}

static gboolean
equals (View view, const char *text)
{
  return view.size == strlen (text) && g_ascii_strncasecmp (view.data, text, view.size) == 0;
}

static gboolean
is_name (View view, const char *name, const char *compact)
{
  return equals (view, name) || (compact != NULL && equals (view, compact));
}

static gboolean
skip_spaces (View *view)
{
  gboolean any = view->size > 0 && view->data[0] == ' ';

  while (view->size > 0 && view->data[0] == ' ')
    {
      view->data++;
      view->size--;
    }
  return any;
}

static gboolean
take (View *view, char c)
{
  if (view->size == 0 || view->data[0] != c)
    return FALSE;
  view->data++;
  view->size--;
  return TRUE;
}

/* The longest run of characters that fit; may be empty. */
static View
take_while (View *view, gboolean (*fits) (char c))
{
  View taken = { view->data, 0 };

  while (taken.size < view->size && fits (view->data[taken.size]))
    taken.size++;
  view->data += taken.size;
  view->size -= taken.size;
  return taken;
}

/* A separator with spaces around it. */
static gboolean
take_around (View *view, char c)
{
  View rest = *view;

  skip_spaces (&rest);
  if (!take (&rest, c))
    return FALSE;
  skip_spaces (&rest);
  *view = rest;
  return TRUE;
}

/* A quoted string; content: without the quotes, escapes kept. */
static gboolean
take_quoted (View *view, View *content)
{
  View rest = *view;

  if (!take (&rest, '"'))
    return FALSE;
  content->data = rest.data;
  while (rest.size > 0 && rest.data[0] != '"')
    {
      gsize n = rest.data[0] == '\\' && rest.size > 1 ? 2 : 1;

      rest.data += n;
      rest.size -= n;
    }
  content->size = (gsize) (rest.data - content->data);
  if (!take (&rest, '"'))
    return FALSE;
  *view = rest;
  return TRUE;
}

static gboolean
is_host_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '.';
}

static gboolean
is_ipv6_char (char c)
{
  return g_ascii_isxdigit (c) || c == ':' || c == '.';
}

static gboolean
is_digit (char c)
{
  return g_ascii_isdigit (c);
}

static gboolean
is_numeric (View host, int family)
{
  unsigned char binary[sizeof (struct in6_addr)];
  char text[INET6_ADDRSTRLEN];

  if (host.size >= sizeof text)
    return FALSE;
  memcpy (text, host.data, host.size);
  text[host.size] = '\0';
  return inet_pton (family, text, binary) == 1;
}

/* Labels of letters, digits and inner hyphens. The library wants two characters in the last one, and
 * no two hyphens side by side. */
static gboolean
is_host_name (View host)
{
  gboolean doubled = FALSE;
  gsize label = 0;

  if (host.size > 1 && host.data[host.size - 1] == '.')
    host.size--;
  for (gsize i = 0; i < host.size; i++)
    {
      char c = host.data[i];
      gboolean last = i + 1 == host.size || host.data[i + 1] == '.';

      if (c == '.' ? label == 0 : c == '-' && (label == 0 || last))
        return FALSE;
      doubled = c != '.' && (doubled || (c == '-' && host.data[i - 1] == '-'));
      label = c == '.' ? 0 : label + 1;
    }
  return label >= 2 && !doubled;
}

static gboolean
take_host (View *view)
{
  View host;

  if (take (view, '['))
    {
      host = take_while (view, is_ipv6_char);
      return is_numeric (host, AF_INET6) && take (view, ']');
    }
  host = take_while (view, is_host_char);
  return is_numeric (host, AF_INET) || is_host_name (host);
}

/* Characters of a URI, "%41" as one. allowed: besides RFC 3261's unreserved ones. */
static gsize
take_uri_chars (View *view, const char *allowed)
{
  gsize n = 0;

  while (view->size > 0)
    {
      char c = view->data[0];
      gsize step = 1;

      if (c == '%' && view->size >= 3 && g_ascii_isxdigit (view->data[1])
          && g_ascii_isxdigit (view->data[2]))
        step = 3;
      else if (!g_ascii_isalnum (c)
               && (c == '\0' || (strchr ("-_.!~*'()", c) == NULL && strchr (allowed, c) == NULL)))
        break;
      view->data += step;
      view->size -= step;
      n++;
    }
  return n;
}

static gboolean
take_port (View *view)
{
  View digits;

  if (!take (view, ':'))
    return TRUE;
  digits = take_while (view, is_digit);
  return digits.size >= 1 && digits.size <= 5;
}

/* A Request-URI: "sip:", "sips:" or "tel:", as strictly as the library parses it. When it cannot, it
 * takes the body for the next message. */
static gboolean
is_good_request_uri (View uri)
{
  View scheme = take_while (&uri, is_token_char), rest;

  if (!take (&uri, ':'))
    return FALSE;
  if (equals (scheme, "tel"))
    return take_uri_chars (&uri, ";,?:@&=+$/") > 0 && uri.size == 0;
  if (!equals (scheme, "sip") && !equals (scheme, "sips"))
    return FALSE;
  rest = uri;
  if (take_uri_chars (&rest, "&=+$,;?/") > 0)
    {
      if (take (&rest, ':'))
        take_uri_chars (&rest, "&=+$,");
      if (take (&rest, '@'))
        uri = rest;
    }
  if (!take_host (&uri) || !take_port (&uri))
    return FALSE;
  while (take (&uri, ';'))
    {
      if (take_uri_chars (&uri, "[]/:&+$") > 0 && take (&uri, '=')
          && take_uri_chars (&uri, "[]/:&+$") == 0)
        return FALSE;
    }
  if (take (&uri, '?'))
    {
      do
        {
          if (take_uri_chars (&uri, "[]/?:+$") == 0 || !take (&uri, '='))
            return FALSE;
          take_uri_chars (&uri, "[]/?:+$");
        }
      while (take (&uri, '&'));
    }
  return uri.size == 0;
}

/* ;name or ;name=value. value: empty when there is none. */
static gboolean
take_parameter (View *view, View *name, View *value)
{
  *name = take_while (view, is_token_char);
  *value = (View){ NULL, 0 };
  if (name->size == 0)
    return FALSE;
  if (!take_around (view, '='))
    return TRUE;
  if (take_quoted (view, value))
    return TRUE;
  if (equals (*name, "received"))
    {
      gboolean bracket = take (view, '[');

      *value = take_while (view, is_ipv6_char);
      return (is_numeric (*value, AF_INET6) || (!bracket && is_numeric (*value, AF_INET)))
             && (!bracket || take (view, ']'));
    }
  *value = take_while (view, is_token_char);
  return value->size > 0;
}

/* One via-parm of RFC 3261 25.1. */
static gboolean
take_via (View *view, View *transport, View *branch)
{
  View name, value;

  *branch = (View){ NULL, 0 };
  if (!equals (take_while (view, is_token_char), "SIP") || !take_around (view, '/')
      || !equals (take_while (view, is_token_char), "2.0") || !take_around (view, '/'))
    return FALSE;
  *transport = take_while (view, is_token_char);
  if (transport->size == 0 || !skip_spaces (view) || !take_host (view) || !take_port (view))
    return FALSE;
  while (take_around (view, ';'))
    {
      if (!take_parameter (view, &name, &value))
        return FALSE;
      if (equals (name, "branch"))
        *branch = value;
    }
  return TRUE;
}

/* Over a connection any transport may be named that the phone listens on. */
static gboolean
is_good_transport (View transport, gboolean stream)
{
  return equals (transport, "UDP")
         || (stream && (equals (transport, "TCP") || equals (transport, "TLS")));
}

/* A Via header. The first value of the first one is where our answer goes to. */
static gboolean
is_good_via (View value, gboolean first, gboolean stream)
{
  do
    {
      View transport, branch;

      skip_spaces (&value);
      if (!take_via (&value, &transport, &branch))
        return FALSE;
      if (first
          && (!is_good_transport (transport, stream) || branch.size <= strlen ("z9hG4bK")
              || memcmp (branch.data, "z9hG4bK", strlen ("z9hG4bK")) != 0))
        return FALSE;
      first = FALSE;
    }
  while (take_around (&value, ','));
  skip_spaces (&value);
  return value.size == 0;
}

static gboolean
is_good_address (View value)
{
  View name, scheme;
  gboolean quoted;
  char *angle;

  skip_spaces (&value);
  quoted = take_quoted (&value, &name);
  angle = memchr (value.data, '<', value.size);
  if (angle != NULL)
    {
      value = (View){ angle + 1, value.size - (gsize) (angle + 1 - value.data) };
      if (memchr (value.data, '>', value.size) == NULL)
        return FALSE;
    }
  else if (quoted)
    return FALSE;
  scheme = take_while (&value, is_token_char);
  return (equals (scheme, "sip") || equals (scheme, "sips") || equals (scheme, "tel"))
         && take (&value, ':') && value.size > 0 && value.data[0] != '>' && value.data[0] != ' ';
}

static gboolean
is_good_call_id (View value)
{
  if (take_while (&value, is_word_char).size == 0)
    return FALSE;
  if (take (&value, '@') && take_while (&value, is_word_char).size == 0)
    return FALSE;
  return value.size == 0;
}

static gboolean
is_good_cseq (View value, View method)
{
  View number = take_while (&value, is_digit), word;
  guint64 n = 0;

  for (gsize i = 0; i < number.size && n <= G_MAXINT32; i++)
    n = n * 10 + (guint64) (number.data[i] - '0');
  if (number.size == 0 || n > G_MAXINT32 || !skip_spaces (&value))
    return FALSE;
  word = take_while (&value, is_token_char);
  if (word.size == 0 || word.size > MAX_METHOD || value.size > 0)
    return FALSE;
  return method.size == 0
         || (method.size == word.size && memcmp (method.data, word.data, word.size) == 0);
}

static gboolean
read_length (View value, gsize *length)
{
  gsize n = 0;

  if (value.size == 0)
    return FALSE;
  for (gsize i = 0; i < value.size; i++)
    {
      if (!g_ascii_isdigit (value.data[i]) || n > G_MAXUINT16)
        return FALSE;
      n = n * 10 + (gsize) (value.data[i] - '0');
    }
  *length = n;
  return TRUE;
}

static char
boundary_char (char c)
{
  return is_token_char (c) ? c : '_';
}

/* Checks a Content-Type. A multipart one is written again as "multipart/subtype;boundary=...", the
 * only form that the library reads; what is left of the space is blanked, before it. */
static gboolean
fix_content_type (View value, Found *found)
{
  View rest = value, type, subtype, name, parameter, boundary = { NULL, 0 };
  g_autoptr (GString) text = NULL;
  gboolean harmless = FALSE, plain = TRUE;

  skip_spaces (&rest);
  type = take_while (&rest, is_token_char);
  if (!equals (type, "multipart"))
    return TRUE;
  if (!take_around (&rest, '/'))
    return FALSE;
  subtype = take_while (&rest, is_token_char);
  while (take_around (&rest, ';'))
    {
      name = take_while (&rest, is_token_char);
      if (!take_around (&rest, '='))
        continue;
      if (!take_quoted (&rest, &parameter))
        {
          parameter.data = rest.data;
          parameter.size = 0;
          while (rest.size > 0 && rest.data[0] != ';' && rest.data[0] != ' ')
            {
              rest.data++;
              rest.size--;
              parameter.size++;
            }
        }
      if (equals (name, "boundary") && boundary.size == 0)
        {
          boundary = parameter;
          harmless = memcmp (name.data, "boundary", name.size) == 0;
        }
    }
  if (subtype.size == 0 || boundary.size == 0 || boundary.size > TANDEM_FILTER_MAX_BOUNDARY)
    return FALSE;
  for (gsize i = 0; i < boundary.size; i++)
    plain = plain && is_token_char (boundary.data[i]);
  found->head->repaired = found->head->repaired || !harmless;
  if (found->stream && !plain)
    return harmless;
  memcpy (found->head->boundary, boundary.data, boundary.size);
  found->head->boundary_size = plain ? 0 : boundary.size;
  text = g_string_new ("multipart/");
  g_string_append_len (text, subtype.data, (gssize) subtype.size);
  g_string_append (text, ";boundary=");
  for (gsize i = 0; i < boundary.size; i++)
    g_string_append_c (text, boundary_char (boundary.data[i]));
  if (text->len > value.size)
    return FALSE;
  memset (value.data, ' ', value.size);
  memcpy (value.data + value.size - text->len, text->str, text->len);
  return TRUE;
}

/* The delimiters in a multipart body, to match the rewritten header. */
static void
fix_delimiters (View body, const TandemFilterHead *head)
{
  gsize n = head->boundary_size;

  for (gsize i = 0; n > 0 && i + 2 + n <= body.size; i++)
    {
      if ((i == 0 || body.data[i - 1] == '\n') && body.data[i] == '-' && body.data[i + 1] == '-'
          && memcmp (body.data + i + 2, head->boundary, n) == 0)
        {
          for (gsize k = 0; k < n; k++)
            body.data[i + 2 + k] = boundary_char (body.data[i + 2 + k]);
        }
    }
}

gsize
tandem_filter_hidden_length (const char *line, gsize size)
{
  gsize n = strlen (HIDDEN);

  return size >= n && g_ascii_strncasecmp (line, HIDDEN, n) == 0 ? n : 0;
}

void
tandem_filter_hide_name (char *name, gsize size)
{
  name[size - 1] = 'x';
}

static TandemFilterVerdict
check_header (View name, View value, Found *found)
{
  if (is_name (name, "Via", "v"))
    {
      if (!is_good_via (value, !found->via, found->stream))
        return TANDEM_FILTER_BAD_VIA;
      found->via = TRUE;
    }
  else if (is_name (name, "From", "f") || is_name (name, "To", "t"))
    {
      if (!is_good_address (value))
        return TANDEM_FILTER_BAD_ADDRESS;
      if (g_ascii_tolower (name.data[0]) == 'f')
        found->from = TRUE;
      else
        found->to = TRUE;
    }
  else if (is_name (name, "Call-ID", "i"))
    {
      if (!is_good_call_id (trim (value)))
        return TANDEM_FILTER_BAD_CALL_ID;
      found->call_id = TRUE;
    }
  else if (is_name (name, "CSeq", NULL))
    {
      if (!is_good_cseq (trim (value), found->method))
        return TANDEM_FILTER_BAD_CALL_ID;
      found->cseq = TRUE;
    }
  else if (is_name (name, "Content-Length", "l"))
    {
      gsize length;

      if (!read_length (trim (value), &length)
          || (found->head->has_length && found->head->content_length != length))
        return TANDEM_FILTER_BAD_LENGTH;
      found->head->has_length = TRUE;
      found->head->content_length = length;
    }
  else if (is_name (name, "Content-Encoding", "e"))
    {
      if (!equals (trim (value), "identity"))
        return TANDEM_FILTER_ENCODED;
    }
  else if (equals (name, HIDDEN))
    tandem_filter_hide_name (name.data, name.size);
  else if (is_name (name, "Content-Type", "c"))
    {
      if (!fix_content_type (value, found))
        return TANDEM_FILTER_BAD_MULTIPART;
    }
  return TANDEM_FILTER_PASS;
}

static gboolean
read_first_line (View line, View *method)
{
  static const char version[] = " SIP/2.0";
  View word = take_while (&line, is_token_char);

  *method = (View){ NULL, 0 };
  if (equals (word, "SIP") && take (&line, '/'))
    {
      if (line.size < 8 || memcmp (line.data, "2.0 ", 4) != 0)
        return FALSE;
      line = (View){ line.data + 4, line.size - 4 };
      word = take_while (&line, is_digit);
      return word.size == 3 && word.data[0] >= '1' && word.data[0] <= '6' && take (&line, ' ');
    }
  *method = word;
  if (word.size == 0 || word.size > MAX_METHOD || !take (&line, ' ')
      || line.size < strlen (version))
    return FALSE;
  line.size -= strlen (version);
  return memcmp (line.data + line.size, version, strlen (version)) == 0
         && is_good_request_uri (line);
}

static gboolean
is_clean (View head)
{
  for (gsize i = 0; i < head.size; i++)
    {
      guchar c = (guchar) head.data[i];

      if (c == '\r' && (i + 1 == head.size || head.data[i + 1] != '\n'))
        return FALSE;
      if (c == '\n' && (i == 0 || head.data[i - 1] != '\r'))
        return FALSE;
      if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
        return FALSE;
    }
  return TRUE;
}

/* Folded lines (RFC 3261 7.3.1) become one, tabs become spaces. Returns whether there were tabs. */
static gboolean
unfold (View head)
{
  gboolean tabs = FALSE;

  for (gsize i = 0; i < head.size; i++)
    {
      tabs = tabs || head.data[i] == '\t';
      if (head.data[i] == '\t')
        head.data[i] = ' ';
      else if (head.data[i] == '\r' && i + 2 < head.size
               && (head.data[i + 2] == ' ' || head.data[i + 2] == '\t'))
        head.data[i] = head.data[i + 1] = ' ';
    }
  return tabs;
}

/* Spaces at the end of a header's value, which the library takes for a syntax error, go before it.
 * Returns whether there were any. */
static gboolean
move_spaces (View value)
{
  gsize n = value.size;

  while (n > 0 && value.data[n - 1] == ' ')
    n--;
  if (n == value.size)
    return FALSE;
  memmove (value.data + value.size - n, value.data, n);
  memset (value.data, ' ', value.size - n);
  return TRUE;
}

/* The text up to the next CRLF, which is taken with it. */
static View
take_line (View *view)
{
  View line = { view->data, 0 };

  while (line.size < view->size && view->data[line.size] != '\r')
    line.size++;
  view->data += MIN (line.size + 2, view->size);
  view->size -= MIN (line.size + 2, view->size);
  return line;
}

gssize
tandem_filter_find_end (const char *data, gsize size)
{
  for (gsize i = 0; i + 4 <= size; i++)
    {
      if (memcmp (data + i, "\r\n\r\n", 4) == 0)
        return (gssize) i;
    }
  return -1;
}

gboolean
tandem_filter_is_first_line (char *data, gsize size)
{
  View method;

  return read_first_line ((View){ data, size }, &method);
}

TandemFilterVerdict
tandem_filter_check_head (char *data, gsize size, gboolean stream, TandemFilterHead *result)
{
  View head = { data, size };
  Found found = { .stream = stream, .head = result };
  guint headers = 0;

  memset (result, 0, sizeof *result);
  if (size > TANDEM_FILTER_MAX_HEAD)
    return TANDEM_FILTER_TOO_MANY;
  if (!is_clean (head))
    return TANDEM_FILTER_BAD_LINE;
  result->repaired = unfold (head);
  if (!read_first_line (take_line (&head), &found.method))
    return TANDEM_FILTER_NOT_SIP;
  while (head.size > 0)
    {
      View line = take_line (&head), name = take_while (&line, is_token_char);
      TandemFilterVerdict verdict;

      if (++headers > MAX_HEADERS || line.size > MAX_LINE)
        return TANDEM_FILTER_TOO_MANY;
      skip_spaces (&line);
      if (name.size == 0 || !take (&line, ':'))
        return TANDEM_FILTER_BAD_LINE;
      result->repaired = move_spaces (line) || result->repaired;
      verdict = check_header (name, line, &found);
      if (verdict != TANDEM_FILTER_PASS)
        return verdict;
    }
  if (!found.via || !found.from || !found.to || !found.call_id || !found.cseq)
    return TANDEM_FILTER_MISSING_HEADER;
  return TANDEM_FILTER_PASS;
}

TandemFilterVerdict
tandem_filter_check (char *data, gsize size, gsize *length)
{
  char *start = data;
  TandemFilterHead head;
  TandemFilterVerdict verdict;
  gssize end;
  gsize before, body;

  while (start < data + size && (*start == '\r' || *start == '\n'))
    start++;
  if (start == data + size)
    return TANDEM_FILTER_KEEP_ALIVE;
  end = tandem_filter_find_end (start, size - (gsize) (start - data));
  if (end < 0)
    return TANDEM_FILTER_NO_END;
  verdict = tandem_filter_check_head (start, (gsize) end, FALSE, &head);
  if (verdict != TANDEM_FILTER_PASS)
    return verdict;

  before = (gsize) (start - data) + (gsize) end + 4;
  body = size - before;
  if (head.has_length ? head.content_length > body : body > 0)
    return TANDEM_FILTER_BAD_LENGTH;
  fix_delimiters ((View){ data + before, head.content_length }, &head);
  *length = before + head.content_length;
  return TANDEM_FILTER_PASS;
}

const char *
tandem_filter_verdict_to_string (TandemFilterVerdict verdict)
{
  static const char *const words[] = {
    [TANDEM_FILTER_PASS] = "passes",
    [TANDEM_FILTER_KEEP_ALIVE] = "keep-alive",
    [TANDEM_FILTER_NO_END] = "no end of the headers",
    [TANDEM_FILTER_BAD_LINE] = "malformed line",
    [TANDEM_FILTER_NOT_SIP] = "not SIP",
    [TANDEM_FILTER_BAD_LENGTH] = "wrong Content-Length",
    [TANDEM_FILTER_MISSING_HEADER] = "a required header is missing",
    [TANDEM_FILTER_BAD_VIA] = "unusable Via",
    [TANDEM_FILTER_BAD_ADDRESS] = "unusable From or To",
    [TANDEM_FILTER_BAD_CALL_ID] = "unusable Call-ID or CSeq",
    [TANDEM_FILTER_ENCODED] = "encoded content",
    [TANDEM_FILTER_BAD_MULTIPART] = "multipart without a usable boundary",
    [TANDEM_FILTER_TOO_MANY] = "too many or too long headers",
  };

  g_return_val_if_fail ((guint) verdict < G_N_ELEMENTS (words), "unknown");

  return words[verdict];
}
