/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

#include <string.h>

/* See digest.h. Challenge values come from the network: the parser below accepts what RFC 7616
 * allows, and anything else makes the challenge one that cannot be answered. */

#define MAX_CHALLENGE 4096
#define MAX_REALMS 64

typedef struct
{
  char *account, *candidate, *realm;
  gboolean proxy;
  char *nonce, *opaque;
  GChecksumType algorithm;
  char *algorithm_name; /* as the challenge spelt it; NULL when it did not */
  gboolean session;     /* -sess */
  gboolean qop;
  guint32 count;
} Challenge;

struct _TandemDigest
{
  GPtrArray *challenges; /* of Challenge, least recently set first */
  char *cnonce;
};

static void
challenge_free (gpointer data)
{
  Challenge *challenge = data;

  g_free (challenge->account);
  g_free (challenge->candidate);
  g_free (challenge->realm);
  g_free (challenge->nonce);
  g_free (challenge->opaque);
  g_free (challenge->algorithm_name);
  g_free (challenge);
}

static gboolean
is_token (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
    p++;
  return p;
}

/* Reads "Digest name=value, ..." into a table of lower-case names. NULL when it is none. */
static GHashTable *
parse_parameters (const char *text)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *p = skip_space (text);

  if (strlen (text) > MAX_CHALLENGE || g_ascii_strncasecmp (p, "Digest", 6) != 0
      || (p[6] != ' ' && p[6] != '\t'))
    return NULL;
  p = skip_space (p + 6);
  while (*p != '\0')
    {
      const char *name = p;
      g_autofree char *key = NULL;
      g_autoptr (GString) value = g_string_new (NULL);

      while (is_token (*p))
        p++;
      if (p == name)
        return NULL;
      key = g_ascii_strdown (name, p - name);
      p = skip_space (p);
      if (*p != '=')
        return NULL;
      p = skip_space (p + 1);
      if (*p == '"')
        {
          for (p++; *p != '"'; p++)
            {
              if (*p == '\\' && p[1] != '\0')
                p++;
              if (*p == '\0' || *p == '\r' || *p == '\n')
                return NULL;
              g_string_append_c (value, *p);
            }
          p++;
        }
      else
        {
          for (; is_token (*p) || *p == '/' || *p == '=' || *p == ':' || *p == '@'; p++)
            g_string_append_c (value, *p);
        }
      if (!g_hash_table_contains (table, key))
        g_hash_table_insert (table, g_steal_pointer (&key),
                             g_string_free (g_steal_pointer (&value), FALSE));
      p = skip_space (p);
      if (*p == '\0')
        break;
      if (*p != ',')
        return NULL;
      p = skip_space (p + 1);
    }
  return g_steal_pointer (&table);
}

