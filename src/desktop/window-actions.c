/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions-private.h"
#include "link.h"

#include <glib/gi18n.h>

/* The actions of TandemActions that only a program with a window can do. */

static gboolean
is_any (TandemCall *call)
{
  return TRUE;
}

static gboolean
emit_if_handled (TandemActions *self, const char *signal, GError **error)
{
  if (!tandem_actions_has_window (self, signal, error))
    return FALSE;
  g_signal_emit_by_name (self, signal);
  return TRUE;
}

static gboolean
perform_show_call (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = NULL;

  if (!tandem_actions_has_window (self, "present-call", error))
    return FALSE;
  call = tandem_actions_find_call (self, g_variant_get_string (parameter, NULL), is_any,
                                   _ ("There is no call"), error);
  if (call == NULL)
    return FALSE;
  g_signal_emit_by_name (self, "present-call", call);
  return TRUE;
}

static gboolean
perform_show (TandemActions *self, GVariant *parameter, GError **error)
{
  return emit_if_handled (self, "present", error);
}

static gboolean
perform_show_history (TandemActions *self, GVariant *parameter, GError **error)
{
  return emit_if_handled (self, "present-history", error);
}

static gboolean
perform_fill_entry (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autofree char *text = NULL;

  if (!tandem_actions_has_window (self, "fill-entry", error))
    return FALSE;
  text = tandem_link_to_entry (g_variant_get_string (parameter, NULL), error);
  if (text == NULL)
    return FALSE;
  g_signal_emit_by_name (self, "fill-entry", text);
  return TRUE;
}

const TandemAction tandem_window_actions[] = {
  { "show-call", "s", TRUE, perform_show_call },
  { "show", NULL, FALSE, perform_show },
  { "show-history", NULL, FALSE, perform_show_history },
  { "fill-entry", "s", FALSE, perform_fill_entry },
  { NULL },
};
