/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "negotiation.h"

#include <string.h>

/* See negotiation.h. The version of the o= line never goes back, not even for an offer that was refused:
 * there are far ends that remember it. */

typedef struct
{
  char *text;
  gboolean hold;
  guint port;
} Saying;

struct _TandemNegotiation
{
  GMutex mutex;
  const TandemCodec **codecs;
  gboolean own_order;
  guint64 id, version;

  char *address;
  guint port;
  gboolean hold; /* as wanted */

  Saying offered; /* text NULL: nothing is on offer */
  Saying agreed;  /* text NULL: nothing is agreed */
  TandemSession session;
};

TandemNegotiation *
tandem_negotiation_new (const TandemCodec **codecs,
                        gboolean own_order,
                        const char *address,
                        guint port)
{
  TandemNegotiation *self = g_new0 (TandemNegotiation, 1);

  g_mutex_init (&self->mutex);
  self->codecs = codecs;
  self->own_order = own_order;
  self->address = g_strdup (address);
  self->port = port;
  self->id = g_random_int ();
  return self;
}

void
tandem_negotiation_free (TandemNegotiation *self)
{
  g_free (self->codecs);
  g_free (self->address);
  g_free (self->offered.text);
  g_free (self->agreed.text);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
fill_local (TandemNegotiation *self, TandemSessionLocal *local)
{
  *local = (TandemSessionLocal){
    .address = self->address,
    .port = self->port,
    .codecs = self->codecs,
    .own_order = self->own_order,
    .hold = self->hold,
    .id = self->id,
    .version = self->version + 1,
    .agreed = self->agreed.text != NULL ? &self->session : NULL,
    .previous = self->agreed.text != NULL ? self->agreed.text : self->offered.text,
  };
}

static void
set_saying (Saying *saying, const char *text, gboolean hold, guint port)
{
  char *copy = g_strdup (text);

  g_free (saying->text);
  *saying = (Saying){ copy, hold, port };
}

char *
tandem_negotiation_offer (TandemNegotiation *self)
{
  TandemSessionLocal local;
  char *offer;

  g_mutex_lock (&self->mutex);
  fill_local (self, &local);
  offer = tandem_session_offer (&local);
  if (offer != NULL)
    {
      self->version++;
      set_saying (&self->offered, offer, self->hold, self->port);
    }
  g_mutex_unlock (&self->mutex);
  return offer;
}

char *
tandem_negotiation_answer (TandemNegotiation *self, const char *offer, GError **error)
{
  TandemSessionLocal local;
  char *answer;

  g_mutex_lock (&self->mutex);
  fill_local (self, &local);
  answer = tandem_session_answer (&local, offer, &self->session, error);
  if (answer != NULL)
    {
      self->version++;
      set_saying (&self->offered, NULL, FALSE, 0);
      set_saying (&self->agreed, answer, self->hold, self->port);
    }
  g_mutex_unlock (&self->mutex);
  return answer;
}

gboolean
tandem_negotiation_take_answer (TandemNegotiation *self, const char *answer, GError **error)
{
  TandemSessionLocal local;
  gboolean ok = FALSE;

  g_mutex_lock (&self->mutex);
  fill_local (self, &local);
  local.hold = self->offered.hold;
  local.previous = self->offered.text;
  if (self->offered.text == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "an answer came to an offer that does not stand");
  else
    ok = tandem_session_read_answer (&local, answer, &self->session, error);
  if (ok)
    set_saying (&self->agreed, self->offered.text, self->offered.hold, self->offered.port);
  g_mutex_unlock (&self->mutex);
  return ok;
}

void
tandem_negotiation_cancel (TandemNegotiation *self)
{
  g_mutex_lock (&self->mutex);
  set_saying (&self->offered, NULL, FALSE, 0);
  self->hold = self->agreed.text != NULL && self->agreed.hold;
  g_mutex_unlock (&self->mutex);
}

void
tandem_negotiation_set_hold (TandemNegotiation *self, gboolean hold)
{
  g_mutex_lock (&self->mutex);
  self->hold = hold;
  g_mutex_unlock (&self->mutex);
}

void
tandem_negotiation_set_address (TandemNegotiation *self, const char *address, guint port)
{
  char *copy = g_strdup (address);

  g_mutex_lock (&self->mutex);
  g_free (self->address);
  self->address = copy;
  self->port = port;
  g_mutex_unlock (&self->mutex);
}

gboolean
tandem_negotiation_is_quiet (TandemNegotiation *self)
{
  gboolean quiet;

  g_mutex_lock (&self->mutex);
  quiet = self->hold || (self->agreed.text != NULL && self->agreed.hold);
  g_mutex_unlock (&self->mutex);
  return quiet;
}

gboolean
tandem_negotiation_is_held (TandemNegotiation *self)
{
  gboolean held;

  g_mutex_lock (&self->mutex);
  held = self->agreed.text != NULL && self->agreed.hold;
  g_mutex_unlock (&self->mutex);
  return held;
}

gboolean
tandem_negotiation_is_ipv6 (TandemNegotiation *self)
{
  gboolean v6;

  g_mutex_lock (&self->mutex);
  v6 = strchr (self->address, ':') != NULL;
  g_mutex_unlock (&self->mutex);
  return v6;
}

gboolean
tandem_negotiation_get_agreed (TandemNegotiation *self, TandemSession *session, guint *port)
{
  gboolean agreed;

  g_mutex_lock (&self->mutex);
  agreed = self->agreed.text != NULL;
  if (agreed)
    {
      *session = self->session;
      *port = self->agreed.port;
    }
  g_mutex_unlock (&self->mutex);
  return agreed;
}
