/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"

G_BEGIN_DECLS

/* TandemReferral: a REFER of the far end within a call (RFC 3515): asked of the main thread, answered,
 * and what became of it reported by NOTIFYs. It goes on behind when the call is over. A REFER outside of
 * any call is refused by 403, always: nobody but who speaks with the agent may make the phone call
 * somebody, and servers that dial for the agent send an INVITE. SIP thread only. */

typedef struct _TandemReferral TandemReferral;

/* In order, in a dialog that is up. */
void tandem_referral_on_request (TandemSipCall *call, belle_sip_request_t *request);
/* A SUBSCRIBE within the dialog, that refreshes or ends the reports. FALSE: there are none. */
gboolean tandem_referral_on_subscribe (TandemSipDialog *dialog, belle_sip_request_t *request);

/* The main thread's answer: 202, or 300 and more. */
void tandem_referral_answer (TandemEngine *engine, guint tag, guint code);
/* text: (nullable) */
void tandem_referral_report (TandemEngine *engine, guint tag, guint code, const char *text);

G_END_DECLS
