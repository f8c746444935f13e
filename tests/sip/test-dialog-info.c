/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog-info.h"

#include <string.h>

/* Dialog information as documents, one after the other. */

#define HEAD                                                                                       \
  "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" "            \
  "version=\"%u\" "                                                                                \
  "state=\"%s\" entity=\"sip:200@example.test\">%s</dialog-info>\n"

static TandemDialogInfoResult
take (TandemDialogTable *table, guint version, const char *state, const char *inside)
{
  g_autofree char *text = g_strdup_printf (HEAD, version, state, inside);

  return tandem_dialog_table_take (table, text, strlen (text));
}

static char *
dialog (const char *id, const char *direction, const char *state)
{
  return g_strdup_printf ("<dialog id=\"%s\" direction=\"%s\" call-id=\"c-%s\" local-tag=\"l\" "
                          "remote-tag=\"r\"><state>%s</state><remote><identity display=\"Sample "
                          "Caller One\">sip:300@example.test</identity><target "
                          "uri=\"sip:300@127.0.0.1\"/></remote></dialog>",
                          id, direction, id, state);
}

static void
test_course (void)
{
  TandemDialogTable *table = tandem_dialog_table_new ();
  g_autofree char *ringing = dialog ("a", "recipient", "early");
  g_autofree char *up = dialog ("a", "recipient", "confirmed");
  g_autofree char *over = dialog ("a", "recipient", "terminated");
  g_autofree char *calling = dialog ("b", "initiator", "trying");
  g_autoptr (GPtrArray) dialogs = NULL;
  const TandemSipDialogInfo *info;

  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_UNKNOWN);
  g_assert_cmpint (take (table, 0, "full", ""), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  g_assert_null (tandem_dialog_table_copy (table));
  g_assert_cmpint (take (table, 1, "partial", ringing), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_RINGING);
  dialogs = tandem_dialog_table_copy (table);
  g_assert_cmpuint (dialogs->len, ==, 1);
  info = g_ptr_array_index (dialogs, 0);
  g_assert_cmpstr (info->id, ==, "a");
  g_assert_cmpstr (info->call_id, ==, "c-a");
  g_assert_cmpstr (info->local_tag, ==, "l");
  g_assert_cmpstr (info->remote_tag, ==, "r");
  g_assert_cmpstr (info->remote_uri, ==, "sip:300@example.test");
  g_assert_cmpstr (info->remote_name, ==, "Sample Caller One");
  g_assert_true (info->incoming);
  g_assert_false (info->confirmed);
  g_assert_cmpint (take (table, 2, "partial", up), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_BUSY);
  g_assert_cmpint (take (table, 3, "partial", over), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  g_assert_cmpint (take (table, 4, "partial", calling), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_BUSY);
  tandem_dialog_table_free (table);
}

/* RFC 4235 4.3 */
static void
test_versions (void)
{
  TandemDialogTable *table = tandem_dialog_table_new ();
  g_autofree char *a = dialog ("a", "recipient", "early");
  g_autofree char *b = dialog ("b", "recipient", "confirmed");

  g_assert_cmpint (take (table, 7, "full", a), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (take (table, 7, "full", ""), ==, TANDEM_DIALOG_INFO_OLD);
  g_assert_cmpint (take (table, 3, "full", ""), ==, TANDEM_DIALOG_INFO_OLD);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_RINGING);
  g_assert_cmpint (take (table, 9, "partial", b), ==, TANDEM_DIALOG_INFO_GAP);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_BUSY);
  g_assert_cmpint (take (table, 12, "full", ""), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  /* A new subscription, at another proxy: it counts from the beginning. */
  tandem_dialog_table_restart (table);
  g_assert_cmpint (take (table, 0, "full", b), ==, TANDEM_DIALOG_INFO_TAKEN);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_BUSY);
  tandem_dialog_table_restart (table);
  g_assert_cmpint (take (table, 5, "partial", a), ==, TANDEM_DIALOG_INFO_GAP);
  tandem_dialog_table_free (table);
}

#define NS "xmlns=\"urn:ietf:params:xml:ns:dialog-info\""

