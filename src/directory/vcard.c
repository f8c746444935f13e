/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vcard.h"

#include "contact-private.h"

#include <string.h>

/* TandemVcardReader and tandem_vcard_append(): see vcard.h. Written for files of unknown origin: a
 * line has a longest length, beyond which its rest is dropped; what cannot be understood is left
 * out, and the rest of the card kept. Own code, as the one C library for it that Debian has, EVCard
 * of Evolution Data Server, wants the whole card in memory, and a mail library, NSS and protobuf
 * beside it. */

#define MAX_LINE (256 * 1024)
#define FOLDED_AT 75

typedef struct
{
  const char *name; /* within the line, of length name_length */
  gsize name_length;
  char *parameters; /* upper case, each after a semicolon */
  char *value;      /* UTF-8, still escaped */
} Property;

struct _TandemVcardReader
{
  GString *physical;
  GString *line;  /* unfolded, as far as it has come */
  gboolean begun; /* a line was seen */
  gboolean physical_too_long;
  gboolean too_long;
  gboolean soft; /* a final equals sign of the line joins the next */

  TandemContact *card; /* (nullable): the one being read */
  gboolean has_full_name;
  gboolean has_uid;
  gboolean after_agent;
  guint nested;

  GPtrArray *contacts;
  guint physical_lines, first_physical; /* read so far; where the line begins */
  guint card_line;
  TandemVcardSkipped skipped;
};

static const char *const kinds[][2] = {
  { "FAX", "fax" },   { "CELL", "cell" }, { "PAGER", "pager" },
  { "WORK", "work" }, { "HOME", "home" },
};

static void
append_limited (GString *text, const char *data, gsize length, gboolean *too_long)
{
  const gsize room = MAX_LINE - text->len;

  if (length > room)
    *too_long = TRUE;
  g_string_append_len (text, data, (gssize) MIN (length, room));
}

/* One of the values of TYPE, or a bare word as 2.1 has it. */
static gboolean
has_parameter (const Property *property, const char *word)
{
  const gsize length = strlen (word);

  for (const char *p = strstr (property->parameters, word); p != NULL; p = strstr (p + 1, word))
    if (strchr (";=,\"", p[-1]) != NULL
        && (p[length] == '\0' || strchr (";,\"", p[length]) != NULL))
      return TRUE;
  return FALSE;
}

static const char *
get_kind (const Property *property)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (has_parameter (property, kinds[i][0]))
      return kinds[i][1];
  return "other";
}

static char *
decode_quoted_printable (const char *text)
{
  GString *decoded = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (p[0] == '=' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
        {
          const int byte = g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2]);

          if (byte != 0)
            g_string_append_c (decoded, (char) byte);
          p += 2;
        }
      else
        g_string_append_c (decoded, *p);
    }
  return g_string_free (decoded, FALSE);
}

/* Only well-known ones: converters for the rest have a history. */
static const char *
get_charset (const Property *property)
{
  static const char *const charsets[]
      = { "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-5",   "ISO-8859-7",   "ISO-8859-9",
          "ISO-8859-15",  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253",
          "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "KOI8-R",
          "SHIFT_JIS",    "EUC-JP",       "GB18030",      "BIG5" };

  for (guint i = 0; i < G_N_ELEMENTS (charsets); i++)
    if (has_parameter (property, charsets[i]))
      return charsets[i];
  return NULL;
}

