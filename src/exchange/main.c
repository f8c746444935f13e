/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <belle-sip/belle-sip.h>
#include <glib-unix.h>

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exchange.h"

/* tandem-exchange: one JSON line on stdout says what it serves; a command a line on stdin, each
 * answered by one JSON line; it ends with "quit" or with its input. */

#define LONGEST_LINE 1024

typedef struct
{
  GMainLoop *loop;
  TandemExchange *exchange;
  GString *line;
  gboolean too_long;
} Console;

static gboolean
print (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  json_node_unref (node);
  return puts (text) != EOF && fflush (stdout) != EOF;
}

static gboolean
on_line (Console *console)
{
  gboolean quit = !console->too_long && strcmp (g_strstrip (console->line->str), "quit") == 0;
  gboolean printed = quit ? puts ("{\"ok\":true}") != EOF && fflush (stdout) != EOF
                          : print (tandem_exchange_command (
                              console->exchange, console->too_long ? "" : console->line->str));

  g_string_truncate (console->line, 0);
  console->too_long = FALSE;
  return printed && !quit;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  Console *console = data;
  char bytes[512];
  gssize length = read (fd, bytes, sizeof bytes);

  if (length < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  for (gssize i = 0; i < length; i++)
    if (bytes[i] != '\n')
      {
        console->too_long |= console->line->len >= LONGEST_LINE;
        if (!console->too_long && bytes[i] != '\0')
          g_string_append_c (console->line, bytes[i]);
      }
    else if (!on_line (console))
      {
        length = 0;
        break;
      }
  if (length > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (console->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) addresses = NULL;
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  int answer_delay = 300;
  int callback_delay = 5000;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "address", 'a', 0, G_OPTION_ARG_STRING_ARRAY, &addresses,
      "Serve a proxy on this loopback address (again for each)", "ADDRESS[:PORT]" },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &user, "The phone's user (100)", "USER" },
    { "password", 'p', 0, G_OPTION_ARG_STRING, &password,
      "Its password (a new one each time); others on this machine can read it", "PASSWORD" },
    { "answer-delay", 0, 0, G_OPTION_ARG_INT, &answer_delay, "How long extensions ring (300)",
      "MS" },
    { "callback-delay", 0, 0, G_OPTION_ARG_INT, &callback_delay,
      "When extension 203 calls back (5000)", "MS" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (TandemExchange) exchange = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Console console;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (
      context, "A practice exchange for Tandem: three proxies and a few extensions, "
               "on loopback addresses only.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1 || answer_delay < 0
      || callback_delay < 0)
    {
      fprintf (stderr, "tandem-exchange: %s\n",
               error != NULL ? error->message : "an argument that it does not know");
      return 2;
    }
  if (version)
    {
      printf ("tandem-exchange %s\n", TANDEM_VERSION);
      return 0;
    }

  signal (SIGPIPE, SIG_IGN);
  belle_sip_set_log_level (BELLE_SIP_LOG_FATAL);
  exchange = tandem_exchange_new (
      &(TandemExchangeOptions){
          .addresses = (const char *const *) addresses,
          .user = user,
          .password = password,
          .answer_delay = (guint) answer_delay,
          .callback_delay = (guint) callback_delay,
      },
      &error);
  if (exchange == NULL)
    {
      fprintf (stderr, "tandem-exchange: %s\n", error->message);
      return 1;
    }
  loop = g_main_loop_new (NULL, FALSE);
  console = (Console){ .loop = loop, .exchange = exchange, .line = line };
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, &console);
  if (print (tandem_exchange_describe (exchange)))
    g_main_loop_run (loop);
  return 0;
}
