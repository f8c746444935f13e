/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"

#include "availability.h"
#include "colleague-list.h"
#include "colleague-private.h"
#include "configuration.h"
#include "dialling-rules.h"
#include "floor.h"
#include "post-dial.h"
#include "switchboard.h"
#include "target.h"

#include <glib/gi18n.h>

#include <string.h>

/* What the agent does with the calls of a TandemPhone: makes them, and plays several of them off against
 * each other. A sample does the same without a switchboard. */

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, words);
  return FALSE;
}

static gboolean
can_call (TandemAccount *account)
{
  const TandemAccountState state = tandem_account_get_state (account);

  return state == TANDEM_ACCOUNT_REGISTERED || state == TANDEM_ACCOUNT_STANDALONE;
}

TandemAccount *
tandem_phone_get_outgoing_account (TandemPhone *self)
{
  TandemConfiguration *configuration = tandem_phone_get_configuration (self);
  GListModel *accounts = tandem_phone_get_accounts (self);
  g_autofree char *id
      = configuration != NULL ? g_strdup_printf (
            "%u", tandem_configuration_get_uint (configuration, "account", "outgoing"))
                              : NULL;
  TandemAccount *wanted = tandem_phone_find_account (self, id);

  if (wanted == NULL)
    wanted = tandem_phone_get_account (self);
  if (wanted == NULL || can_call (wanted))
    return wanted;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      if (can_call (account))
        return account;
    }
  return wanted;
}

/* The number that a URI of the account's own domain dials: (transfer full) (nullable) */
static char *
get_number (const char *uri, const char *domain)
{
  g_autofree char *user = g_strndup (uri + 4, strcspn (uri + 4, "@"));
  g_autofree char *number = g_uri_unescape_string (user, NULL);
  const char *digits = number != NULL && number[0] == '+' ? number + 1 : number;

  if (digits == NULL || digits[0] == '\0' || strspn (digits, "0123456789*#") != strlen (digits)
      || g_strcmp0 (uri + 4 + strlen (user) + 1, domain) != 0)
    return NULL;
  return g_steal_pointer (&number);
}

/* A number, as it was typed, becomes what the office's rules make of it; a whole address stays. */
static char *
apply_rules (TandemPhone *self, const char *uri, const char *domain, GError **error)
{
  TandemConfiguration *configuration = tandem_phone_get_configuration (self);
  g_autofree char *number = get_number (uri, domain);
  g_autofree char *dialled = NULL;
  g_autoptr (TandemDiallingRules) rules = NULL;

  if (configuration == NULL || number == NULL)
    return g_strdup (uri);
  rules = tandem_dialling_rules_new_from_settings (configuration);
  dialled = tandem_dialling_rules_apply (rules, number, error);
  return dialled != NULL ? tandem_target_parse (dialled, domain, FALSE, error) : NULL;
}

char *
tandem_phone_parse_target (TandemPhone *self, const char *text, GError **error)
{
  TandemAccount *account = tandem_phone_get_outgoing_account (self);
  const char *domain = account != NULL ? tandem_account_get_domain (account) : NULL;
  g_autofree char *uri = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  uri = tandem_target_parse (
      text, domain, account != NULL && g_str_equal (tandem_account_get_transport (account), "tls"),
      error);
  if (uri == NULL || strchr (text, '@') != NULL)
    return g_steal_pointer (&uri);
  return apply_rules (self, uri, domain, error);
}

/* There is always a line for those. */
static gboolean
is_emergency (TandemPhone *self, const char *uri, const char *domain)
{
  TandemConfiguration *configuration = tandem_phone_get_configuration (self);
  g_autofree char *number = get_number (uri, domain);
  g_autoptr (TandemDiallingRules) rules = NULL;

  if (configuration == NULL || number == NULL)
    return FALSE;
  rules = tandem_dialling_rules_new_from_settings (configuration);
  return tandem_dialling_rules_is_emergency (rules, number);
}

/* uri: complete. headers, digits: (nullable) */
static TandemCall *
call_uri (
    TandemPhone *self, const char *uri, GHashTable *headers, const char *digits, GError **error)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self);
  TandemAccount *account = tandem_phone_get_outgoing_account (self);
  g_autofree char *id = NULL;
  g_autoptr (TandemCall) call = NULL;

  if (g_list_model_get_n_items (tandem_phone_get_calls (self)) >= TANDEM_MAX_CALLS
      && !is_emergency (self, uri, account != NULL ? tandem_account_get_domain (account) : NULL))
    {
      refuse (error, _ ("There are too many calls already"));
      return NULL;
    }
  if (switchboard != NULL)
    return tandem_switchboard_call (switchboard, account, uri, headers, digits, error);
  id = tandem_phone_next_sample_id (self);
  call = tandem_call_new (id, FALSE, account != NULL ? tandem_account_get_id (account) : "0",
                          account != NULL ? tandem_account_get_domain (account) : "", uri, NULL);
  tandem_floor_clear (tandem_phone_get_floor (self));
  tandem_phone_add_call (self, call);
  return call;
}

