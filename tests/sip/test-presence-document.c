/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "presence-document.h"

#include <string.h>

/* Presence documents. */

#define HEAD                                                                                       \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "     \
  "xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" "                                           \
  "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:200@example.test\">"
#define TAIL "</presence>"
#define OPEN "<tuple id=\"a\"><status><basic>open</basic></status></tuple>"
#define CLOSED "<tuple id=\"b\"><status><basic>closed</basic></status></tuple>"
#define PERSON(inside) "<dm:person id=\"p\">" inside "</dm:person>"
#define DOES(what) PERSON ("<rpid:activities><rpid:" what "/></rpid:activities>")

static void
test_good (void)
{
  static const struct
  {
    const char *body;
    TandemSipPresence presence;
    const char *note;
  } cases[] = {
    { HEAD TAIL, TANDEM_SIP_PRESENCE_UNKNOWN, NULL },
    { HEAD OPEN TAIL, TANDEM_SIP_PRESENCE_AVAILABLE, NULL },
    { HEAD CLOSED TAIL, TANDEM_SIP_PRESENCE_OFFLINE, NULL },
    { HEAD CLOSED OPEN TAIL, TANDEM_SIP_PRESENCE_AVAILABLE, NULL },
    { HEAD OPEN DOES ("away") TAIL, TANDEM_SIP_PRESENCE_AWAY, NULL },
    { HEAD OPEN DOES ("meal") TAIL, TANDEM_SIP_PRESENCE_AWAY, NULL },
    { HEAD OPEN DOES ("on-the-phone") TAIL, TANDEM_SIP_PRESENCE_BUSY, NULL },
    { HEAD OPEN DOES ("working") TAIL, TANDEM_SIP_PRESENCE_AVAILABLE, NULL },
    { HEAD CLOSED DOES ("on-the-phone") TAIL, TANDEM_SIP_PRESENCE_OFFLINE, NULL },
    { HEAD OPEN PERSON ("<rpid:activities><rpid:note>x</rpid:note><rpid:away/><rpid:on-the-phone/>"
                        "</rpid:activities><dm:note> Back &amp; well\nat 3 </dm:note>") TAIL,
      TANDEM_SIP_PRESENCE_BUSY, "Back & well at 3" },
    { HEAD "<tuple id=\"a\"><status><basic>open</basic></status><note>Here</note></tuple>"
           "<note>Later</note>" TAIL,
      TANDEM_SIP_PRESENCE_AVAILABLE, "Here" },
    { HEAD "<tuple id=\"a\"><status><basic>sideways</basic></status></tuple>" TAIL,
      TANDEM_SIP_PRESENCE_UNKNOWN, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TandemSipPresence presence = TANDEM_SIP_PRESENCE_RINGING;
      g_autofree char *note = NULL;

      g_test_message ("%s", cases[i].body);
      g_assert_true (
          tandem_presence_document_parse (cases[i].body, strlen (cases[i].body), &presence, &note));
      g_assert_cmpint (presence, ==, cases[i].presence);
      g_assert_cmpstr (note, ==, cases[i].note);
    }
}

static void
test_hostile (void)
{
  static const char *const cases[] = {
    "",
    "open",
    HEAD OPEN,
    "<presence/>",
    "<presence xmlns=\"urn:sample\"/>",
    "<!DOCTYPE p [<!ENTITY x \"y\">]>" HEAD OPEN TAIL,
    "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><presence "
    "xmlns=\"urn:ietf:params:xml:ns:pidf\"><note>&x;</note></presence>",
  };
  g_autofree char *filler = g_strnfill (66000, 'n');
  g_autofree char *huge = g_strdup_printf (HEAD OPEN "<note>%s</note>" TAIL, filler);
  TandemSipPresence presence = TANDEM_SIP_PRESENCE_RINGING;
  char *note = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (tandem_presence_document_parse (cases[i], strlen (cases[i]), &presence, &note));
  g_assert_false (tandem_presence_document_parse (huge, strlen (huge), &presence, &note));
  g_assert_cmpint (presence, ==, TANDEM_SIP_PRESENCE_RINGING);
  g_assert_null (note);
  filler[60000] = '\0';
  g_free (huge);
  huge = g_strdup_printf (HEAD OPEN "<note>%s</note>" TAIL, filler);
  g_assert_true (tandem_presence_document_parse (huge, strlen (huge), &presence, &note));
  g_assert_cmpuint (strlen (note), ==, 160);
  g_free (note);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-document/good", test_good);
  g_test_add_func ("/presence-document/hostile", test_hostile);
  return g_test_run ();
}