/* (transfer full): what is no UTF-8 and does not say what it is, is most likely Windows' */
static char *
to_utf8 (const Property *property, const char *text)
{
  const char *charset = get_charset (property);
  char *converted = NULL;

  if (charset != NULL)
    converted = g_convert (text, -1, "UTF-8", charset, NULL, NULL, NULL);
  if (converted == NULL && g_utf8_validate (text, -1, NULL))
    return g_strdup (text);
  if (converted == NULL)
    converted = g_convert (text, -1, "UTF-8", "WINDOWS-1252", NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid (text, -1);
}

/* The colon that ends the parameters: none within quotes. */
static char *
find_colon (char *line)
{
  gboolean quoted = FALSE;

  for (char *p = line; *p != '\0'; p++)
    if (*p == '"')
      quoted = !quoted;
    else if (*p == ':' && !quoted)
      return p;
  return strchr (line, ':');
}

static gboolean
parse_property (char *line, Property *property)
{
  char *colon = find_colon (line);
  const char *dot, *end;

  if (colon == NULL)
    return FALSE;
  *colon = '\0';
  end = line + strcspn (line, ";");
  dot = memchr (line, '.', (gsize) (end - line));
  property->name = dot != NULL ? dot + 1 : line;
  property->name_length = (gsize) (end - property->name);
  property->parameters = g_ascii_strup (end, -1);
  if (has_parameter (property, "QUOTED-PRINTABLE"))
    {
      g_autofree char *decoded = decode_quoted_printable (colon + 1);

      property->value = to_utf8 (property, decoded);
    }
  else
    property->value = to_utf8 (property, colon + 1);
  return TRUE;
}

static void
clear_property (Property *property)
{
  g_free (property->parameters);
  g_free (property->value);
}

static gboolean
is_named (const Property *property, const char *name)
{
  return strlen (name) == property->name_length
         && g_ascii_strncasecmp (property->name, name, property->name_length) == 0;
}

/* The next part of a value, up to a separator that is not escaped. 0: the whole rest.
 * (transfer full) (nullable) */
static char *
next_part (const char **value, char separator)
{
  GString *part;
  const char *p = *value;

  if (p == NULL)
    return NULL;
  part = g_string_new (NULL);
  for (; *p != '\0' && (separator == 0 || *p != separator); p++)
    {
      if (*p != '\\' || p[1] == '\0')
        g_string_append_c (part, *p);
      else if (*++p == 'n' || *p == 'N')
        g_string_append_c (part, '\n');
      else if (strchr ("\\,;:", *p) != NULL)
        g_string_append_c (part, *p);
      else
        g_string_append_printf (part, "\\%c", *p);
    }
  *value = *p != '\0' ? p + 1 : NULL;
  return g_string_free (part, FALSE);
}

static char *
get_text (const Property *property)
{
  const char *value = property->value;

  return next_part (&value, 0);
}

/* (transfer full): the parts that are there, in that order */
static char *
join_parts (const Property *property, const guint *order, guint n, const char *between)
{
  const char *value = property->value;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) joined = g_string_new (NULL);
  char *part;

  while (parts->len < 16 && (part = next_part (&value, ';')) != NULL)
    g_ptr_array_add (parts, g_strstrip (part));
  for (guint i = 0; i < n; i++)
    {
      part = order[i] < parts->len ? g_ptr_array_index (parts, order[i]) : NULL;
      if (part != NULL && part[0] != '\0')
        g_string_append_printf (joined, "%s%s", joined->len > 0 ? between : "", part);
    }
  return g_strdup (joined->str);
}

/* (transfer full): without the scheme, its parameters and its escapes */
static char *
get_tel (const char *uri)
{
  const char *number = uri + strlen ("tel:");
  g_autofree char *bare = g_strndup (number, strcspn (number, ";?"));
  char *unescaped = g_uri_unescape_string (bare, NULL);

  return unescaped != NULL ? unescaped : g_steal_pointer (&bare);
}

static gboolean
is_sip (const char *text)
{
  return g_ascii_strncasecmp (text, "sip:", 4) == 0 || g_ascii_strncasecmp (text, "sips:", 5) == 0;
}

static void
take_number (TandemVcardReader *self, const Property *property)
{
  g_autofree char *text = g_strstrip (get_text (property));

  if (is_sip (text))
    tandem_contact_add_address (self->card, get_kind (property), text);
  else if (g_ascii_strncasecmp (text, "tel:", 4) == 0)
    {
      g_autofree char *number = get_tel (text);

      tandem_contact_add_number (self->card, get_kind (property), number);
    }
  else
    tandem_contact_add_number (self->card, get_kind (property), text);
}

static void
take_name (TandemVcardReader *self, const Property *property)
{
  static const guint given_first[] = { 3, 1, 2, 0, 4 };
  g_autofree char *name = NULL;

  if (self->has_full_name)
    return;
  name = join_parts (property, given_first, G_N_ELEMENTS (given_first), " ");
  tandem_contact_set_name (self->card, name);
}

