/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialog.h"

G_BEGIN_DECLS

/* TandemTransfer: a REFER of ours within a call (RFC 3515, RFC 5589), and the subscription that it makes:
 * what the far end reports of the call that it was asked to make. It goes on behind when the call is
 * hung up. SIP thread only. */

typedef struct _TandemTransfer TandemTransfer;

/* The calls are looked up; takes the command's fields. TRANSFER events tell what becomes of it. */
void tandem_transfer_begin (TandemEngine *engine, TandemSipCommand *command);
/* A NOTIFY within that dialog: answered, if it is of a REFER of ours. */
gboolean tandem_transfer_on_notify (TandemSipDialog *dialog, belle_sip_request_t *request);
/* The far end hung up. */
void tandem_transfer_left (TandemEngine *engine, TandemSipDialog *dialog);

G_END_DECLS
