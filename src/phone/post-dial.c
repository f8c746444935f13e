/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "post-dial.h"

#include <string.h>

/* See post-dial.h. A comma within an address ("sip:a,b@…") is no pause. */

#define KEYS "0123456789*#ABCDabcdpPwW, -"
#define MAX_DIGITS 256
#define POSTD ";postd="
#define EXT ";ext="

static char *
clean (const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);
  g_autofree char *decoded = g_uri_unescape_string (part, NULL);
  GString *keys = g_string_new (NULL);

  for (const char *p = decoded != NULL ? decoded : part; *p != '\0'; p++)
    if (strchr (" -.()", *p) == NULL)
      g_string_append_c (keys, g_ascii_toupper (*p));
  return g_string_free (keys, FALSE);
}

/* Takes the parameter out of a link; its value in keys, or NULL when it is not there or is no keys. (transfer full): the
 * text without it */
static char *
take_parameter (const char *text, const char *name, char **keys)
{
  const char *at = strstr (text, name);
  const char *value, *end;
  g_autofree char *before = NULL;

  *keys = NULL;
  if (at == NULL)
    return g_strdup (text);
  value = at + strlen (name);
  end = value + strcspn (value, ";?");
  *keys = clean (value, (gsize) (end - value));
  if ((*keys)[0] == '\0' || strlen (*keys) > MAX_DIGITS || strspn (*keys, KEYS) != strlen (*keys))
    {
      g_clear_pointer (keys, g_free);
      return g_strdup (text);
    }
  before = g_strndup (text, (gsize) (at - text));
  return g_strconcat (before, end, NULL);
}

char *
tandem_post_dial_split (const char *text, char **digits)
{
  const gboolean tel = g_ascii_strncasecmp (text, "tel:", 4) == 0;
  const char *at;
  g_autofree char *found = NULL, *extension = NULL, *rest = NULL;
  g_autofree char *without = tel ? take_parameter (text, EXT, &extension) : g_strdup (text);

  *digits = NULL;
  rest = take_parameter (without, POSTD, &found);
  if (found != NULL || extension != NULL)
    {
      *digits = g_strconcat (extension != NULL ? "," : "", extension != NULL ? extension : "",
                             found != NULL ? found : "", NULL);
      return g_steal_pointer (&rest);
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
