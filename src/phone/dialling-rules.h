/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"

G_BEGIN_DECLS

/* TandemDiallingRules: what an office does to the numbers that people type: regular expressions with
 * replacements, of which the first that matches is applied, once. Numbers of emergency services stay as they
 * are, whatever the rules say. Main thread.
 *
 * An expression is looked for in the number alone (digits, * and #, with or without a + before them), and \0 to
 * \9 in a replacement stand for what it found: "^0([1-9]\d+)$" and "+49\1" make an international number of a
 * national one, "^" and "0" put the digit for an outside line before every number. */

typedef struct _TandemDiallingRules TandemDiallingRules;

#define TANDEM_DIALLING_RULES_MAX 100

/* rules: a(ss), not floating; emergency: NULL-terminated, in any spelling. Rules that cannot be read are left out;
 * tandem_dialling_rules_get_problem() names the first. */
TandemDiallingRules *tandem_dialling_rules_new (GVariant *rules, const char *const *emergency);
/* Those of the settings "dialling-rules" and "emergency-numbers". */
TandemDiallingRules *tandem_dialling_rules_new_from_settings (TandemConfiguration *configuration);
void tandem_dialling_rules_free (TandemDiallingRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDiallingRules, tandem_dialling_rules_free)
/* (nullable) translated */
const char *tandem_dialling_rules_get_problem (TandemDiallingRules *self);
/* number: digits, * and #, maybe + first. Returns (transfer full): what to dial; NULL: a rule makes no number of it,
 * or takes too long; the error (G_IO_ERROR_INVALID_ARGUMENT, translated) names the rule. */
char *tandem_dialling_rules_apply (TandemDiallingRules *self, const char *number, GError **error);
gboolean tandem_dialling_rules_is_emergency (TandemDiallingRules *self, const char *number);
/* Whether a rule can be read; for whoever writes one. Translated. */
gboolean tandem_dialling_rules_check (const char *pattern, const char *replacement, GError **error);

G_END_DECLS
