/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemExchangeTalk: the sound of one call at the exchange: sends back what it hears, or plays
 * a tone, and understands digits (RFC 4733). Sound goes where it comes from, loopback or not at
 * all. On the main context; no pipeline: an echo needs none, and a tone of 8 kHz is cheap. */

typedef enum
{
  TANDEM_EXCHANGE_TALK_ECHO,
  TANDEM_EXCHANGE_TALK_TONE,
} TandemExchangeTalkKind;

typedef struct _TandemExchangeTalk TandemExchangeTalk;

typedef void (*TandemExchangeDigit) (char digit, gpointer data);

/* Binds an even port of host, and the odd one above it. Errors: G_IO_ERROR. */
TandemExchangeTalk *tandem_exchange_talk_new (TandemExchangeTalkKind kind,
                                              const char *host,
                                              TandemExchangeDigit digit,
                                              gpointer data,
                                              GError **error);
void tandem_exchange_talk_free (TandemExchangeTalk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchangeTalk, tandem_exchange_talk_free)

guint tandem_exchange_talk_get_port (TandemExchangeTalk *self);
/* Where the other side listens and what was agreed: payload 0 (PCMU) or 8 (PCMA) for a tone, event
 * -1 for none. receives: whether the other side wants sound now. May be called again. */
void tandem_exchange_talk_set_peer (TandemExchangeTalk *self,
                                    const char *host,
                                    guint port,
                                    int payload,
                                    int event,
                                    gboolean receives);
/* Of a talk that plays one: from the next packet on. */
void tandem_exchange_talk_set_tone (TandemExchangeTalk *self, guint hertz);
/* Packets. */
guint tandem_exchange_talk_get_received (TandemExchangeTalk *self);
guint tandem_exchange_talk_get_sent (TandemExchangeTalk *self);

G_END_DECLS
