/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-list.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>

/* See server-list.h. */

static gboolean
is_host_name (const char *host)
{
  gsize length = strlen (host);

  if (length == 0 || length > 253)
    return FALSE;
  for (const char *p = host; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
        return FALSE;
    }
  return host[0] != '.' && strstr (host, "..") == NULL;
}

static TandemServer *
parse_one (const char *text, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  const char *port = NULL, *close;
  guint64 number = 0;
  TandemServer *item;
  g_autofree char *host = NULL;

  if (trimmed[0] == '[' && (close = strchr (trimmed, ']')) != NULL)
    {
      host = g_strndup (trimmed + 1, close - trimmed - 1);
      if (close[1] == ':')
        port = close + 2;
      else if (close[1] != '\0')
        port = "?";
    }
  else
    {
      const char *colon = strchr (trimmed, ':');

      if (colon != NULL && strchr (colon + 1, ':') == NULL)
        {
          host = g_strndup (trimmed, colon - trimmed);
          port = colon + 1;
        }
      else
        host = g_strdup (trimmed);
    }
  if (port != NULL && !g_ascii_string_to_unsigned (port, 10, 0, G_MAXUINT16, &number, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s”: the port is not 0 to 65535", trimmed);
      return NULL;
    }
  if (!tandem_server_is_literal (host) && !is_host_name (host))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is neither a host name nor an address", trimmed);
      return NULL;
    }
  item = g_new0 (TandemServer, 1);
  item->literal = tandem_server_is_literal (host);
  item->host = g_steal_pointer (&host);
  item->port = (guint16) number;
  return item;
}

gboolean
tandem_server_is_literal (const char *host)
{
  unsigned char binary[sizeof (struct in6_addr)];

  return inet_pton (AF_INET, host, binary) == 1 || inet_pton (AF_INET6, host, binary) == 1;
}

guint16
tandem_server_default_port (TandemTransport transport)
{
  return transport == TANDEM_TRANSPORT_TLS ? 5061 : 5060;
}

void
tandem_server_free (TandemServer *server)
{
  g_free (server->host);
  g_free (server);
}

GPtrArray *
tandem_server_list_parse (const char *text, guint max, GError **error)
{
  g_autoptr (GPtrArray) servers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_server_free);
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (char **part = parts; *part != NULL; part++)
    {
      TandemServer *server;

      if (g_strstrip (*part)[0] == '\0')
        continue;
      server = parse_one (*part, error);
      if (server == NULL)
        return NULL;
      g_ptr_array_add (servers, server);
    }
  if (servers->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no server is named");
      return NULL;
    }
  if (servers->len > max)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "more than %u servers are named",
                   max);
      return NULL;
    }
  return g_steal_pointer (&servers);
}