/* qop="auth,auth-int": is "auth" among them? */
static gboolean
offers_auth (const char *qop)
{
  g_auto (GStrv) words = g_strsplit_set (qop, ", \t", -1);

  for (char **word = words; *word != NULL; word++)
    {
      if (g_ascii_strcasecmp (*word, "auth") == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_algorithm (const char *name, GChecksumType *type, gboolean *session)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
    gboolean session;
  } known[] = {
    { "MD5", G_CHECKSUM_MD5, FALSE },
    { "MD5-sess", G_CHECKSUM_MD5, TRUE },
    { "SHA-256", G_CHECKSUM_SHA256, FALSE },
    { "SHA-256-sess", G_CHECKSUM_SHA256, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (name == NULL || g_ascii_strcasecmp (name, known[i].name) == 0)
        {
          *type = known[i].type;
          *session = known[i].session;
          return TRUE;
        }
    }
  return FALSE;
}

/* NULL when the challenge cannot be answered. */
static Challenge *
challenge_new (GHashTable *parameters, const char *account, const char *candidate, gboolean proxy)
{
  const char *realm = g_hash_table_lookup (parameters, "realm");
  const char *nonce = g_hash_table_lookup (parameters, "nonce");
  const char *qop = g_hash_table_lookup (parameters, "qop");
  const char *algorithm = g_hash_table_lookup (parameters, "algorithm");
  GChecksumType type;
  gboolean session;
  Challenge *challenge;

  if (realm == NULL || nonce == NULL || nonce[0] == '\0'
      || !read_algorithm (algorithm, &type, &session) || (qop != NULL && !offers_auth (qop))
      || (session && qop == NULL))
    return NULL;
  challenge = g_new0 (Challenge, 1);
  challenge->account = g_strdup (account);
  challenge->candidate = g_strdup (candidate);
  challenge->realm = g_strdup (realm);
  challenge->nonce = g_strdup (nonce);
  challenge->opaque = g_strdup (g_hash_table_lookup (parameters, "opaque"));
  challenge->algorithm = type;
  challenge->algorithm_name = g_strdup (algorithm);
  challenge->session = session;
  challenge->qop = qop != NULL;
  challenge->proxy = proxy;
  return challenge;
}

static gboolean
same_place (const Challenge *challenge,
            const char *account,
            const char *candidate,
            const char *realm,
            gboolean proxy)
{
  return challenge->proxy == proxy && strcmp (challenge->account, account) == 0
         && strcmp (challenge->candidate, candidate) == 0 && strcmp (challenge->realm, realm) == 0;
}

/* Did the refused request answer a challenge that this very candidate had made? */
static gboolean
was_answered (TandemDigest *self,
              const char *account,
              const char *candidate,
              const char *realm,
              gboolean proxy,
              const char *const *sent)
{
  for (; sent != NULL && *sent != NULL; sent++)
    {
      g_autoptr (GHashTable) parameters = parse_parameters (*sent);
      const char *sent_realm, *sent_nonce;

      if (parameters == NULL)
        continue;
      sent_realm = g_hash_table_lookup (parameters, "realm");
      sent_nonce = g_hash_table_lookup (parameters, "nonce");
      if (sent_realm == NULL || sent_nonce == NULL || strcmp (sent_realm, realm) != 0)
        continue;
      for (guint i = 0; i < self->challenges->len; i++)
        {
          Challenge *known = g_ptr_array_index (self->challenges, i);

          if (same_place (known, account, candidate, realm, proxy)
              && strcmp (known->nonce, sent_nonce) == 0 && known->count <= 1)
            return TRUE;
        }
    }
  return FALSE;
}

static void
remember (TandemDigest *self, Challenge *challenge)
{
  for (guint i = 0; i < self->challenges->len; i++)
    {
      if (same_place (g_ptr_array_index (self->challenges, i), challenge->account,
                      challenge->candidate, challenge->realm, challenge->proxy))
        {
          g_ptr_array_remove_index (self->challenges, i);
          break;
        }
    }
  if (self->challenges->len >= MAX_REALMS)
    g_ptr_array_remove_index (self->challenges, 0);
  g_ptr_array_add (self->challenges, challenge);
}

static char *hash (GChecksumType type, const char *first, ...) G_GNUC_NULL_TERMINATED;

static char *
hash (GChecksumType type, const char *first, ...)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  const char *part = first;
  va_list parts;

  va_start (parts, first);
  for (gboolean begun = FALSE; part != NULL; part = va_arg (parts, const char *), begun = TRUE)
    {
      if (begun)
        g_checksum_update (checksum, (const guchar *) ":", 1);
      g_checksum_update (checksum, (const guchar *) part, (gssize) strlen (part));
    }
  va_end (parts);
  return g_strdup (g_checksum_get_string (checksum));
}

static void
append_quoted (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s%s=\"", text->len > strlen ("Digest ") ? ", " : "", name);
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
  g_string_append_c (text, '"');
}

static char *
make_cnonce (TandemDigest *self)
{
  if (self->cnonce != NULL)
    return g_strdup (self->cnonce);
  return g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (),
                          g_random_int ());
}

static char *
answer (TandemDigest *self,
        Challenge *challenge,
        const char *user,
        const char *password,
        const char *method,
        const char *uri)
{
  g_autofree char *cnonce = make_cnonce (self);
  g_autofree char *a1 = hash (challenge->algorithm, user, challenge->realm, password, NULL);
  g_autofree char *a2 = hash (challenge->algorithm, method, uri, NULL);
  g_autofree char *response = NULL;
  GString *text = g_string_new ("Digest ");
  char count[9];

  challenge->count++;
  g_snprintf (count, sizeof count, "%08x", challenge->count);
  if (challenge->session)
    {
      char *session = hash (challenge->algorithm, a1, challenge->nonce, cnonce, NULL);

      g_free (a1);
      a1 = session;
    }
  if (challenge->qop)
    response = hash (challenge->algorithm, a1, challenge->nonce, count, cnonce, "auth", a2, NULL);
  else
    response = hash (challenge->algorithm, a1, challenge->nonce, a2, NULL);

  append_quoted (text, "username", user);
  append_quoted (text, "realm", challenge->realm);
  append_quoted (text, "nonce", challenge->nonce);
  append_quoted (text, "uri", uri);
  append_quoted (text, "response", response);
  if (challenge->algorithm_name != NULL)
    g_string_append_printf (text, ", algorithm=%s", challenge->algorithm_name);
  if (challenge->qop)
    {
      append_quoted (text, "cnonce", cnonce);
      g_string_append_printf (text, ", qop=auth, nc=%s", count);
    }
  if (challenge->opaque != NULL)
    append_quoted (text, "opaque", challenge->opaque);
  return g_string_free (text, FALSE);
}

