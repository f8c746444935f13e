/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

/* One key of a group in the shortcuts window. */
typedef struct
{
  const char *action; /* a detailed action, or TANDEM_SHORTCUT_TALK or _COUGH */
  const char *group;  /* untranslated */
  const char *title;  /* untranslated */
  const char *keys[4];
} TandemShortcut;

/* Held, not pressed: see hold-keys.h. */
#define TANDEM_SHORTCUT_TALK "hold-to-talk"
#define TANDEM_SHORTCUT_COUGH "hold-to-mute"

const TandemShortcut *tandem_shortcuts_get_all (guint *n);
const TandemShortcut *tandem_shortcuts_find (const char *action);
char **tandem_shortcuts_get_keys (const TandemShortcut *shortcut, GSettings *settings);
gboolean tandem_shortcuts_is_changed (const TandemShortcut *shortcut, GSettings *settings);
void
tandem_shortcuts_set_key (const TandemShortcut *shortcut, GSettings *settings, const char *key);
void tandem_shortcuts_reset (const TandemShortcut *shortcut, GSettings *settings);
const TandemShortcut *tandem_shortcuts_find_user (GSettings *settings, const char *key);
gboolean tandem_shortcuts_check_key (guint keyval, GdkModifierType modifiers, const char **problem);
gboolean tandem_shortcuts_is_key (const TandemShortcut *shortcut,
                                  GSettings *settings,
                                  guint keyval,
                                  GdkModifierType modifiers);
void tandem_shortcuts_apply (GtkApplication *application, GSettings *settings);
GtkShortcutsWindow *tandem_shortcuts_create_window (GSettings *settings);

G_END_DECLS
