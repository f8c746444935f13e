/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "key-queue.h"
#include "key-tones.h"
#include "line.h"

G_BEGIN_DECLS

/* The inside of TandemLine, for the files that it is made of and no other: line.c is the object and its
 * leg, line-session.c offers, answers and hold, line-keys.c DTMF, line-alive.c silence, line-transfer.c REFER. */

typedef enum
{
  TANDEM_CHANGE_NONE,
  TANDEM_CHANGE_HOLD,
  TANDEM_CHANGE_RETRIEVE,
  TANDEM_CHANGE_ADDRESS,
} TandemChange;

struct _TandemLine
{
  GObject parent_instance;

  TandemCall *call;
  TandemSipClient *client;
  TandemMediaEngine *engine;
  TandemLeg *leg;
  char *leg_address;
  guint number;
  const TandemLineHost *host; /* nullable */
  gpointer host_data;
  GHashTable *headers; /* nullable: of the INVITE */
  char *offer;         /* of an incoming call; NULL: it brought none */
  char *early_answer;  /* to it, made while it rings */
  gboolean late_offer;
  gboolean far_end_rings;
  gboolean heard;
  gboolean focus;         /* the far end is a conference */
  char *remote_target;    /* nullable: its Contact */
  TandemChange change;    /* under way */
  TandemChange next_hold; /* wanted meanwhile; NONE: nothing */
  gboolean told_of_hold;  /* the far end knows that we hold it */
  gboolean next_move;     /* the network changed meanwhile */
  TandemDtmfMethod dtmf_method;
  TandemKeyQueue *keys;
  TandemKeyTones *info;
  gboolean info_refused;
  char *post_dial; /* keys to be sent when it is up; NULL: none */

  guint inactivity; /* s without sound until the signalling is asked */
  gboolean silent;
  guint64 packets_at_silence;
  gint64 silent_since;
  gint64 moved_at;
  guint alive_tag; /* the question whether the other side is still there; 0: none */
  gint64 asked_at;

  guint transfer_tag;      /* 0: none under way */
  gboolean transfer_waits; /* for the hold before it */
  char *transfer_uri;      /* nullable with transfer_other */
  guint transfer_other;    /* the number that its far end shall take over; 0: none */
  char *transfer_shown;
};

/* line.c */
void tandem_line_report_change (TandemLine *self);
gboolean tandem_line_make_leg (TandemLine *self, GError **error);
void tandem_line_drop_leg (TandemLine *self);
/* What of the far end is heard, and what it hears, as the call says. */
void tandem_line_apply_ears (TandemLine *self);

/* line-session.c */
gboolean tandem_line_set_hold (TandemLine *self, gboolean hold, GError **error);
void tandem_line_take_apart (TandemLine *self);
void tandem_line_move (TandemLine *self);
gboolean tandem_line_take_answer (TandemLine *self, const char *sdp);
void tandem_line_take_offer (TandemLine *self, const char *sdp);
gboolean tandem_line_take_result_of_change (TandemLine *self, const TandemSipEvent *event);
/* (transfer full) (nullable): to an incoming offer, for the 2xx. */
char *tandem_line_make_answer (TandemLine *self, GError **error);

/* line-keys.c */
gboolean tandem_line_send_keys (TandemLine *self, const char *keys, GError **error);
void tandem_line_send_post_dial (TandemLine *self);
void tandem_line_forget_keys (TandemLine *self);

/* line-alive.c */
void tandem_line_end_silence (TandemLine *self);
void tandem_line_on_rtp_timeout (TandemLine *self);
/* Once a second while connected. */
void tandem_line_watch_silence (TandemLine *self);
void tandem_line_take_alive (TandemLine *self, const TandemSipEvent *event);

/* line-transfer.c */
void tandem_line_take_transfer (TandemLine *self, const TandemSipEvent *event);
/* The hold that a transfer waits for is done, or has failed. */
void tandem_line_go_on_with_transfer (TandemLine *self);

G_END_DECLS
