/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* TandemRecord: one past call. Immutable. Properties, read-only: "id" (gint64), "incoming",
 * "missed" (gboolean), "name" (nullable), "address" (as shown), "uri", "queue" (nullable),
 * "start" (GDateTime), "duration" (guint, s; 0 = never answered), "outcome" (string, untranslated
 * key: "answered", "missed", "declined", "cancelled", "busy", "failed", "elsewhere"), "title". */

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

G_END_DECLS