/**
 * tandem_phone_call:
 * @text: a number in any spelling, an address or a URI; behind a number there may be keys to be sent when
 *   the call is up: "200,,12#" (each comma: 2 s)
 *
 * Dials. The call that was talked in is put on hold before.
 *
 * Returns: (transfer none) (nullable): the call; %NULL with an error that names
 *   what is wrong with @text
 */
TandemCall *
tandem_phone_call (TandemPhone *self, const char *text, GError **error)
{
  g_autofree char *number = NULL, *digits = NULL, *uri = NULL;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  number = tandem_post_dial_split (text, &digits);
  uri = tandem_phone_parse_target (self, number, error);
  if (uri == NULL)
    return NULL;
  return call_uri (self, uri, NULL, digits, error);
}

TandemCall *
tandem_phone_get_active_call (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_floor_get_active (tandem_phone_get_floor (self));
}

/**
 * tandem_phone_consult:
 * @call: the call to be transferred, perhaps
 * @text: whom to ask, as for tandem_phone_call()
 *
 * Consult First: puts @call on hold and calls @text.
 * tandem_phone_complete() joins the two.
 *
 * Returns: (transfer none) (nullable): the new call
 */
TandemCall *
tandem_phone_consult (TandemPhone *self, TandemCall *call, const char *text, GError **error)
{
  TandemCall *consultation;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  g_return_val_if_fail (TANDEM_IS_CALL (call), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (tandem_call_get_state (call) != TANDEM_CALL_CONNECTED)
    {
      refuse (error, _ ("Only a call that is up can be transferred"));
      return NULL;
    }
  consultation = tandem_phone_call (self, text, error);
  if (consultation != NULL)
    tandem_call_set_consults (consultation, call);
  return consultation;
}

static gboolean
is_joinable (TandemCall *call)
{
  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_CONNECTED:
      return TRUE;
    case TANDEM_CALL_RINGING_HERE:
    case TANDEM_CALL_ANSWERING:
    case TANDEM_CALL_REDIRECTED:
    case TANDEM_CALL_ENDED:
    default:
      return FALSE;
    }
}

/**
 * tandem_phone_connect:
 * @one: a call
 * @other: another one
 *
 * Joins the two far ends, and leaves them (REFER with Replaces, RFC 3891; one of
 * the two may still ring: without Replaces then). Both calls are back when that
 * fails.
 *
 * Returns: %FALSE with an error when neither of them is up
 */
gboolean
tandem_phone_connect (TandemPhone *self, TandemCall *one, TandemCall *other, GError **error)
{
  TandemSwitchboard *switchboard;
  g_autofree char *target = NULL;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  g_return_val_if_fail (TANDEM_IS_CALL (one), FALSE);
  g_return_val_if_fail (TANDEM_IS_CALL (other), FALSE);

  if (one == other)
    return refuse (error, _ ("Two calls are needed for that"));
  if (tandem_call_get_state (one) != TANDEM_CALL_CONNECTED)
    {
      TandemCall *between = one;

      one = other;
      other = between;
    }
  if (tandem_call_get_state (one) != TANDEM_CALL_CONNECTED || !is_joinable (other))
    return refuse (error, _ ("Only calls that are up can be joined"));
  if (tandem_call_get_transfer (one) == TANDEM_TRANSFER_PENDING
      || tandem_call_get_transfer (one) == TANDEM_TRANSFER_RINGING)
    return refuse (error, _ ("This call is being transferred already"));

  switchboard = tandem_phone_get_switchboard (self);
  if (switchboard != NULL)
    return tandem_switchboard_connect (switchboard, one, other, error);
  target = g_strdup (tandem_call_get_title (other));
  tandem_call_hang_up (other, NULL);
  tandem_call_end_transferred (one, target);
  return TRUE;
}

/**
 * tandem_phone_complete:
 * @consultation: a call that was made by tandem_phone_consult()
 *
 * Joins the far end of @consultation with that of the call it was made for.
 */
