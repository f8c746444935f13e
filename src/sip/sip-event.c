/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-event.h"

/* See sip-event.h: the plain data that comes out of the SIP thread, made and freed. */

TandemSipEvent *
tandem_sip_event_new (TandemSipEventType type, const char *account)
{
  TandemSipEvent *event = g_new0 (TandemSipEvent, 1);

  event->type = type;
  event->account = g_strdup (account);
  event->when = g_get_monotonic_time ();
  event->answer_after = -1;
  return event;
}

void
tandem_sip_event_free (TandemSipEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->account);
  g_free (event->candidate);
  g_free (event->text);
  g_free (event->reason);
  g_free (event->contact);
  g_free (event->sdp);
  g_free (event->sip_call_id);
  g_free (event->target);
  g_clear_pointer (&event->headers, g_hash_table_unref);
  g_free (event->peer_uri);
  g_free (event->peer_name);
  g_free (event->queue);
  g_free (event->mailbox_uri);
  g_free (event->alert_info);
  g_free (event->referred_by);
  g_free (event->remote_target);
  g_free (event->replaces_header);
  g_free (event->note);
  g_clear_pointer (&event->dialogs, g_ptr_array_unref);
  g_clear_pointer (&event->members, g_ptr_array_unref);
  g_free (event->operation);
  g_free (event->from);
  g_free (event->to);
  g_free (event);
}

TandemSipDialogInfo *
tandem_sip_dialog_info_copy (const TandemSipDialogInfo *info)
{
  TandemSipDialogInfo *copy = g_memdup2 (info, sizeof *info);

  copy->id = g_strdup (info->id);
  copy->call_id = g_strdup (info->call_id);
  copy->local_tag = g_strdup (info->local_tag);
  copy->remote_tag = g_strdup (info->remote_tag);
  copy->remote_uri = g_strdup (info->remote_uri);
  copy->remote_name = g_strdup (info->remote_name);
  return copy;
}

void
tandem_sip_dialog_info_free (TandemSipDialogInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->id);
  g_free (info->call_id);
  g_free (info->local_tag);
  g_free (info->remote_tag);
  g_free (info->remote_uri);
  g_free (info->remote_name);
  g_free (info);
}

void
tandem_sip_pool_member_free (TandemSipPoolMember *member)
{
  if (member == NULL)
    return;
  g_free (member->id);
  g_free (member->address);
  g_free (member->transport);
  g_free (member->last_failure_reason);
  g_free (member);
}
