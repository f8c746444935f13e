/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-timer.h"

#include <string.h>

/* See session-timer.h. */

/* Less than RFC 4028 4 allows, but what a server says is followed within reason. */
#define SHORTEST 2u

#define US(seconds) ((gint64) (seconds) *G_USEC_PER_SEC)

static void
set (TandemSessionTimer *self, guint interval, gboolean we_refresh)
{
  self->interval = interval;
  self->we_refresh = we_refresh;
  self->refresh_at = interval > 0 && we_refresh ? US (interval) / 2 : -1;
  /* RFC 4028 10: min (32 s, a third) before the end, so that a BYE still finds its way. */
  self->expires_at = interval > 0 ? US (interval) - MIN (US (32), US (interval) / 3) : -1;
}

gboolean
tandem_session_timer_parse (const char *value, guint *interval, TandemRefresher *refresher)
{
  g_auto (GStrv) parts = NULL;
  guint64 seconds;
  TandemRefresher who = TANDEM_REFRESHER_NONE;

  if (value == NULL)
    return FALSE;
  parts = g_strsplit (value, ";", -1);
  if (parts[0] == NULL
      || !g_ascii_string_to_unsigned (g_strstrip (parts[0]), 10, 1, G_MAXINT32, &seconds, NULL))
    return FALSE;
  for (guint i = 1; parts[i] != NULL; i++)
    {
      g_strstrip (parts[i]);
      if (g_ascii_strcasecmp (parts[i], "refresher=uac") == 0)
        who = TANDEM_REFRESHER_UAC;
      else if (g_ascii_strcasecmp (parts[i], "refresher=uas") == 0)
        who = TANDEM_REFRESHER_UAS;
    }
  *interval = (guint) seconds;
  *refresher = who;
  return TRUE;
}

char *
tandem_session_timer_format (guint interval, TandemRefresher refresher)
{
  static const char *const names[] = { "", ";refresher=uac", ";refresher=uas" };

  return g_strdup_printf ("%u%s", interval, names[refresher]);
}

void
tandem_session_timer_for_uac (TandemSessionTimer *self, const char *value, guint asked)
{
  guint interval;
  TandemRefresher refresher;

  if (!tandem_session_timer_parse (value, &interval, &refresher))
    {
      /* RFC 4028 7.2: the answerer knows no timers; we may refresh all the same. */
      set (self, asked, asked > 0);
      return;
    }
  set (self, MAX (interval, SHORTEST), refresher != TANDEM_REFRESHER_UAS);
}

gboolean
tandem_session_timer_for_uas (
    TandemSessionTimer *self, const char *value, gboolean supported, guint wanted, char **answer)
{
  guint interval = wanted;
  TandemRefresher refresher = TANDEM_REFRESHER_NONE;
  gboolean asked = tandem_session_timer_parse (value, &interval, &refresher);

  if (answer != NULL)
    *answer = NULL;
  if (asked && interval < TANDEM_SESSION_MIN)
    {
      if (supported)
        return FALSE;
      interval = TANDEM_SESSION_MIN;
    }
  if (!asked && wanted == 0)
    {
      set (self, 0, FALSE);
      return TRUE;
    }
  interval = MAX (interval, TANDEM_SESSION_MIN);
  if (!supported)
    refresher = TANDEM_REFRESHER_UAS;
  else if (refresher == TANDEM_REFRESHER_NONE)
    refresher = TANDEM_REFRESHER_UAC;
  set (self, interval, refresher == TANDEM_REFRESHER_UAS);
  if (answer != NULL)
    *answer = tandem_session_timer_format (interval, refresher);
  return TRUE;
}
