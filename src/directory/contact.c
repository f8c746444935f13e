/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contact-private.h"

#include <string.h>

/* TandemContact: see contact.h. Nothing here knows where contacts are kept; that is contacts.c. */

struct _TandemContact
{
  GObject parent_instance;

  char *uid;
  char *source;
  char *etag;
  char *name;
  char *organisation;
  char *note;
  GArray *numbers; /* of TandemContactEntry */
  GArray *addresses;

  char *folded;    /* (nullable): worked out when needed */
  char *collation; /* (nullable): likewise */
};

G_DEFINE_FINAL_TYPE (TandemContact, tandem_contact, G_TYPE_OBJECT)

enum
{
  PROP_UID = 1,
  PROP_SOURCE,
  PROP_NAME,
  PROP_ORGANISATION,
  PROP_NOTE,
  PROP_TITLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
clear_entry (gpointer data)
{
  TandemContactEntry *entry = data;

  g_free (entry->kind);
  g_free (entry->value);
}

static GArray *
entries_new (void)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (TandemContactEntry));

  g_array_set_clear_func (entries, clear_entry);
  return entries;
}

static void
tandem_contact_finalize (GObject *object)
{
  TandemContact *self = TANDEM_CONTACT (object);

  g_free (self->uid);
  g_free (self->source);
  g_free (self->etag);
  g_free (self->name);
  g_free (self->organisation);
  g_free (self->note);
  g_array_unref (self->numbers);
  g_array_unref (self->addresses);
  g_free (self->folded);
  g_free (self->collation);
  G_OBJECT_CLASS (tandem_contact_parent_class)->finalize (object);
}

static void
tandem_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemContact *self = TANDEM_CONTACT (object);

  switch (id)
    {
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_SOURCE:
      g_value_set_string (value, self->source);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ORGANISATION:
      g_value_set_string (value, self->organisation);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_TITLE:
      g_value_set_string (value, tandem_contact_get_title (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_contact_class_init (TandemContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tandem_contact_finalize;
  object_class->get_property = tandem_contact_get_property;

  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, flags);
  properties[PROP_SOURCE] = g_param_spec_string ("source", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ORGANISATION] = g_param_spec_string ("organisation", NULL, NULL, NULL, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_contact_init (TandemContact *self)
{
  self->source = g_strdup (TANDEM_CONTACT_LOCAL);
  self->name = g_strdup ("");
  self->numbers = entries_new ();
  self->addresses = entries_new ();
}

/* Marks that turn the text around them, and with it what stands beside a name in the window. */
static gboolean
is_override (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* (transfer full): valid, of one line, without control characters, not endless */
static char *
clean (const char *text, gboolean lines, guint most)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autoptr (GString) cleaned = g_string_new (NULL);
  guint n = 0;

  for (const char *p = valid; *p != '\0' && n < most; p = g_utf8_next_char (p), n++)
    {
      const gunichar c = g_utf8_get_char (p);

      if (is_override (c))
        continue;
      if (lines && (c == '\n' || c == '\t'))
        g_string_append_unichar (cleaned, c);
      else
        g_string_append_unichar (cleaned, g_unichar_iscntrl (c) ? ' ' : c);
    }
  return g_strstrip (g_strdup (cleaned->str));
}

static void
changed (TandemContact *self)
{
  g_clear_pointer (&self->folded, g_free);
  g_clear_pointer (&self->collation, g_free);
}

static void
take_text (TandemContact *self, char **place, char *text, gboolean nullable)
{
  g_free (*place);
  *place = text;
  if (nullable && text[0] == '\0')
    g_clear_pointer (place, g_free);
  changed (self);
}

static void
add_entry (TandemContact *self, GArray *entries, const char *kind, const char *value)
{
  static const char *const kinds[] = { "work", "home", "cell", "fax", "pager", "other", NULL };
  TandemContactEntry entry = { NULL, clean (value, FALSE, TANDEM_CONTACT_MAX_TEXT) };
  gboolean taken = entry.value[0] == '\0' || entries->len >= TANDEM_CONTACT_MAX_ENTRIES;

  for (guint i = 0; i < entries->len && !taken; i++)
    taken = g_str_equal (g_array_index (entries, TandemContactEntry, i).value, entry.value);
  if (taken)
    {
      clear_entry (&entry);
      return;
    }
  entry.kind = g_strdup (kind != NULL && g_strv_contains (kinds, kind) ? kind : "other");
  g_array_append_val (entries, entry);
  changed (self);
}

static const char *
skip_scheme (const char *address)
{
  while (g_ascii_isspace (*address))
    address++;
  return g_ascii_strncasecmp (address, "sip:", 4) == 0 ? address + 4 : address;
}

static void
copy_entries (TandemContact *to, GArray *into, GArray *from)
{
  for (guint i = 0; i < from->len; i++)
    {
      const TandemContactEntry *entry = &g_array_index (from, TandemContactEntry, i);

      add_entry (to, into, entry->kind, entry->value);
    }
}

TandemContact *
tandem_contact_new (const char *uid, const char *name)
{
  TandemContact *self = g_object_new (TANDEM_TYPE_CONTACT, NULL);

  self->uid = uid != NULL ? clean (uid, FALSE, TANDEM_CONTACT_MAX_TEXT) : NULL;
  if (self->uid == NULL || self->uid[0] == '\0')
    {
      g_free (self->uid);
      self->uid = g_uuid_string_random ();
    }
  tandem_contact_set_name (self, name);
  return self;
}

TandemContact *
tandem_contact_copy (TandemContact *self)
{
  TandemContact *copy;

  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);

  copy = tandem_contact_new (self->uid, self->name);
  tandem_contact_set_source (copy, self->source);
  tandem_contact_set_etag (copy, self->etag);
  tandem_contact_set_organisation (copy, self->organisation);
  tandem_contact_set_note (copy, self->note);
  copy_entries (copy, copy->numbers, self->numbers);
  copy_entries (copy, copy->addresses, self->addresses);
  return copy;
}

void
tandem_contact_set_source (TandemContact *self, const char *source)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  g_return_if_fail (source != NULL && source[0] != '\0');

  g_free (self->source);
  self->source = g_strdup (source);
}

void
tandem_contact_set_uid (TandemContact *self, const char *uid)
{
  g_free (self->uid);
  self->uid = clean (uid, FALSE, TANDEM_CONTACT_MAX_TEXT);
}

void
tandem_contact_set_etag (TandemContact *self, const char *etag)
{
  g_free (self->etag);
  self->etag = g_strdup (etag);
}

void
tandem_contact_set_name (TandemContact *self, const char *name)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  take_text (self, &self->name, clean (name, FALSE, TANDEM_CONTACT_MAX_TEXT), FALSE);
}

void
tandem_contact_set_organisation (TandemContact *self, const char *organisation)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  take_text (self, &self->organisation, clean (organisation, FALSE, TANDEM_CONTACT_MAX_TEXT), TRUE);
}

