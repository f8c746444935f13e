/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"
#include "policy.h"

G_BEGIN_DECLS

/* TandemTimeline: what happened, newest last, bounded (the oldest go first). */

typedef struct
{
  gint64 when; /* us */
  TandemOperationKind operation;
  gboolean has_from, has_to;
  TandemCandidate from, to; /* what failed, and where the operation went */
  char reason[96];          /* untranslated */
  gint64 took;              /* us since the operation began */
} TandemTimelineEntry;

typedef struct _TandemTimeline TandemTimeline;

TandemTimeline *tandem_timeline_new (guint capacity);
void tandem_timeline_free (TandemTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemTimeline, tandem_timeline_free)
void tandem_timeline_add (TandemTimeline *self, const TandemTimelineEntry *entry);
guint tandem_timeline_get_length (TandemTimeline *self);
const TandemTimelineEntry *tandem_timeline_get (TandemTimeline *self, guint i);

G_END_DECLS