static void
take_property (TandemVcardReader *self, const Property *property)
{
  static const guint in_order[] = { 0, 1, 2, 3 };
  g_autofree char *text = g_strstrip (get_text (property));

  if (is_named (property, "FN") && text[0] != '\0' && !self->has_full_name)
    {
      tandem_contact_set_name (self->card, text);
      self->has_full_name = TRUE;
    }
  else if (is_named (property, "N"))
    take_name (self, property);
  else if (is_named (property, "ORG"))
    {
      g_autofree char *organisation = join_parts (property, in_order, 4, ", ");

      tandem_contact_set_organisation (self->card, organisation);
    }
  else if (is_named (property, "TEL"))
    take_number (self, property);
  else if ((is_named (property, "IMPP") && is_sip (text)) || is_named (property, "X-SIP")
           || is_named (property, "X-EVOLUTION-SIP"))
    tandem_contact_add_address (self->card, get_kind (property), text);
  else if (is_named (property, "NOTE"))
    tandem_contact_set_note (self->card, text);
}

static void
end_card (TandemVcardReader *self)
{
  g_autoptr (TandemContact) card = g_steal_pointer (&self->card);

  if (card == NULL)
    return;
  if (tandem_contact_is_empty (card) || self->contacts->len >= TANDEM_VCARD_MAX_CONTACTS)
    {
      if (self->skipped.cards++ == 0)
        self->skipped.line = self->card_line;
      return;
    }
  if (!self->has_uid)
    tandem_contact_derive_uid (card);
  g_ptr_array_add (self->contacts, g_steal_pointer (&card));
}

static void
begin_card (TandemVcardReader *self)
{
  if (self->card != NULL && (self->after_agent || self->nested > 0))
    {
      self->nested++;
      return;
    }
  end_card (self);
  self->card = tandem_contact_new (NULL, NULL);
  self->card_line = self->first_physical;
  self->has_full_name = FALSE;
  self->has_uid = FALSE;
}

static void
take_uid (TandemVcardReader *self, const Property *property)
{
  g_autofree char *uid = g_strstrip (get_text (property));

  if (uid[0] == '\0' || self->has_uid)
    return;
  tandem_contact_set_uid (self->card, uid);
  self->has_uid = TRUE;
}

static void
take_line (TandemVcardReader *self)
{
  Property property = { 0 };
  const gboolean too_long = self->too_long;

  self->too_long = FALSE;
  if (self->line->len == 0 || memchr (self->line->str, '\0', self->line->len) != NULL
      || !parse_property (self->line->str, &property))
    {
      g_string_truncate (self->line, 0);
      return;
    }
  if (is_named (&property, "BEGIN")
      && g_ascii_strcasecmp (g_strstrip (property.value), "VCARD") == 0)
    begin_card (self);
  else if (is_named (&property, "END")
           && g_ascii_strcasecmp (g_strstrip (property.value), "VCARD") == 0)
    {
      if (self->nested > 0)
        self->nested--;
      else
        end_card (self);
    }
  else if (self->card != NULL && self->nested == 0 && !too_long
           && !has_parameter (&property, "BASE64") && !has_parameter (&property, "B"))
    {
      if (is_named (&property, "UID"))
        take_uid (self, &property);
      else
        take_property (self, &property);
    }
  self->after_agent = is_named (&property, "AGENT");
  clear_property (&property);
  g_string_truncate (self->line, 0);
}

/* Whether the value is quoted-printable, whose lines may end softly, as 2.1 folds. */
static gboolean
is_soft (const GString *line)
{
  const char *colon = memchr (line->str, ':', line->len);
  g_autofree char *head = colon != NULL ? g_ascii_strup (line->str, colon - line->str) : NULL;

  return head != NULL && strstr (head, "QUOTED-PRINTABLE") != NULL;
}

static void
take_physical (TandemVcardReader *self)
{
  GString *physical = self->physical, *line = self->line;

  self->physical_lines++;
  if (physical->len > 0 && physical->str[physical->len - 1] == '\r')
    g_string_truncate (physical, physical->len - 1);
  if (self->soft && line->len > 0 && line->str[line->len - 1] == '=')
    {
      g_string_truncate (line, line->len - 1);
      append_limited (line, physical->str, physical->len, &self->too_long);
    }
  else if (physical->len > 0 && (physical->str[0] == ' ' || physical->str[0] == '\t'))
    append_limited (line, physical->str + 1, physical->len - 1, &self->too_long);
  else
    {
      take_line (self);
      self->first_physical = self->physical_lines;
      append_limited (line, physical->str, physical->len, &self->too_long);
      self->soft = is_soft (line);
    }
  self->too_long |= self->physical_too_long;
  self->physical_too_long = FALSE;
  g_string_truncate (physical, 0);
}

