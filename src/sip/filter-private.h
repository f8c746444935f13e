/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filter.h"

G_BEGIN_DECLS

/* What TandemFilter and TandemStreamFilter share: the check of a message's head. */

#define TANDEM_FILTER_MAX_HEAD 32768
#define TANDEM_FILTER_MAX_BOUNDARY 70

typedef struct
{
  gboolean has_length;
  gsize content_length;
  gboolean repaired;                         /* without the rewriting it must not pass */
  char boundary[TANDEM_FILTER_MAX_BOUNDARY]; /* as it was, where the body must follow its change */
  gsize boundary_size;
} TandemFilterHead;

/* data: the start line and the headers, without the empty line; rewritten in place. stream: it came
 * over a connection. */
TandemFilterVerdict
tandem_filter_check_head (char *data, gsize size, gboolean stream, TandemFilterHead *result);
/* Without its CRLF. */
gboolean tandem_filter_is_first_line (char *data, gsize size);
/* Where the empty line's CRLFCRLF begins; -1: nowhere. */
gssize tandem_filter_find_end (const char *data, gsize size);

/* How long the name of a header is that the library must not see, if the line begins with it; 0. */
gsize tandem_filter_hidden_length (const char *line, gsize size);
/* Makes it another one that nobody knows: its last character is enough. */
void tandem_filter_hide_name (char *name, gsize size);

/* The UDP socket that bctoolbox made last on this thread; -1. */
int tandem_filter_get_last_socket (void);

/* Counts and, not too often, logs a refusal; any thread. */
void tandem_filter_complain (TandemFilterVerdict verdict);

G_END_DECLS
