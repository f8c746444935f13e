/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-client.h"

G_BEGIN_DECLS

/* TandemKeyTones: the keys of one call that go as INFO requests (application/dtmf-relay), one after the
 * other, so that their order stays whatever way each takes. Main thread. For far ends that agree
 * on no telephone-event; those that do get theirs within the sound (TandemLeg). */

typedef struct _TandemKeyTones TandemKeyTones;

/* failed: a key did not get through; the rest is dropped. */
TandemKeyTones *
tandem_key_tones_new (TandemSipClient *client,
                      guint call,
                      void (*failed) (guint code, const char *unsent, gpointer data),
                      gpointer data);
void tandem_key_tones_free (TandemKeyTones *self);
/* digits: checked already. FALSE: too many wait. */
gboolean tandem_key_tones_send (TandemKeyTones *self, const char *digits);
/* TRUE: the REQUEST event was about one of its own. */
gboolean tandem_key_tones_handle_event (TandemKeyTones *self, const TandemSipEvent *event);

G_END_DECLS
