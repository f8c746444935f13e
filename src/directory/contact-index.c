/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contact-index.h"

#include "contact-private.h"
#include "number.h"

#include <string.h>

/* TandemContactIndex: see contact-index.h. A contact stands under several keys: its numbers as E.164
 * ("+49..."), or as digits where they are none ("=4711"), the last digits of each ("~..."), and its
 * addresses ("@..."). */

#define SUFFIX 9 /* digits: as many as the shortest numbers of large countries have */
#define MAX_WHO 1024

/* (transfer full) (nullable): user@host in lower case, without a port, parameters and headers */
static char *
address_key (const char *text)
{
  const char *at = strchr (text, '@');
  const char *end, *host;
  g_autofree char *bare = NULL;
  g_autofree char *user = NULL;
  g_autofree char *unescaped = NULL;
  g_autofree char *lower = NULL;

  if (at == NULL)
    return NULL;
  host = at + 1;
  end = host[0] == '[' ? host + strcspn (host, "]>;?") : host + strcspn (host, ":;?> ");
  user = g_strndup (text, (gsize) (at - text));
  unescaped = g_uri_unescape_string (user, NULL);
  bare
      = g_strdup_printf ("%s@%.*s", unescaped != NULL ? unescaped : user, (int) (end - host), host);
  lower = g_utf8_validate (bare, -1, NULL) ? g_utf8_strdown (bare, -1) : g_ascii_strdown (bare, -1);
  return g_strconcat ("@", lower, NULL);
}

static char *
suffix_key (const char *digits)
{
  const gsize n = strlen (digits);

  return n >= SUFFIX ? g_strconcat ("~", digits + n - SUFFIX, NULL) : NULL;
}

static void
take_key (GPtrArray *keys, char *key)
{
  if (key != NULL && !g_ptr_array_find_with_equal_func (keys, key, g_str_equal, NULL))
    g_ptr_array_add (keys, key);
  else
    g_free (key);
}

/* (transfer full): each once */
static GPtrArray *
make_keys (TandemContactIndex *self, TandemContact *contact)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  const TandemContactEntry *entries;
  guint n;

  entries = tandem_contact_get_numbers (contact, &n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *digits = tandem_number_to_digits (entries[i].value);
      char *number = tandem_number_to_e164 (entries[i].value, self->country);

      if (digits == NULL)
        continue;
      take_key (keys, number != NULL ? number : g_strconcat ("=", digits, NULL));
      take_key (keys, suffix_key (digits));
    }
  entries = tandem_contact_get_addresses (contact, &n);
  for (guint i = 0; i < n; i++)
    take_key (keys, address_key (entries[i].value));
  return keys;
}

static void
add_keys (TandemContactIndex *self, TandemContact *contact)
{
  g_autoptr (GPtrArray) keys = make_keys (self, contact);

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      GPtrArray *contacts = g_hash_table_lookup (self->by_keys, key);

      if (contacts == NULL)
        {
          contacts = g_ptr_array_new ();
          g_hash_table_insert (self->by_keys, g_strdup (key), contacts);
        }
      g_ptr_array_add (contacts, contact);
    }
}

static void
remove_keys (TandemContactIndex *self, TandemContact *contact)
{
  g_autoptr (GPtrArray) keys = make_keys (self, contact);

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      GPtrArray *contacts = g_hash_table_lookup (self->by_keys, key);

      if (contacts != NULL && g_ptr_array_remove (contacts, contact) && contacts->len == 0)
        g_hash_table_remove (self->by_keys, key);
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return tandem_contact_compare (*(TandemContact **) a, *(TandemContact **) b);
}

char *
tandem_contact_index_make_uid (const char *source, const char *uid)
{
  return g_strconcat (source, "\n", uid, NULL);
}

/* by_uid: copied */
TandemContactIndex *
tandem_contact_index_new (const char *country, GHashTable *by_uid)
{
  TandemContactIndex *self = g_new0 (TandemContactIndex, 1);
  GHashTableIter iter;
  gpointer uid, contact;

  self->country = g_strdup (country);
  self->sorted = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->by_keys
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_hash_table_iter_init (&iter, by_uid);
  while (g_hash_table_iter_next (&iter, &uid, &contact))
    {
      g_hash_table_insert (self->by_uid, g_strdup (uid), g_object_ref (contact));
      tandem_contact_prepare (contact);
      if (tandem_contact_is_empty (contact))
        continue;
      g_ptr_array_add (self->sorted, g_object_ref (contact));
      add_keys (self, contact);
    }
  g_ptr_array_sort (self->sorted, compare);
  return self;
}

