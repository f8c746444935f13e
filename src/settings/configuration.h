/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemConfiguration: every setting of the phone, typed: from GSettings, overridden for this run
 * by a configuration file (SipEndpoint.config family). Main thread. Signal "changed": read again
 * (several stored settings that change together give one signal, from the main loop). */

#define TANDEM_TYPE_CONFIGURATION (tandem_configuration_get_type ())
G_DECLARE_FINAL_TYPE (TandemConfiguration, tandem_configuration, TANDEM, CONFIGURATION, GObject)

typedef struct
{
  char *id; /* "0", "1" ...: the number of its Connectivity line */
  char *user, *auth_user, *display_name, *domain, *server, *transport;
  char *password; /* only from a configuration file; else NULL: ask secrets */
  guint expires, reg_interval;
} TandemAccountSettings;
void tandem_account_settings_free (TandemAccountSettings *self);
/* What its password is filed under in the secret store, beside the user: the domain, or the server
 * when there is none. */
const char *tandem_account_settings_get_realm (const TandemAccountSettings *self);

/* Whether the settings schema is installed, or GSETTINGS_SCHEMA_DIR names its folder. Ask before
 * tandem_configuration_new(), that returns NULL without it. */
gboolean tandem_configuration_check_schema (GError **error);

TandemConfiguration *tandem_configuration_new (void);
/* Reads a file and lays it over the stored settings for this run. On an error nothing changes; the
 * message names file, line and column. Warnings: tandem_configuration_get_warnings(). */
gboolean
tandem_configuration_load_file (TandemConfiguration *self, const char *path, GError **error);
/* Copies what the file says into the stored settings (the welcome page's import), all of its accounts; the
 * passwords go to the secret store. Like load_file it reads the file at once: 1 MiB at most of a regular file,
 * which takes a millisecond or two, when a person or the command line asks for it. */
gboolean
tandem_configuration_import_file (TandemConfiguration *self, const char *path, GError **error);
/* The same as load_file with text that is in memory (the practice exchange). name: for messages. */
gboolean tandem_configuration_load_data (
    TandemConfiguration *self, const char *name, const char *data, gsize length, GError **error);
/* Drops the file and everything that it laid over the stored settings. */
void tandem_configuration_unload (TandemConfiguration *self);
/* Overrides the password of account 0 by the first line of a file. */
gboolean tandem_configuration_load_password_file (TandemConfiguration *self,
                                                  const char *path,
                                                  GError **error);
/* of char *: "FILE:LINE: ..." translated */
GPtrArray *tandem_configuration_get_warnings (TandemConfiguration *self);
gboolean tandem_configuration_has_file (TandemConfiguration *self);
/* Whether the file says something about a setting, be it what is stored too. */
gboolean
tandem_configuration_is_overridden (TandemConfiguration *self, const char *child, const char *key);

/* (transfer full) of TandemAccountSettings; empty when nothing is configured */
GPtrArray *tandem_configuration_get_accounts (TandemConfiguration *self);
/* Stored settings or the file's override, by schema child and key: ("servers", "expires"). */
guint tandem_configuration_get_uint (TandemConfiguration *self, const char *child, const char *key);
gboolean
tandem_configuration_get_boolean (TandemConfiguration *self, const char *child, const char *key);
char *tandem_configuration_get_string (TandemConfiguration *self,
                                       const char *child,
                                       const char *key); /* enums: nick */
char **
tandem_configuration_get_strv (TandemConfiguration *self, const char *child, const char *key);
/* A raw setting of the file by its run-time key "policy.endpoint.sip_transaction_timeout", '.' and ':'
 * alike; "user:0", "server:0" and "protocol:0" for a Connectivity line. NULL: not there, or known and
 * malformed. Settings without a key in the schema that the phone may ask for, checked by the reader:
 * policy.endpoint.public_address, .tcp_port_min, .tcp_port_max, .header_user_agent,
 * .defer_device_release (ms); proxies.proxyN.reg_match_received_rport (0/1); and Tandem's own:
 * tandem.sip.dns_server ("[127.0.0.53]:5353"), tandem.sip.bind_address, tandem.sip.random_seed. */
const char *tandem_configuration_get_raw (TandemConfiguration *self, const char *key);
/* The same as a number; fallback when it is not there. */
guint
tandem_configuration_get_raw_uint (TandemConfiguration *self, const char *key, guint fallback);
/* For binding in preferences. (transfer none) */
GSettings *tandem_configuration_get_settings (TandemConfiguration *self, const char *child);

G_END_DECLS
