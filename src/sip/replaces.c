/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "replaces.h"

#include <string.h>

/* See replaces.h. What dialog it is, and whether it may be replaced, is not decided here. */

static gboolean
is_token (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
        return FALSE;
    }
  return *text != '\0';
}

/* RFC 3261 25.1: word [ "@" word ] */
static gboolean
is_call_id (const char *text)
{
  guint ats = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '@')
        ats++;
      else if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~()<>:\\\"/[]?{}", *p) == NULL)
        return FALSE;
    }
  return *text != '\0' && *text != '@' && ats <= 1;
}

gboolean
tandem_replaces_parse (const char *text, TandemReplaces *self)
{
  g_auto (GStrv) parts = NULL;
  const char *to_tag = NULL;
  const char *from_tag = NULL;
  gboolean early_only = FALSE;

  if (strlen (text) > TANDEM_REPLACES_LONGEST)
    return FALSE;
  parts = g_strsplit (text, ";", -1);
  if (parts[0] == NULL || !is_call_id (g_strstrip (parts[0])))
    return FALSE;
  for (guint i = 1; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');
      const char *value = "";
      const char **tag;

      if (equals != NULL)
        {
          *equals = '\0';
          value = g_strstrip (equals + 1);
          if (!is_token (value))
            return FALSE;
        }
      g_strstrip (parts[i]);
      if (!is_token (parts[i]))
        return FALSE;
      if (g_ascii_strcasecmp (parts[i], "early-only") == 0)
        {
          early_only = TRUE;
          continue;
        }
      if (g_ascii_strcasecmp (parts[i], "to-tag") == 0)
        tag = &to_tag;
      else if (g_ascii_strcasecmp (parts[i], "from-tag") == 0)
        tag = &from_tag;
      else
        continue;
      if (*tag != NULL || *value == '\0')
        return FALSE;
      *tag = value;
    }
  if (to_tag == NULL || from_tag == NULL)
    return FALSE;
  self->call_id = g_strdup (parts[0]);
  self->to_tag = g_strdup (to_tag);
  self->from_tag = g_strdup (from_tag);
  self->early_only = early_only;
  return TRUE;
}

void
tandem_replaces_clear (TandemReplaces *self)
{
  g_clear_pointer (&self->call_id, g_free);
  g_clear_pointer (&self->to_tag, g_free);
  g_clear_pointer (&self->from_tag, g_free);
}

/* RFC 3891 3: a dialog without a tag, of an RFC 2543 peer, is named by the tag "0". */
char *
tandem_replaces_format (const char *call_id, const char *to_tag, const char *from_tag)
{
  g_autofree char *text = NULL;

  if (to_tag == NULL || *to_tag == '\0')
    to_tag = "0";
  if (from_tag == NULL || *from_tag == '\0')
    from_tag = "0";
  if (call_id == NULL || !is_call_id (call_id) || !is_token (to_tag) || !is_token (from_tag))
    return NULL;
  text = g_strdup_printf ("%s;to-tag=%s;from-tag=%s", call_id, to_tag, from_tag);
  return strlen (text) <= TANDEM_REPLACES_LONGEST ? g_steal_pointer (&text) : NULL;
}
