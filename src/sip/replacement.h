/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"

G_BEGIN_DECLS

/* An INVITE that wants to take the place of a call of ours (RFC 3891). SIP thread only. */

/* 0: fine, and *replaced is that call, or NULL when the INVITE has no such wish. Else the status to
 * refuse with: 400 malformed, 481 no such call (or one that only rings here), 486 it is up and was to be
 * replaced only while early, 603 it is over. */
guint tandem_replacement_find (TandemEngine *engine,
                               belle_sip_request_t *request,
                               TandemSipCall **replaced);
/* self was answered: ends the one that it replaces, if that is still there. */
void tandem_replacement_carry_out (TandemSipCall *self);
/* A call's dialog is over: for a while that is known. dialog: (nullable) */
void tandem_replacement_note_end (TandemEngine *engine, TandemSipDialog *dialog);

G_END_DECLS
