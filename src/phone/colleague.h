/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemColleague: somebody whose telephone is watched (busy lamp field): a name, an address, and how it is
 * there now, by a subscription to "dialog" (RFC 4235) or "presence" (RFC 3856). Main thread.
 * Properties, notified: "name", "address" (what to show and to dial), "uri", "state" (TandemColleagueState),
 * "state-text" (translated: "Available", "In a Call", "Ringing", "Away", "Offline", "Unknown"), "note" (nullable:
 * what the person says), "caller" (nullable: who rings there), "can-pick-up" (gboolean). */

typedef enum
{
  TANDEM_COLLEAGUE_UNKNOWN,
  TANDEM_COLLEAGUE_AVAILABLE,
  TANDEM_COLLEAGUE_AWAY,
  TANDEM_COLLEAGUE_RINGING,
  TANDEM_COLLEAGUE_BUSY,
  TANDEM_COLLEAGUE_OFFLINE,
} TandemColleagueState;
GType tandem_colleague_state_get_type (void);
#define TANDEM_TYPE_COLLEAGUE_STATE (tandem_colleague_state_get_type ())

#define TANDEM_TYPE_COLLEAGUE (tandem_colleague_get_type ())
G_DECLARE_FINAL_TYPE (TandemColleague, tandem_colleague, TANDEM, COLLEAGUE, GObject)

const char *tandem_colleague_get_name (TandemColleague *self);
const char *tandem_colleague_get_address (TandemColleague *self);
const char *tandem_colleague_get_uri (TandemColleague *self);
TandemColleagueState tandem_colleague_get_state (TandemColleague *self);
const char *tandem_colleague_get_state_text (TandemColleague *self);
const char *tandem_colleague_get_note (TandemColleague *self);
const char *tandem_colleague_get_caller (TandemColleague *self);
gboolean tandem_colleague_can_pick_up (TandemColleague *self);

G_END_DECLS
