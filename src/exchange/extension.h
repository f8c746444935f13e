/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The numbers that the exchange answers. */

typedef enum
{
  TANDEM_EXCHANGE_ECHO,
  TANDEM_EXCHANGE_BUSY,
  TANDEM_EXCHANGE_NO_ANSWER,
  TANDEM_EXCHANGE_CALLS_BACK,
  TANDEM_EXCHANGE_TONE,
  TANDEM_EXCHANGE_MENU, /* plays another tone for each key: 500 Hz and 50 more for each digit */
  TANDEM_EXCHANGE_COLLEAGUE, /* a tone; can be watched, and rings when told to */
  TANDEM_EXCHANGE_TRANSFERS, /* sends the phone on to the tone, soon after answering */
  TANDEM_EXCHANGE_HOLDS,     /* holds the phone soon after answering, and takes it back */
  TANDEM_EXCHANGE_MIRROR,    /* the phone itself: its own number rings it */
} TandemExchangeBehaviour;

typedef struct
{
  const char *number;
  const char *name;
  TandemExchangeBehaviour behaviour;
} TandemExchangeExtension;

/* What stands between the two ends of a call that the phone makes to itself. number: its own. */
const TandemExchangeExtension *tandem_exchange_extension_mirror (const char *number);
/* NULL: no such number. */
const TandemExchangeExtension *tandem_exchange_extension_find (const char *number);
/* Ends with one without number. */
const TandemExchangeExtension *tandem_exchange_extension_list (void);

G_END_DECLS
