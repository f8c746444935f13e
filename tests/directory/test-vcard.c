/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-fixture.h"
#include "vcard.h"

#include <unistd.h>

/* vCards of every version, as others write them, and as nobody should. */

static GPtrArray *
read_pieces (const char *text, gsize length, gsize piece, TandemVcardSkipped *skipped)
{
  g_autoptr (TandemVcardReader) reader = tandem_vcard_reader_new ();

  for (gsize i = 0; i < length; i += piece)
    tandem_vcard_reader_feed (reader, text + i, MIN (piece, length - i));
  return tandem_vcard_reader_end (reader, skipped);
}

/* The same whole and byte by byte. */
static GPtrArray *
read_text (const char *text)
{
  g_autoptr (GPtrArray) slowly = read_pieces (text, strlen (text), 1, NULL);
  GPtrArray *contacts = read_pieces (text, strlen (text), strlen (text) + 1, NULL);

  g_assert_cmpuint (slowly->len, ==, contacts->len);
  for (guint i = 0; i < contacts->len; i++)
    g_assert_cmpstr (tandem_contact_get_title (g_ptr_array_index (slowly, i)), ==,
                     tandem_contact_get_title (g_ptr_array_index (contacts, i)));
  return contacts;
}

/* (transfer full): as one line */
static char *
describe (TandemContact *contact)
{
  GString *text = g_string_new (tandem_contact_get_name (contact));
  const TandemContactEntry *entries;
  guint n;

  g_string_append_printf (text, "|%s|",
                          tandem_contact_get_organisation (contact) != NULL
                              ? tandem_contact_get_organisation (contact)
                              : "");
  entries = tandem_contact_get_numbers (contact, &n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s=%s ", entries[i].kind, entries[i].value);
  g_string_append_c (text, '|');
  entries = tandem_contact_get_addresses (contact, &n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s=%s ", entries[i].kind, entries[i].value);
  g_string_append_printf (
      text, "|%s",
      tandem_contact_get_note (contact) != NULL ? tandem_contact_get_note (contact) : "");
  return g_string_free (text, FALSE);
}

static void
assert_card (const char *body, const char *expected)
{
  g_autofree char *text = g_strdup_printf ("BEGIN:VCARD\r\n%s\r\nEND:VCARD\r\n", body);
  g_autoptr (GPtrArray) contacts = read_text (text);
  g_autofree char *found = NULL;

  g_assert_cmpuint (contacts->len, ==, 1);
  found = describe (g_ptr_array_index (contacts, 0));
  g_assert_cmpstr (found, ==, expected);
}

static void
test_version_3 (void)
{
  assert_card ("VERSION:3.0\r\n"
               "FN:Sample Caller\\, One\r\n"
               "N:Caller;Sample;;;\r\n"
               "ORG:Sample Works\\; Inc.;Support\r\n"
               "item1.TEL;TYPE=WORK,VOICE;TYPE=pref:+49 30 1\r\n"
               "TEL;type=cell:2\r\n"
               "tel;TYPE=\"home,fax\":3\r\n"
               "TEL:4\r\n"
               "EMAIL:nobody@example.test\r\n"
               "PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n"
               " BBBB\r\n"
               "IMPP;TYPE=work:sip:one@example.test\r\n"
               "IMPP:xmpp:one@example.test\r\n"
               "X-EVOLUTION-SIP;TYPE=HOME:two@example.test\r\n"
               "NOTE:first\\nse\r\n"
               " cond",
               "Sample Caller, One|Sample Works; Inc., Support|work=+49 30 1 cell=2 fax=3 other=4 "
               "|work=one@example.test home=two@example.test |first\nsecond");
}

static void
test_version_4 (void)
{
  assert_card ("VERSION:4.0\r\n"
               "KIND:individual\r\n"
               "FN;PREF=1:Jörg Sample\r\n"
               "FN:Second Name\r\n"
               "TEL;VALUE=uri;PREF=1;TYPE=\"voice,work\":tel:+49-30-1234567;ext=102\r\n"
               "TEL;VALUE=uri;TYPE=home:sip:three@example.test\r\n"
               "ORG;SORT-AS=\"a:b;c\":Sample Works",
               "Jörg Sample|Sample Works|work=+49-30-1234567 |home=three@example.test |");
}

static void
test_version_2_1 (void)
{
  assert_card ("VERSION:2.1\r\n"
               "N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=F6rg;;Dr.\r\n"
               "TEL;WORK;VOICE:1\r\n"
               "TEL;CELL:2\r\n"
               "NOTE;CHARSET=UTF-8;QUOTED-PRINTABLE:gr=C3=\r\n"
               "=BC=C3=9F=\r\n"
               " dich=0D=0Ahier\r\n"
               "LABEL;ENCODING=QUOTED-PRINTABLE:street=\r\n"
               "END:VCARD",
               "Dr. Jörg Müller||work=1 cell=2 ||grüß dich \nhier");
}

static void
test_names (void)
{
  assert_card ("N:Sample;Greta;Maria;Dr.;MSc", "Dr. Greta Maria Sample MSc||||");
  assert_card ("FN: \r\nN:Sample;Greta", "Greta Sample||||");
  assert_card ("FN:Full\r\nN:Sample;Greta", "Full||||");
  assert_card ("ORG:Sample Works", "|Sample Works|||");
  assert_card ("TEL:4711", "||other=4711 ||");
}

static void
test_loose_files (void)
{
  g_autoptr (GPtrArray) contacts = read_text ("\xef\xbb\xbf"
                                              "BEGIN:VCARD\n"
                                              "FN:One\n"
                                              "\n"
                                              "END:VCARD\n"
                                              "stray\n"
                                              "begin:vcard\n"
                                              "FN:Two\n"
                                              "AGENT:\n"
                                              "BEGIN:VCARD\n"
                                              "FN:Secretary\n"
                                              "END:VCARD\n"
                                              "TEL:2\n"
                                              "end:vcard\n"
                                              "BEGIN:VCARD\n"
                                              "FN:Without an end\n"
                                              "BEGIN:VCARD\n"
                                              "FN:Cut off");
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < contacts->len; i++)
    g_string_append_printf (names, "%s,",
                            tandem_contact_get_name (g_ptr_array_index (contacts, i)));
  g_assert_cmpstr (names->str, ==, "One,Two,Without an end,Cut off,");
}

static void
test_uid (void)
{
  g_autoptr (GPtrArray) contacts = read_text ("BEGIN:VCARD\nUID: u1 \nFN:One\nEND:VCARD\n"
                                              "BEGIN:VCARD\nFN:Two\nEND:VCARD\n"
                                              "BEGIN:VCARD\nFN:Two\nEND:VCARD\n"
                                              "BEGIN:VCARD\nFN:Three\nEND:VCARD\n");
  const char *uids[4];

  g_assert_cmpuint (contacts->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    uids[i] = tandem_contact_get_uid (g_ptr_array_index (contacts, i));
  g_assert_cmpstr (uids[0], ==, "u1");
  /* The same again is the same, so that a second import does not double it. */
  g_assert_cmpstr (uids[1], ==, uids[2]);
  g_assert_cmpstr (uids[1], !=, uids[3]);
}

static void
test_broken_encodings (void)
{
  assert_card ("FN:M\xfcller", "Müller||||");
  assert_card ("FN;CHARSET=UTF-8:M\xfcller", "Müller||||");
  assert_card ("FN;CHARSET=UTF-7:M\xc3\xbcller", "Müller||||");
  assert_card ("FN;CHARSET=SHIFT_JIS:\x83\x65\x83\x58\x83\x67", "テスト||||");
  assert_card ("FN;ENCODING=QUOTED-PRINTABLE:a=ZZ=4=x", "a=ZZ=4=x||||");
  assert_card ("FN;ENCODING=QUOTED-PRINTABLE:a=00b", "ab||||");
  assert_card ("FN:a\xe2\x80\xae"
               "b\x01",
               "ab||||");
  assert_card ("FN:folded \xc3\r\n \xbc", "folded ü||||");
}

static void
test_hostile_lines (void)
{
  g_autoptr (GString) text = g_string_new ("BEGIN:VCARD\nFN:One\nNOTE:");
  g_autoptr (GPtrArray) contacts = NULL;
  TandemVcardSkipped skipped;

  for (guint i = 0; i < 2 * 1024 * 1024; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\nTEL:1\nX;QUOTED-PRINTABLE:");
  for (guint i = 0; i < 1024 * 1024; i++)
    g_string_append (text, "=\n");
  g_string_append (text, "\n\"::\";:\n:\n;\n.:\n;:\nTEL;=\":1\nTEL;\"\nEND:VCARD\n"
                         "BEGIN:VCARD\nEND:VCARD\nEND:VCARD\n");
  contacts = read_pieces (text->str, text->len, 4096, &skipped);
  g_assert_cmpuint (contacts->len, ==, 1);
  g_assert_cmpuint (skipped.cards, ==, 1);
  g_assert_cmpuint (skipped.line, ==, 5 + 1024 * 1024 + 9);
  g_assert_null (tandem_contact_get_note (g_ptr_array_index (contacts, 0)));
  g_assert_cmpstr (tandem_contact_get_name (g_ptr_array_index (contacts, 0)), ==, "One");
}

static void
test_too_many (void)
{
  g_autoptr (TandemVcardReader) reader = tandem_vcard_reader_new ();
  g_autoptr (GPtrArray) contacts = NULL;
  static const char card[] = "BEGIN:VCARD\nUID:u\nFN:One\nEND:VCARD\n";
  TandemVcardSkipped skipped;

  for (guint i = 0; i < TANDEM_VCARD_MAX_CONTACTS + 10; i++)
    tandem_vcard_reader_feed (reader, card, strlen (card));
  contacts = tandem_vcard_reader_end (reader, &skipped);
  g_assert_cmpuint (contacts->len, ==, TANDEM_VCARD_MAX_CONTACTS);
  g_assert_cmpuint (skipped.cards, ==, 10);
  g_assert_cmpuint (skipped.line, ==, 4 * TANDEM_VCARD_MAX_CONTACTS + 1);
}

static TandemContact *
make_contact (void)
{
  TandemContact *contact = tandem_contact_new (
      "urn:uuid:1", "Jörg; Sample, the one whose name is so long that its line "
                    "must be folded äöüäöüäöüäöüäöüäöü");

  tandem_contact_set_organisation (contact, "Works, Sample\\Co");
  tandem_contact_set_note (contact, "one\ntwo");
  tandem_contact_add_number (contact, "work", "+49 30 1");
  tandem_contact_add_number (contact, "other", "2");
  tandem_contact_add_address (contact, "home", "one@example.test");
  tandem_contact_add_address (contact, NULL, "sips:two@example.test");
  return contact;
}

static void
test_round_trip (void)
{
  g_autoptr (TandemContact) contact = make_contact ();
  g_autofree char *before = describe (contact);

  for (guint version = TANDEM_VCARD_3; version <= TANDEM_VCARD_4; version++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) contacts = NULL;
      g_auto (GStrv) lines = NULL;
      g_autofree char *after = NULL;

      tandem_vcard_append (text, contact, version);
      g_assert_nonnull (
          strstr (text->str, version == TANDEM_VCARD_3 ? "VERSION:3.0\r\n" : "VERSION:4.0\r\n"));
      lines = g_strsplit (text->str, "\r\n", 0);
      for (guint i = 0; lines[i] != NULL; i++)
        {
          g_assert_cmpuint (strlen (lines[i]), <=, 75);
          g_assert_true (g_utf8_validate (lines[i], -1, NULL));
        }
      contacts = read_text (text->str);
      g_assert_cmpuint (contacts->len, ==, 1);
      after = describe (g_ptr_array_index (contacts, 0));
      g_assert_cmpstr (after, ==, before);
      g_assert_cmpstr (tandem_contact_get_uid (g_ptr_array_index (contacts, 0)), ==, "urn:uuid:1");
    }
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GPtrArray *
load_file (const char *path, TandemVcardSkipped *skipped, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  tandem_vcard_load_async (file, NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return tandem_vcard_load_finish (result, skipped, error);
}

static void
test_files (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "contacts.vcf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GListStore) store = g_list_store_new (TANDEM_TYPE_CONTACT);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) contacts = NULL;
  g_autoptr (GError) error = NULL;
  TandemVcardSkipped skipped;

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (TandemContact) contact = make_contact ();

      g_list_store_append (store, contact);
    }
  tandem_vcard_save_async (file, G_LIST_MODEL (store), TANDEM_VCARD_4, NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (tandem_vcard_save_finish (result, &error));
  g_assert_no_error (error);
  contacts = load_file (path, &skipped, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (contacts->len, ==, 1000);
  g_assert_cmpuint (skipped.cards, ==, 0);
}

static void
test_refused_files (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "contacts.vcf", NULL);
  g_autofree char *nowhere = g_build_filename (place->folder, "nowhere.vcf", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (load_file (nowhere, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "\x89PNG\r\n\x1a\n", -1, NULL));
  g_assert_null (load_file (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);

  /* A hundred megabytes, of which the disk holds nothing. */
  g_assert_cmpint (truncate (path, 100 * 1024 * 1024), ==, 0);
  g_assert_null (load_file (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "64"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/vcard/version-3", test_version_3);
  g_test_add_func ("/directory/vcard/version-4", test_version_4);
  g_test_add_func ("/directory/vcard/version-2.1", test_version_2_1);
  g_test_add_func ("/directory/vcard/names", test_names);
  g_test_add_func ("/directory/vcard/loose-files", test_loose_files);
  g_test_add_func ("/directory/vcard/uid", test_uid);
  g_test_add_func ("/directory/vcard/broken-encodings", test_broken_encodings);
  g_test_add_func ("/directory/vcard/hostile-lines", test_hostile_lines);
  g_test_add_func ("/directory/vcard/too-many", test_too_many);
  g_test_add_func ("/directory/vcard/round-trip", test_round_trip);
  g_test_add ("/directory/vcard/files", Place, NULL, place_set_up, test_files, place_tear_down);
  g_test_add ("/directory/vcard/refused-files", Place, NULL, place_set_up, test_refused_files,
              place_tear_down);
  return g_test_run ();
}
