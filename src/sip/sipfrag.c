/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sipfrag.h"

#include <string.h>

/* See sipfrag.h. Not for whole SIP messages. */

#define VERSION "SIP/2.0 "
#define LONGEST_LINE 512
#define LONGEST_PHRASE 128

/* name: value, or the rest of the line before. */
static gboolean
is_header (const char *line, gsize length)
{
  gsize i = 0;

  if (length == 0 || *line == ' ' || *line == '\t')
    return TRUE;
  while (i < length && (g_ascii_isalnum (line[i]) || strchr ("-.!%*_+`'~", line[i]) != NULL))
    i++;
  if (i == 0)
    return FALSE;
  while (i < length && (line[i] == ' ' || line[i] == '\t'))
    i++;
  return i < length && line[i] == ':';
}

gboolean
tandem_sipfrag_parse (const char *body, gsize size, guint *code, char **phrase)
{
  g_autofree char *text = NULL;
  gsize start;

  if (size > TANDEM_SIPFRAG_LONGEST || size < strlen (VERSION) + 3
      || memchr (body, '\0', size) != NULL || !g_utf8_validate_len (body, size, NULL)
      || g_ascii_strncasecmp (body, VERSION, strlen (VERSION)) != 0)
    return FALSE;
  text = g_strndup (body, size);
  start = strlen (VERSION);
  for (guint i = 0; i < 3; i++)
    {
      if (!g_ascii_isdigit (text[start + i]))
        return FALSE;
    }
  if (text[start] < '1' || text[start] > '6'
      || (text[start + 3] != '\0' && strchr (" \r\n", text[start + 3]) == NULL))
    return FALSE;
  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\r\n");

      for (gsize i = 0; i < length; i++)
        {
          if (line[i] != '\t' && g_ascii_iscntrl (line[i]))
            return FALSE;
        }
      if (length > LONGEST_LINE || (line != text && !is_header (line, length)))
        return FALSE;
      line += length;
      line += line[0] == '\r' && line[1] == '\n' ? 2 : *line != '\0';
    }
  *code = (guint) ((text[start] - '0') * 100 + (text[start + 1] - '0') * 10
                   + (text[start + 2] - '0'));
  {
    const char *rest = text + start + 3;
    g_autofree char *line = g_strstrip (g_strndup (rest, strcspn (rest, "\r\n")));

    *phrase = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), LONGEST_PHRASE));
  }
  return TRUE;
}

static const char *
usual_phrase (guint code)
{
  static const struct
  {
    guint code;
    const char *phrase;
  } phrases[] = {
    { 100, "Trying" },
    { 180, "Ringing" },
    { 183, "Session Progress" },
    { 200, "OK" },
    { 404, "Not Found" },
    { 408, "Request Timeout" },
    { 480, "Temporarily Unavailable" },
    { 486, "Busy Here" },
    { 487, "Request Terminated" },
    { 488, "Not Acceptable Here" },
    { 503, "Service Unavailable" },
    { 603, "Decline" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      if (phrases[i].code == code)
        return phrases[i].phrase;
    }
  return code < 200 ? "Trying" : code < 300 ? "OK" : "Failed";
}

char *
tandem_sipfrag_format (guint code, const char *phrase)
{
  g_autofree char *valid = g_utf8_make_valid (phrase != NULL ? phrase : "", -1);
  g_autofree char *cut
      = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), LONGEST_PHRASE));

  for (char *p = cut; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  g_strstrip (cut);
  return g_strdup_printf (VERSION "%03u %s\r\n", CLAMP (code, 100, 699),
                          *cut != '\0' ? cut : usual_phrase (code));
}
