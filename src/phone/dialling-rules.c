/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialling-rules.h"

#include "number.h"
#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* See dialling-rules.h. An expression is written by a person and may be one that tries for ever: it may take only
 * so many steps. */

#define STEPS "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=1000)"
#define MAX_EXPRESSION 200
#define MAX_NUMBER 64

typedef struct
{
  guint place; /* in the settings, from 1 */
  GRegex *regex;
  char *replacement;
} Rule;

struct _TandemDiallingRules
{
  GPtrArray *rules;
  GHashTable *emergency;
  char *problem;
};

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_regex_unref (rule->regex);
  g_free (rule->replacement);
  g_free (rule);
}

static GRegex *
compile (const char *pattern, const char *replacement, GError **error)
{
  g_autofree char *limited = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GRegex) regex = NULL;

  if (pattern[0] == '\0' || strlen (pattern) > MAX_EXPRESSION
      || strlen (replacement) > MAX_EXPRESSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("An expression has 1 to %d characters"), MAX_EXPRESSION);
      return NULL;
    }
  limited = g_strconcat (STEPS, pattern, NULL);
  regex = g_regex_new (limited, G_REGEX_RAW, 0, &why);
  if (regex == NULL)
    {
      g_autofree char *shown = tandem_words_clean (pattern, 60);
      g_autofree char *isolated = tandem_words_isolate (shown);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: the expression, then what the library says of it */
                   _ ("“%s” is no regular expression: %s"), isolated, why->message);
      return NULL;
    }
  if (!g_regex_check_replacement (replacement, NULL, &why))
    {
      g_autofree char *shown = tandem_words_clean (replacement, 60);
      g_autofree char *isolated = tandem_words_isolate (shown);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is no replacement: %s"),
                   isolated, why->message);
      return NULL;
    }
  return g_steal_pointer (&regex);
}

gboolean
tandem_dialling_rules_check (const char *pattern, const char *replacement, GError **error)
{
  g_autoptr (GRegex) regex = compile (pattern, replacement, error);

  return regex != NULL;
}

static void
add_rule (TandemDiallingRules *self, guint place, const char *pattern, const char *replacement)
{
  g_autoptr (GError) error = NULL;
  GRegex *regex = compile (pattern, replacement, &error);
  Rule *rule;

  if (regex == NULL)
    {
      if (self->problem == NULL)
        self->problem = g_strdup_printf (_ ("Dialling rule %u: %s"), place, error->message);
      return;
    }
  rule = g_new0 (Rule, 1);
  rule->place = place;
  rule->regex = regex;
  rule->replacement = g_strdup (replacement);
  g_ptr_array_add (self->rules, rule);
}

TandemDiallingRules *
tandem_dialling_rules_new (GVariant *rules, const char *const *emergency)
{
  TandemDiallingRules *self = g_new0 (TandemDiallingRules, 1);
  GVariantIter iter;
  const char *pattern, *replacement;
  guint place = 0;

  self->rules = g_ptr_array_new_with_free_func (rule_free);
  self->emergency = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; emergency != NULL && emergency[i] != NULL; i++)
    {
      char *digits = tandem_number_to_digits (emergency[i]);

      if (digits != NULL)
        g_hash_table_add (self->emergency, digits);
    }
  if (rules == NULL || !g_variant_is_of_type (rules, G_VARIANT_TYPE ("a(ss)")))
    return self;
  g_variant_iter_init (&iter, rules);
  while (place < TANDEM_DIALLING_RULES_MAX
         && g_variant_iter_next (&iter, "(&s&s)", &pattern, &replacement))
    add_rule (self, ++place, pattern, replacement);
  return self;
}

TandemDiallingRules *
tandem_dialling_rules_new_from_settings (TandemConfiguration *configuration)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, "calls");
  g_autoptr (GVariant) rules = g_settings_get_value (settings, "dialling-rules");
  g_auto (GStrv) emergency
      = tandem_configuration_get_strv (configuration, "calls", "emergency-numbers");

  return tandem_dialling_rules_new (rules, (const char *const *) emergency);
}

void
tandem_dialling_rules_free (TandemDiallingRules *self)
{
  g_ptr_array_unref (self->rules);
  g_hash_table_unref (self->emergency);
  g_free (self->problem);
  g_free (self);
}

const char *
tandem_dialling_rules_get_problem (TandemDiallingRules *self)
{
  return self->problem;
}

gboolean
tandem_dialling_rules_is_emergency (TandemDiallingRules *self, const char *number)
{
  return g_hash_table_contains (self->emergency, number);
}

static gboolean
is_number (const char *text)
{
  const char *digits = text[0] == '+' ? text + 1 : text;

  return digits[0] != '\0' && strlen (text) <= MAX_NUMBER
         && strspn (digits, "0123456789*#") == strlen (digits);
}

static char *
fail (GError **error, const Rule *rule, const char *format)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, format, rule->place);
#pragma GCC diagnostic pop
  return NULL;
}

char *
tandem_dialling_rules_apply (TandemDiallingRules *self, const char *number, GError **error)
{
  if (tandem_dialling_rules_is_emergency (self, number))
    return g_strdup (number);
  for (guint i = 0; i < self->rules->len; i++)
    {
      const Rule *rule = g_ptr_array_index (self->rules, i);
      g_autoptr (GMatchInfo) match = NULL;
      g_autoptr (GError) why = NULL;
      g_autofree char *middle = NULL;
      g_autofree char *result = NULL;
      int begin, end;

      if (!g_regex_match_full (rule->regex, number, -1, 0, 0, &match, &why))
        {
          if (why != NULL)
            return fail (error, rule, _ ("Dialling rule %u takes too long with this number"));
          continue;
        }
      middle = g_match_info_expand_references (match, rule->replacement, NULL);
      if (!g_match_info_fetch_pos (match, 0, &begin, &end))
        continue;
      result
          = g_strdup_printf ("%.*s%s%s", begin, number, middle != NULL ? middle : "", number + end);
      if (!is_number (result))
        return fail (error, rule, _ ("Dialling rule %u makes no number of this one"));
      return g_steal_pointer (&result);
    }
  return g_strdup (number);
}