TandemDigest *
tandem_digest_new (void)
{
  TandemDigest *self = g_new0 (TandemDigest, 1);

  self->challenges = g_ptr_array_new_with_free_func (challenge_free);
  return self;
}

void
tandem_digest_free (TandemDigest *self)
{
  g_ptr_array_unref (self->challenges);
  g_free (self->cnonce);
  g_free (self);
}

void
tandem_digest_header_free (TandemDigestHeader *header)
{
  g_free (header->name);
  g_free (header->value);
  g_free (header);
}

TandemDigestResult
tandem_digest_challenge (TandemDigest *self,
                         const char *account,
                         const char *candidate,
                         const char *const *challenges,
                         gboolean proxy,
                         const char *const *sent)
{
  g_autoptr (GHashTable) best = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, NULL);
  TandemDigestResult result = TANDEM_DIGEST_UNSUPPORTED;
  GHashTableIter iter;
  gpointer value;

  for (; *challenges != NULL; challenges++)
    {
      g_autoptr (GHashTable) parameters = parse_parameters (*challenges);
      Challenge *challenge, *other;
      const char *stale;

      if (parameters == NULL)
        continue;
      challenge = challenge_new (parameters, account, candidate, proxy);
      if (challenge == NULL)
        continue;
      stale = g_hash_table_lookup (parameters, "stale");
      if ((stale == NULL || g_ascii_strcasecmp (stale, "true") != 0)
          && was_answered (self, account, candidate, challenge->realm, proxy, sent))
        {
          challenge_free (challenge);
          result = TANDEM_DIGEST_REJECTED;
          break;
        }
      other = g_hash_table_lookup (best, challenge->realm);
      if (other != NULL && other->algorithm >= challenge->algorithm)
        {
          challenge_free (challenge);
          continue;
        }
      if (other != NULL)
        {
          g_hash_table_remove (best, other->realm);
          challenge_free (other);
        }
      g_hash_table_insert (best, challenge->realm, challenge);
    }

  g_hash_table_iter_init (&iter, best);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_hash_table_iter_steal (&iter);
      if (result == TANDEM_DIGEST_REJECTED)
        {
          challenge_free (value);
          continue;
        }
      result = TANDEM_DIGEST_OK;
      remember (self, value);
    }
  return result;
}

GPtrArray *
tandem_digest_authorize (TandemDigest *self,
                         const char *account,
                         const char *candidate,
                         const char *user,
                         const char *password,
                         const char *method,
                         const char *uri)
{
  GPtrArray *headers = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_digest_header_free);

  for (guint i = 0; i < self->challenges->len; i++)
    {
      Challenge *challenge = g_ptr_array_index (self->challenges, i);
      TandemDigestHeader *header;

      if (strcmp (challenge->account, account) != 0
          || strcmp (challenge->candidate, candidate) != 0)
        continue;
      header = g_new0 (TandemDigestHeader, 1);
      header->name = g_strdup (challenge->proxy ? "Proxy-Authorization" : "Authorization");
      header->value = answer (self, challenge, user, password, method, uri);
      g_ptr_array_add (headers, header);
    }
  return headers;
}

void
tandem_digest_forget (TandemDigest *self, const char *account)
{
  for (guint i = self->challenges->len; i > 0; i--)
    {
      Challenge *challenge = g_ptr_array_index (self->challenges, i - 1);

      if (strcmp (challenge->account, account) == 0)
        g_ptr_array_remove_index (self->challenges, i - 1);
    }
}

void
tandem_digest_set_cnonce (TandemDigest *self, const char *cnonce)
{
  g_free (self->cnonce);
  self->cnonce = g_strdup (cnonce);
}
