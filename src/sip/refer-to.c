/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "refer-to.h"

#include "replaces.h"

#include <string.h>

/* See refer-to.h. Whether the URI's host can be reached is found out by calling it. */

#define LONGEST_URI 512

static gboolean
has_scheme (const char *uri, const char *scheme)
{
  gsize length = strlen (scheme);

  return g_ascii_strncasecmp (uri, scheme, length) == 0 && uri[length] == ':';
}

/* What may stand in a URI at all, RFC 3986 and the brackets of IPv6. */
static gboolean
is_clean (const char *uri)
{
  for (const char *p = uri; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-_.!~*'()%:/?#[]@$&+,;=", *p) == NULL)
        return FALSE;
      if (*p == '%' && (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2])))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_number (const char *tel)
{
  gsize length = strcspn (tel, ";");
  guint digits = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isdigit (tel[i]) || strchr ("*#ABCDabcd", tel[i]) != NULL)
        digits++;
      else if (strchr ("-.()", tel[i]) == NULL && (tel[i] != '+' || i > 0))
        return FALSE;
    }
  return digits > 0 && digits <= 64 && strchr (tel, '?') == NULL;
}

/* The part between the brackets, or all of it up to the header's own parameters. (transfer full)
 * (nullable) */
static char *
get_address (const char *value)
{
  const char *open = NULL;
  const char *close;

  if (*value == '"')
    {
      const char *p = value + 1;

      while (*p != '\0' && *p != '"')
        p += *p == '\\' && p[1] != '\0' ? 2 : 1;
      open = *p == '"' ? strchr (p, '<') : NULL;
      if (open == NULL)
        return NULL;
    }
  else
    open = strchr (value, '<');
  if (open == NULL)
    return strchr (value, '>') == NULL ? g_strndup (value, strcspn (value, "; \t")) : NULL;
  close = strchr (open, '>');
  if (close == NULL)
    return NULL;
  for (const char *p = close + 1; *p != '\0'; p++)
    {
      if (strchr ("<>,", *p) != NULL)
        return NULL;
    }
  return g_strndup (open + 1, close - open - 1);
}

/* uri without its parameter `method`; 603 when that is no INVITE. */
static guint
take_method (char *uri)
{
  char *at = strchr (uri, '@');
  char *start = strchr (at != NULL ? at : uri, ';');
  gboolean refused = FALSE;

  while (start != NULL)
    {
      gsize length = strcspn (start + 1, ";");

      if (g_ascii_strncasecmp (start + 1, "method", 6) == 0 && (length == 6 || start[7] == '='))
        {
          refused = refused || length != strlen ("method=INVITE")
                    || g_ascii_strncasecmp (start + 1, "method=INVITE", length) != 0;
          memmove (start, start + 1 + length, strlen (start + 1 + length) + 1);
          start = *start == ';' ? start : NULL;
        }
      else
        start = start[1 + length] == ';' ? start + 1 + length : NULL;
    }
  return refused ? 603 : 0;
}

/* FALSE: malformed. Of several Replaces none is the right one. */
static gboolean
take_replaces (const char *headers, char **replaces)
{
  g_auto (GStrv) parts = g_strsplit (headers, "&", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');
      g_autofree char *text = NULL;
      TandemReplaces parsed = { NULL };

      if (equals == NULL)
        return FALSE;
      *equals = '\0';
      if (g_ascii_strcasecmp (parts[i], "Replaces") != 0)
        continue;
      text = g_uri_unescape_string (equals + 1, NULL);
      if (*replaces != NULL || text == NULL || !g_utf8_validate (text, -1, NULL)
          || !tandem_replaces_parse (text, &parsed))
        return FALSE;
      tandem_replaces_clear (&parsed);
      *replaces = g_strstrip (g_steal_pointer (&text));
    }
  return TRUE;
}

guint
tandem_refer_to_parse (const char *value, char **uri, char **replaces)
{
  g_autofree char *text = NULL;
  g_autofree char *found = NULL;
  char *headers;
  guint code;

  while (g_ascii_isspace (*value))
    value++;
  if (strlen (value) > TANDEM_REFER_TO_LONGEST)
    return 400;
  text = get_address (value);
  if (text == NULL || !is_clean (text) || strchr (text, ':') == NULL)
    return 400;
  if (has_scheme (text, "tel"))
    {
      if (strlen (text) > LONGEST_URI || !is_number (text + 4))
        return 400;
      *uri = g_steal_pointer (&text);
      *replaces = NULL;
      return 0;
    }
  if (!has_scheme (text, "sip") && !has_scheme (text, "sips"))
    return 416;
  headers = strchr (text, '?');
  if (headers != NULL)
    *headers++ = '\0';
  code = take_method (text);
  if (code != 0)
    return code;
  if (strlen (text) > LONGEST_URI || strchr (text, ':')[1] == '\0')
    return 400;
  if (headers != NULL && !take_replaces (headers, &found))
    return 400;
  *uri = g_steal_pointer (&text);
  *replaces = g_steal_pointer (&found);
  return 0;
}

char *
tandem_refer_to_format (const char *uri, const char *replaces)
{
  g_autofree char *plain = g_strndup (uri, strcspn (uri, "?"));
  g_autofree char *escaped = NULL;
  gboolean tel = has_scheme (plain, "tel");

  if (strlen (plain) > LONGEST_URI || !is_clean (plain)
      || (!tel && !has_scheme (plain, "sip") && !has_scheme (plain, "sips"))
      || (tel && !is_number (plain + 4)))
    return NULL;
  if (replaces == NULL || tel)
    return g_strdup_printf ("<%s>", plain);
  escaped = g_uri_escape_string (replaces, NULL, FALSE);
  return g_strdup_printf ("<%s?Replaces=%s>", plain, escaped);
}