gboolean
tandem_phone_complete (TandemPhone *self, TandemCall *consultation, GError **error)
{
  g_autoptr (TandemCall) consulted_for = NULL;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  g_return_val_if_fail (TANDEM_IS_CALL (consultation), FALSE);

  if (tandem_call_get_consults (consultation) == NULL)
    return refuse (error, _ ("This call was not made to consult somebody"));
  consulted_for = g_object_ref (tandem_call_get_consults (consultation));
  return tandem_phone_connect (self, consulted_for, consultation, error);
}

gboolean
tandem_phone_swap (TandemPhone *self, TandemCall *with, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  return tandem_floor_swap (tandem_phone_get_floor (self), with, error);
}

/**
 * tandem_phone_merge:
 * @call: the call that joins the one that is talked in; that one itself: the only other one joins
 *
 * Makes a conference, or takes @call into it. It is mixed here; with the setting
 * "conference-address" the server mixes, and all are sent there.
 */
gboolean
tandem_phone_merge (TandemPhone *self, TandemCall *call, GError **error)
{
  TandemSwitchboard *switchboard;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  g_return_val_if_fail (TANDEM_IS_CALL (call), FALSE);

  switchboard = tandem_phone_get_switchboard (self);
  if (switchboard != NULL && tandem_switchboard_has_conference_server (switchboard))
    return tandem_switchboard_merge_at_server (switchboard, call, error);
  return tandem_floor_merge (tandem_phone_get_floor (self), call, error);
}

gboolean
tandem_phone_split (TandemPhone *self, TandemCall *call, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  return tandem_floor_split (tandem_phone_get_floor (self), call, error);
}

void
tandem_phone_set_do_not_disturb (TandemPhone *self, gboolean on)
{
  g_return_if_fail (TANDEM_IS_PHONE (self));
  tandem_availability_set_do_not_disturb (tandem_phone_get_availability (self), on);
}

gboolean
tandem_phone_get_do_not_disturb (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  return tandem_availability_get_do_not_disturb (tandem_phone_get_availability (self));
}

guint
tandem_phone_get_wrap_up (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), 0);
  return tandem_availability_get_wrap_up (tandem_phone_get_availability (self));
}

void
tandem_phone_end_wrap_up (TandemPhone *self)
{
  g_return_if_fail (TANDEM_IS_PHONE (self));
  tandem_availability_end_wrap_up (tandem_phone_get_availability (self));
}

const char *
tandem_phone_get_availability_text (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_availability_get_text (tandem_phone_get_availability (self));
}

GListModel *
tandem_phone_get_colleagues (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_colleague_list_get_model (tandem_phone_get_colleague_list (self));
}

static TandemCall *
pick_up_by_code (TandemPhone *self, const char *code, TandemColleague *colleague, GError **error)
{
  const char *address = tandem_colleague_get_address (colleague);
  g_autofree char *user = g_strndup (address, strcspn (address, "@"));
  g_autofree char *text
      = g_strconcat (code, g_str_has_prefix (user, "sip:") ? user + 4 : user, NULL);
  g_autofree char *uri = tandem_phone_parse_target (self, text, error);

  return uri != NULL ? call_uri (self, uri, NULL, NULL, error) : NULL;
}

/**
 * tandem_phone_pick_up:
 * @colleague: at whose telephone a call rings
 *
 * Takes that call: by the setting "pick-up-code", or by an INVITE to the caller
 * that replaces the ringing dialog (RFC 3891).
 *
 * Returns: (transfer none) (nullable): the call
 */
TandemCall *
tandem_phone_pick_up (TandemPhone *self, TandemColleague *colleague, GError **error)
{
  TandemConfiguration *configuration;
  g_autofree char *code = NULL, *replaces = NULL, *uri = NULL;
  g_autoptr (GHashTable) headers = NULL;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (colleague), NULL);

  if (!tandem_colleague_can_pick_up (colleague))
    {
      refuse (error, _ ("No call rings there that could be picked up"));
      return NULL;
    }
  configuration = tandem_phone_get_configuration (self);
  if (configuration != NULL)
    code = tandem_configuration_get_string (configuration, "calls", "pick-up-code");
  if (code != NULL && code[0] != '\0')
    return pick_up_by_code (self, code, colleague, error);

  replaces = tandem_colleague_get_replaces (colleague);
  uri = tandem_phone_parse_target (self, tandem_colleague_get_caller_uri (colleague), error);
  if (uri == NULL)
    return NULL;
  headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (headers, g_strdup ("Replaces"), g_steal_pointer (&replaces));
  return call_uri (self, uri, headers, NULL, error);
}
