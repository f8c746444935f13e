/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "config-file.h"

G_BEGIN_DECLS

/* TandemOverlay: what a configuration file means in terms of Tandem's own settings: typed, checked
 * values by schema child and key, what belongs to one account, and the settings as written. A plain
 * value; TandemConfiguration lays it over the stored settings. */

/* What section proxyN says; NULL and -1: nothing. */
typedef struct
{
  char *display_name, *domain, *password;
  int expires, reg_interval;
} TandemOverlayProxy;

typedef struct
{
  char *name;
  GPtrArray *connectivities; /* of TandemConnectivity; user "" when the line is unusable */
  GHashTable *values;        /* "servers/expires" -> GVariant of the schema's type */
  GHashTable *proxies;       /* number (GUINT_TO_POINTER) -> TandemOverlayProxy */
  GHashTable *raw;           /* run-time key -> value as written; no passwords, nothing malformed */
  GPtrArray *unstored;       /* of char *: keys in force that the schema has no place for */
  GPtrArray *warnings;       /* of char *, "FILE:LINE: ..." translated */
} TandemOverlay;

/* file: (transfer full) */
TandemOverlay *tandem_overlay_new (TandemConfigFile *file);
void tandem_overlay_free (TandemOverlay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemOverlay, tandem_overlay_free)

/* (nullable) */
GVariant *tandem_overlay_get (TandemOverlay *self, const char *child, const char *key);
/* (nullable) */
const TandemOverlayProxy *tandem_overlay_get_proxy (TandemOverlay *self, guint n);

/* Whether text is a host, host:port, [IPv6]:port, or several separated by commas. */
gboolean tandem_is_server_list (const char *text);

/* The schema of a child: (transfer full) (nullable). */
GSettingsSchema *tandem_settings_lookup_schema (const char *child);

G_END_DECLS
