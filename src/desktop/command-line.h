/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemCommandLine: the command line both programs have: its options, what is wrong with them, and
 * what they ask for. Only parses and checks; doing is TandemHost's. */

/* A command of the table in command-line.c, and the action (see actions.h) that carries it out. */
typedef enum
{
  TANDEM_COMMAND_PLAIN,     /* nothing */
  TANDEM_COMMAND_TEXT,      /* s: its argument */
  TANDEM_COMMAND_CALL,      /* s: the call */
  TANDEM_COMMAND_CALL_TEXT, /* (ss): the call, and its argument */
} TandemCommandKind;
typedef struct
{
  const char *option; /* and action */
  TandemCommandKind kind;
} TandemCommand;

typedef struct
{
  gboolean answer, decline, hang_up, hold, retrieve, practise, status, json, show, background, quit,
      practice;
  char *call; /* --call */
  char *link; /* the plain argument: fills the entry, never dials */
  char *id;   /* --id: which call */
  char *mute; /* "on", "off", "toggle" */
  char *dtmf;
  const TandemCommand *command; /* nullable */
  char *argument;               /* of it; nullable */
  char *prefer;                 /* an address or id of a proxy; "none" */
  char *practise_with;          /* nullable: the account itself */
  char *config;                 /* absolute paths */
  char *password_file;
  char *audio; /* "test", "pulse", "auto" */
} TandemCommandLine;

void tandem_command_line_free (TandemCommandLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemCommandLine, tandem_command_line_free)

/* Adds the options to the application, and their help. */
void tandem_command_line_add_options (GApplication *application);

/* From the options of the calling process. directory: what relative paths start from (nullable: the
 * working directory). Errors: G_OPTION_ERROR or those of tandem_link_to_entry(), translated, one
 * sentence. */
TandemCommandLine *
tandem_command_line_parse (GVariantDict *options, const char *directory, GError **error);
/* Only steers a phone that runs, never starts one. */
gboolean tandem_command_line_is_steering (TandemCommandLine *self);

G_END_DECLS
