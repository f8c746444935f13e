/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialog.h"

G_BEGIN_DECLS

/* TandemAnswer: a 2xx to an INVITE, sent again until its ACK comes: to where the INVITE came from,
 * then over all candidates of the pool in turn. The operation says where and how long. SIP thread
 * only. */

typedef struct _TandemAnswer TandemAnswer;

/* response: complete. from: where the INVITE came from. failed is called once when the time is up;
 * the answer is not freed by that. Sends at once. */
TandemAnswer *tandem_answer_new (TandemSipAccount *account,
                                 belle_sip_response_t *response,
                                 const TandemCandidate *from,
                                 void (*failed) (gpointer),
                                 gpointer data);
void tandem_answer_free (TandemAnswer *self);
/* Somebody else is told from now on. */
void tandem_answer_hand_over (TandemAnswer *self, void (*failed) (gpointer), gpointer data);
/* us */
gint64 tandem_answer_get_started (TandemAnswer *self);
/* ICMP says that nobody hears there: if it was sent there last, it goes on to the next. */
void tandem_answer_refused (TandemAnswer *self, const TandemCandidate *candidate, const char *why);
/* The ACK came. */
void tandem_answer_confirmed (TandemAnswer *self);
/* The INVITE came again. */
void tandem_answer_repeat (TandemAnswer *self);
guint tandem_answer_get_cseq (TandemAnswer *self);
/* Where it was sent last. */
const TandemCandidate *tandem_answer_get_candidate (TandemAnswer *self);

G_END_DECLS
