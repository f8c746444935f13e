/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auto-answer.h"

#include <string.h>

/* See auto-answer.h. */

#define LONGEST 1024
#define MAX_VALUES 8

/* -2: says nothing */
#define SILENT (-2)

static gint
parse_seconds (const char *text)
{
  guint64 seconds;

  if (strlen (text) > 3
      || !g_ascii_string_to_unsigned (text, 10, 0, TANDEM_AUTO_ANSWER_LONGEST, &seconds, NULL))
    return SILENT;
  return (gint) seconds;
}

/* The value of a parameter of one element; NULL when there is none. Quotes go. (transfer full) */
static char *
get_parameter (char **parts, const char *name)
{
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *equals = strchr (parts[i], '=');
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;
      gsize length;

      if (equals == NULL)
        continue;
      key = g_strstrip (g_strndup (parts[i], equals - parts[i]));
      if (g_ascii_strcasecmp (key, name) != 0)
        continue;
      value = g_strstrip (g_strdup (equals + 1));
      length = strlen (value);
      if (length >= 2 && *value == '"' && value[length - 1] == '"')
        return g_strndup (value + 1, length - 2);
      return g_steal_pointer (&value);
    }
  return NULL;
}

static TandemAnswerMode
parse_mode (const char *const *values)
{
  g_auto (GStrv) parts = NULL;
  gboolean required = FALSE;

  if (values == NULL || values[0] == NULL || strlen (values[0]) > LONGEST)
    return TANDEM_ANSWER_MODE_NONE;
  parts = g_strsplit (values[0], ";", 16);
  for (guint i = 0; parts[i] != NULL; i++)
    required |= g_ascii_strcasecmp (g_strstrip (parts[i]), "require") == 0 && i > 0;
  if (parts[0] != NULL && g_ascii_strcasecmp (parts[0], "Auto") == 0)
    return required ? TANDEM_ANSWER_MODE_AUTO_REQUIRED : TANDEM_ANSWER_MODE_AUTO;
  return parts[0] != NULL && g_ascii_strcasecmp (parts[0], "Manual") == 0
             ? TANDEM_ANSWER_MODE_MANUAL
             : TANDEM_ANSWER_MODE_NONE;
}

TandemAnswerMode
tandem_answer_mode_parse (const char *const *priv_answer_mode, const char *const *answer_mode)
{
  const TandemAnswerMode mode = parse_mode (priv_answer_mode);

  return mode != TANDEM_ANSWER_MODE_NONE ? mode : parse_mode (answer_mode);
}

/* The elements of a header may be joined by commas, which a URI in brackets may hold too. */
static GStrv
split (const char *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *start = value;
  gboolean inside = FALSE;
  gboolean quoted = FALSE;

  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (!quoted && *p == '<')
        inside = TRUE;
      else if (!quoted && *p == '>')
        inside = FALSE;
      else if (!quoted && !inside && *p == ',')
        {
          g_autofree char *one = g_strndup (start, p - start);

          g_strv_builder_add (builder, one);
          start = p + 1;
        }
    }
  g_strv_builder_add (builder, start);
  return g_strv_builder_end (builder);
}

static gint
parse_answer_after (char **parts)
{
  g_autofree char *after = get_parameter (parts, "answer-after");

  return after != NULL ? parse_seconds (after) : SILENT;
}

static gint
parse_call_info (const char *element)
{
  const char *close = strchr (element, '>');
  g_auto (GStrv) parts = g_strsplit (close != NULL ? close + 1 : element, ";", 16);

  return parse_answer_after (parts);
}

/* Without a URI some write words, others a parameter at once. */
static gboolean
is_word (const char *text)
{
  static const char *const words[]
      = { "auto answer", "autoanswer", "auto-answer",     "ring answer",
          "ring-answer", "intercom",   "alert-autoanswer" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_ascii_strcasecmp (text, words[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

static gint
parse_alert_info (const char *element)
{
  const char *close = strchr (element, '>');
  g_auto (GStrv) parts = g_strsplit (close != NULL ? close + 1 : element, ";", 16);
  g_autofree char *info = get_parameter (parts, "info");
  g_autofree char *delay = get_parameter (parts, "delay");
  g_autofree char *word = NULL;
  gint after = parse_answer_after (parts);

  if (after != SILENT)
    return after;
  if (close == NULL && parts[0] != NULL)
    {
      gsize length;

      word = g_strstrip (g_strdup (parts[0]));
      length = strlen (word);
      if (length >= 2 && *word == '"' && word[length - 1] == '"')
        {
          memmove (word, word + 1, length - 2);
          word[length - 2] = '\0';
        }
    }
  if (!(info != NULL && is_word (info)) && !(word != NULL && is_word (word)))
    return SILENT;
  after = delay != NULL ? parse_seconds (delay) : 0;
  return after != SILENT ? after : 0;
}

static gint
parse_all (const char *const *values, gint (*parse) (const char *element))
{
  for (guint i = 0; i < MAX_VALUES && values != NULL && values[i] != NULL; i++)
    {
      g_auto (GStrv) elements = NULL;

      if (strlen (values[i]) > LONGEST)
        continue;
      elements = split (values[i]);
      for (guint j = 0; j < MAX_VALUES && elements[j] != NULL; j++)
        {
          gint after = parse (elements[j]);

          if (after != SILENT)
            return after;
        }
    }
  return SILENT;
}

gint
tandem_auto_answer_parse (const char *const *priv_answer_mode,
                          const char *const *answer_mode,
                          const char *const *call_info,
                          const char *const *alert_info)
{
  const TandemAnswerMode mode = tandem_answer_mode_parse (priv_answer_mode, answer_mode);
  gint after;

  if (mode != TANDEM_ANSWER_MODE_NONE)
    return mode == TANDEM_ANSWER_MODE_MANUAL ? -1 : 0;
  after = parse_all (call_info, parse_call_info);
  if (after == SILENT)
    after = parse_all (alert_info, parse_alert_info);
  return MAX (after, -1);
}
