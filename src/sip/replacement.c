/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "replacement.h"

#include "call-private.h"
#include "message.h"
#include "replaces.h"

/* See replacement.h. The INVITE that asks comes over the same pool as any other; who knows the Call-ID
 * and both tags of a dialog was told them by one of its sides. */

/* RFC 3891 3 wants a dialog that has just ended told from one that never was. */
#define MAX_ENDED 32

static gboolean
is_ended (TandemEngine *engine, const char *key)
{
  for (GList *l = engine->ended->head; l != NULL; l = l->next)
    {
      if (g_str_equal (l->data, key))
        return TRUE;
    }
  return FALSE;
}

static TandemSipDialog *
find_dialog (TandemEngine *engine, const TandemReplaces *replaces, gboolean *ended)
{
  g_autofree char *key
      = g_strdup_printf ("%s\n%s\n%s", replaces->call_id, replaces->to_tag, replaces->from_tag);
  TandemSipDialog *dialog = g_hash_table_lookup (engine->dialogs, key);

  *ended = is_ended (engine, key);
  if (dialog == NULL && !*ended && g_str_equal (replaces->from_tag, "0"))
    {
      g_autofree char *without = g_strdup_printf ("%s\n%s\n", replaces->call_id, replaces->to_tag);

      dialog = g_hash_table_lookup (engine->dialogs, without);
    }
  return dialog;
}

static gboolean
is_subscription (TandemEngine *engine, const TandemReplaces *replaces)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", replaces->call_id, replaces->to_tag);

  return g_hash_table_contains (engine->subscriptions, key);
}

guint
tandem_replacement_find (TandemEngine *engine,
                         belle_sip_request_t *request,
                         TandemSipCall **replaced)
{
  g_auto (GStrv) values = tandem_sip_get_all (BELLE_SIP_MESSAGE (request), "Replaces");
  TandemReplaces replaces = { NULL };
  TandemSipDialog *dialog;
  TandemSipCall *call;
  gboolean ended, subscription, early_only;

  *replaced = NULL;
  if (values[0] == NULL)
    return 0;
  if (values[1] != NULL || !tandem_replaces_parse (values[0], &replaces))
    return 400;
  dialog = find_dialog (engine, &replaces, &ended);
  subscription = is_subscription (engine, &replaces);
  early_only = replaces.early_only;
  tandem_replaces_clear (&replaces);
  if (subscription || (dialog == NULL && !ended))
    return 481;
  call = dialog != NULL ? dialog->call : NULL;
  if (call == NULL)
    return 603;
  if (call->connected || call->answer != NULL)
    {
      if (early_only)
        return 486;
    }
  else if (call->incoming)
    return 481;
  *replaced = call;
  return 0;
}

void
tandem_replacement_carry_out (TandemSipCall *self)
{
  TandemSipCall *replaced
      = self->replaces != 0 ? tandem_sip_call_find (self->engine, self->replaces) : NULL;

  self->replaces = 0;
  if (replaced == NULL || replaced == self)
    return;
  tandem_sip_call_leave (replaced, "SIP;cause=200;text=\"Replaced\"");
  tandem_sip_call_end (replaced, 0, "replaced", NULL, TRUE);
}

void
tandem_replacement_note_end (TandemEngine *engine, TandemSipDialog *dialog)
{
  if (dialog == NULL || dialog->key == NULL)
    return;
  g_queue_push_head (engine->ended, g_strdup (dialog->key));
  if (engine->ended->length > MAX_ENDED)
    g_free (g_queue_pop_tail (engine->ended));
}
