/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client.h"

#include <gio/gunixinputstream.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

/* A SIP line without a phone: TandemSipClient steered by lines on standard input, its events as JSON
 * lines on standard output. For tests against real peers that want nothing between them and the SIP
 * thread. Words are separated by blanks and unescaped as C strings; "-" is none. No sound. */

static TandemSipClient *client;
static GMainLoop *loop;

static void
add_text (GString *line, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (line, ", \"%s\": \"", name);
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (line, "\\%c", *p);
      else if ((guchar) *p < ' ')
        g_string_append_printf (line, "\\u%04x", (guint) *p);
      else
        g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static void
on_event (TandemSipClient *source, gpointer pointer, gpointer data)
{
  static const char *const types[]
      = { "registration", "pool",         "timeline", "incoming", "call",     "offer",
          "moved",        "request",      "mailbox",  "transfer", "referral", "remote-control",
          "digit",        "notification", "error",    "stopped" };
  static const char *const states[] = { "trying",    "disconnected", "ringing",  "early-media",
                                        "answering", "connected",    "redirect", "ended" };
  const TandemSipEvent *event = pointer;
  g_autoptr (GString) line = g_string_new (NULL);

  if (event->type == TANDEM_SIP_EVENT_POOL || event->type == TANDEM_SIP_EVENT_TIMELINE)
    return;
  g_string_append_printf (
      line,
      "{\"type\": \"%s\", \"registration\": %u, \"call\": %u, \"code\": %u, \"tag\": %u, "
      "\"replaces\": %u, \"answer_after\": %d, \"presence\": %u, \"dialogs\": %u",
      types[event->type], event->registration, event->call, event->code, event->tag,
      event->replaces, event->answer_after, event->presence,
      event->dialogs != NULL ? event->dialogs->len : 0);
  if (event->type == TANDEM_SIP_EVENT_CALL)
    add_text (line, "state", states[event->state]);
  add_text (line, "candidate", event->candidate);
  add_text (line, "text", event->text);
  add_text (line, "target", event->target);
  add_text (line, "referred_by", event->referred_by);
  add_text (line, "replaces_header", event->replaces_header);
  add_text (line, "sdp", event->sdp);
  add_text (line, "peer", event->peer_uri);
  add_text (line, "note", event->note);
  add_text (line, "remote_target", event->remote_target);
  g_string_append_printf (line, ", \"done\": %s, \"known\": %s, \"focus\": %s}\n",
                          event->done ? "true" : "false", event->known ? "true" : "false",
                          event->focus ? "true" : "false");
  fputs (line->str, stdout);
  fflush (stdout);
  if (event->type == TANDEM_SIP_EVENT_STOPPED)
    g_main_loop_quit (loop);
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
add_account (char **words)
{
  g_autoptr (TandemSipAccountConfig) config = tandem_sip_account_config_new ();

  set (&config->id, words[1]);
  set (&config->user, words[2]);
  set (&config->password, words[3]);
  set (&config->domain, words[4]);
  set (&config->server, words[5]);
  set (&config->transport, words[6]);
  config->transaction_timeout = (guint) g_ascii_strtoull (words[7], NULL, 10);
  config->reg_spread = 0;
  config->probe_interval = 0;
  config->reject_when_busy = FALSE;
  tandem_sip_client_set_account (client, config);
}

static guint
number (const char *word)
{
  return (guint) g_ascii_strtoull (word, NULL, 10);
}

static const char *
optional (const char *word)
{
  return strcmp (word, "-") == 0 ? NULL : word;
}

/* call ACCOUNT URI SDP [NAME VALUE]... */
static void
call (char **words, guint n)
{
  g_autoptr (GHashTable) headers = g_hash_table_new (g_str_hash, g_str_equal);
  guint id = tandem_sip_client_next_call_id (client);

  for (guint i = 4; i + 1 < n; i += 2)
    g_hash_table_insert (headers, words[i], words[i + 1]);
  printf ("{\"type\": \"made\", \"call\": %u}\n", id);
  fflush (stdout);
  tandem_sip_client_call_with_headers (client, id, words[1], words[2], words[3], NULL, NULL, NULL,
                                       headers);
}

static void
run (char **words, guint n)
{
  const char *name = words[0];

#define IS(word, least) (strcmp (name, word) == 0 && n >= (least))
  if (IS ("account", 8))
    add_account (words);
  else if (IS ("register", 2))
    tandem_sip_client_register_again (client, words[1]);
  else if (IS ("call", 4))
    call (words, n);
  else if (IS ("ring", 2))
    tandem_sip_client_ring (client, number (words[1]));
  else if (IS ("answer", 3))
    tandem_sip_client_answer (client, number (words[1]), words[2]);
  else if (IS ("decline", 3))
    tandem_sip_client_decline (client, number (words[1]), number (words[2]), NULL);
  else if (IS ("redirect", 3))
    tandem_sip_client_redirect (client, number (words[1]), words[2]);
  else if (IS ("hang-up", 2))
    tandem_sip_client_hang_up (client, number (words[1]), NULL);
  else if (IS ("offer", 3))
    tandem_sip_client_offer (client, number (words[1]), words[2]);
  else if (IS ("answer-offer", 3))
    tandem_sip_client_answer_offer (client, number (words[1]), words[2]);
  else if (IS ("transfer", 5))
    tandem_sip_client_transfer (client, number (words[1]), number (words[2]), optional (words[3]),
                                number (words[4]));
  else if (IS ("answer-referral", 4))
    tandem_sip_client_answer_referral (client, number (words[1]), number (words[2]),
                                       number (words[3]));
  else if (IS ("report-referral", 4))
    tandem_sip_client_report_referral (client, number (words[1]), number (words[2]),
                                       number (words[3]), NULL);
  else if (IS ("subscribe", 5))
    tandem_sip_client_subscribe (client, words[1], number (words[2]), words[3], words[4]);
  else if (IS ("unsubscribe", 2))
    tandem_sip_client_unsubscribe (client, number (words[1]));
  else
    fprintf (stderr, "not understood: %s\n", name);
#undef IS
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_sip_client_stop_finish (TANDEM_SIP_CLIENT (source), result, NULL);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    {
      tandem_sip_client_stop_async (client, 2000, on_stopped, NULL);
      return;
    }
  words = g_strsplit (line, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *plain = g_strcompress (words[i]);

      g_free (words[i]);
      words[i] = plain;
    }
  if (words[0] != NULL)
    run (words, g_strv_length (words));
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (TandemSipConfig) config = tandem_sip_config_new ();
  g_autoptr (GInputStream) standard = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard);
  g_autoptr (GError) error = NULL;

  if (argc < 3)
    {
      fprintf (stderr, "usage: %s BIND-ADDRESS DNS-SERVER\n", argv[0]);
      return 2;
    }
  config->udp_port_min = config->udp_port_max = 0;
  set (&config->bind_address, argv[1]);
  set (&config->dns_server, argv[2]);
  loop = g_main_loop_new (NULL, FALSE);
  client = tandem_sip_client_new (config);
  g_signal_connect (client, "event", G_CALLBACK (on_event), NULL);
  if (!tandem_sip_client_start (client, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_main_loop_run (loop);
  g_object_unref (client);
  g_main_loop_unref (loop);
  return 0;
}
