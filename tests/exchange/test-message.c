/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <string.h>

static const char invite[] = "INVITE sip:200@practice.example.test SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 127.6.1.1:5070;branch=z9hG4bKa;rport\r\n"
                             "Via: SIP/2.0/UDP 127.6.1.2;branch=z9hG4bKb\r\n"
                             "From: \"Sample, Caller\" <sip:100@practice.example.test>;tag=f\r\n"
                             "To: <sip:200@practice.example.test>\r\n"
                             "Call-ID: one@sample\r\n"
                             "CSeq: 7 INVITE\r\n"
                             "Contact: <sip:100@127.6.1.1:5070;transport=udp>;expires=60\r\n"
                             "Max-Forwards: 70\r\n"
                             "Content-Length: 4\r\n"
                             "\r\n"
                             "v=0\n";

static TandemExchangeMessage *
parse (const char *text)
{
  return tandem_exchange_message_parse (text, strlen (text), "127.6.1.9", 5099);
}

static void
test_request (void)
{
  g_autoptr (TandemExchangeMessage) message = parse (invite);

  g_assert_nonnull (message);
  g_assert_true (message->request);
  g_assert_cmpstr (message->method, ==, "INVITE");
  g_assert_cmpstr (message->user, ==, "200");
  g_assert_cmpstr (message->call_id, ==, "one@sample");
  g_assert_cmpuint (message->cseq, ==, 7);
  g_assert_cmpstr (message->from_tag, ==, "f");
  g_assert_null (message->to_tag);
  g_assert_cmpstr (message->to_user, ==, "200");
  g_assert_cmpstr (message->branch, ==, "z9hG4bKa");
  g_assert_cmpuint (message->vias->len, ==, 2);
  g_assert_nonnull (strstr (message->vias->pdata[0], "received=127.6.1.9"));
  g_assert_nonnull (strstr (message->vias->pdata[0], "rport=5099"));
  g_assert_null (strstr (message->vias->pdata[1], "received"));
  g_assert_cmpstr (message->contact, ==, "sip:100@127.6.1.1:5070;transport=udp");
  g_assert_cmpint (message->contact_expires, ==, 60);
  g_assert_cmpint (message->expires, ==, -1);
  g_assert_cmpint (message->max_forwards, ==, 70);
  g_assert_false (message->credentials_given);
  g_assert_cmpstr (message->body, ==, "v=0\n");
}

static void
test_answer (void)
{
  g_autoptr (TandemExchangeMessage) message = parse (invite);
  g_autofree char *text
      = tandem_exchange_message_answer (message, 200, "mine", "X: y\r\n", "v=0\n");
  g_autoptr (TandemExchangeMessage) answer = parse (text);

  g_assert_nonnull (answer);
  g_assert_false (answer->request);
  g_assert_cmpint (answer->status, ==, 200);
  g_assert_cmpstr (answer->method, ==, "INVITE");
  g_assert_cmpstr (answer->to_tag, ==, "mine");
  g_assert_cmpstr (answer->from, ==, message->from);
  g_assert_cmpuint (answer->vias->len, ==, 2);
  g_assert_cmpstr (answer->body, ==, "v=0\n");
  g_assert_nonnull (strstr (text, "Content-Length: 4\r\n"));
}

static void
test_credentials (void)
{
  g_autoptr (GString) with = g_string_new (invite);
  g_autoptr (TandemExchangeMessage) message = NULL;

  g_string_replace (
      with, "Max-Forwards",
      "Proxy-Authorization: Digest username=\"100\", realm=\"r\", nonce=\"n\", "
      "uri=\"sip:x@y.example\", response=\"d\", qop=auth, nc=0000000a, cnonce=\"c\"\r\n"
      "Max-Forwards",
      1);
  message = parse (with->str);
  g_assert_nonnull (message);
  g_assert_true (message->credentials_given);
  g_assert_cmpstr (message->credentials.username, ==, "100");
  g_assert_cmpstr (message->credentials.realm, ==, "r");
  g_assert_cmpstr (message->credentials.uri, ==, "sip:x@y.example");
  g_assert_cmpstr (message->credentials.nonce_count, ==, "0000000a");
  g_assert_cmpstr (message->credentials.cnonce, ==, "c");
  g_assert_cmpstr (message->credentials.qop, ==, "auth");
}

/* A message without one of the headers that every one has, or cut anywhere, is none. */
static void
test_incomplete (void)
{
  static const char *const needed[] = { "Via: SIP", "From", "To:", "Call-ID", "CSeq" };
  gsize end = (gsize) (strstr (invite, "\r\n\r\n") - invite);

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GString) text = g_string_new (invite);

      g_string_replace (text, needed[i], "X-Other:", 0);
      g_assert_null (parse (text->str));
    }
  for (gsize length = 0; length < end + 4; length++)
    g_assert_null (tandem_exchange_message_parse (invite, length, "127.6.1.9", 5099));
  g_assert_null (
      tandem_exchange_message_parse ("INVITE\0x SIP/2.0\r\n\r\n", 20, "127.6.1.9", 5099));
}

/* A changed byte may make it another message or none, and nothing else. */
static void
test_changed (void)
{
  static const char bytes[] = { '\0', '\r', '"', ':', '\xff' };
  g_autofree char *text = g_strdup (invite);
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i += 4)
    for (gsize j = 0; j < sizeof bytes; j++)
      {
        char kept = text[i];
        TandemExchangeMessage *message;

        text[i] = bytes[j];
        message = tandem_exchange_message_parse (text, length, "127.6.1.9", 5099);
        if (message != NULL)
          {
            g_autofree char *answer
                = tandem_exchange_message_answer (message, 486, "t", NULL, NULL);

            g_assert_true (g_str_has_prefix (answer, "SIP/2.0 486 "));
            tandem_exchange_message_unref (message);
          }
        text[i] = kept;
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/request", test_request);
  g_test_add_func ("/message/answer", test_answer);
  g_test_add_func ("/message/credentials", test_credentials);
  g_test_add_func ("/message/incomplete", test_incomplete);
  g_test_add_func ("/message/changed", test_changed);
  return g_test_run ();
}
