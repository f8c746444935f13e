/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extension.h"

static const TandemExchangeExtension extensions[] = {
  { "200", "Echo", TANDEM_EXCHANGE_ECHO },
  { "201", "Busy", TANDEM_EXCHANGE_BUSY },
  { "202", "No Answer", TANDEM_EXCHANGE_NO_ANSWER },
  { "203", "Calls Back", TANDEM_EXCHANGE_CALLS_BACK },
  { "204", "Tone", TANDEM_EXCHANGE_TONE },
  { "205", "Menu", TANDEM_EXCHANGE_MENU },
  { "206", "Colleague", TANDEM_EXCHANGE_COLLEAGUE },
  { "207", "Transfers You", TANDEM_EXCHANGE_TRANSFERS },
  { "208", "Holds You", TANDEM_EXCHANGE_HOLDS },
  { NULL },
};

const TandemExchangeExtension *
tandem_exchange_extension_find (const char *number)
{
  for (const TandemExchangeExtension *extension = extensions; extension->number != NULL;
       extension++)
    if (g_strcmp0 (extension->number, number) == 0)
      return extension;
  return NULL;
}

const TandemExchangeExtension *
tandem_exchange_extension_list (void)
{
  return extensions;
}

const TandemExchangeExtension *
tandem_exchange_extension_mirror (const char *number)
{
  static TandemExchangeExtension mirror = { NULL, "Yourself", TANDEM_EXCHANGE_MIRROR };

  mirror.number = g_intern_string (number);
  return &mirror;
}
