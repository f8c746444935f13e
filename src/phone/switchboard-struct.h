/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "answerer.h"
#include "conference.h"
#include "network-watch.h"
#include "roster.h"
#include "switchboard.h"

G_BEGIN_DECLS

/* The inside of TandemSwitchboard, for the files that it is made of and no other: switchboard.c is the
 * object, switchboard-incoming.c what becomes of a call that comes in, switchboard-rehearsal.c calls that
 * nobody sees, switchboard-transfer.c joining and referral. */

struct _TandemSwitchboard
{
  GObject parent_instance;

  TandemPhone *phone; /* weak: owns us */
  TandemConfiguration *configuration;
  TandemMediaEngine *engine;
  TandemSipClient *client;
  TandemRoster *roster;
  TandemSipConfig *sip_config;
  TandemNetworkWatch *network;
  GPtrArray *lines;
  GPtrArray *hidden; /* lines of a rehearsal: no row, no tones, no history */
  char *local_address;
  guint started_source;
  gboolean started;
  gboolean stopping;
  gboolean restart_wanted;
  const TandemSwitchboardRehearsal *rehearsal; /* while one runs */
  gpointer rehearsal_data;
  gboolean ringing;
  gboolean waiting; /* the tone of call waiting */
  gboolean ringback;
  TandemAnswerer *answerer;
  GHashTable
      *no_answer; /* TandemCall -> GUINT_TO_POINTER (source): to be sent on when nobody answers */
  TandemConference *conference; /* at the server; nullable */
};

/* switchboard.c */
TandemLine *tandem_switchboard_find_line (TandemSwitchboard *self, guint number);
TandemLine *tandem_switchboard_find_line_of_call (TandemSwitchboard *self, TandemCall *call);
/* (transfer none) */
TandemLine *tandem_switchboard_add_line (TandemSwitchboard *self, TandemCall *call, guint number);
void tandem_switchboard_remove_line (TandemSwitchboard *self, TandemLine *line);
/* What the accounts are told of, when it has changed. */
void tandem_switchboard_apply_accounts (TandemSwitchboard *self);
void tandem_switchboard_restart_client_when_idle (TandemSwitchboard *self);
/* Whether the far end belongs to the account's own domain. uri: (nullable) */
gboolean
tandem_switchboard_is_own_domain (TandemSwitchboard *self, const char *account, const char *uri);

/* switchboard-incoming.c */
void tandem_switchboard_take_incoming (TandemSwitchboard *self, const TandemSipEvent *event);
gboolean tandem_switchboard_may_answer (TandemCall *call, gpointer data);
void tandem_switchboard_on_answered (TandemCall *call, gpointer data);
void tandem_switchboard_forget_no_answer (TandemSwitchboard *self, TandemCall *call);

/* switchboard-rehearsal.c */
gboolean tandem_switchboard_take_hidden (TandemSwitchboard *self,
                                         TandemCall *call,
                                         const TandemSipEvent *event);

/* switchboard-transfer.c */
extern const TandemLineHost tandem_switchboard_line_host;

G_END_DECLS
