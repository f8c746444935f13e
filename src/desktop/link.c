/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "link.h"

#include <glib/gi18n.h>

#include <string.h>

/* Links to text for the entry. What can be dialled is decided later, by tandem_phone_parse_target(). */

#define MAX_LINK 512

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

/* The length of a URI scheme (RFC 3986 3.1) with its colon, 0 when there is none. A host with a
 * port ("pbx.example.test:5070") and "200@host:5070" are no scheme. */
static gsize
scheme_length (const char *text)
{
  gsize n = 0;

  if (!g_ascii_isalpha (text[0]))
    return 0;
  while (g_ascii_isalnum (text[n]) || strchr ("+-.", text[n] != '\0' ? text[n] : ' ') != NULL)
    n++;
  if (text[n] != ':')
    return 0;
  if (g_ascii_isdigit (text[n + 1]) && memchr (text, '.', n) != NULL)
    return 0;
  return n + 1;
}

static gboolean
has_scheme (const char *text, gsize length, const char *scheme)
{
  return length == strlen (scheme) + 1 && g_ascii_strncasecmp (text, scheme, length - 1) == 0;
}

static gboolean
check_clean (const char *text, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, _ ("The address is not valid text"));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Format characters can make an address look like another one. */
      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        return fail (error, _ ("The address has characters that have no place in one"));
    }
  return TRUE;
}

char *
tandem_link_to_entry (const char *text, GError **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *entry = NULL;
  gsize scheme;

  if (strlen (text) > MAX_LINK)
    {
      fail (error, _ ("The address is too long"));
      return NULL;
    }
  if (!check_clean (text, error))
    return NULL;
  trimmed = g_strstrip (g_strdup (text));
  scheme = scheme_length (trimmed);

  if (scheme == 0)
    entry = g_strdup (trimmed);
  else if (has_scheme (trimmed, scheme, "sip") || has_scheme (trimmed, scheme, "sips"))
    {
      g_autofree char *lower = g_ascii_strdown (trimmed, (gssize) scheme);
      const char *rest = trimmed + scheme + (g_str_has_prefix (trimmed + scheme, "//") ? 2 : 0);

      entry = rest[0] != '\0' ? g_strconcat (lower, rest, NULL) : g_strdup ("");
    }
  else if (has_scheme (trimmed, scheme, "tel") || has_scheme (trimmed, scheme, "callto"))
    {
      const char *rest = trimmed + scheme + (g_str_has_prefix (trimmed + scheme, "//") ? 2 : 0);
      g_autofree char *number = g_strndup (rest, strcspn (rest, ";?"));

      entry = g_uri_unescape_string (number, NULL);
      if (entry == NULL || !check_clean (entry, NULL))
        {
          fail (error, _ ("The address has characters that have no place in one"));
          return NULL;
        }
      g_strstrip (entry);
    }
  else
    {
      g_autofree char *name = g_strndup (trimmed, scheme - 1);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("“%s:” links cannot be called; tel:, sip:, sips: and callto: can"), name);
      return NULL;
    }
  if (entry[0] == '\0')
    {
      fail (error, _ ("There is no number or address to call"));
      return NULL;
    }
  return g_steal_pointer (&entry);
}
