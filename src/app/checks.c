/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "checks.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include <string.h>

/* What may be typed into the fields of preferences and of the welcome page, checked while it is
 * typed. Only for messages beside the field: whoever uses a setting checks it again. */

static gboolean
has_only (const char *text, const char *others)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (others, *p) == NULL)
      return FALSE;
  return TRUE;
}

/**
 * tandem_check_user:
 * @text: the user part of a SIP address (RFC 3261, section 25.1)
 */
const char *
tandem_check_user (const char *text)
{
  if (*text == '\0')
    return _ ("needed");
  return tandem_check_optional_user (text);
}

/**
 * tandem_check_optional_user:
 * @text: a name for authentication, or nothing
 */
const char *
tandem_check_optional_user (const char *text)
{
  if (strlen (text) > 128)
    return _ ("too long");
  if (strchr (text, ' ') != NULL)
    return _ ("no spaces");
  if (strchr (text, '@') != NULL)
    return _ ("without @ and what follows");
  if (!has_only (text, "-_.!~*'()&=+$,;?/%"))
    return _ ("letters, digits and -_.+ only");
  return NULL;
}

/**
 * tandem_check_display_name:
 * @text: a person's name, or nothing
 */
const char *
tandem_check_display_name (const char *text)
{
  if (strlen (text) > 256)
    return _ ("too long");
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return _ ("no control characters");
  return NULL;
}

/* A host name, an IPv4 address, or an IPv6 address in brackets; a port where with_port. */
static const char *
check_host (const char *text, gboolean with_port)
{
  g_autofree char *host = NULL;
  const char *port = NULL;

  if (strlen (text) > 255 + 6)
    return _ ("too long");
  if (*text == '[')
    {
      const char *end = strchr (text, ']');

      if (end == NULL)
        return _ ("] is missing");
      host = g_strndup (text + 1, (gsize) (end - text - 1));
      if (!g_hostname_is_ip_address (host) || strchr (host, ':') == NULL)
        return _ ("not an IPv6 address");
      if (end[1] == ':')
        port = end + 2;
      else if (end[1] != '\0')
        return _ ("not a host name or address");
    }
  else
    {
      const char *colon = strchr (text, ':');

      if (colon != NULL && strchr (colon + 1, ':') != NULL)
        return g_hostname_is_ip_address (text) ? _ ("an IPv6 address goes into [ ]")
                                               : _ ("not a host name or address");
      host = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
      port = colon != NULL ? colon + 1 : NULL;
      if (*host == '\0' || !has_only (host, "-._") || *host == '-' || *host == '.'
          || strstr (host, "..") != NULL)
        return _ ("not a host name or address");
      if (has_only (host, ".") && strspn (host, "0123456789.") == strlen (host)
          && !g_hostname_is_ip_address (host))
        return _ ("not a complete IP address");
    }

  if (port != NULL)
    {
      guint64 number = 0;

      if (!with_port)
        return _ ("without a port");
      if (!g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
        return _ ("a port is a number from 1 to 65535");
    }
  return NULL;
}

/**
 * tandem_check_domain:
 * @text: the host part of a SIP address, or nothing
 */
const char *
tandem_check_domain (const char *text)
{
  return *text == '\0' ? NULL : check_host (text, FALSE);
}

/**
 * tandem_check_mailbox:
 * @text: the user or the SIP address of a voice mail box, or nothing
 */
const char *
tandem_check_mailbox (const char *text)
{
  const char *rest = g_ascii_strncasecmp (text, "sip:", 4) == 0 ? text + 4 : text;
  const char *at = strchr (rest, '@');
  g_autofree char *user = at != NULL ? g_strndup (rest, (gsize) (at - rest)) : g_strdup (rest);
  const char *problem = tandem_check_optional_user (user);

  if (problem == NULL && at != NULL)
    problem = *user == '\0' ? _ ("a user before the @") : check_host (at + 1, FALSE);
  return problem;
}

/**
 * tandem_check_servers:
 * @text: one name that stands for the pool, or addresses separated by commas
 */
const char *
tandem_check_servers (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  if (*text == '\0')
    return _ ("needed");
  if (g_strv_length (parts) > 32)
    return _ ("too many addresses");
  for (gsize i = 0; parts[i] != NULL; i++)
    {
      const char *problem = check_host (g_strstrip (parts[i]), TRUE);

      if (problem != NULL)
        return problem;
    }
  return NULL;
}
