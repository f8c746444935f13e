/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "leg.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* A SIP thread and a sound that only write down what is asked of them: they stand in for the real
 * ones at link time, so that TandemSwitchboard and TandemLine are tested without either. */

/* Writes down. */
void fakes_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* What was asked since the last time, in order, joined by spaces. (transfer full) */
char *fakes_take_log (void);
/* The newest leg, (nullable), (transfer none) while it lives. */
TandemLeg *fakes_get_leg (void);
/* What the next tandem_leg_answer_offer() and _set_answer() do: TRUE: nothing in common. */
void fakes_refuse_sdp (gboolean refuse);
/* tandem_leg_new() fails: no port. */
void fakes_no_ports (gboolean none);
/* tandem_sip_client_start() fails: no port. */
void fakes_no_sip_port (gboolean none);
void fakes_set_audio (gboolean available, const char *problem);
/* The far end has not agreed on telephone-event. */
void fakes_no_telephone_event (gboolean none);
/* Echo cancellation 1, noise suppression 2. */
guint fakes_get_processing (void);
void fakes_set_packets (guint64 received);
/* The newest client. */
TandemSipClient *fakes_get_client (void);
/* Of the last tandem_sip_client_request(). */
guint fakes_get_tag (void);
void fakes_emit (const TandemSipEvent *event);
/* What the late offer's answer function makes of an offer, called as the SIP thread does: on
 * another thread. (transfer full) */
char *fakes_answer_late_offer (const char *offer);
void fakes_drop_answer_data (void);
const TandemSipAccountConfig *fakes_get_account (void);
const TandemSipConfig *fakes_get_config (void);

G_END_DECLS