void
tandem_contact_index_free (TandemContactIndex *self)
{
  g_free (self->country);
  g_hash_table_unref (self->by_keys);
  g_ptr_array_unref (self->sorted);
  g_hash_table_unref (self->by_uid);
  g_free (self);
}

/* The number of contacts that come before it. */
static guint
find_place (TandemContactIndex *self, TandemContact *contact)
{
  guint low = 0, high = self->sorted->len;

  while (low < high)
    {
      const guint middle = (low + high) / 2;

      if (tandem_contact_compare (g_ptr_array_index (self->sorted, middle), contact) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
tandem_contact_index_add (TandemContactIndex *self, TandemContact *contact, guint *place)
{
  g_hash_table_replace (self->by_uid,
                        tandem_contact_index_make_uid (tandem_contact_get_source (contact),
                                                       tandem_contact_get_uid (contact)),
                        g_object_ref (contact));
  if (tandem_contact_is_empty (contact))
    return FALSE;
  *place = find_place (self, contact);
  g_ptr_array_insert (self->sorted, (gint) *place, g_object_ref (contact));
  add_keys (self, contact);
  return TRUE;
}

gboolean
tandem_contact_index_remove (TandemContactIndex *self, TandemContact *contact, guint *place)
{
  g_autofree char *uid = tandem_contact_index_make_uid (tandem_contact_get_source (contact),
                                                        tandem_contact_get_uid (contact));

  g_hash_table_remove (self->by_uid, uid);
  *place = find_place (self, contact);
  if (*place >= self->sorted->len || g_ptr_array_index (self->sorted, *place) != contact)
    return FALSE;
  remove_keys (self, contact);
  g_ptr_array_remove_index (self->sorted, *place);
  return TRUE;
}

/* Own contacts before synchronised ones, then by name. */
static TandemContact *
choose (GPtrArray *contacts)
{
  TandemContact *best = g_ptr_array_index (contacts, 0);

  for (guint i = 1; i < contacts->len; i++)
    {
      TandemContact *other = g_ptr_array_index (contacts, i);
      const int own = tandem_contact_is_editable (other) - tandem_contact_is_editable (best);

      if (own > 0 || (own == 0 && tandem_contact_compare (other, best) < 0))
        best = other;
    }
  return best;
}

static TandemContact *
find_key (TandemContactIndex *self, const char *key)
{
  GPtrArray *contacts = key != NULL ? g_hash_table_lookup (self->by_keys, key) : NULL;

  return contacts != NULL ? choose (contacts) : NULL;
}

static TandemContact *
find_number (TandemContactIndex *self, const char *text)
{
  g_autofree char *digits = tandem_number_to_digits (text);
  g_autofree char *number = tandem_number_to_e164 (text, self->country);
  g_autofree char *exact = NULL;
  g_autofree char *suffix = NULL;
  TandemContact *found;
  GPtrArray *contacts;

  if (digits == NULL)
    return NULL;
  exact = g_strconcat ("=", digits, NULL);
  found = find_key (self, number != NULL ? number : exact);
  if (found != NULL || self->country != NULL)
    return found;
  suffix = suffix_key (digits);
  contacts = suffix != NULL ? g_hash_table_lookup (self->by_keys, suffix) : NULL;
  return contacts != NULL && contacts->len == 1 ? g_ptr_array_index (contacts, 0) : NULL;
}

TandemContact *
tandem_contact_index_lookup (TandemContactIndex *self, const char *who)
{
  static const char *const schemes[] = { "sip:", "sips:", "tel:" };
  const char *start = who + (who[0] == '<');
  g_autofree char *key = NULL;
  g_autofree char *user = NULL;
  g_autofree char *unescaped = NULL;
  TandemContact *found;

  if (strnlen (who, MAX_WHO + 1) > MAX_WHO)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (start, schemes[i], strlen (schemes[i])) == 0)
      {
        start += strlen (schemes[i]);
        break;
      }
  key = address_key (start);
  found = find_key (self, key);
  if (found != NULL)
    return found;
  user = g_strndup (start, strcspn (start, "@;?>"));
  unescaped = g_uri_unescape_string (user, NULL);
  return find_number (self, unescaped != NULL ? unescaped : user);
}
