/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <string.h>

/* See words.h. */

#define ISOLATE_BEGIN "\xe2\x81\xa6" /* U+2066 */
#define ISOLATE_END "\xe2\x81\xa9"   /* U+2069 */

static gboolean
is_invisible (gunichar c)
{
  return g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT
         || g_unichar_type (c) == G_UNICODE_LINE_SEPARATOR
         || g_unichar_type (c) == G_UNICODE_PARAGRAPH_SEPARATOR;
}

char *
tandem_words_isolate (const char *text)
{
  return g_strconcat (ISOLATE_BEGIN, text, ISOLATE_END, NULL);
}

char *
tandem_words_clean (const char *text, guint max)
{
  g_autofree char *valid = NULL;
  GString *out;
  guint n = 0;

  if (text == NULL)
    return g_strdup ("");

  valid = g_utf8_make_valid (text, strnlen (text, (gsize) max * 8));
  out = g_string_new (NULL);
  for (const char *p = valid; *p != '\0' && n < max; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (c == '\t' || c == '\n' || c == '\r')
        g_string_append_c (out, ' ');
      else if (!is_invisible (c))
        g_string_append_unichar (out, c);
      else
        continue;
      n++;
    }
  return g_strstrip (g_string_free (out, FALSE));
}

char *
tandem_words_clock (guint seconds)
{
  if (seconds >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
}

char *
tandem_words_redact (const char *text)
{
  g_autofree char *valid = NULL;
  const char *at, *scheme;
  GString *out;
  glong n;

  if (text == NULL)
    return NULL;

  valid = g_utf8_make_valid (text, -1);
  out = g_string_new (NULL);
  scheme = g_str_has_prefix (valid, "sip:") ? valid + 4 : valid;
  g_string_append_len (out, valid, scheme - valid);
  at = strchr (scheme, '@');
  if (at == NULL)
    at = scheme + strlen (scheme);

  n = g_utf8_strlen (scheme, at - scheme);
  for (const char *p = scheme; p < at; p = g_utf8_next_char (p), n--)
    g_string_append_unichar (out, n > 2 ? 'x' : g_utf8_get_char (p));
  g_string_append (out, at);
  return g_string_free (out, FALSE);
}