TandemVcardReader *
tandem_vcard_reader_new (void)
{
  TandemVcardReader *self = g_new0 (TandemVcardReader, 1);

  self->physical = g_string_new (NULL);
  self->line = g_string_new (NULL);
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
tandem_vcard_reader_free (TandemVcardReader *self)
{
  g_string_free (self->physical, TRUE);
  g_string_free (self->line, TRUE);
  g_clear_object (&self->card);
  g_ptr_array_unref (self->contacts);
  g_free (self);
}

/**
 * tandem_vcard_reader_feed:
 * @data: (array length=length): the next bytes, cut anywhere
 */
void
tandem_vcard_reader_feed (TandemVcardReader *self, const char *data, gsize length)
{
  static const char mark[] = "\xef\xbb\xbf";

  while (length > 0)
    {
      const char *end = memchr (data, '\n', length);
      const gsize n = end != NULL ? (gsize) (end - data) : length;

      append_limited (self->physical, data, n, &self->physical_too_long);
      data += n;
      length -= n;
      if (end == NULL)
        return;
      if (!self->begun && g_str_has_prefix (self->physical->str, mark))
        g_string_erase (self->physical, 0, 3);
      self->begun = TRUE;
      take_physical (self);
      data++;
      length--;
    }
}

/**
 * tandem_vcard_reader_end:
 *
 * To be called once. A card without an end is taken as far as it goes.
 *
 * Returns: (transfer container) (element-type TandemContact): what was read
 */
GPtrArray *
tandem_vcard_reader_end (TandemVcardReader *self, TandemVcardSkipped *skipped)
{
  if (self->physical->len > 0)
    take_physical (self);
  take_line (self);
  end_card (self);
  if (skipped != NULL)
    *skipped = self->skipped;
  return g_ptr_array_ref (self->contacts);
}

static void
append_escaped (GString *line, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (line, "\\n");
      else if (strchr ("\\,;", *p) != NULL)
        g_string_append_printf (line, "\\%c", *p);
      else
        g_string_append_c (line, *p);
    }
}

/* No character is cut in two. */
static void
append_folded (GString *text, const char *line)
{
  gsize room = FOLDED_AT;

  while (strlen (line) > room)
    {
      gsize n = room;

      while (n > 1 && (line[n] & 0xc0) == 0x80)
        n--;
      g_string_append_len (text, line, (gssize) n);
      g_string_append (text, "\r\n ");
      line += n;
      room = FOLDED_AT - 1;
    }
  g_string_append_printf (text, "%s\r\n", line);
}

static void
append_property (GString *text, const char *name, const char *value, const char *after)
{
  g_autoptr (GString) line = g_string_new (name);

  g_string_append_c (line, ':');
  append_escaped (line, value);
  g_string_append (line, after);
  append_folded (text, line->str);
}

static void
append_entries (
    GString *text, const char *name, const char *scheme, const TandemContactEntry *entries, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GString) line = g_string_new (name);
      const gboolean typed = !g_str_equal (entries[i].kind, "other");

      if (typed)
        g_string_append_printf (line, ";TYPE=%s", entries[i].kind);
      g_string_append_printf (line, ":%s", is_sip (entries[i].value) ? "" : scheme);
      append_escaped (line, entries[i].value);
      append_folded (text, line->str);
    }
}

void
tandem_vcard_append (GString *text, TandemContact *contact, TandemVcardVersion version)
{
  const TandemContactEntry *entries;
  guint n;

  g_return_if_fail (TANDEM_IS_CONTACT (contact));

  g_string_append_printf (text, "BEGIN:VCARD\r\nVERSION:%s\r\n",
                          version == TANDEM_VCARD_4 ? "4.0" : "3.0");
  append_property (text, "UID", tandem_contact_get_uid (contact), "");
  append_property (text, "FN", tandem_contact_get_title (contact), "");
  append_property (text, "N", tandem_contact_get_name (contact), ";;;;");
  if (tandem_contact_get_organisation (contact) != NULL)
    append_property (text, "ORG", tandem_contact_get_organisation (contact), "");
  entries = tandem_contact_get_numbers (contact, &n);
  append_entries (text, "TEL", "", entries, n);
  entries = tandem_contact_get_addresses (contact, &n);
  append_entries (text, "IMPP", "sip:", entries, n);
  if (tandem_contact_get_note (contact) != NULL)
    append_property (text, "NOTE", tandem_contact_get_note (contact), "");
  g_string_append (text, "END:VCARD\r\n");
}
