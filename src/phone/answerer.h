/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call-private.h"

G_BEGIN_DECLS

/* TandemAnswerer: answers one ringing call by itself, after a while that the call counts down
 * ("auto-answer-in"). Whether that is wanted, who gives it the call knows. Main thread. */

typedef struct _TandemAnswerer TandemAnswerer;

/* may: asked once more when the time has come. answered: it was. */
TandemAnswerer *tandem_answerer_new (gboolean (*may) (TandemCall *call, gpointer data),
                                     void (*answered) (TandemCall *call, gpointer data),
                                     gpointer data);
void tandem_answerer_free (TandemAnswerer *self);
/* delay: ms. One call at a time: nothing when another one is counted down. */
void tandem_answerer_begin (TandemAnswerer *self, TandemCall *call, guint delay);

G_END_DECLS
