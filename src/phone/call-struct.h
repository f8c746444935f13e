/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call-private.h"
#include "peer.h"

G_BEGIN_DECLS

/* The inside of TandemCall, for the files that it is made of and no other: call.c is the object,
 * call-progress.c what events do to it, call-actions.c what the agent does with it, call-digits.c the keys,
 * call-transfer.c transfer, referral and what several calls are to each other. */

struct _TandemCall
{
  GObject parent_instance;

  char *id;
  char *account;
  char *domain;
  gboolean incoming;
  TandemCallState state;
  TandemPeer peer;
  char *queue;
  char *status_text;
  char *failure;
  char *notice;
  char *target;
  char *codec;
  char *sip_call_id;
  GHashTable *headers;
  GString *received_digits;
  gboolean muted;
  gboolean rerouted;
  gboolean local_end;
  guint attempt;
  guint code;
  const char *outcome;

  GDateTime *start;
  gint64 connected_at;
  gint64 answering_since;
  gboolean answer_is_late;
  gboolean unconfirmed;
  gboolean kept_trying;
  guint duration;

  gboolean held_here;
  gboolean held_there;
  TandemHold hold;
  gboolean hold_pending;
  gint64 hold_since;
  guint hold_duration;
  char *hold_problem;
  gboolean apart;
  gboolean retrieving;
  gboolean takes_floor; /* just now */
  gint64 held_here_since;
  guint remind_after; /* s */
  guint reminders;    /* since it was put on hold */
  gboolean hold_reminder;

  TandemTransfer transfer;
  char *transfer_text;
  TandemCall *consults;
  gboolean in_conference;
  gboolean party_muted;
  char *referral_target;
  gint auto_answer_in; /* ms; -1: not */
  char *note;
  GString *dialled_digits;

  guint timer;
  gint64 frozen_now;

  char *contact_name; /* as the person's contacts have it */
  GPtrArray *proxies; /* "host:port", in the order of their use */
  double mos, loss;   /* as the record takes them */

  const TandemCallActions *actions;
  gpointer actions_data;
};

enum
{
  TANDEM_CALL_PROP_ID = 1,
  TANDEM_CALL_PROP_STATE,
  TANDEM_CALL_PROP_INCOMING,
  TANDEM_CALL_PROP_PEER_NAME,
  TANDEM_CALL_PROP_PEER_ADDRESS,
  TANDEM_CALL_PROP_PEER_URI,
  TANDEM_CALL_PROP_QUEUE,
  TANDEM_CALL_PROP_TITLE,
  TANDEM_CALL_PROP_STATUS_TEXT,
  TANDEM_CALL_PROP_MUTED,
  TANDEM_CALL_PROP_DURATION,
  TANDEM_CALL_PROP_CODEC,
  TANDEM_CALL_PROP_REROUTED,
  TANDEM_CALL_PROP_FAILURE,
  TANDEM_CALL_PROP_NOTICE,
  TANDEM_CALL_PROP_TARGET,
  TANDEM_CALL_PROP_RECEIVED_DIGITS,
  TANDEM_CALL_PROP_HOLD,
  TANDEM_CALL_PROP_HOLD_PENDING,
  TANDEM_CALL_PROP_HOLD_DURATION,
  TANDEM_CALL_PROP_HOLD_PROBLEM,
  TANDEM_CALL_PROP_UNCONFIRMED,
  TANDEM_CALL_PROP_SIP_CALL_ID,
  TANDEM_CALL_PROP_HEADERS,
  TANDEM_CALL_PROP_TRANSFER,
  TANDEM_CALL_PROP_TRANSFER_TEXT,
  TANDEM_CALL_PROP_CONSULTS,
  TANDEM_CALL_PROP_IN_CONFERENCE,
  TANDEM_CALL_PROP_PARTY_MUTED,
  TANDEM_CALL_PROP_REFERRAL_TARGET,
  TANDEM_CALL_PROP_AUTO_ANSWER_IN,
  TANDEM_CALL_PROP_HOLD_REMINDER,
  TANDEM_CALL_PROP_NOTE,
  TANDEM_CALL_PROP_DIALLED_DIGITS,
  TANDEM_CALL_N_PROPS
};

/* call.c */
void tandem_call_notify (TandemCall *self, guint property);
/* Takes value. */
void tandem_call_set_string (TandemCall *self, char **field, char *value, guint property);
gint64 tandem_call_get_now (TandemCall *self);
void tandem_call_set_peer (TandemCall *self, const char *uri, const char *name);

/* call-actions.c */
gboolean tandem_call_refuse (GError **error, const char *words);

/* call-transfer.c */
void tandem_call_clear_transfer (TandemCall *self);

/* call-progress.c */
char *tandem_call_work_out_status_text (TandemCall *self);
void tandem_call_set_state (TandemCall *self, TandemCallState state);
void tandem_call_update_clocks (TandemCall *self);
void tandem_call_set_boolean (TandemCall *self, gboolean *field, gboolean value, guint property);
void tandem_call_set_timer (TandemCall *self, gboolean wanted);
void tandem_call_set_unconfirmed (TandemCall *self, gboolean unconfirmed);
void tandem_call_set_hold_pending (TandemCall *self, gboolean pending);
void tandem_call_set_held_here (TandemCall *self, gboolean held);
/* Takes failure. */
void tandem_call_end (TandemCall *self, const char *outcome, char *failure);

G_END_DECLS
