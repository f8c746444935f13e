/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "extension.h"

G_BEGIN_DECLS

/* TandemExchange: the practice exchange: a pool of proxies that share one registrar and a handful of
 * extensions, on loopback. It is no server for anything but practice and tests: one user, a password
 * anew for each run, UDP. Main context. */

typedef struct _TandemExchange TandemExchange;

typedef struct
{
  const char *const *addresses; /* "127.0.0.1:5070"; NULL: three of the exchange's choice */
  const char *user;             /* NULL: "100" */
  const char *password;         /* NULL: a random one */
  guint answer_delay;           /* ms an extension rings */
  guint callback_delay;         /* ms */
} TandemExchangeOptions;

/* Errors: G_IO_ERROR: an address that is malformed, not loopback or in use. */
TandemExchange *tandem_exchange_new (const TandemExchangeOptions *options, GError **error);
void tandem_exchange_free (TandemExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchange, tandem_exchange_free)

/* What a phone needs to know: proxies, user, password, domain, extensions. (transfer full) */
JsonNode *tandem_exchange_describe (TandemExchange *self);
/* Does what one line asks for: "silence PROXY", "restore PROXY", "status", "call-me [NUMBER]",
 * "hang-up". Never NULL: an object with "ok", and "error" when it is false. (transfer full) */
JsonNode *tandem_exchange_command (TandemExchange *self, const char *line);

G_END_DECLS
