/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

#include <string.h>
#include <unistd.h>

/* See digest.h. Challenge values come from the network: the parser below accepts what RFC 7616
 * allows, and anything else makes the challenge one that cannot be answered. A server's last nonces
 * are remembered beside the one in use, so that the refusal of an older request, which ran beside the
 * others, is known for what it is. */

#define MAX_CHALLENGE 4096
#define MAX_PLACES 64 /* in all */
#define MAX_REALMS 4  /* of one candidate */
#define MAX_NONCES 8
#define MAX_STALE 3 /* fresh nonces that a server may call stale in a row */

typedef struct
{
  char *nonce, *opaque;
  GChecksumType algorithm;
  char *algorithm_name; /* as the challenge spelt it; NULL when it did not */
  gboolean session;     /* -sess */
  gboolean qop;
  guint32 count;
  char *first_response; /* what was answered when count was 1 */
} Nonce;

typedef struct
{
  char *account, *candidate, *realm;
  gboolean proxy;
  GPtrArray *nonces; /* of Nonce, the one in use last */
  guint stale;       /* fresh nonces called stale in a row */
} Place;

typedef enum
{
  REFUSED_NOTHING, /* the request carried no nonce of this place */
  REFUSED_OLD,     /* it carried one that had served before: it has expired */
  REFUSED_FRESH,   /* it carried one for the first time, or one that is offered again */
} Refused;

struct _TandemDigest
{
  GPtrArray *places; /* of Place, least recently set first */
  char *cnonce;
};

static void
nonce_free (gpointer data)
{
  Nonce *nonce = data;

  g_free (nonce->nonce);
  g_free (nonce->opaque);
  g_free (nonce->algorithm_name);
  g_free (nonce->first_response);
  g_free (nonce);
}

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->account);
  g_free (place->candidate);
  g_free (place->realm);
  g_ptr_array_unref (place->nonces);
  g_free (place);
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

static gboolean
is_digest (const char *p)
{
  return g_ascii_strncasecmp (p, "Digest", 6) == 0 && (p[6] == ' ' || p[6] == '\t');
}

/* A quoted string, without its quotes and escapes. NULL when it has no end. */
static char *
read_quoted (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *p = *at + 1;

  for (; *p != '"'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        p++;
      if ((guchar) *p < 0x20 || *p == 0x7f)
        return NULL;
      g_string_append_c (value, *p);
    }
  *at = p + 1;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* Reads "Digest name=value, ..." into a table of lower-case names; at is then behind it, at the next
 * challenge or the end. NULL when it is none. */
static GHashTable *
parse_one (const char **at)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *p = skip_space (*at);

  if (!is_digest (p))
    return NULL;
  for (p = skip_space (p + 6); *p != '\0' && !is_digest (p);)
    {
      const char *name = p, *word;
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

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
          value = read_quoted (&p);
          if (value == NULL)
            return NULL;
        }
      else
        {
          for (word = p; is_token (*p) || (*p != '\0' && strchr ("/=:@", *p) != NULL); p++)
            ;
          value = g_strndup (word, (gsize) (p - word));
        }
      if (!g_hash_table_contains (table, key))
        g_hash_table_insert (table, g_steal_pointer (&key), g_steal_pointer (&value));
      p = skip_space (p);
      if (*p != '\0' && *p != ',')
        return NULL;
      while (*p == ',')
        p = skip_space (p + 1);
    }
  *at = p;
  return g_steal_pointer (&table);
}

/* (element-type GHashTable): all challenges, or credentials, in header values. */
static GPtrArray *
parse_all (const char *const *values)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);

  for (; values != NULL && *values != NULL; values++)
    {
      const char *p = *values;
      GHashTable *table;

      if (strlen (p) > MAX_CHALLENGE)
        continue;
      while (*p != '\0' && (table = parse_one (&p)) != NULL)
        g_ptr_array_add (all, table);
    }
  return all;
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
static Nonce *
nonce_new (GHashTable *parameters)
{
  const char *value = g_hash_table_lookup (parameters, "nonce");
  const char *qop = g_hash_table_lookup (parameters, "qop");
  const char *algorithm = g_hash_table_lookup (parameters, "algorithm");
  GChecksumType type;
  gboolean session;
  Nonce *nonce;

  if (g_hash_table_lookup (parameters, "realm") == NULL || value == NULL || value[0] == '\0'
      || !read_algorithm (algorithm, &type, &session) || (qop != NULL && !offers_auth (qop))
      || (session && qop == NULL))
    return NULL;
  nonce = g_new0 (Nonce, 1);
  nonce->nonce = g_strdup (value);
  nonce->opaque = g_strdup (g_hash_table_lookup (parameters, "opaque"));
  nonce->algorithm = type;
  nonce->algorithm_name = g_strdup (algorithm);
  nonce->session = session;
  nonce->qop = qop != NULL;
  return nonce;
}

