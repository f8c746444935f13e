/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "history.h"

G_BEGIN_DECLS

/* TandemHistorySearch: those past calls that a text matches, newest first, also the ones that the
 * history has not loaded: a GListModel of TandemRecord. Main thread; looks on the history's worker.
 * Every word must be in the name, the number or address, the queue or the note, without regard to
 * case and accents; a number may be typed in any spelling. A new text stops what was still looked
 * for, and what is shown stays until something else was found. Follows calls that come and go.
 * Property "text" may be set with each key. Properties, read-only, notified: "searching",
 * "has-more" (older ones match too), both gboolean. */

#define TANDEM_TYPE_HISTORY_SEARCH (tandem_history_search_get_type ())
G_DECLARE_FINAL_TYPE (TandemHistorySearch, tandem_history_search, TANDEM, HISTORY_SEARCH, GObject)

#define TANDEM_HISTORY_SEARCH_PAGE 200

/* Begins with every call, as with an empty text. */
TandemHistorySearch *tandem_history_search_new (TandemHistory *history);
const char *tandem_history_search_get_text (TandemHistorySearch *self);
/* text: (nullable) */
void tandem_history_search_set_text (TandemHistorySearch *self, const char *text);
gboolean tandem_history_search_get_missed_only (TandemHistorySearch *self);
void tandem_history_search_set_missed_only (TandemHistorySearch *self, gboolean missed_only);
gboolean tandem_history_search_is_searching (TandemHistorySearch *self);
gboolean tandem_history_search_has_more (TandemHistorySearch *self);
/* The next page; nothing while one is looked for or when there are no more. */
void tandem_history_search_load_more (TandemHistorySearch *self);

G_END_DECLS
