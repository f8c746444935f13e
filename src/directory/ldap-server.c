/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldap-client.h"

#include <string.h>

/* What of ldap-client.h needs no library: the settings as a value, and the text of a question. */

TandemLdapServer *
tandem_ldap_server_copy (const TandemLdapServer *server)
{
  TandemLdapServer *copy = g_new0 (TandemLdapServer, 1);

  copy->url = g_strdup (server->url);
  copy->base = g_strdup (server->base);
  copy->user = g_strdup (server->user);
  copy->password = g_strdup (server->password);
  copy->filter = g_strdup (server->filter);
  copy->ca_file = g_strdup (server->ca_file);
  return copy;
}

void
tandem_ldap_server_free (TandemLdapServer *server)
{
  g_free (server->url);
  g_free (server->base);
  g_free (server->user);
  if (server->password != NULL)
    explicit_bzero (server->password, strlen (server->password));
  g_free (server->password);
  g_free (server->filter);
  g_free (server->ca_file);
  g_free (server);
}

static char *
escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *cut = g_utf8_strlen (valid, -1) > TANDEM_LDAP_MAX_TEXT
                             ? g_utf8_substring (valid, 0, TANDEM_LDAP_MAX_TEXT)
                             : g_strdup (valid);
  GString *escaped = g_string_new (NULL);

  for (const char *p = g_strstrip (cut); *p != '\0'; p++)
    if (strchr ("\\*()", *p) != NULL || (guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (escaped, "\\%02x", (guint) (guchar) *p);
    else
      g_string_append_c (escaped, *p);
  return g_string_free (escaped, FALSE);
}

char *
tandem_ldap_make_filter (const char *filter, const char *text)
{
  g_autofree char *escaped = escape (text);
  g_auto (GStrv) parts = g_strsplit (filter, "%s", -1);

  return g_strv_length (parts) > 1 ? g_strjoinv (escaped, parts) : NULL;
}
