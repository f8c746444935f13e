/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-event.h"

G_BEGIN_DECLS

/* TandemDialogTable: which calls somebody has, as application/dialog-info+xml documents tell one after
 * the other (RFC 4235 4). Bounded; pure; not thread-safe. */

#define TANDEM_DIALOG_INFO_TYPE "application/dialog-info+xml"
#define TANDEM_DIALOG_INFO_MOST 64

typedef struct _TandemDialogTable TandemDialogTable;

typedef enum
{
  TANDEM_DIALOG_INFO_MALFORMED, /* nothing changed */
  TANDEM_DIALOG_INFO_OLD,       /* known already; nothing changed */
  TANDEM_DIALOG_INFO_TAKEN,
  TANDEM_DIALOG_INFO_GAP, /* taken as far as it goes, but one before it was lost: ask for all of it */
} TandemDialogInfoResult;

TandemDialogTable *tandem_dialog_table_new (void);
void tandem_dialog_table_free (TandemDialogTable *self);
/* A new subscription counts its versions anew; what is known stays until it tells all. */
void tandem_dialog_table_restart (TandemDialogTable *self);
TandemDialogInfoResult
tandem_dialog_table_take (TandemDialogTable *self, const char *body, gsize size);
/* What the dialogs come to: RINGING, BUSY or AVAILABLE; UNKNOWN before any document. */
TandemSipPresence tandem_dialog_table_get_presence (TandemDialogTable *self);
/* (transfer full) (nullable): copies of those that are not over; NULL when there are none. */
GPtrArray *tandem_dialog_table_copy (TandemDialogTable *self);

G_END_DECLS