static void
test_hostile (void)
{
  static const char *const cases[] = {
    "",
    "garbage",
    "<dialog-info/>",
    "<dialog-info " NS "/>",
    "<dialog-info " NS " version=\"0\"/>",
    "<dialog-info " NS " version=\"-1\" state=\"full\"/>",
    "<dialog-info " NS " version=\"0\" state=\"other\"/>",
    "<dialog-info " NS " version=\"99999999999999999999\" state=\"full\"/>",
    "<dialog-info xmlns=\"urn:sample\" version=\"0\" state=\"full\"/>",
    "<presence " NS " version=\"0\" state=\"full\"/>",
    "<dialog-info " NS " version=\"0\" state=\"full\">",
    "<!DOCTYPE dialog-info><dialog-info " NS " version=\"0\" state=\"full\"/>",
    "<!DOCTYPE d [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;&a;&a;\">]><dialog-info " NS
    " version=\"0\" state=\"full\"><dialog "
    "id=\"&b;\"><state>confirmed</state></dialog></dialog-info>",
    "<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><dialog-info " NS
    " version=\"0\" state=\"full\"><dialog id=\"1\"><state>&a;</state></dialog></dialog-info>",
    "<!DOCTYPE d SYSTEM \"http://127.0.0.1/d.dtd\"><dialog-info " NS
    " version=\"0\" state=\"full\"/>",
    "<dialog-info " NS " version=\"0\" state=\"full\"><dialog id=\"1\"><state>&undefined;</state>"
    "</dialog></dialog-info>",
  };
  TandemDialogTable *table = tandem_dialog_table_new ();
  g_autofree char *huge = g_strnfill (70000, ' ');
  g_autofree char *deep = NULL;
  g_autoptr (GString) nest = g_string_new ("<dialog-info " NS " version=\"0\" state=\"full\">");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i]);
      g_assert_cmpint (tandem_dialog_table_take (table, cases[i], strlen (cases[i])), ==,
                       TANDEM_DIALOG_INFO_MALFORMED);
    }
  memcpy (huge, "<dialog-info " NS " version=\"0\" state=\"full\"/>",
          strlen ("<dialog-info " NS " version=\"0\" state=\"full\"/>"));
  g_assert_cmpint (tandem_dialog_table_take (table, huge, strlen (huge)), ==,
                   TANDEM_DIALOG_INFO_MALFORMED);
  for (guint i = 0; i < 5000; i++)
    g_string_append (nest, "<a>");
  g_assert_cmpint (tandem_dialog_table_take (table, nest->str, nest->len), ==,
                   TANDEM_DIALOG_INFO_MALFORMED);
  g_assert_cmpint (tandem_dialog_table_take (table, "\xff\xfe<\0d\0", 6), ==,
                   TANDEM_DIALOG_INFO_MALFORMED);
  g_assert_cmpint (tandem_dialog_table_get_presence (table), ==, TANDEM_SIP_PRESENCE_UNKNOWN);
  tandem_dialog_table_free (table);
}

/* Strange but well-formed: what makes no sense is left out, and nothing grows without end. */
static void
test_bounded (void)
{
  TandemDialogTable *table = tandem_dialog_table_new ();
  g_autofree char *filler = g_strnfill (2000, 'x');
  g_autofree char *odd = g_strdup_printf (
      "<dialog><state>early</state></dialog><dialog id=\"\"/><dialog id=\"n\"/>"
      "<dialog id=\"w\"><state>wild</state></dialog>"
      "<dialog id=\"%s\" direction=\"recipient\"><state> early </state><remote><identity "
      "display=\"a&#10;b\">%s</identity></remote></dialog>",
      filler, filler);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GPtrArray) dialogs = NULL;
  const TandemSipDialogInfo *info;

  g_assert_cmpint (take (table, 0, "full", odd), ==, TANDEM_DIALOG_INFO_TAKEN);
  dialogs = tandem_dialog_table_copy (table);
  g_assert_cmpuint (dialogs->len, ==, 1);
  info = g_ptr_array_index (dialogs, 0);
  g_assert_cmpuint (strlen (info->remote_uri), ==, 256);
  g_assert_cmpstr (info->remote_name, ==, "a b");
  g_clear_pointer (&dialogs, g_ptr_array_unref);
  for (guint round = 0; round < 20; round++)
    {
      g_string_set_size (many, 0);
      for (guint i = 0; i < 300; i++)
        g_string_append_printf (many, "<dialog id=\"%u-%u\"><state>early</state></dialog>", round,
                                i);
      g_assert_cmpint (take (table, round + 1, "partial", many->str), ==, TANDEM_DIALOG_INFO_TAKEN);
    }
  dialogs = tandem_dialog_table_copy (table);
  g_assert_cmpuint (dialogs->len, ==, TANDEM_DIALOG_INFO_MOST);
  tandem_dialog_table_free (table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dialog-info/course", test_course);
  g_test_add_func ("/dialog-info/versions", test_versions);
  g_test_add_func ("/dialog-info/hostile", test_hostile);
  g_test_add_func ("/dialog-info/bounded", test_bounded);
  return g_test_run ();
}
