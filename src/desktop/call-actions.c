/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions-private.h"

#include <glib/gi18n.h>

#include <string.h>

/* The actions of TandemActions that are about one call. */

#define MAX_NOTE 8192

static gboolean
is_live (TandemCall *call)
{
  TandemCallState state = tandem_call_get_state (call);

  return state != TANDEM_CALL_RINGING_HERE && state != TANDEM_CALL_ENDED;
}

static gboolean
rings_here (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE;
}

static gboolean
is_redirected (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_REDIRECTED;
}

static gboolean
can_be_held (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) == 0;
}

static gboolean
is_held_here (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) != 0;
}

static gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

static gboolean
is_any (TandemCall *call)
{
  return TRUE;
}

static gboolean
perform_call (TandemActions *self, GVariant *parameter, GError **error)
{
  return tandem_phone_call (tandem_actions_get_phone (self), g_variant_get_string (parameter, NULL),
                            error)
         != NULL;
}

static gboolean
perform_answer (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), rings_here, _ ("No call is ringing"), error);

  return call != NULL && tandem_call_answer (call, error);
}

static gboolean
perform_decline (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), rings_here, _ ("No call is ringing"), error);

  return call != NULL && tandem_call_decline (call, error);
}

static gboolean
perform_hang_up (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call
      = tandem_actions_find_call (self, g_variant_get_string (parameter, NULL), is_live,
                                  _ ("There is no call to hang up"), error);

  return call != NULL && tandem_call_hang_up (call, error);
}

static gboolean
perform_mute (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *how;
  gboolean muted;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &how);
  if (!g_str_equal (how, "on") && !g_str_equal (how, "off") && !g_str_equal (how, "toggle"))
    return tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT,
                                _ ("Mute is on, off or toggle"));
  call = tandem_actions_find_call (self, id, is_live, _ ("There is no call to mute"), error);
  if (call == NULL)
    return FALSE;
  muted = g_str_equal (how, "on") || (g_str_equal (how, "toggle") && !tandem_call_get_muted (call));
  return tandem_call_set_muted (call, muted, error);
}

static gboolean
perform_dtmf (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *digits;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &digits);
  if (digits[0] == '\0' || strlen (digits) > 64
      || strspn (digits, "0123456789*#ABCDabcd") != strlen (digits))
    return tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT,
                                _ ("The keys are 0-9 * # A-D, 64 at most"));
  call = tandem_actions_find_call (self, id, is_live, _ ("There is no call to send digits in"),
                                   error);
  return call != NULL && tandem_call_send_dtmf (call, digits, error);
}

static gboolean
perform_hold (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call
      = tandem_actions_find_call (self, g_variant_get_string (parameter, NULL), can_be_held,
                                  _ ("There is no call to hold"), error);

  return call != NULL && tandem_call_hold (call, error);
}

static gboolean
perform_retrieve (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), is_held_here, _ ("No call is on hold"), error);

  return call != NULL && tandem_call_retrieve (call, error);
}

static gboolean
perform_toggle_hold (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), is_up, _ ("There is no call to hold"), error);

  if (call == NULL)
    return FALSE;
  return is_held_here (call) ? tandem_call_retrieve (call, error) : tandem_call_hold (call, error);
}

static gboolean
perform_keep_trying (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), tandem_call_is_unconfirmed,
      _ ("No answer is waiting to be confirmed"), error);

  return call != NULL && tandem_call_keep_trying (call, error);
}

static gboolean
perform_follow_redirect (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call
      = tandem_actions_find_call (self, g_variant_get_string (parameter, NULL), is_redirected,
                                  _ ("No call is redirected"), error);

  return call != NULL && tandem_call_follow_redirect (call, error);
}

static gboolean
perform_decline_with (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  guint code;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&su)", &id, &code);
  if (code < 400 || code > 699)
    return tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT,
                                _ ("A call is declined with a status of 400 to 699"));
  call = tandem_actions_find_call (self, id, rings_here, _ ("No call is ringing"), error);
  return call != NULL && tandem_call_decline_with (call, code, error);
}

static gboolean
perform_redirect (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *target;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &target);
  call = tandem_actions_find_call (self, id, rings_here, _ ("No call is ringing"), error);
  return call != NULL && tandem_call_redirect (call, target, error);
}

static gboolean
perform_note (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *text;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &text);
  if (strlen (text) > MAX_NOTE)
    return tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT, _ ("This note is too long"));
  call = tandem_actions_find_talking (self, id, is_any, _ ("There is no call"), error);
  if (call == NULL)
    return FALSE;
  tandem_call_set_note (call, text);
  return TRUE;
}

const TandemAction tandem_call_actions[] = {
  { "call", "s", TRUE, perform_call },
  { "answer", "s", TRUE, perform_answer },
  { "decline", "s", TRUE, perform_decline },
  { "decline-with", "(su)", TRUE, perform_decline_with },
  { "redirect", "(ss)", TRUE, perform_redirect },
  { "hang-up", "s", TRUE, perform_hang_up },
  { "mute", "(ss)", TRUE, perform_mute },
  { "dtmf", "(ss)", TRUE, perform_dtmf },
  { "hold", "s", TRUE, perform_hold },
  { "retrieve", "s", TRUE, perform_retrieve },
  { "toggle-hold", "s", TRUE, perform_toggle_hold },
  { "keep-trying", "s", TRUE, perform_keep_trying },
  { "follow-redirect", "s", TRUE, perform_follow_redirect },
  { "note", "(ss)", TRUE, perform_note },
  { NULL },
};
