/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemFilter: what may reach belle-sip's parser. One UDP datagram goes in; the answer is how much
 * of it may pass, or why it may not. Guards against what makes the library crash, stall a channel or
 * swallow the datagrams that follow, and rewrites what is legal but beyond the library: folded lines,
 * tabs, spaces at the end of a line, a multipart boundary that is quoted or not the last parameter.
 * Pure and reentrant. */

typedef enum
{
  TANDEM_FILTER_PASS,
  TANDEM_FILTER_KEEP_ALIVE,     /* only CR, LF, or nothing (RFC 5626) */
  TANDEM_FILTER_NO_END,         /* no empty line after the headers */
  TANDEM_FILTER_BAD_LINE,       /* NUL, bare CR or LF, control characters, no header name */
  TANDEM_FILTER_NOT_SIP,        /* the first line is no SIP/2.0 request or status line */
  TANDEM_FILTER_BAD_LENGTH,     /* Content-Length wrong, missing with a body, beyond the datagram */
  TANDEM_FILTER_MISSING_HEADER, /* Via, From, To, Call-ID or CSeq */
  TANDEM_FILTER_BAD_VIA,        /* malformed, not UDP, or a branch that is not RFC 3261's */
  TANDEM_FILTER_BAD_ADDRESS,    /* From or To without a URI that can be used */
  TANDEM_FILTER_BAD_CALL_ID,    /* Call-ID or CSeq malformed, or CSeq of another method */
  TANDEM_FILTER_ENCODED,        /* Content-Encoding other than identity */
  TANDEM_FILTER_BAD_MULTIPART,  /* multipart without a usable boundary */
  TANDEM_FILTER_TOO_MANY,       /* more headers, or longer ones, than any sane message has */
} TandemFilterVerdict;

/* data: rewritten in place, never beyond size. length: (out): what may pass when the verdict is PASS
 * (at most size: padding after the body is cut); only written then. */
TandemFilterVerdict tandem_filter_check (char *data, gsize size, gsize *length);
/* Untranslated, for logs. */
const char *tandem_filter_verdict_to_string (TandemFilterVerdict verdict);

/* How many datagrams were refused since the program started; any thread. */
guint tandem_filter_get_refused (void);
/* How many datagrams came through the hook at all; any thread. */
guint tandem_filter_get_seen (void);

G_END_DECLS
