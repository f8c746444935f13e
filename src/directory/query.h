/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemQuery: what a person types to find something, as words that must all be there, without
 * regard to case and accents. A number may be typed in any spelling. Immutable, any thread.
 * What is looked through is folded once with tandem_query_fold() and kept. */

#define TANDEM_QUERY_MAX_WORDS 8
#define TANDEM_QUERY_MAX_LENGTH 256 /* characters; what is longer is cut */

typedef struct _TandemQuery TandemQuery;

TandemQuery *tandem_query_new (const char *text);
TandemQuery *tandem_query_ref (TandemQuery *self);
void tandem_query_unref (TandemQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemQuery, tandem_query_unref)

gboolean tandem_query_equal (TandemQuery *a, TandemQuery *b);
/* Folded, at most TANDEM_QUERY_MAX_WORDS; empty when everything is looked for. */
const char *const *tandem_query_get_words (TandemQuery *self);
gboolean tandem_query_matches (TandemQuery *self, const char *folded);

/* Lower case, without accents, one space between words; of numbers also the digits alone.
 * (transfer full) */
char *tandem_query_fold (const char *text);

G_END_DECLS
