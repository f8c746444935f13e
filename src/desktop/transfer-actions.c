/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions-private.h"
#include "colleague.h"

#include <glib/gi18n.h>

/* The actions of TandemActions that are about several calls, and about people elsewhere. */

static gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

static gboolean
consults (TandemCall *call)
{
  return tandem_call_get_consults (call) != NULL;
}

static gboolean
is_held_here (TandemCall *call)
{
  return is_up (call) && (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) != 0;
}

static gboolean
is_not_in_conference (TandemCall *call)
{
  return is_up (call) && !tandem_call_is_in_conference (call);
}

static gboolean
is_asked_to_refer (TandemCall *call)
{
  return tandem_call_get_referral_target (call) != NULL;
}

static gboolean
perform_transfer (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *target;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &target);
  call = tandem_actions_find_talking (self, id, is_up, _ ("There is no call to transfer"), error);
  return call != NULL && tandem_call_transfer (call, target, error);
}

static gboolean
perform_consult (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *target;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &target);
  call = tandem_actions_find_talking (self, id, is_up, _ ("There is no call to transfer"), error);
  return call != NULL
         && tandem_phone_consult (tandem_actions_get_phone (self), call, target, error) != NULL;
}

static gboolean
perform_complete (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call
      = tandem_actions_find_talking (self, g_variant_get_string (parameter, NULL), consults,
                                     _ ("Nobody is being consulted"), error);

  return call != NULL && tandem_phone_complete (tandem_actions_get_phone (self), call, error);
}

static gboolean
perform_connect (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *first, *second;
  g_autoptr (TandemCall) one = NULL;
  g_autoptr (TandemCall) other = NULL;

  g_variant_get (parameter, "(&s&s)", &first, &second);
  one = tandem_actions_find_talking (self, first, is_up, _ ("There is no call to transfer"), error);
  if (one == NULL)
    return FALSE;
  other = tandem_actions_find_call (self, second, is_held_here, _ ("No call is on hold"), error);
  return other != NULL && tandem_phone_connect (tandem_actions_get_phone (self), one, other, error);
}

static gboolean
perform_swap (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = tandem_actions_find_call (
      self, g_variant_get_string (parameter, NULL), is_held_here, _ ("No call is on hold"), error);

  return call != NULL && tandem_phone_swap (tandem_actions_get_phone (self), call, error);
}

/* Without an id: the one that is not in the conference yet and not the one that is being talked in. */
static gboolean
perform_merge (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (TandemCall) call
      = tandem_actions_find_call (self, id, id[0] != '\0' ? is_not_in_conference : is_held_here,
                                  _ ("There is no second call to merge with"), error);

  return call != NULL && tandem_phone_merge (tandem_actions_get_phone (self), call, error);
}

static gboolean
perform_split (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (TandemCall) call = NULL;

  if (id[0] == '\0')
    return tandem_phone_split (tandem_actions_get_phone (self), NULL, error);
  call = tandem_actions_find_call (self, id, tandem_call_is_in_conference,
                                   _ ("There is no conference"), error);
  return call != NULL && tandem_phone_split (tandem_actions_get_phone (self), call, error);
}

static gboolean
perform_mute_party (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *how;
  gboolean muted;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &how);
  call = tandem_actions_find_call (self, id, tandem_call_is_in_conference,
                                   _ ("There is no conference"), error);
  return call != NULL
         && tandem_actions_read_switch (how, tandem_call_is_party_muted (call), &muted, error)
         && tandem_call_set_party_muted (call, muted, error);
}

static gboolean
perform_answer_referral (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  gboolean accept;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&sb)", &id, &accept);
  call = tandem_actions_find_call (self, id, is_asked_to_refer,
                                   _ ("Nobody asks to be called elsewhere"), error);
  return call != NULL && tandem_call_answer_referral (call, accept, error);
}

static gboolean
perform_pick_up (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *address = g_variant_get_string (parameter, NULL);
  GListModel *colleagues = tandem_phone_get_colleagues (tandem_actions_get_phone (self));

  for (guint i = 0; i < g_list_model_get_n_items (colleagues); i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (colleagues, i);

      if (address[0] != '\0' ? g_str_equal (tandem_colleague_get_address (colleague), address)
                             : tandem_colleague_can_pick_up (colleague))
        return tandem_phone_pick_up (tandem_actions_get_phone (self), colleague, error) != NULL;
    }
  return tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND,
                              address[0] != '\0' ? _ ("There is no such colleague")
                                                 : _ ("Nobody’s telephone is ringing"));
}

const TandemAction tandem_transfer_actions[] = {
  { "transfer", "(ss)", TRUE, perform_transfer },
  { "consult", "(ss)", TRUE, perform_consult },
  { "complete", "s", TRUE, perform_complete },
  { "connect", "(ss)", TRUE, perform_connect },
  { "swap", "s", TRUE, perform_swap },
  { "merge", "s", TRUE, perform_merge },
  { "split", "s", TRUE, perform_split },
  { "mute-party", "(ss)", TRUE, perform_mute_party },
  { "answer-referral", "(sb)", TRUE, perform_answer_referral },
  { "pick-up", "s", TRUE, perform_pick_up },
  { NULL },
};
