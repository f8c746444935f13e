/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"
#include "configuration.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* For TandemPhone, the status report and tests. */

/* What the account asks of the phone. Any may be NULL. */
typedef struct
{
  void (*register_again) (TandemAccount *account, gpointer data);
  void (*test_now) (TandemAccount *account, gpointer data);
  void (*use_again) (TandemAccount *account, const char *proxy_id, gpointer data);
  void (*prefer) (TandemAccount *account, const char *proxy_id, gpointer data);
  void (*give_password) (TandemAccount *account,
                         const char *password,
                         gboolean remember,
                         gpointer data);
} TandemAccountActions;

TandemAccount *tandem_account_new (const char *id);
void tandem_account_set_actions (TandemAccount *self,
                                 const TandemAccountActions *actions,
                                 gpointer data);
/* (nullable) */
const TandemAccountActions *tandem_account_get_actions (TandemAccount *self, gpointer *data);
/* Works the words out anew. */
void tandem_account_update (TandemAccount *self);
/* settings NULL: nothing is configured. has_password: one is known; without one, a 401 means
 * NEEDS_PASSWORD and not REJECTED. */
void tandem_account_configure (TandemAccount *self,
                               const TandemAccountSettings *settings,
                               gboolean has_password);
/* translated, (nullable): where the password is kept when not in the secret store. */
void tandem_account_set_secret_storage (TandemAccount *self, const char *words);
void tandem_account_handle_event (TandemAccount *self, const TandemSipEvent *event);
/* Stops the clock at now and shows that moment: for samples and tests. */
void tandem_account_set_now (TandemAccount *self, gint64 now);
void tandem_account_set_offline (TandemAccount *self);
gboolean tandem_account_is_counting (TandemAccount *self);

/* Whether the server has told of the voice mail. */
gboolean tandem_account_is_mailbox_known (TandemAccount *self);
const char *tandem_account_get_transport (TandemAccount *self);
const char *tandem_account_get_candidate (TandemAccount *self);
const char *tandem_account_get_contact (TandemAccount *self);
guint tandem_account_get_expires (TandemAccount *self);
guint tandem_account_get_code (TandemAccount *self);
const char *tandem_account_get_cause (TandemAccount *self);

G_END_DECLS
