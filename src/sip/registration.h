/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* TandemRegistration: keeps one account registered: first, refreshed, moved to another proxy, given
 * up where that is final, and taken back at the end. Tells the main thread by REGISTRATION events.
 * Where to send and when to try again is the operation's business. SIP thread only. */

TandemRegistration *tandem_registration_new (TandemSipAccount *account);
void tandem_registration_free (TandemRegistration *self);

/* Registers, or registers again at once, whatever the state is; a change of the configuration ends
 * up here too. With expires 0: only tells that there is none. */
void tandem_registration_start (TandemRegistration *self);
/* The same, but no later than `within` us from now, at a random moment. */
void tandem_registration_start_within (TandemRegistration *self, gint64 within);
/* Refreshes now, which leads to where the pool's order says. FALSE when not now: nothing is registered,
 * or a REGISTER is under way. */
gboolean tandem_registration_move (TandemRegistration *self);
/* Takes the registration back; done (nullable) is called once, when that is over. */
void tandem_registration_stop (TandemRegistration *self, void (*done) (gpointer), gpointer data);
/* The registrar may not reach us any more through that candidate: moves, if it is the one in use.
 * spread: others will have noticed in the same instant. */
void tandem_registration_candidate_failed (TandemRegistration *self,
                                           const TandemCandidate *candidate,
                                           const char *why,
                                           gboolean spread);
/* Something new makes another try sensible: an address list, a penalty taken back. */
void tandem_registration_hurry (TandemRegistration *self);
gboolean tandem_registration_is_registered (TandemRegistration *self);
/* A REGISTER to that candidate is under way. */
gboolean tandem_registration_is_trying (TandemRegistration *self, const TandemCandidate *candidate);

G_END_DECLS
