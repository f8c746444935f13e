/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message-summary.h"

#include <string.h>

/* See message-summary.h. A status line, an account, one line for each kind of message, and, after an
 * empty line, headers of messages, which are not read. */

#define MOST_LINES 64
#define LONGEST_LINE 512

/* RFC 3458, 6: the contexts that a line may count. */
static const char *const contexts[] = { "voice-message",      "fax-message",  "pager-message",
                                        "multimedia-message", "text-message", "none" };

static gboolean
is_text (const char *body, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      if ((guchar) body[i] < ' ' && body[i] != '\t' && body[i] != '\r' && body[i] != '\n')
        return FALSE;
    }
  return g_utf8_validate (body, (gssize) size, NULL);
}

/* At most six digits; moves on behind them. */
static gboolean
read_number (const char **text, guint *number)
{
  const char *p = *text;
  guint value = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;
  while (g_ascii_isdigit (*p))
    {
      value = value * 10 + (guint) (*p++ - '0');
      if (value > TANDEM_MESSAGE_SUMMARY_MOST)
        return FALSE;
    }
  *number = value;
  *text = p;
  return TRUE;
}

static gboolean
read_pair (const char **text, guint *fresh, guint *old)
{
  if (!read_number (text, fresh) || **text != '/')
    return FALSE;
  (*text)++;
  return read_number (text, old);
}

/* "2/8 (0/2)": new and old, and those of them that are urgent. */
static gboolean
read_counts (const char *text, guint *fresh, guint *old)
{
  guint urgent_fresh, urgent_old;

  if (!read_pair (&text, fresh, old))
    return FALSE;
  text += strspn (text, " \t");
  if (*text == '(')
    {
      text++;
      text += strspn (text, " \t");
      if (!read_pair (&text, &urgent_fresh, &urgent_old))
        return FALSE;
      text += strspn (text, " \t");
      if (*text++ != ')')
        return FALSE;
    }
  return text[strspn (text, " \t")] == '\0';
}

static gboolean
is_context (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (contexts); i++)
    {
      if (g_ascii_strcasecmp (name, contexts[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Splits "Name: value" in place. */
static gboolean
split (char *line, char **value)
{
  char *colon = strchr (line, ':');

  if (colon == NULL || colon == line)
    return FALSE;
  *colon = '\0';
  g_strchomp (line);
  *value = g_strstrip (colon + 1);
  return *line != '\0' && strpbrk (line, " \t") == NULL;
}

static gboolean
read_line (char *line, TandemMessageSummary *summary, gboolean *counted)
{
  guint fresh, old;
  char *value;

  if (!split (line, &value))
    return FALSE;
  if (g_ascii_strcasecmp (line, "Message-Account") == 0)
    {
      if (*value == '\0' || summary->account != NULL)
        return FALSE;
      summary->account = g_strdup (value);
      return TRUE;
    }
  if (!is_context (line))
    return strchr (value, '/') == NULL || read_counts (value, &fresh, &old);
  if (!read_counts (value, &fresh, &old))
    return FALSE;
  if (g_ascii_strcasecmp (line, "voice-message") != 0)
    return TRUE;
  if (*counted)
    return FALSE;
  *counted = TRUE;
  summary->fresh = fresh;
  summary->old = old;
  return TRUE;
}

static gboolean
read_status (char *line, gboolean *waiting)
{
  char *value;

  if (!split (line, &value) || g_ascii_strcasecmp (line, "Messages-Waiting") != 0)
    return FALSE;
  *waiting = g_ascii_strcasecmp (value, "yes") == 0;
  return *waiting || g_ascii_strcasecmp (value, "no") == 0;
}

/**
 * tandem_message_summary_parse:
 * @body: (array length=size): of a NOTIFY
 * @size: bytes
 * @summary: (out caller-allocates): untouched on failure
 *
 * Returns: whether all of @body follows RFC 3842 5.2, line ends being CRLF or LF
 */
gboolean
tandem_message_summary_parse (const char *body, gsize size, TandemMessageSummary *summary)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  TandemMessageSummary found = { 0 };
  gboolean counted = FALSE;
  gboolean ok;

  if (body == NULL || size == 0 || size > TANDEM_MESSAGE_SUMMARY_LONGEST || !is_text (body, size))
    return FALSE;
  text = g_strndup (body, size);
  lines = g_strsplit (text, "\n", MOST_LINES + 1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);

      if (length > 0 && lines[i][length - 1] == '\r')
        lines[i][length - 1] = '\0';
    }
  ok = lines[0] != NULL && read_status (lines[0], &found.waiting);
  for (guint i = 1; ok && lines[i] != NULL && *lines[i] != '\0'; i++)
    ok = i < MOST_LINES && strlen (lines[i]) <= LONGEST_LINE && strchr (lines[i], '\r') == NULL
         && read_line (lines[i], &found, &counted);
  if (ok)
    *summary = found;
  else
    tandem_message_summary_clear (&found);
  return ok;
}

void
tandem_message_summary_clear (TandemMessageSummary *summary)
{
  g_clear_pointer (&summary->account, g_free);
}
