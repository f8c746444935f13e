/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-event.h"

G_BEGIN_DECLS

/* TandemVoiceMail: what the server says of waiting messages (RFC 3842), fit to be shown. A plain value. */

typedef struct
{
  gboolean known, waiting;
  guint fresh, old;
  char *uri; /* what to dial; nullable */
} TandemVoiceMail;

/* Of a MAILBOX event. */
void tandem_voice_mail_take (TandemVoiceMail *self, const TandemSipEvent *event);
void tandem_voice_mail_clear (TandemVoiceMail *self);
/* (transfer full) (nullable): "2 new voice messages"; NULL: none waits. */
char *tandem_voice_mail_words (const TandemVoiceMail *self);

G_END_DECLS
