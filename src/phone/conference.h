/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call-private.h"

G_BEGIN_DECLS

/* TandemConference: a conference that the server mixes (RFC 4579): the phone calls it, and hands each party
 * on to it. What the phone mixes itself is TandemFloor's. Main thread. */

typedef struct
{
  /* (transfer none) (nullable) */
  TandemCall *(*dial) (const char *address, gpointer data, GError **error);
  /* Hands the far end of party on to where focus has led. */
  void (*hand_on) (TandemCall *party, TandemCall *focus, gpointer data);
  /* words: translated */
  void (*failed) (const char *words, gpointer data);
} TandemConferenceHost;

typedef struct _TandemConference TandemConference;

TandemConference *tandem_conference_new (const TandemConferenceHost *host, gpointer data);
void tandem_conference_free (TandemConference *self);
/* one, other: what shall join; either may be the call to the conference itself. address: what to call, if that is not up. */
gboolean tandem_conference_merge (TandemConference *self,
                                  TandemCall *one,
                                  TandemCall *other,
                                  const char *address,
                                  GError **error);

G_END_DECLS
