/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "post-dial.h"

#include <string.h>

/* See post-dial.h. A comma within an address ("sip:a,b@…") is no pause. */

#define KEYS "0123456789*#ABCDabcdpPwW, -"
#define MAX_DIGITS 256
#define POSTD ";postd="

static char *
clean (const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);
  g_autofree char *decoded = g_uri_unescape_string (part, NULL);
  GString *keys = g_string_new (NULL);

  for (const char *p = decoded != NULL ? decoded : part; *p != '\0'; p++)
    if (*p != ' ' && *p != '-')
      g_string_append_c (keys, g_ascii_toupper (*p));
  return g_string_free (keys, FALSE);
}

char *
tandem_post_dial_split (const char *text, char **digits)
{
  const char *at, *keys;
  g_autofree char *found = NULL;

  *digits = NULL;
  at = strstr (text, POSTD);
  if (at != NULL)
    {
      const char *end;

      keys = at + strlen (POSTD);
      end = keys + strcspn (keys, ";?");
      found = clean (keys, (gsize) (end - keys));
      if (found[0] == '\0' || strlen (found) > MAX_DIGITS || strspn (found, KEYS) != strlen (found))
        return g_strdup (text);
      *digits = g_steal_pointer (&found);
      keys = g_strndup (text, (gsize) (at - text));
      {
        g_autofree char *before = (char *) keys;

        return g_strconcat (before, end, NULL);
      }
    }
  at = strchr (text, ',');
  if (at == NULL || at == text || strchr (text, '@') != NULL || strspn (at, KEYS) != strlen (at))
    return g_strdup (text);
  found = clean (at, strlen (at));
  if (strlen (found) > MAX_DIGITS || strspn (found, ",PW") == strlen (found))
    return g_strndup (text, (gsize) (at - text));
  *digits = g_steal_pointer (&found);
  return g_strndup (text, (gsize) (at - text));
}
