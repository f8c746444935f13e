/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include <string.h>

#include "sdp.h"

#define MOST_DIGITS 64

/* The sound of a call: what is agreed about it, and keys. */

void
tandem_exchange_call_on_digit (char digit, gpointer data)
{
  TandemExchangeCall *self = data;

  if (self->digits->len < MOST_DIGITS)
    g_string_append_c (self->digits, digit);
  if (self->extension->behaviour == TANDEM_EXCHANGE_MENU && g_ascii_isdigit (digit)
      && self->talk != NULL)
    tandem_exchange_talk_set_tone (self->talk, (guint) (500 + 50 * (digit - '0')));
  self->owner->digit (self, digit, self->owner->data);
}

/* What the extension can do with an offer: -1 for nothing. */
int
tandem_exchange_call_choose_payload (TandemExchangeCall *self, const TandemExchangeSdp *offer)
{
  if (self->extension->behaviour == TANDEM_EXCHANGE_ECHO && !self->outgoing)
    return g_array_index (offer->payloads, int, 0);
  return offer->pcmu >= 0 ? offer->pcmu : offer->pcma;
}

gboolean
tandem_exchange_call_open_talk (TandemExchangeCall *self)
{
  TandemExchangeTalkKind kind = self->extension->behaviour == TANDEM_EXCHANGE_ECHO
                                        || self->extension->behaviour == TANDEM_EXCHANGE_MIRROR
                                    ? TANDEM_EXCHANGE_TALK_ECHO
                                    : TANDEM_EXCHANGE_TALK_TONE;
  g_autoptr (GError) error = NULL;

  if (self->talk != NULL)
    return TRUE;
  self->talk = tandem_exchange_talk_new (kind, tandem_exchange_pool_get_host (self->owner->pool),
                                         tandem_exchange_call_on_digit, self, &error);
  if (self->talk == NULL)
    g_warning ("no sound: %s", error->message);
  return self->talk != NULL;
}

void
tandem_exchange_call_use_peer (TandemExchangeCall *self, const TandemExchangeSdp *sdp, int payload)
{
  gboolean receives = sdp->port > 0 && strcmp (sdp->direction, "sendonly") != 0
                      && strcmp (sdp->direction, "inactive") != 0;

  tandem_exchange_talk_set_peer (self->talk, sdp->host, sdp->port, payload, sdp->event, receives);
}

/* The body of our 2xx. status: 200, or why not. (transfer full) (nullable) */
char *
tandem_exchange_call_negotiate (TandemExchangeCall *self,
                                const TandemExchangeMessage *request,
                                int *status)
{
  const char *host = tandem_exchange_pool_get_host (self->owner->pool);
  g_autoptr (TandemExchangeSdp) offer = NULL;
  int payload;

  *status = 200;
  if (!tandem_exchange_call_open_talk (self))
    {
      *status = 500;
      return NULL;
    }
  if (request->body[0] == '\0')
    {
      if (strcmp (request->method, "INVITE") != 0)
        return NULL;
      self->offered = TRUE;
      return tandem_exchange_sdp_offer (host, tandem_exchange_talk_get_port (self->talk),
                                        ++self->sdp_version);
    }
  offer = tandem_exchange_sdp_parse (request->body);
  payload = offer != NULL ? tandem_exchange_call_choose_payload (self, offer) : -1;
  if (payload < 0)
    {
      *status = 488;
      return NULL;
    }
  tandem_exchange_call_use_peer (self, offer, payload);
  return tandem_exchange_sdp_answer (
      offer, payload, host, tandem_exchange_talk_get_port (self->talk), ++self->sdp_version);
}
