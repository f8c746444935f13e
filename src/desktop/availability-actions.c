/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "actions-private.h"

/* The actions of TandemActions that say whether calls may come. */

static gboolean
perform_dnd (TandemActions *self, GVariant *parameter, GError **error)
{
  TandemPhone *phone = tandem_actions_get_phone (self);
  gboolean on;

  if (!tandem_actions_read_switch (g_variant_get_string (parameter, NULL),
                                   tandem_phone_get_do_not_disturb (phone), &on, error))
    return FALSE;
  tandem_phone_set_do_not_disturb (phone, on);
  return TRUE;
}

static gboolean
perform_end_wrap_up (TandemActions *self, GVariant *parameter, GError **error)
{
  tandem_phone_end_wrap_up (tandem_actions_get_phone (self));
  return TRUE;
}

const TandemAction tandem_availability_actions[] = {
  { "dnd", "s", TRUE, perform_dnd },
  { "end-wrap-up", NULL, TRUE, perform_end_wrap_up },
  { NULL },
};
