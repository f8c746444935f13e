/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digit.h"

#include <string.h>

/* See digit.h. */

#define LONGEST 256

/* Some write the event's number of RFC 4733: 10 is "*", 11 is "#", 12 to 15 are "A" to "D". */
static gboolean
take (const char *text, char *digit)
{
  static const char digits[] = "0123456789*#ABCD";
  gsize length = strlen (text);
  guint64 number;

  if (length == 1 && strchr (digits, g_ascii_toupper (*text)) != NULL)
    {
      *digit = g_ascii_toupper (*text);
      return TRUE;
    }
  if (length != 2 || !g_ascii_string_to_unsigned (text, 10, 10, 15, &number, NULL))
    return FALSE;
  *digit = digits[number];
  return TRUE;
}

TandemDigitResult
tandem_digit_parse (const char *type, const char *body, gsize size, char *digit)
{
  gboolean relay = g_ascii_strcasecmp (type, "application/dtmf-relay") == 0;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!relay && g_ascii_strcasecmp (type, "application/dtmf") != 0)
    return TANDEM_DIGIT_OTHER_TYPE;
  if (size == 0 || size > LONGEST || memchr (body, '\0', size) != NULL)
    return TANDEM_DIGIT_MALFORMED;
  text = g_strndup (body, size);
  lines = g_strsplit_set (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (g_strstrip (lines[i]), '=');

      if (*lines[i] == '\0')
        continue;
      if (!relay && equals == NULL)
        return take (lines[i], digit) ? TANDEM_DIGIT_OK : TANDEM_DIGIT_MALFORMED;
      if (equals == NULL)
        return TANDEM_DIGIT_MALFORMED;
      *equals = '\0';
      if (g_ascii_strcasecmp (g_strstrip (lines[i]), "Signal") == 0)
        return take (g_strstrip (equals + 1), digit) ? TANDEM_DIGIT_OK : TANDEM_DIGIT_MALFORMED;
    }
  return TANDEM_DIGIT_MALFORMED;
}
