/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resend.h"

#define T1_MS 500
#define T2_MS 4000
#define LIMIT_US (64 * T1_MS * G_GINT64_CONSTANT (1000))

struct _TandemExchangeResend
{
  TandemExchangePool *pool;
  guint member;
  GSocketAddress *to;
  char *text;
  TandemExchangeGivenUp given_up;
  gpointer data;
  guint timer;
  guint interval;
  gint64 since;
};

static gboolean
on_due (gpointer data)
{
  TandemExchangeResend *self = data;

  self->timer = 0;
  if (g_get_monotonic_time () - self->since >= LIMIT_US)
    {
      self->given_up (self->data);
      return G_SOURCE_REMOVE;
    }
  tandem_exchange_resend_now (self);
  self->interval = MIN (self->interval * 2, T2_MS);
  self->timer = g_timeout_add (self->interval, on_due, self);
  return G_SOURCE_REMOVE;
}

TandemExchangeResend *
tandem_exchange_resend_new (TandemExchangePool *pool,
                            guint member,
                            GSocketAddress *to,
                            const char *text,
                            TandemExchangeGivenUp given_up,
                            gpointer data)
{
  TandemExchangeResend *self = g_new0 (TandemExchangeResend, 1);

  self->pool = pool;
  self->member = member;
  self->to = g_object_ref (to);
  self->text = g_strdup (text);
  self->given_up = given_up;
  self->data = data;
  self->interval = T1_MS;
  self->since = g_get_monotonic_time ();
  self->timer = g_timeout_add (self->interval, on_due, self);
  tandem_exchange_resend_now (self);
  return self;
}

void
tandem_exchange_resend_free (TandemExchangeResend *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_object_unref (self->to);
  g_free (self->text);
  g_free (self);
}

void
tandem_exchange_resend_now (TandemExchangeResend *self)
{
  tandem_exchange_pool_send (self->pool, self->member, self->to, self->text);
}
