/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "command-line.h"
#include "link.h"

#include <glib/gi18n.h>

#include <string.h>

/* Options are parsed in the calling process and checked once there, once in the one that runs. */

static const TandemCommand commands[] = {
  { "transfer", TANDEM_COMMAND_CALL_TEXT }, { "consult", TANDEM_COMMAND_CALL_TEXT },
  { "complete", TANDEM_COMMAND_CALL },      { "merge", TANDEM_COMMAND_CALL },
  { "split", TANDEM_COMMAND_CALL },         { "swap", TANDEM_COMMAND_CALL },
  { "redirect", TANDEM_COMMAND_CALL_TEXT }, { "note", TANDEM_COMMAND_CALL_TEXT },
  { "pick-up", TANDEM_COMMAND_TEXT },       { "dnd", TANDEM_COMMAND_TEXT },
  { "end-wrap-up", TANDEM_COMMAND_PLAIN },
};

static const GOptionEntry entries[] = {
  { "call", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Call a number or an address"), N_ ("URI") },
  { "answer", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Answer the call that rings"), NULL },
  { "decline", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Decline the call that rings"), NULL },
  { "hangup", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Hang up"), NULL },
  { "hold", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Put a call on hold"), NULL },
  { "retrieve", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Take a call back from hold"), NULL },
  { "transfer", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Transfer a call to a number or an address, and wait for the result"), N_ ("URI") },
  { "consult", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Hold a call and call somebody about it, for --complete"), N_ ("URI") },
  { "complete", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_ ("Connect the held call with the one who was consulted, and leave"), NULL },
  { "merge", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Make a conference with the held call"), NULL },
  { "split", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_ ("End the conference, or take one call out of it, and hold it"), NULL },
  { "swap", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Talk to the held call, and hold the other"), NULL },
  { "redirect", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Send the call that rings to another number"),
    N_ ("URI") },
  { "pick-up", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Answer what rings at a colleague; any: at anybody’s"), N_ ("ADDRESS") },
  { "note", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Write a note about a call"), N_ ("TEXT") },
  { "dnd", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Do not disturb"), "on|off|toggle" },
  { "end-wrap-up", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("The work after a call is done"), NULL },
  { "mute", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Switch the microphone of a call"),
    "on|off|toggle" },
  { "dtmf", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Send digits in a call"), N_ ("DIGITS") },
  { "id", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Which call, when there are several"), N_ ("CALL") },
  { "prefer", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Use this proxy first while it answers; none: no preference"), N_ ("ADDRESS") },
  { "practise-failover", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_ ("Stop hearing proxies in turn, measure how long each type of message takes to recover, and "
        "print the report; calls the account itself, or the number given as argument"),
    NULL },
  { "status", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Tell the state of the line and the calls"),
    NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("With --status: for programs"), NULL },
  { "show", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the window"), NULL },
  { "background", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Start without a window"), NULL },
  { "quit", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Hang up, unregister and quit"), NULL },
  { "config", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Settings of a file for this run"),
    N_ ("FILE") },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_ ("The password is the first line of a file"), N_ ("FILE") },
  { "audio", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Sound: of the sound server, or a test tone"),
    "test|pulse|auto" },
  { "practice", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Practise with an exchange on this computer"),
    NULL },
  { "instance", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Another phone beside the usual one"),
    N_ ("NAME") },
  { "self-test", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Test whether all parts are there"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[URI]") },
};

void
tandem_command_line_free (TandemCommandLine *self)
{
  if (self == NULL)
    return;
  g_free (self->call);
  g_free (self->link);
  g_free (self->id);
  g_free (self->mute);
  g_free (self->dtmf);
  g_free (self->argument);
  g_free (self->prefer);
  g_free (self->practise_with);
  g_free (self->config);
  g_free (self->password_file);
  g_free (self->audio);
  g_free (self);
}

void
tandem_command_line_add_options (GApplication *application)
{
  GOptionEntry translated[G_N_ELEMENTS (entries) + 1] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      translated[i] = entries[i];
      if (entries[i].description != NULL)
        translated[i].description = _ (entries[i].description);
      if (entries[i].arg_description != NULL)
        translated[i].arg_description = _ (entries[i].arg_description);
    }
  g_application_set_option_context_summary (
      application,
      _ ("A softphone that does not lose the line when a SIP proxy dies. Options act on the phone "
         "that runs; a tel:, sip:, sips: or callto: link fills its entry and never dials."));
  g_application_add_main_option_entries (application, translated);
}

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
flag (GVariantDict *options, const char *name)
{
  gboolean value = FALSE;

  return g_variant_dict_lookup (options, name, "b", &value) && value;
}

static char *
text (GVariantDict *options, const char *name)
{
  char *value = NULL;

  g_variant_dict_lookup (options, name, "s", &value);
  return value;
}

static char *
path (GVariantDict *options, const char *name, const char *directory)
{
  g_autofree char *value = NULL;

  if (!g_variant_dict_lookup (options, name, "^ay", &value))
    return NULL;
  return g_canonicalize_filename (value, directory);
}

static gboolean
is_one_of (const char *value, const char *const *choices)
{
  return value == NULL || g_strv_contains (choices, value);
}

static gboolean
check_texts (TandemCommandLine *self, GError **error)
{
  static const char *const mutes[] = { "on", "off", "toggle", NULL };
  static const char *const audios[] = { "test", "pulse", "auto", NULL };

  if (!is_one_of (self->mute, mutes))
    return fail (error, _ ("--mute takes on, off or toggle"));
  if (!is_one_of (self->audio, audios))
    return fail (error, _ ("--audio takes test, pulse or auto"));
  if (self->dtmf != NULL
      && (self->dtmf[0] == '\0' || strlen (self->dtmf) > 64
          || strspn (self->dtmf, "0123456789*#ABCDabcd") != strlen (self->dtmf)))
    return fail (error, _ ("--dtmf takes 1 to 64 of 0-9 * # A-D"));
  if (self->command != NULL && self->argument != NULL && self->argument[0] == '\0'
      && !g_str_equal (self->command->option, "note"))
    return fail (error, _ ("--%s takes something after it"), self->command->option);
  if (self->command != NULL && g_str_equal (self->command->option, "dnd")
      && !is_one_of (self->argument, mutes))
    return fail (error, _ ("--dnd takes on, off or toggle"));
  if (self->call != NULL && self->call[0] == '\0')
    return fail (error, _ ("--call takes a number or an address"));
  if (self->prefer != NULL && self->prefer[0] == '\0')
    return fail (error, _ ("--prefer takes the address of a proxy, or none"));
  if (self->id != NULL && self->id[0] == '\0')
    return fail (error, _ ("--id takes the id of a call, as --status tells it"));
  return TRUE;
}

static gboolean
takes_call (TandemCommandLine *self)
{
  return self->answer || self->decline || self->hang_up || self->hold || self->retrieve
         || self->mute != NULL || self->dtmf != NULL
         || (self->command != NULL
             && (self->command->kind == TANDEM_COMMAND_CALL
                 || self->command->kind == TANDEM_COMMAND_CALL_TEXT));
}

static gboolean
check_together (TandemCommandLine *self, guint n_commands, GError **error)
{
  n_commands += (guint) self->answer + (guint) self->decline + (guint) self->hang_up
                + (guint) self->hold + (guint) self->retrieve + (guint) self->practise
                + (self->call != NULL) + (self->link != NULL) + (guint) self->quit;

  if (n_commands > 1)
    return fail (error,
                 _ ("One command or link at a time, such as --call, --answer or --transfer"));
  if (self->json && !self->status)
    return fail (error, _ ("--json goes with --status"));
  if (self->id != NULL && !takes_call (self))
    return fail (error, _ ("--id goes with what is done to a call, such as --hold or --transfer"));
  if (self->practice && self->config != NULL)
    return fail (error, _ ("--practice brings its own settings, --config others: one of them"));
  if (self->show && self->background)
    return fail (error, _ ("--show or --background, not both"));
  return TRUE;
}

/* How many there are; the last is taken. */
static guint
take_commands (TandemCommandLine *self, GVariantDict *options)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const TandemCommand *command = &commands[i];
      const gboolean has_text
          = command->kind == TANDEM_COMMAND_TEXT || command->kind == TANDEM_COMMAND_CALL_TEXT;
      g_autofree char *argument = has_text ? text (options, command->option) : NULL;

      if (has_text ? argument == NULL : !flag (options, command->option))
        continue;
      n++;
      self->command = command;
      g_free (self->argument);
      self->argument = g_steal_pointer (&argument);
    }
  return n;
}

TandemCommandLine *
tandem_command_line_parse (GVariantDict *options, const char *directory, GError **error)
{
  g_auto (GStrv) arguments = NULL;
  g_autoptr (TandemCommandLine) self = g_new0 (TandemCommandLine, 1);
  guint n_commands;

  self->answer = flag (options, "answer");
  self->decline = flag (options, "decline");
  self->hang_up = flag (options, "hangup");
  self->hold = flag (options, "hold");
  self->retrieve = flag (options, "retrieve");
  self->practise = flag (options, "practise-failover");
  self->prefer = text (options, "prefer");
  self->status = flag (options, "status");
  self->json = flag (options, "json");
  self->show = flag (options, "show");
  self->background = flag (options, "background");
  self->quit = flag (options, "quit");
  self->practice = flag (options, "practice");
  self->call = text (options, "call");
  self->id = text (options, "id");
  self->mute = text (options, "mute");
  self->dtmf = text (options, "dtmf");
  self->audio = text (options, "audio");
  self->config = path (options, "config", directory);
  self->password_file = path (options, "password-file", directory);

  n_commands = take_commands (self, options);

  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^as", &arguments);
  if (arguments != NULL && arguments[0] != NULL)
    {
      if (arguments[1] != NULL)
        {
          fail (error, _ ("One number, address or link at a time"));
          return NULL;
        }
      if (self->practise)
        self->practise_with = g_strdup (arguments[0]);
      else
        {
          self->link = tandem_link_to_entry (arguments[0], error);
          if (self->link == NULL)
            return NULL;
        }
    }
  if (!check_texts (self, error) || !check_together (self, n_commands, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
tandem_command_line_is_steering (TandemCommandLine *self)
{
  gboolean steers = self->answer || self->decline || self->hang_up || self->hold || self->retrieve
                    || self->status || self->quit || self->mute != NULL || self->dtmf != NULL
                    || self->prefer != NULL || self->practise || self->command != NULL;
  gboolean starts = self->call != NULL || self->link != NULL || self->show || self->background
                    || self->config != NULL || self->password_file != NULL || self->practice;

  return steers && !starts;
}