static Nonce *
current (Place *place)
{
  return g_ptr_array_index (place->nonces, place->nonces->len - 1);
}

static gboolean
is_at (const Place *place, const char *account, const char *candidate)
{
  return strcmp (place->account, account) == 0 && strcmp (place->candidate, candidate) == 0;
}

static Place *
find_place (TandemDigest *self,
            const char *account,
            const char *candidate,
            const char *realm,
            gboolean proxy)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = g_ptr_array_index (self->places, i);

      if (place->proxy == proxy && is_at (place, account, candidate)
          && strcmp (place->realm, realm) == 0)
        return place;
    }
  return NULL;
}

/* What a refusal with this challenge says about the credentials that the request carried. */
static Refused
judge (Place *place, const Nonce *offered, GPtrArray *sent)
{
  for (guint i = 0; place != NULL && i < sent->len; i++)
    {
      GHashTable *parameters = g_ptr_array_index (sent, i);
      const char *realm = g_hash_table_lookup (parameters, "realm");
      const char *value = g_hash_table_lookup (parameters, "nonce");
      const char *response = g_hash_table_lookup (parameters, "response");

      if (realm == NULL || value == NULL || response == NULL || strcmp (realm, place->realm) != 0)
        continue;
      for (guint k = 0; k < place->nonces->len; k++)
        {
          Nonce *nonce = g_ptr_array_index (place->nonces, k);

          if (strcmp (nonce->nonce, value) != 0)
            continue;
          if (strcmp (offered->nonce, value) == 0)
            return REFUSED_FRESH;
          return g_strcmp0 (nonce->first_response, response) == 0
                         && (nonce->qop || nonce->count == 1)
                     ? REFUSED_FRESH
                     : REFUSED_OLD;
        }
    }
  return REFUSED_NOTHING;
}

/* Not more than MAX_REALMS of one candidate, nor MAX_PLACES in all: the oldest goes. */
static void
make_room (TandemDigest *self, const char *account, const char *candidate)
{
  guint here = 0, oldest = 0;

  for (guint i = self->places->len; i > 0; i--)
    {
      if (is_at (g_ptr_array_index (self->places, i - 1), account, candidate))
        {
          here++;
          oldest = i - 1;
        }
    }
  if (here >= MAX_REALMS)
    g_ptr_array_remove_index (self->places, oldest);
  else if (self->places->len >= MAX_PLACES)
    g_ptr_array_remove_index (self->places, 0);
}

static void
remember (TandemDigest *self,
          const char *account,
          const char *candidate,
          const char *realm,
          gboolean proxy,
          Nonce *nonce)
{
  Place *place = find_place (self, account, candidate, realm, proxy);

  if (place == NULL)
    {
      make_room (self, account, candidate);
      place = g_new0 (Place, 1);
      place->account = g_strdup (account);
      place->candidate = g_strdup (candidate);
      place->realm = g_strdup (realm);
      place->proxy = proxy;
      place->nonces = g_ptr_array_new_with_free_func (nonce_free);
      g_ptr_array_add (self->places, place);
    }
  else if (strcmp (current (place)->nonce, nonce->nonce) == 0
           && current (place)->algorithm == nonce->algorithm)
    {
      nonce->count = current (place)->count;
      nonce->first_response = g_steal_pointer (&current (place)->first_response);
      g_ptr_array_remove_index (place->nonces, place->nonces->len - 1);
    }
  if (place->nonces->len >= MAX_NONCES)
    g_ptr_array_remove_index (place->nonces, 0);
  g_ptr_array_add (place->nonces, nonce);
}

/* KD() and H() of RFC 7616: the hash of the parts with colons between. */
static char *
hash (GChecksumType type, const char *const *parts)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (i > 0)
        g_checksum_update (checksum, (const guchar *) ":", 1);
      g_checksum_update (checksum, (const guchar *) parts[i], (gssize) strlen (parts[i]));
    }
  return g_strdup (g_checksum_get_string (checksum));
}

#define HASH(type, ...) hash ((type), (const char *const[]){ __VA_ARGS__, NULL })

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
  guint32 random[4];

  if (self->cnonce != NULL)
    return g_strdup (self->cnonce);
  if (getentropy (random, sizeof random) != 0)
    {
      for (guint i = 0; i < G_N_ELEMENTS (random); i++)
        random[i] = g_random_int ();
    }
  return g_strdup_printf ("%08x%08x%08x%08x", random[0], random[1], random[2], random[3]);
}

