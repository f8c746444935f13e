/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* TandemRecord: one past call. Properties, read-only: "id" (gint64), "incoming",
 * "missed" (gboolean), "name" (nullable), "address" (as shown), "uri", "queue" (nullable),
 * "start" (GDateTime), "duration" (guint, s; 0 = never answered), "outcome" (string, untranslated
 * key: "answered", "missed", "declined", "cancelled", "busy", "failed", "elsewhere"), "title",
 * "reason" (nullable: why it ended, in words), "mos", "loss", "proxies" (GStrv). Two properties
 * change, and are notified: "note" (nullable) and "seen"; TandemHistory changes them. */

#define TANDEM_TYPE_RECORD (tandem_record_get_type ())
G_DECLARE_FINAL_TYPE (TandemRecord, tandem_record, TANDEM, RECORD, GObject)

TandemRecord *tandem_record_new (gint64 id,
                                 gboolean incoming,
                                 const char *name,
                                 const char *address,
                                 const char *uri,
                                 const char *queue,
                                 GDateTime *start,
                                 guint duration,
                                 const char *outcome);
/* What is known of a call beyond the rest; all of it may be missing. A value: tandem_record_new_full()
 * copies it. */
typedef struct
{
  const char *reason;         /* (nullable): why it ended, in words */
  const char *const *proxies; /* (nullable): host:port, in the order of their use */
  const char *note;           /* (nullable) */
  double mos;                 /* 1.0 (bad) to 4.5 (as good as a wire); 0: not known */
  double loss;                /* percent of the packets that were expected; negative: not known */
  gboolean seen;              /* the person has looked; matters for missed calls only */
} TandemRecordDetails;
#define TANDEM_RECORD_DETAILS_INIT                                                                 \
  {                                                                                                \
    NULL, NULL, NULL, 0, -1, FALSE                                                                 \
  }

TandemRecord *tandem_record_new_full (gint64 id,
                                      gboolean incoming,
                                      const char *name,
                                      const char *address,
                                      const char *uri,
                                      const char *queue,
                                      GDateTime *start,
                                      guint duration,
                                      const char *outcome,
                                      const TandemRecordDetails *details);
gint64 tandem_record_get_id (TandemRecord *self);
gboolean tandem_record_is_incoming (TandemRecord *self);
gboolean tandem_record_is_missed (TandemRecord *self);
const char *tandem_record_get_name (TandemRecord *self);
const char *tandem_record_get_address (TandemRecord *self);
const char *tandem_record_get_uri (TandemRecord *self);
const char *tandem_record_get_queue (TandemRecord *self);
GDateTime *tandem_record_get_start (TandemRecord *self);
guint tandem_record_get_duration (TandemRecord *self);
const char *tandem_record_get_outcome (TandemRecord *self);
const char *tandem_record_get_title (TandemRecord *self);
const char *tandem_record_get_reason (TandemRecord *self);
/* Never NULL; empty when none is known. */
const char *const *tandem_record_get_proxies (TandemRecord *self);
double tandem_record_get_mos (TandemRecord *self);
double tandem_record_get_loss (TandemRecord *self);
const char *tandem_record_get_note (TandemRecord *self);
gboolean tandem_record_is_seen (TandemRecord *self);

G_END_DECLS
