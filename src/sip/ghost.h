/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialog.h"
#include "errand.h"

G_BEGIN_DECLS

/* What becomes of an INVITE that nobody waits for any more, so that nobody is rung, connected or
 * billed for it. Goes on by itself until its transaction is over. SIP thread only. */

typedef enum
{
  /* The agent gave up: CANCEL as soon as anything came back, or when it is plain that the proxy is
   * silent. */
  TANDEM_GHOST_CANCELLED,
  /* Another attempt was sent instead: CANCEL at once over a living proxy, and again on a late 1xx. */
  TANDEM_GHOST_ABANDONED,
  /* Answered, or a re-INVITE that another one took the place of: only further answers are taken care
   * of: repeated ones are acknowledged again, those of forks ended. */
  TANDEM_GHOST_ANSWERED,
} TandemGhostMode;

/* Takes the attempt over. ack: (nullable) for ANSWERED: what the 2xx with to_tag was acknowledged
 * with, to be sent again. */
void tandem_sip_ghost (TandemSipAccount *account,
                       TandemAttempt *attempt,
                       TandemGhostMode mode,
                       const char *to_tag,
                       belle_sip_request_t *ack);

G_END_DECLS
