/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "voice-mail.h"

#include "words.h"

#include <glib/gi18n.h>

/* See voice-mail.h. */

#define MAX_URI 512

void
tandem_voice_mail_take (TandemVoiceMail *self, const TandemSipEvent *event)
{
  tandem_voice_mail_clear (self);
  if (!event->mailbox_known)
    return;
  self->known = TRUE;
  self->waiting = event->mailbox_waiting || event->mailbox_new > 0;
  self->fresh = event->mailbox_new;
  self->old = event->mailbox_old;
  if (event->mailbox_uri != NULL)
    self->uri = tandem_words_clean (event->mailbox_uri, MAX_URI);
}

void
tandem_voice_mail_clear (TandemVoiceMail *self)
{
  g_free (self->uri);
  *self = (TandemVoiceMail){ 0 };
}

char *
tandem_voice_mail_words (const TandemVoiceMail *self)
{
  if (!self->waiting)
    return NULL;
  if (self->fresh == 0)
    return g_strdup (_ ("Voice messages are waiting"));
  return g_strdup_printf (ngettext ("%u new voice message", "%u new voice messages", self->fresh),
                          self->fresh);
}
