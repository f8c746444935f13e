/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Passwords in the desktop's secret service, by user and domain (schema org.tandemphone.Tandem).
 * Main thread; nothing blocks; every call ends within a bounded time, at once where no service
 * runs. Where one asks the person to unlock it, that takes as long as the person does, 2 minutes at
 * most. Passwords are never logged; free them with tandem_password_free(). */

typedef enum
{
  TANDEM_SECRETS_ERROR_NO_SERVICE, /* none runs, or it does not answer: keep it in memory, say so */
  TANDEM_SECRETS_ERROR_LOCKED,     /* the person did not unlock it */
  TANDEM_SECRETS_ERROR_FAILED,
} TandemSecretsError;
#define TANDEM_SECRETS_ERROR (tandem_secrets_error_quark ())
GQuark tandem_secrets_error_quark (void);

/* domain: the account's domain, or its server where it has none (tandem_account_settings_realm()). */
void tandem_secrets_lookup_async (const char *user,
                                  const char *domain,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
/* (transfer full) (nullable): NULL without an error when none is stored. Errors: TANDEM_SECRETS_ERROR
 * and G_IO_ERROR_CANCELLED. */
char *tandem_secrets_lookup_finish (GAsyncResult *result, GError **error);

void tandem_secrets_store_async (const char *user,
                                 const char *domain,
                                 const char *password,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
gboolean tandem_secrets_store_finish (GAsyncResult *result, GError **error);

/* No error when there was none. */
void tandem_secrets_clear_async (const char *user,
                                 const char *domain,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
gboolean tandem_secrets_clear_finish (GAsyncResult *result, GError **error);

/* Wipes, then frees. (nullable) */
void tandem_password_free (char *password);

G_END_DECLS
