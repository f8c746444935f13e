/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-log.h"

#include <belle-sip/belle-sip.h>
#include <string.h>

/* See wire-log.h. */

static const char *const secrets[]
    = { "authorization:", "proxy-authorization:", "authentication-info:", "a=crypto:", "password" };

static gboolean
is_secret (const char *line)
{
  while (g_ascii_isspace (*line))
    line++;
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      if (g_ascii_strncasecmp (line, secrets[i], strlen (secrets[i])) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
tandem_wire_log_redact (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (is_secret (lines[i]))
        {
          char *line = g_strdup_printf ("%.*s (removed)", (int) strcspn (lines[i], ": "), lines[i]);

          g_free (lines[i]);
          lines[i] = line;
        }
    }
  return g_strjoinv ("\n", lines);
}

static void
on_log (const char *domain, BctbxLogLevel level, const char *format, va_list arguments)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *valid = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_vprintf (format, arguments);
#pragma GCC diagnostic pop
  clean = tandem_wire_log_redact (text);
  valid = g_utf8_make_valid (clean, -1);
  g_debug ("%s: %s", domain != NULL ? domain : "belle-sip", valid);
}

static gboolean
is_wanted (void)
{
  const char *domains = g_getenv ("G_MESSAGES_DEBUG");

  return g_log_get_debug_enabled ()
         || (domains != NULL
             && (strstr (domains, "all") != NULL || strstr (domains, G_LOG_DOMAIN) != NULL));
}

void
tandem_wire_log_init (void)
{
  static gsize once = 0;

  if (!g_once_init_enter (&once))
    return;
  belle_sip_set_log_handler (on_log);
  belle_sip_set_log_level (is_wanted () ? BELLE_SIP_LOG_MESSAGE : BELLE_SIP_LOG_FATAL);
  g_once_init_leave (&once, 1);
}
