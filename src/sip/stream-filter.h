/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filter.h"

G_BEGIN_DECLS

/* TandemStreamFilter: TandemFilter's rules for what comes over TCP and TLS. A message cannot be taken
 * out of a stream, so all that can be done about a bad one is to end the connection before its last
 * byte is read. One for each connection; one thread. */

typedef struct _TandemStreamFilter TandemStreamFilter;

TandemStreamFilter *tandem_stream_filter_new (void);
void tandem_stream_filter_free (TandemStreamFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemStreamFilter, tandem_stream_filter_free)

/* The next bytes, which may be rewritten in place; to be called before they go on. Anything but PASS:
 * they must not, and the connection must end. */
TandemFilterVerdict tandem_stream_filter_feed (TandemStreamFilter *self, char *data, gsize size);

/* Whether what was fed so far ends with a message, not within one. */
gboolean tandem_stream_filter_is_between (TandemStreamFilter *self);

/* How many keep-alives (two CRLF between messages, that came together: RFC 5626 3.5.1) were fed since
 * the last call. One CRLF is the answer to one of ours. */
guint tandem_stream_filter_take_keep_alives (TandemStreamFilter *self);

G_END_DECLS
