/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemConfiguration: every setting of the phone, typed: from GSettings, overridden for this run
 * by a configuration file (SipEndpoint.config family). Main thread. Signal "changed": read again. */

#define TANDEM_TYPE_CONFIGURATION (tandem_configuration_get_type ())
G_DECLARE_FINAL_TYPE (TandemConfiguration, tandem_configuration, TANDEM, CONFIGURATION, GObject)

typedef struct
{
  char *id;             /* "0", "1" ...: the number of its Connectivity line */
  char *user, *auth_user, *display_name, *domain, *server, *transport;
  char *password;       /* only from a configuration file; else NULL: ask secrets */
  guint expires, reg_interval;
} TandemAccountSettings;
void tandem_account_settings_free (TandemAccountSettings *self);

TandemConfiguration *tandem_configuration_new (void);
/* Reads a file and lays it over the stored settings for this run. On an error nothing changes; the
 * message names file, line and column. Warnings: tandem_configuration_get_warnings(). */
gboolean tandem_configuration_load_file (TandemConfiguration *self, const char *path, GError **error);
/* Copies what the file says into the stored settings (the welcome page's import); the password goes
 * to the secret store. */
gboolean tandem_configuration_import_file (TandemConfiguration *self, const char *path, GError **error);
/* Overrides the password of account 0 by the first line of a file. */
gboolean tandem_configuration_load_password_file (TandemConfiguration *self, const char *path, GError **error);
/* of char *: "FILE:LINE: ..." translated */
GPtrArray *tandem_configuration_get_warnings (TandemConfiguration *self);
gboolean tandem_configuration_has_file (TandemConfiguration *self);

/* (transfer full) of TandemAccountSettings; empty when nothing is configured */
GPtrArray *tandem_configuration_get_accounts (TandemConfiguration *self);
/* Stored settings or the file's override, by schema child and key: ("servers", "expires"). */
guint tandem_configuration_get_uint (TandemConfiguration *self, const char *child, const char *key);
gboolean tandem_configuration_get_boolean (TandemConfiguration *self, const char *child, const char *key);
char *tandem_configuration_get_string (TandemConfiguration *self, const char *child, const char *key); /* enums: nick */
char **tandem_configuration_get_strv (TandemConfiguration *self, const char *child, const char *key);
/* A raw setting of the file by its run-time key "policy.endpoint.sip_transaction_timeout"; NULL. */
const char *tandem_configuration_get_raw (TandemConfiguration *self, const char *key);
/* For binding in preferences. (transfer none) */
GSettings *tandem_configuration_get_settings (TandemConfiguration *self, const char *child);

G_END_DECLS
