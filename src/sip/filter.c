/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <string.h>

/* See filter.h. Works on a bounded view of the datagram and never past its end; headers are looked
 * at line by line, folded lines (RFC 3261 7.3.1) as one. */

#define MAX_HEADERS 256
#define MAX_LINE 8192
#define MAX_HEAD 32768

typedef struct
{
  const char *data;
  gsize size;
} View;

typedef struct
{
  gboolean via, from, to, call_id, cseq, length, type;
  gsize content_length;
} Found;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static View
trim (View view)
{
  while (view.size > 0 && is_blank (view.data[0]))
    {
      view.data++;
      view.size--;
    }
  while (view.size > 0 && is_blank (view.data[view.size - 1]))
    view.size--;
  return view;
}

static gboolean
equals (View view, const char *text)
{
  return view.size == strlen (text) && g_ascii_strncasecmp (view.data, text, view.size) == 0;
}

static gboolean
starts_with (View view, const char *text)
{
  gsize n = strlen (text);

  return view.size >= n && g_ascii_strncasecmp (view.data, text, n) == 0;
}

static gboolean
contains (View view, const char *text)
{
  for (gsize n = strlen (text); view.size >= n; view.data++, view.size--)
    {
      if (g_ascii_strncasecmp (view.data, text, n) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_name (View view, const char *name, const char *compact)
{
  return equals (view, name) || (compact != NULL && equals (view, compact));
}

/* The value of ";name=value" in a header value; an empty view when there is none. */
static View
parameter (View view, const char *name)
{
  gboolean quoted = FALSE, angle = FALSE;

  for (gsize i = 0; i < view.size; i++)
    {
      View rest;
      gsize end;

      if (view.data[i] == '\\' && quoted)
        {
          i++;
          continue;
        }
      if (view.data[i] == '"')
        quoted = !quoted;
      if (quoted)
        continue;
      if (view.data[i] == '<' || view.data[i] == '>')
        angle = view.data[i] == '<';
      if (view.data[i] != ';' || angle)
        continue;
      rest = trim ((View){ view.data + i + 1, view.size - i - 1 });
      if (!starts_with (rest, name))
        continue;
      rest = trim ((View){ rest.data + strlen (name), rest.size - strlen (name) });
      if (rest.size == 0 || rest.data[0] != '=')
        continue;
      rest = trim ((View){ rest.data + 1, rest.size - 1 });
      if (rest.size > 0 && rest.data[0] == '"')
        {
          for (end = 1; end < rest.size && rest.data[end] != '"'; end++)
            ;
          return (View){ rest.data + 1, end - 1 };
        }
      for (end = 0; end < rest.size && strchr ("; ,\t\r\n\"", rest.data[end]) == NULL; end++)
        ;
      return (View){ rest.data, end };
    }
  return (View){ NULL, 0 };
}

static gboolean
is_sip_first_line (View line)
{
  View rest;
  const char *space;

  if (starts_with (line, "SIP/2.0 "))
    {
      return line.size >= 11 && g_ascii_isdigit (line.data[8]) && g_ascii_isdigit (line.data[9])
             && g_ascii_isdigit (line.data[10]) && line.data[8] >= '1' && line.data[8] <= '6'
             && (line.size == 11 || line.data[11] == ' ');
    }
  space = memchr (line.data, ' ', line.size);
  if (space == NULL || space == line.data || space - line.data > 32)
    return FALSE;
  for (const char *p = line.data; p < space; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
        return FALSE;
    }
  rest = (View){ space + 1, line.size - (gsize) (space + 1 - line.data) };
  return rest.size > strlen (" SIP/2.0") + 2
         && memcmp (rest.data + rest.size - strlen (" SIP/2.0"), " SIP/2.0", strlen (" SIP/2.0"))
                == 0
         && memchr (rest.data, ' ', rest.size - strlen (" SIP/2.0")) == NULL;
}

/* The top value of a Via header: transport and branch. */
static gboolean
is_good_via (View value)
{
  View branch;

  value = trim (value);
  if (!starts_with (value, "SIP/2.0/UDP") || value.size < 13 || !is_blank (value.data[11]))
    return FALSE;
  for (gsize i = 0; i < value.size; i++)
    {
      if (value.data[i] == ',')
        value.size = i;
    }
  branch = parameter (value, "branch");
  return branch.size > strlen ("z9hG4bK")
         && memcmp (branch.data, "z9hG4bK", strlen ("z9hG4bK")) == 0;
}

static gboolean
is_good_address (View value)
{
  const char *angle;

  value = trim (value);
  angle = memchr (value.data, '<', value.size);
  if (angle != NULL)
    value = (View){ angle + 1, value.size - (gsize) (angle + 1 - value.data) };
  return starts_with (value, "sip:") || starts_with (value, "sips:") || starts_with (value, "tel:");
}

static TandemFilterVerdict
check_header (View name, View value, Found *found)
{
  if (is_name (name, "Via", "v"))
    {
      if (!found->via && !is_good_via (value))
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
    found->call_id = trim (value).size > 0;
  else if (is_name (name, "CSeq", NULL))
    found->cseq = trim (value).size > 0 && g_ascii_isdigit (trim (value).data[0]);
  else if (is_name (name, "Content-Length", "l"))
    {
      View number = trim (value);
      gsize length = 0;

      if (number.size == 0 || number.size > 6)
        return TANDEM_FILTER_BAD_LENGTH;
      for (gsize i = 0; i < number.size; i++)
        {
          if (!g_ascii_isdigit (number.data[i]))
            return TANDEM_FILTER_BAD_LENGTH;
          length = length * 10 + (gsize) (number.data[i] - '0');
        }
      if (found->length && found->content_length != length)
        return TANDEM_FILTER_BAD_LENGTH;
      found->length = TRUE;
      found->content_length = length;
    }
  else if (is_name (name, "Content-Encoding", "e"))
    {
      if (!equals (trim (value), "identity"))
        return TANDEM_FILTER_ENCODED;
    }
  else if (is_name (name, "Content-Type", "c"))
    {
      if (contains (value, "multipart") && parameter (value, "boundary").size == 0)
        return TANDEM_FILTER_BAD_MULTIPART;
    }
  return TANDEM_FILTER_PASS;
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

static const char *
find_end (const char *data, gsize size)
{
  for (gsize i = 0; i + 4 <= size; i++)
    {
      if (memcmp (data + i, "\r\n\r\n", 4) == 0)
        return data + i;
    }
  return NULL;
}

/* The end of the line that begins at p, folded lines included. */
static const char *
end_of_line (const char *p, const char *end)
{
  while (p < end)
    {
      if (p[0] == '\r' && (p + 2 >= end || (p[2] != ' ' && p[2] != '\t')))
        return p;
      p++;
    }
  return end;
}

TandemFilterVerdict
tandem_filter_check (const char *data, gsize size, gsize *length)
{
  const char *start = data, *end, *line, *p;
  Found found = { 0 };
  guint headers = 0;
  gsize body;

  while (start < data + size && (*start == '\r' || *start == '\n'))
    start++;
  if (start == data + size)
    return TANDEM_FILTER_KEEP_ALIVE;
  end = find_end (start, size - (gsize) (start - data));
  if (end == NULL)
    return TANDEM_FILTER_NO_END;
  if (end - start > MAX_HEAD)
    return TANDEM_FILTER_TOO_MANY;
  if (!is_clean ((View){ start, (gsize) (end - start) }))
    return TANDEM_FILTER_BAD_LINE;

  p = end_of_line (start, end);
  if (!is_sip_first_line ((View){ start, (gsize) (p - start) }))
    return TANDEM_FILTER_NOT_SIP;
  for (line = p + 2; line < end; line = p + 2)
    {
      const char *colon;
      TandemFilterVerdict verdict;

      p = end_of_line (line, end);
      if (++headers > MAX_HEADERS || p - line > MAX_LINE)
        return TANDEM_FILTER_TOO_MANY;
      colon = memchr (line, ':', (gsize) (p - line));
      if (colon == NULL || colon == line)
        return TANDEM_FILTER_BAD_LINE;
      verdict = check_header (trim ((View){ line, (gsize) (colon - line) }),
                              (View){ colon + 1, (gsize) (p - colon - 1) }, &found);
      if (verdict != TANDEM_FILTER_PASS)
        return verdict;
    }
  if (!found.via || !found.from || !found.to || !found.call_id || !found.cseq)
    return TANDEM_FILTER_MISSING_HEADER;

  body = size - (gsize) (end + 4 - data);
  if (found.length ? found.content_length > body : body > 0)
    return TANDEM_FILTER_BAD_LENGTH;
  *length = (gsize) (end + 4 - data) + (found.length ? found.content_length : 0);
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
    [TANDEM_FILTER_ENCODED] = "encoded content",
    [TANDEM_FILTER_BAD_MULTIPART] = "multipart without boundary",
    [TANDEM_FILTER_TOO_MANY] = "too many or too long headers",
  };

  g_return_val_if_fail ((guint) verdict < G_N_ELEMENTS (words), "unknown");

  return words[verdict];
}
