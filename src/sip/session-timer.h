/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemSessionTimer: the arithmetic of RFC 4028: who refreshes, when, and when the session has
 * expired. Pure; it sends nothing and knows no messages. Seconds. */

#define TANDEM_SESSION_MIN 90u

typedef enum
{
  TANDEM_REFRESHER_NONE,
  TANDEM_REFRESHER_UAC,
  TANDEM_REFRESHER_UAS,
} TandemRefresher;

typedef struct
{
  guint interval; /* 0: no session timer */
  gboolean we_refresh;
  gint64 refresh_at; /* us after the 2xx; -1 when the other side does it */
  gint64 expires_at; /* us after the 2xx */
} TandemSessionTimer;

/* "1800;refresher=uac" -> 1800, UAC. FALSE when malformed. */
gboolean
tandem_session_timer_parse (const char *value, guint *interval, TandemRefresher *refresher);
/* "1800;refresher=uac". (transfer full) */
char *tandem_session_timer_format (guint interval, TandemRefresher refresher);

/* We sent the request. value: Session-Expires of the 2xx (nullable). asked: what we asked for, 0
 * when we asked for none. */
void tandem_session_timer_for_uac (TandemSessionTimer *self, const char *value, guint asked);

/* We answer. value: Session-Expires of the request (nullable); supported: the caller supports
 * timers; wanted: our own setting, 0 for none. When `answer` is not NULL it gets the Session-Expires
 * for the 2xx, (transfer full) (nullable). Returns FALSE when the interval is too small: 422 with
 * Min-SE: TANDEM_SESSION_MIN. */
gboolean tandem_session_timer_for_uas (
    TandemSessionTimer *self, const char *value, gboolean supported, guint wanted, char **answer);

G_END_DECLS
