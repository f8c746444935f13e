/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemConfigFile: what a configuration file of the contact-centre SIP endpoint family says, as
 * written: no setting is understood here, that is TandemOverlay's. The text may be hostile: no DTD,
 * no entities, no network, 1 MiB at most. Elements are found by local name, whatever surrounds
 * them. */

typedef struct
{
  char *key;   /* "policy.endpoint.sip_transaction_timeout" */
  char *value; /* as written */
  guint line;
} TandemConfigSetting;

typedef struct
{
  char *user, *server, *protocol; /* "" when not given */
  guint line;
} TandemConnectivity;

typedef struct
{
  char *name;                /* of the file, for messages */
  GPtrArray *connectivities; /* of TandemConnectivity, in file order */
  GPtrArray *settings;       /* of TandemConfigSetting, in file order; a key once, the last wins */
  GPtrArray *warnings;       /* of char *, "FILE:LINE: ...", translated */
} TandemConfigFile;

#define TANDEM_CONFIG_FILE_MAX_SIZE (1024 * 1024)

/* Errors: G_IO_ERROR or G_FILE_ERROR with the file's name; malformed XML also with line and column. */
TandemConfigFile *tandem_config_file_read (const char *path, GError **error);
TandemConfigFile *
tandem_config_file_parse (const char *name, const char *data, gsize length, GError **error);
void tandem_config_file_free (TandemConfigFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemConfigFile, tandem_config_file_free)

void tandem_config_file_warn (TandemConfigFile *self, guint line, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* A run-time key with '.' for every ':'. (transfer full) */
char *tandem_config_normalise_key (const char *key);

/* Reads a whole regular file of at most max bytes; does not wait on pipes and devices. (transfer
 * full), one NUL more than length at its end. */
char *tandem_read_bounded_file (const char *path, gsize max, gsize *length, GError **error);

G_END_DECLS
