/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-filter.h"

#include "filter-private.h"

#include <string.h>

/* See stream-filter.h. A head that lies within one read, as nearly all do, is checked and rewritten
 * where it is; the parts of another are copied until it is whole. Bodies are only counted. */

struct _TandemStreamFilter
{
  GString *head; /* what has come of it; empty: at the start of a message */
  gboolean first_line_seen;
  gsize body;     /* what is still to come of it */
  guint line_end; /* of the fed bytes: how many ends of lines in a row, between messages */
  guint keep_alives;
};

TandemStreamFilter *
tandem_stream_filter_new (void)
{
  TandemStreamFilter *self = g_new0 (TandemStreamFilter, 1);

  self->head = g_string_new (NULL);
  return self;
}

void
tandem_stream_filter_free (TandemStreamFilter *self)
{
  g_string_free (self->head, TRUE);
  g_free (self);
}

/* The library judges a start line as soon as it is whole, and so must we. */
static gboolean
is_promising (TandemStreamFilter *self)
{
  const char *end;

  if (self->first_line_seen)
    return TRUE;
  end = memchr (self->head->str, '\r', self->head->len);
  if (end == NULL)
    return memchr (self->head->str, '\n', self->head->len) == NULL;
  self->first_line_seen = TRUE;
  return tandem_filter_is_first_line (self->head->str, (gsize) (end - self->head->str));
}

/* The library has seen the head up to before already: a name to be hidden is changed where it ends, in
 * data, the bytes from there on. */
static void
hide_names (TandemStreamFilter *self, gsize before, gsize end, char *data)
{
  const char *head = self->head->str;

  for (gsize i = 1; i < end; i++)
    {
      gsize n = head[i - 1] == '\n' ? tandem_filter_hidden_length (head + i, end - i) : 0;

      if (n > 0 && i + n > before)
        tandem_filter_hide_name (data, i + n - before);
    }
}

/* Adds to the copied head; used: (out): how many of the bytes belong to it. */
static TandemFilterVerdict
collect (TandemStreamFilter *self, char *data, gsize size, gsize *used)
{
  gsize before = self->head->len, room = TANDEM_FILTER_MAX_HEAD + 4 - before;
  TandemFilterHead result;
  TandemFilterVerdict verdict;
  gssize end;

  *used = MIN (size, room);
  g_string_append_len (self->head, data, (gssize) *used);
  if (!is_promising (self))
    return TANDEM_FILTER_NOT_SIP;
  end = tandem_filter_find_end (self->head->str, self->head->len);
  hide_names (self, before, end < 0 ? self->head->len : (gsize) end, data);
  if (end < 0)
    return self->head->len < TANDEM_FILTER_MAX_HEAD + 4 ? TANDEM_FILTER_PASS
                                                        : TANDEM_FILTER_TOO_MANY;
  verdict = tandem_filter_check_head (self->head->str, (gsize) end, TRUE, &result);
  if (verdict == TANDEM_FILTER_PASS && result.repaired)
    verdict = TANDEM_FILTER_BAD_LINE;
  *used = (gsize) end + 4 - before;
  self->body = result.content_length;
  self->first_line_seen = FALSE;
  g_string_truncate (self->head, 0);
  return verdict;
}

gboolean
tandem_stream_filter_is_between (TandemStreamFilter *self)
{
  return self->body == 0 && self->head->len == 0;
}

guint
tandem_stream_filter_take_keep_alives (TandemStreamFilter *self)
{
  guint n = self->keep_alives;

  self->keep_alives = 0;
  return n;
}

TandemFilterVerdict
tandem_stream_filter_feed (TandemStreamFilter *self, char *data, gsize size)
{
  TandemFilterVerdict verdict = TANDEM_FILTER_PASS;

  self->line_end = 0;
  while (size > 0 && verdict == TANDEM_FILTER_PASS)
    {
      gsize used = 1;
      gssize end = -1;

      if (self->body > 0)
        {
          used = MIN (self->body, size);
          self->body -= used;
        }
      else if (self->head->len == 0 && (*data == '\r' || *data == '\n'))
        {
          if (*data == '\n' && ++self->line_end % 2 == 0)
            self->keep_alives++;
          data++;
          size--;
          continue;
        }
      else if (self->head->len == 0 && (end = tandem_filter_find_end (data, size)) >= 0)
        {
          TandemFilterHead result;

          verdict = tandem_filter_check_head (data, (gsize) end, TRUE, &result);
          used = (gsize) end + 4;
          self->body = result.content_length;
        }
      else
        verdict = collect (self, data, size, &used);
      self->line_end = 0;
      data += used;
      size -= used;
    }
  return verdict;
}
