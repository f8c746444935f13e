/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "proxy.h"

G_BEGIN_DECLS

/* TandemAccount: one SIP identity and its registration. Properties, notified: "id", "state",
 * "name" (display name or user), "address" ("1002@example.test"), "active-proxy" (TandemProxy,
 * nullable), "title" and "subtitle" (translated: the two lines of the status strip; the countdown
 * in the subtitle runs), "problem" (translated, nullable: why not registered, in words), "seconds-to-retry"
 * (guint), "set-aside" (guint), "domain", "proxies" (GListModel),
 * "mailbox-waiting" (gboolean), "mailbox-new", "mailbox-old" (guint: voice messages; 0 when the server
 * says only that some wait), "mailbox-uri" (nullable: what to dial to hear them), "mailbox-text"
 * (translated, nullable: "2 new voice messages"), "secret-storage" (translated, nullable: says that the password is kept in memory only, and why).
 * Addresses within "title" and "subtitle" are isolated for right-to-left text already.
 * A GListModel of the pool is tandem_account_get_proxies(). */

typedef enum
{
  TANDEM_ACCOUNT_NOT_CONFIGURED,
  TANDEM_ACCOUNT_CONNECTING,
  TANDEM_ACCOUNT_REGISTERED,
  TANDEM_ACCOUNT_FAILING_OVER,
  TANDEM_ACCOUNT_NOT_REGISTERED, /* will try again by itself */
  TANDEM_ACCOUNT_REJECTED,       /* will not: wrong password, unknown user, forbidden */
  TANDEM_ACCOUNT_NEEDS_PASSWORD, /* no password known: ask (see tandem_account_give_password) */
  TANDEM_ACCOUNT_STANDALONE,     /* expires 0: no registration by setting */
  TANDEM_ACCOUNT_OFFLINE,        /* unregistered: quitting */
} TandemAccountState;
GType tandem_account_state_get_type (void);
#define TANDEM_TYPE_ACCOUNT_STATE (tandem_account_state_get_type ())

#define TANDEM_TYPE_ACCOUNT (tandem_account_get_type ())
G_DECLARE_FINAL_TYPE (TandemAccount, tandem_account, TANDEM, ACCOUNT, GObject)

const char *tandem_account_get_id (TandemAccount *self);
TandemAccountState tandem_account_get_state (TandemAccount *self);
const char *tandem_account_get_name (TandemAccount *self);
const char *tandem_account_get_address (TandemAccount *self);
const char *tandem_account_get_domain (TandemAccount *self);
const char *tandem_account_get_title (TandemAccount *self);
const char *tandem_account_get_subtitle (TandemAccount *self);
const char *tandem_account_get_problem (TandemAccount *self);
TandemProxy *tandem_account_get_active_proxy (TandemAccount *self);
GListModel *tandem_account_get_proxies (TandemAccount *self); /* of TandemProxy */
guint tandem_account_get_set_aside (TandemAccount *self);
guint tandem_account_get_seconds_to_retry (TandemAccount *self);
const char *tandem_account_get_secret_storage (TandemAccount *self);

void tandem_account_register_again (TandemAccount *self);
void tandem_account_test_now (TandemAccount *self);
void tandem_account_use_again (TandemAccount *self, const char *proxy_id); /* NULL: all */
/* This proxy first, while it is not set aside. NULL: no preference. */
void tandem_account_prefer (TandemAccount *self, const char *proxy_id);
gboolean tandem_account_get_mailbox_waiting (TandemAccount *self);
guint tandem_account_get_mailbox_new (TandemAccount *self);
guint tandem_account_get_mailbox_old (TandemAccount *self);
const char *tandem_account_get_mailbox_uri (TandemAccount *self);
const char *tandem_account_get_mailbox_text (TandemAccount *self);
/* The answer to NEEDS_PASSWORD; kept in memory, and in the secret store when remember and one runs. */
void tandem_account_give_password (TandemAccount *self, const char *password, gboolean remember);

G_END_DECLS
