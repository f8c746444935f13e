/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "checks.h"
#include "configuration.h"

G_BEGIN_DECLS

/* Groups of preferences made from tables, for settings that need nothing but a row. Rows that are more than that
 * have a template. */

typedef enum
{
  TANDEM_SETTING_SWITCH,
  TANDEM_SETTING_NUMBER,
  TANDEM_SETTING_TEXT,
  TANDEM_SETTING_WORDS, /* as: a text with commas */
  TANDEM_SETTING_CHOICE,
  TANDEM_SETTING_PAIRS, /* a(ss): a list that is added to */
} TandemSettingKind;

typedef struct
{
  TandemSettingKind kind;
  const char *child, *key;
  const char *title;         /* untranslated, marked with N_() */
  const char *subtitle;      /* the same; (nullable) */
  TandemCheck check;         /* TEXT, and each of WORDS; NULL: anything */
  const char *const *nicks;  /* CHOICE: ends with NULL */
  const char *const *labels; /* CHOICE: as many, untranslated */
  /* PAIRS: what the two are called (untranslated), and whether they are right: (transfer full)
   * (nullable) translated: why not. */
  const char *first, *second;
  char *(*check_pair) (const char *first, const char *second);
} TandemSetting;

/* settings: ends with one without a key; borrowed. title, description: untranslated; description (nullable). */
AdwPreferencesGroup *tandem_setting_group_new (TandemConfiguration *configuration,
                                               const char *title,
                                               const char *description,
                                               const TandemSetting *settings);
/* Stores what was typed and not applied yet. */
void tandem_setting_group_commit (AdwPreferencesGroup *group);

G_END_DECLS
