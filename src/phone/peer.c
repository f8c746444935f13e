/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include "words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include <string.h>

/* See peer.h. */

#define MAX_NAME 96
#define MAX_ADDRESS 160
#define MAX_URI 512

/* The user part of a SIP URI, or NULL; the host part. (transfer full) */
static char *
split_uri (const char *uri, char **host, gboolean *is_phone)
{
  const char *p = uri, *at, *end;
  g_autofree char *user = NULL;
  char *decoded;

  *host = NULL;
  *is_phone = FALSE;
  if (g_ascii_strncasecmp (p, "sip:", 4) == 0)
    p += 4;
  else if (g_ascii_strncasecmp (p, "sips:", 5) == 0)
    p += 5;
  else if (g_ascii_strncasecmp (p, "tel:", 4) == 0)
    {
      *is_phone = TRUE;
      return g_strndup (p + 4, strcspn (p + 4, ";"));
    }

  *is_phone = strstr (p, ";user=phone") != NULL;
  at = strchr (p, '@');
  if (at == NULL)
    {
      *host = g_strndup (p, strcspn (p, ";?"));
      return NULL;
    }
  end = at + 1 + strcspn (at + 1, ";?");
  *host = g_strndup (at + 1, (gsize) (end - at - 1));
  user = g_strndup (p, (gsize) (at - p));
  user[strcspn (user, ";")] = '\0';
  decoded = g_uri_unescape_string (user, NULL);
  if (decoded == NULL)
    decoded = g_steal_pointer (&user);
  return decoded;
}

static char *
host_without_port (const char *host)
{
  const char *end = host[0] == '[' ? strchr (host, ']') : strchr (host, ':');

  if (end == NULL)
    return g_strdup (host);
  return g_strndup (host, (gsize) (end - host) + (host[0] == '[' ? 1 : 0));
}

static gboolean
looks_like_number (const char *text)
{
  return text[0] != '\0' && strspn (text, "+0123456789*#") == strlen (text);
}

static gboolean
is_numeric_host (const char *host)
{
  g_autofree char *bare = NULL;

  if (host[0] == '[')
    return TRUE;
  bare = host_without_port (host);
  return g_hostname_is_ip_address (bare);
}

static void
set (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

static void
take_uri (TandemPeer *self, const char *uri, const char *domain)
{
  g_autofree char *host = NULL, *bare = NULL, *user = NULL, *address = NULL;
  gboolean is_phone;

  user = split_uri (uri, &host, &is_phone);
  bare = host != NULL ? host_without_port (host) : NULL;
  self->withheld = (user != NULL && g_ascii_strcasecmp (user, "anonymous") == 0)
                   || (bare != NULL && g_str_has_suffix (bare, "anonymous.invalid"));

  if (user == NULL)
    address = g_strdup (host);
  else if (bare == NULL || is_phone || g_ascii_strcasecmp (bare, domain) == 0 || user[0] == '+'
           || (looks_like_number (user) && is_numeric_host (bare)))
    address = g_strdup (user);
  else
    address = g_strconcat (user, "@", host, NULL);

  set (&self->uri, tandem_words_clean (uri, MAX_URI));
  set (&self->address, self->withheld ? g_strdup ("") : tandem_words_clean (address, MAX_ADDRESS));
}

void
tandem_peer_take (TandemPeer *self, const char *uri, const char *name, const char *domain)
{
  g_autofree char *clean = NULL;

  if (uri != NULL)
    take_uri (self, uri, domain);
  if (name == NULL && !self->withheld)
    return;

  clean = tandem_words_clean (name, MAX_NAME);
  if (self->withheld && (clean[0] == '\0' || g_ascii_strcasecmp (clean, "anonymous") == 0))
    {
      g_free (clean);
      clean = g_strdup (_ ("Number withheld"));
    }
  if (clean[0] == '\0' || g_strcmp0 (clean, self->address) == 0)
    g_clear_pointer (&clean, g_free);
  set (&self->name, g_steal_pointer (&clean));
}

void
tandem_peer_clear (TandemPeer *self)
{
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->name, g_free);
}

gboolean
tandem_peer_same_user (const char *a, const char *b)
{
  g_autofree char *host_a = NULL, *host_b = NULL;
  gboolean is_phone;
  g_autofree char *user_a = split_uri (a, &host_a, &is_phone);
  g_autofree char *user_b = split_uri (b, &host_b, &is_phone);

  return user_a != NULL && g_strcmp0 (user_a, user_b) == 0;
}