static void
wipe (char *secret)
{
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* RFC 7616 3.4.1, and RFC 2069's form when no qop was offered. */
static char *
make_response (const Nonce *nonce,
               const char *realm,
               const char *user,
               const char *password,
               const char *method,
               const char *uri,
               const char *count,
               const char *cnonce)
{
  char *a1 = HASH (nonce->algorithm, user, realm, password);
  g_autofree char *a2 = HASH (nonce->algorithm, method, uri);
  char *response;

  if (nonce->session)
    {
      char *session = HASH (nonce->algorithm, a1, nonce->nonce, cnonce);

      wipe (a1);
      a1 = session;
    }
  if (nonce->qop)
    response = HASH (nonce->algorithm, a1, nonce->nonce, count, cnonce, "auth", a2);
  else
    response = HASH (nonce->algorithm, a1, nonce->nonce, a2);
  wipe (a1);
  return response;
}

static char *
answer (TandemDigest *self,
        Place *place,
        const char *user,
        const char *password,
        const char *method,
        const char *uri)
{
  Nonce *nonce = current (place);
  g_autofree char *cnonce = make_cnonce (self);
  g_autofree char *response = NULL;
  GString *text = g_string_new ("Digest ");
  char count[9];

  if (++nonce->count == 2)
    place->stale = 0;
  g_snprintf (count, sizeof count, "%08x", nonce->count);
  response = make_response (nonce, place->realm, user, password, method, uri, count, cnonce);
  if (nonce->count == 1)
    nonce->first_response = g_strdup (response);

  append_quoted (text, "username", user);
  append_quoted (text, "realm", place->realm);
  append_quoted (text, "nonce", nonce->nonce);
  append_quoted (text, "uri", uri);
  append_quoted (text, "response", response);
  if (nonce->algorithm_name != NULL)
    g_string_append_printf (text, ", algorithm=%s", nonce->algorithm_name);
  if (nonce->qop)
    {
      append_quoted (text, "cnonce", cnonce);
      g_string_append_printf (text, ", qop=auth, nc=%s", count);
    }
  if (nonce->opaque != NULL)
    append_quoted (text, "opaque", nonce->opaque);
  return g_string_free (text, FALSE);
}

TandemDigest *
tandem_digest_new (void)
{
  TandemDigest *self = g_new0 (TandemDigest, 1);

  self->places = g_ptr_array_new_with_free_func (place_free);
  return self;
}

void
tandem_digest_free (TandemDigest *self)
{
  g_ptr_array_unref (self->places);
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

/* Refused for good? Counts what a server calls stale again and again. */
static gboolean
is_rejected (Place *place, Refused refused, GHashTable *parameters)
{
  const char *stale = g_hash_table_lookup (parameters, "stale");

  if (refused != REFUSED_FRESH)
    return FALSE;
  return stale == NULL || g_ascii_strcasecmp (stale, "true") != 0 || ++place->stale > MAX_STALE;
}

TandemDigestResult
tandem_digest_challenge (TandemDigest *self,
                         const char *account,
                         const char *candidate,
                         const char *const *challenges,
                         gboolean proxy,
                         const char *const *sent)
{
  g_autoptr (GPtrArray) offers = parse_all (challenges);
  g_autoptr (GPtrArray) credentials = parse_all (sent);
  g_autoptr (GHashTable) best = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, nonce_free);
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < offers->len; i++)
    {
      GHashTable *parameters = g_ptr_array_index (offers, i);
      const char *realm = g_hash_table_lookup (parameters, "realm");
      Nonce *nonce = nonce_new (parameters), *other;
      Place *place;

      if (nonce == NULL)
        continue;
      place = find_place (self, account, candidate, realm, proxy);
      other = g_hash_table_lookup (best, realm);
      if (other != NULL && other->algorithm >= nonce->algorithm)
        {
          nonce_free (nonce);
          continue;
        }
      if (other == NULL && is_rejected (place, judge (place, nonce, credentials), parameters))
        {
          nonce_free (nonce);
          return TANDEM_DIGEST_REJECTED;
        }
      g_hash_table_replace (best, (gpointer) realm, nonce);
    }
  if (g_hash_table_size (best) == 0)
    return TANDEM_DIGEST_UNSUPPORTED;

  g_hash_table_iter_init (&iter, best);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_hash_table_iter_steal (&iter);
      remember (self, account, candidate, key, proxy, value);
    }
  return TANDEM_DIGEST_OK;
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

  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = g_ptr_array_index (self->places, i);
      TandemDigestHeader *header;

      if (!is_at (place, account, candidate))
        continue;
      header = g_new0 (TandemDigestHeader, 1);
      header->name = g_strdup (place->proxy ? "Proxy-Authorization" : "Authorization");
      header->value = answer (self, place, user, password, method, uri);
      g_ptr_array_add (headers, header);
    }
  return headers;
}

void
tandem_digest_forget (TandemDigest *self, const char *account)
{
  for (guint i = self->places->len; i > 0; i--)
    {
      Place *place = g_ptr_array_index (self->places, i - 1);

      if (strcmp (place->account, account) == 0)
        g_ptr_array_remove_index (self->places, i - 1);
    }
}

void
tandem_digest_set_cnonce (TandemDigest *self, const char *cnonce)
{
  g_free (self->cnonce);
  self->cnonce = g_strdup (cnonce);
}
