/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-command.h"

G_BEGIN_DECLS

/* TandemSipCommand: one call of a TandemSipClient method on its way to the SIP thread. Made by the
 * facade, carried by the door, carried out and freed by the engine. */

typedef enum
{
  TANDEM_SIP_COMMAND_STOP,
  TANDEM_SIP_COMMAND_SET_ACCOUNT,
  TANDEM_SIP_COMMAND_REMOVE_ACCOUNT,
  TANDEM_SIP_COMMAND_REGISTER_AGAIN,
  TANDEM_SIP_COMMAND_TEST_NOW,
  TANDEM_SIP_COMMAND_USE_AGAIN,
  TANDEM_SIP_COMMAND_NETWORK_CHANGED,
  TANDEM_SIP_COMMAND_PREFER,
  TANDEM_SIP_COMMAND_STOP_HEARING,
  TANDEM_SIP_COMMAND_CALL,
  TANDEM_SIP_COMMAND_ANSWER,
  TANDEM_SIP_COMMAND_DECLINE,
  TANDEM_SIP_COMMAND_HANG_UP,
  TANDEM_SIP_COMMAND_ANSWER_OFFER,
  TANDEM_SIP_COMMAND_OFFER,
  TANDEM_SIP_COMMAND_RESOLVED, /* from the resolver's thread */
  TANDEM_SIP_COMMAND_REQUEST,  /* within call, or to uri when that is set */
  TANDEM_SIP_COMMAND_RING,
  TANDEM_SIP_COMMAND_REDIRECT,
  TANDEM_SIP_COMMAND_TRANSFER,        /* to uri, or to the far end of other */
  TANDEM_SIP_COMMAND_ANSWER_REFERRAL, /* tag, code */
  TANDEM_SIP_COMMAND_REPORT_REFERRAL, /* tag, code, text */
  TANDEM_SIP_COMMAND_SUBSCRIBE,       /* tag, method: the package, uri */
  TANDEM_SIP_COMMAND_UNSUBSCRIBE,     /* tag */
} TandemSipCommandType;

typedef struct
{
  TandemSipCommandType type;
  char *account;
  guint call;
  TandemSipAccountConfig *config;
  char *uri; /* or the candidate's id */
  char *sdp;
  char *text; /* a reason or an error */
  guint code; /* or a timeout in ms, or whether a list changed */
  TandemSipAnswerFunc answer_func;
  gpointer answer_data;
  GDestroyNotify answer_data_free;
  guint tag;   /* REQUEST, TRANSFER, ..._REFERRAL, ...SUBSCRIBE */
  guint other; /* TRANSFER: a call */
  char *method, *content_type, *body;
  GHashTable *headers; /* (nullable) name -> value */
} TandemSipCommand;

TandemSipCommand *tandem_sip_command_new (TandemSipCommandType type, const char *account);
void tandem_sip_command_free (TandemSipCommand *self);
/* headers: (nullable); copied */
void tandem_sip_command_set_headers (TandemSipCommand *self, GHashTable *headers);

G_END_DECLS
