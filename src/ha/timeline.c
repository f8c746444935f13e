/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "timeline.h"

/* See timeline.h: a ring. */

struct _TandemTimeline
{
  guint capacity, first, length;
  TandemTimelineEntry *entries;
};

/**
 * tandem_timeline_new:
 * @capacity: how many entries are kept, at least 1
 *
 * Returns: (transfer full): an empty timeline, free with [method@Timeline.free]
 */
TandemTimeline *
tandem_timeline_new (guint capacity)
{
  TandemTimeline *self = g_new0 (TandemTimeline, 1);

  self->capacity = MAX (capacity, 1);
  self->entries = g_new0 (TandemTimelineEntry, self->capacity);
  return self;
}

void
tandem_timeline_free (TandemTimeline *self)
{
  g_free (self->entries);
  g_free (self);
}

/**
 * tandem_timeline_add:
 * @self: the timeline
 * @entry: copied
 *
 * The oldest entry makes room when the timeline is full.
 */
void
tandem_timeline_add (TandemTimeline *self, const TandemTimelineEntry *entry)
{
  self->entries[(self->first + self->length) % self->capacity] = *entry;
  if (self->length < self->capacity)
    self->length++;
  else
    self->first = (self->first + 1) % self->capacity;
}

guint
tandem_timeline_get_length (TandemTimeline *self)
{
  return self->length;
}

/**
 * tandem_timeline_get:
 * @self: the timeline
 * @i: 0 is the oldest
 *
 * Returns: (transfer none): the entry, valid until the next [method@Timeline.add]
 */
const TandemTimelineEntry *
tandem_timeline_get (TandemTimeline *self, guint i)
{
  g_return_val_if_fail (i < self->length, NULL);

  return &self->entries[(self->first + i) % self->capacity];
}