void
tandem_contact_set_note (TandemContact *self, const char *note)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  take_text (self, &self->note, clean (note, TRUE, TANDEM_CONTACT_MAX_NOTE), TRUE);
}

void
tandem_contact_add_number (TandemContact *self, const char *kind, const char *number)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  add_entry (self, self->numbers, kind, number);
}

void
tandem_contact_add_address (TandemContact *self, const char *kind, const char *address)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  g_return_if_fail (address != NULL);
  add_entry (self, self->addresses, kind, skip_scheme (address));
}

void
tandem_contact_clear_numbers (TandemContact *self)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  g_array_set_size (self->numbers, 0);
  changed (self);
}

void
tandem_contact_clear_addresses (TandemContact *self)
{
  g_return_if_fail (TANDEM_IS_CONTACT (self));
  g_array_set_size (self->addresses, 0);
  changed (self);
}

const char *
tandem_contact_get_uid (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  return self->uid;
}

const char *
tandem_contact_get_source (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  return self->source;
}

gboolean
tandem_contact_is_editable (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), FALSE);
  return g_str_equal (self->source, TANDEM_CONTACT_LOCAL);
}

const char *
tandem_contact_get_etag (TandemContact *self)
{
  return self->etag;
}

const char *
tandem_contact_get_name (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  return self->name;
}

const char *
tandem_contact_get_organisation (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  return self->organisation;
}

const char *
tandem_contact_get_note (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  return self->note;
}

/**
 * tandem_contact_get_title:
 *
 * Returns: (transfer none): what stands for the contact in a list; empty when
 *   nothing is known of it. Not isolated for right-to-left text.
 */
const char *
tandem_contact_get_title (TandemContact *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);

  if (self->name[0] != '\0')
    return self->name;
  if (self->organisation != NULL)
    return self->organisation;
  if (self->numbers->len > 0)
    return g_array_index (self->numbers, TandemContactEntry, 0).value;
  if (self->addresses->len > 0)
    return g_array_index (self->addresses, TandemContactEntry, 0).value;
  return "";
}

const TandemContactEntry *
tandem_contact_get_numbers (TandemContact *self, guint *n)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  *n = self->numbers->len;
  return (const TandemContactEntry *) (gconstpointer) self->numbers->data;
}

const TandemContactEntry *
tandem_contact_get_addresses (TandemContact *self, guint *n)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), NULL);
  *n = self->addresses->len;
  return (const TandemContactEntry *) (gconstpointer) self->addresses->data;
}

static void
append_folded (GString *folded, const char *text)
{
  g_autofree char *part = text != NULL ? tandem_query_fold (text) : NULL;

  if (part != NULL)
    g_string_append_printf (folded, "%s\n", part);
}

void
tandem_contact_prepare (TandemContact *self)
{
  if (self->folded == NULL)
    {
      g_autoptr (GString) folded = g_string_new (NULL);

      append_folded (folded, self->name);
      append_folded (folded, self->organisation);
      for (guint i = 0; i < self->numbers->len; i++)
        append_folded (folded, g_array_index (self->numbers, TandemContactEntry, i).value);
      for (guint i = 0; i < self->addresses->len; i++)
        append_folded (folded, g_array_index (self->addresses, TandemContactEntry, i).value);
      self->folded = g_strdup (folded->str);
    }
  if (self->collation == NULL)
    self->collation = g_utf8_collate_key (tandem_contact_get_title (self), -1);
}

gboolean
tandem_contact_matches (TandemContact *self, TandemQuery *query)
{
  g_return_val_if_fail (TANDEM_IS_CONTACT (self), FALSE);
  tandem_contact_prepare (self);
  return tandem_query_matches (query, self->folded);
}

int
tandem_contact_compare (TandemContact *a, TandemContact *b)
{
  int order;

  tandem_contact_prepare (a);
  tandem_contact_prepare (b);
  order = strcmp (a->collation, b->collation);
  if (order == 0)
    order = strcmp (a->source, b->source);
  return order != 0 ? order : strcmp (a->uid, b->uid);
}

gboolean
tandem_contact_is_empty (TandemContact *self)
{
  return self->name[0] == '\0' && self->organisation == NULL && self->numbers->len == 0
         && self->addresses->len == 0;
}

void
tandem_contact_derive_uid (TandemContact *self)
{
  tandem_contact_prepare (self);
  g_free (self->uid);
  self->uid = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->folded, -1);
}
