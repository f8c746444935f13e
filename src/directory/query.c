/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "query.h"

#include <string.h>

/* TandemQuery: see query.h. The same folding serves the history's index, its search without an
 * index, and the contacts, so that all three find the same. */

struct _TandemQuery
{
  gatomicrefcount references;
  GStrv words;
};

/* What a number is written with. */
static gboolean
is_number_character (gunichar c)
{
  return g_unichar_isdigit (c) || (c != 0 && c < 0x80 && strchr ("+()-./ ", (int) c) != NULL);
}

static gboolean
is_number (const char *text)
{
  guint digits = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!is_number_character (g_utf8_get_char (p)))
        return FALSE;
      digits += g_unichar_isdigit (g_utf8_get_char (p)) ? 1 : 0;
    }
  return digits > 0;
}

/* Without the "(0)" that some write after the country code, and that nobody dials. */
static void
append_digits (GString *folded, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_str_has_prefix (p, "(0)") && p != text)
      p += 2;
    else if (g_unichar_isdigit (g_utf8_get_char (p)))
      g_string_append_c (folded, (char) ('0' + g_unichar_digit_value (g_utf8_get_char (p))));
}

static char *
fold_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autoptr (GString) bare = g_string_new (NULL);
  gboolean gap = FALSE;

  for (const char *p = decomposed; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        gap = TRUE;
      else if (!g_unichar_ismark (c) && g_unichar_type (c) != G_UNICODE_FORMAT)
        {
          if (gap && bare->len > 0)
            g_string_append_c (bare, ' ');
          gap = FALSE;
          g_string_append_unichar (bare, c);
        }
    }
  return g_utf8_casefold (bare->str, (gssize) bare->len);
}

char *
tandem_query_fold (const char *text)
{
  g_autofree char *folded = fold_text (text);
  GString *with_digits;
  gsize before;

  if (!is_number (folded))
    return g_steal_pointer (&folded);
  with_digits = g_string_new (folded);
  g_string_append_c (with_digits, ' ');
  before = with_digits->len;
  append_digits (with_digits, folded);
  if (strncmp (with_digits->str, with_digits->str + before, before - 1) == 0)
    g_string_truncate (with_digits, before - 1);
  return g_string_free (with_digits, FALSE);
}

/* A number's digits without what stands for "abroad" or "long distance", as the same number may be
 * kept with another prefix. */
static char *
bare_number (const char *folded)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  gsize zeros;

  append_digits (digits, folded);
  zeros = strspn (digits->str, "0");
  return g_strdup (digits->len - zeros >= 3 ? digits->str + zeros : digits->str);
}

TandemQuery *
tandem_query_new (const char *text)
{
  TandemQuery *self = g_new0 (TandemQuery, 1);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *cut
      = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), TANDEM_QUERY_MAX_LENGTH));
  g_autofree char *folded = fold_text (cut);
  g_auto (GStrv) words = NULL;

  g_atomic_ref_count_init (&self->references);
  if (is_number (folded))
    {
      self->words = g_new0 (char *, 2);
      self->words[0] = bare_number (folded);
      return self;
    }
  words = g_strsplit (folded, " ", TANDEM_QUERY_MAX_WORDS + 1);
  if (g_strv_length (words) > TANDEM_QUERY_MAX_WORDS)
    g_clear_pointer (&words[TANDEM_QUERY_MAX_WORDS], g_free);
  self->words = g_steal_pointer (&words);
  return self;
}

TandemQuery *
tandem_query_ref (TandemQuery *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
tandem_query_unref (TandemQuery *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_strfreev (self->words);
  g_free (self);
}

gboolean
tandem_query_equal (TandemQuery *a, TandemQuery *b)
{
  return g_strv_equal (tandem_query_get_words (a), tandem_query_get_words (b));
}

const char *const *
tandem_query_get_words (TandemQuery *self)
{
  return (const char *const *) self->words;
}

gboolean
tandem_query_matches (TandemQuery *self, const char *folded)
{
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (folded, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}
