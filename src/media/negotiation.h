/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"

G_BEGIN_DECLS

/* TandemNegotiation: where a call stands with offers and answers (RFC 3264): what was said last, what is on
 * offer, what is agreed, and our own hold. An offer that comes to nothing is taken back as if it had
 * never been, so that the next one builds on what both sides still have. Methods may be called on any
 * thread. */

typedef struct _TandemNegotiation TandemNegotiation;

/* codecs: (transfer container) NULL-terminated, in order of priority; g_free()d. */
TandemNegotiation *tandem_negotiation_new (const TandemCodec **codecs,
                                           gboolean own_order,
                                           const char *address,
                                           guint port);
void tandem_negotiation_free (TandemNegotiation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemNegotiation, tandem_negotiation_free)

/* (transfer full) (nullable): NULL without any codec. */
char *tandem_negotiation_offer (TandemNegotiation *self);
/* (transfer full) (nullable): our answer; it is agreed from then on. */
char *tandem_negotiation_answer (TandemNegotiation *self, const char *offer, GError **error);
/* The answer to our last offer; a later one replaces it. G_IO_ERROR_FAILED when nothing is on offer. */
gboolean
tandem_negotiation_take_answer (TandemNegotiation *self, const char *answer, GError **error);
/* Our offer was refused: it and the wish to hold or retrieve are taken back. */
void tandem_negotiation_cancel (TandemNegotiation *self);

/* For what is said from now on. */
void tandem_negotiation_set_hold (TandemNegotiation *self, gboolean hold);
void tandem_negotiation_set_address (TandemNegotiation *self, const char *address, guint port);

/* TRUE: we hold, or want to, or hold until the far end agrees to be retrieved. */
gboolean tandem_negotiation_is_quiet (TandemNegotiation *self);
/* The hold that was agreed on. */
gboolean tandem_negotiation_is_held (TandemNegotiation *self);
gboolean tandem_negotiation_is_ipv6 (TandemNegotiation *self);
/* FALSE: nothing is agreed. port: ours that the far end was told of with it. */
gboolean
tandem_negotiation_get_agreed (TandemNegotiation *self, TandemSession *session, guint *port);

G_END_DECLS
