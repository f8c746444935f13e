/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"

G_BEGIN_DECLS

/* TandemPasswordKeeper: where the password of an account comes from: what the person gave in this
 * run, the configuration file, the secret store. Main thread. Signal "found" (a look-up has ended,
 * with or without a password: ask again). */

#define TANDEM_TYPE_PASSWORD_KEEPER (tandem_password_keeper_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemPasswordKeeper, tandem_password_keeper, TANDEM, PASSWORD_KEEPER, GObject)

TandemPasswordKeeper *tandem_password_keeper_new (void);
/* TRUE: known by now, *password (transfer none) (nullable: there is none). FALSE: it is being
 * looked up; "found" follows. */
gboolean tandem_password_keeper_get (TandemPasswordKeeper *self,
                                     const TandemAccountSettings *settings,
                                     const char **password);
/* Keeps it for this run; store: in the secret store too. callback: (nullable), with words. */
typedef void (*TandemPasswordStored) (const char *problem, gpointer data);
void tandem_password_keeper_give (TandemPasswordKeeper *self,
                                  const TandemAccountSettings *settings,
                                  const char *password,
                                  gboolean store,
                                  TandemPasswordStored callback,
                                  gpointer data,
                                  GDestroyNotify data_free);
/* The settings changed: where nothing was found in the secret store, looks again when asked. */
void tandem_password_keeper_forget_failures (TandemPasswordKeeper *self);

G_END_DECLS
