/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv.h"

#include <string.h>

/* CSV as spreadsheets read it. What callers are called is theirs to choose, so each text may be an
 * attempt at a formula. */

static gboolean
is_number (const char *text)
{
  return text[0] == '+' && text[1] != '\0' && text[1 + strspn (text + 1, "0123456789")] == '\0';
}

/* Also the full-width forms of the signs, which some spreadsheets take for them. */
static gboolean
is_formula (const char *text)
{
  static const gunichar signs[]
      = { '=', '+', '-', '@', '\t', '\r', '\n', 0xff1d, 0xff0b, 0xff0d, 0xff20 };
  gunichar first;

  while (*text == ' ')
    text++;
  first = g_utf8_get_char (text);
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (first == signs[i])
      return !is_number (text);
  return FALSE;
}

void
tandem_csv_append (GString *line, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  const char *mark = is_formula (valid) ? "'" : "";
  gboolean quoted;

  if (line->len > 0 && line->str[line->len - 1] != '\n')
    g_string_append_c (line, ',');
  quoted = valid[0] == '\0' || mark[0] != '\0' || strpbrk (valid, ",;\"\r\n\t ") != NULL;
  if (!quoted)
    {
      g_string_append (line, valid);
      return;
    }
  g_string_append_c (line, '"');
  g_string_append (line, mark);
  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

void
tandem_csv_end_line (GString *line)
{
  g_string_append (line, "\r\n");
}
