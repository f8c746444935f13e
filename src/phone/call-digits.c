/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

#include <glib/gi18n.h>

#include <string.h>

/* The keys of a TandemCall: what the agent presses, types or pastes, and what the far end sends. */

#define MAX_DIGITS 256
#define SIGNS "0123456789*#ABCDabcd,pPwW"

static void
add (TandemCall *self, GString *digits, char digit, guint property)
{
  if (digits->len >= MAX_DIGITS)
    g_string_erase (digits, 0, 1);
  g_string_append_c (digits, digit);
  tandem_call_notify (self, property);
}

void
tandem_call_add_received_digit (TandemCall *self, char digit)
{
  add (self, self->received_digits, digit, TANDEM_CALL_PROP_RECEIVED_DIGITS);
}

void
tandem_call_add_dialled_digit (TandemCall *self, char digit)
{
  add (self, self->dialled_digits, digit, TANDEM_CALL_PROP_DIALLED_DIGITS);
}

const char *
tandem_call_get_received_digits (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->received_digits->str;
}

/**
 * tandem_call_get_dialled_digits:
 *
 * Returns: the keys that were sent in this call, the last 256, without pauses
 */
const char *
tandem_call_get_dialled_digits (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->dialled_digits->str;
}

/**
 * tandem_call_send_dtmf:
 * @digits: 0-9, *, #, A-D, and pause signs: each ",", "p" or "w" is 2 s; spaces, hyphens and brackets
 *   are passed over, as they come with what is pasted
 *
 * Sends key tones, as the setting "dtmf-method" says: within the sound (RFC
 * 4733), as INFO, or as tones that can be heard; "auto" takes what the far end
 * understands. They are queued behind those that are on their way.
 *
 * Returns: %FALSE with an error when a character is none of these, or when the
 *   call is not up
 */
gboolean
tandem_call_send_dtmf (TandemCall *self, const char *digits, GError **error)
{
  g_autoptr (GString) keys = g_string_new (NULL);

  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  g_return_val_if_fail (digits != NULL, FALSE);

  for (const char *p = digits; *p != '\0'; p++)
    if (strchr (" -()./", *p) == NULL)
      g_string_append_c (keys, g_ascii_toupper (*p));
  if (keys->len == 0 || keys->len > MAX_DIGITS || strspn (keys->str, SIGNS) != keys->len)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("Key tones are the digits 0 to 9, * and #, and A to D"));
      return FALSE;
    }
  if (self->state != TANDEM_CALL_CONNECTED && self->state != TANDEM_CALL_EARLY_MEDIA)
    return tandem_call_refuse (error, _ ("Key tones can be sent only during a call"));
  if (self->actions != NULL)
    return self->actions->send_dtmf (self, keys->str, self->actions_data, error);
  for (const char *p = keys->str; *p != '\0'; p++)
    if (strchr (",PW", *p) == NULL)
      tandem_call_add_dialled_digit (self, *p);
  return TRUE;
}
