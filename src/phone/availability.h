/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"

G_BEGIN_DECLS

/* TandemAvailability: whether calls may ring: do not disturb, after-call work, and where calls are sent on
 * to. Never asked about calls that go out. Main thread. Properties, notified: "do-not-disturb" (gboolean),
 * "wrap-up" (guint, s left; 0: none), "forward-to" (nullable: all calls are sent on to there), "text"
 * (translated, nullable). */

#define TANDEM_TYPE_AVAILABILITY (tandem_availability_get_type ())
G_DECLARE_FINAL_TYPE (TandemAvailability, tandem_availability, TANDEM, AVAILABILITY, GObject)

/* configuration: (nullable): a sample's. */
TandemAvailability *tandem_availability_new (TandemConfiguration *configuration);
/* Kept in the settings. */
void tandem_availability_set_do_not_disturb (TandemAvailability *self, gboolean on);
gboolean tandem_availability_get_do_not_disturb (TandemAvailability *self);
guint tandem_availability_get_wrap_up (TandemAvailability *self);
const char *tandem_availability_get_forward_to (TandemAvailability *self);
const char *tandem_availability_get_text (TandemAvailability *self);
/* A call that was answered is over, and no other is up. */
void tandem_availability_begin_wrap_up (TandemAvailability *self);
void tandem_availability_end_wrap_up (TandemAvailability *self);
/* Samples: a clock that stands still. */
void tandem_availability_freeze_wrap_up (TandemAvailability *self, guint seconds);
void tandem_availability_set_forward_to (TandemAvailability *self, const char *target);

typedef enum
{
  TANDEM_VERDICT_RING,
  TANDEM_VERDICT_DECLINE, /* with code */
  TANDEM_VERDICT_FORWARD, /* to target */
} TandemVerdict;
/* About one incoming call. busy: no more calls by setting. target: (out) (transfer full) (nullable): as the setting has
 * it; code: (out): also with FORWARD, for a target that cannot be called; 0: it rings then. */
TandemVerdict
tandem_availability_judge (TandemAvailability *self, gboolean busy, char **target, guint *code);

G_END_DECLS
