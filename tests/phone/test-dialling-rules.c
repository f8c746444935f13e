/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialling-rules.h"

#include <string.h>

/* What rules make of numbers, and what they may not do. */

static const char *const emergency[] = { "112", "9-1-1", "no number", NULL };

static TandemDiallingRules *
rules_new (const char *text)
{
  g_autoptr (GVariant) rules = g_variant_parse (G_VARIANT_TYPE ("a(ss)"), text, NULL, NULL, NULL);

  g_assert_nonnull (rules);
  return tandem_dialling_rules_new (rules, emergency);
}

static void
assert_makes (TandemDiallingRules *rules, const char *number, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = tandem_dialling_rules_apply (rules, number, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (made, ==, expected);
}

static void
test_rules (void)
{
  g_autoptr (TandemDiallingRules) rules = rules_new (
      "[('^00', '+'), ('^0([1-9][0-9]+)$', '+49\\\\1'), ('^[2-9][0-9]{3}$', '7\\\\0'), "
      "('99$', '')]");

  g_assert_null (tandem_dialling_rules_get_problem (rules));
  assert_makes (rules, "0031207940813", "+31207940813");
  assert_makes (rules, "0301234567", "+49301234567");
  assert_makes (rules, "2345", "72345");
  assert_makes (rules, "12399", "123");
  assert_makes (rules, "+15550100", "+15550100");
  assert_makes (rules, "*21#", "*21#");
}

static void
test_outside_line (void)
{
  g_autoptr (TandemDiallingRules) rules = rules_new ("[('^(?=.{5})', '0')]");

  assert_makes (rules, "5550100", "05550100");
  assert_makes (rules, "1002", "1002");
}

static void
test_emergency (void)
{
  g_autoptr (TandemDiallingRules) rules = rules_new ("[('^', '0'), ('.*', '')]");

  assert_makes (rules, "112", "112");
  assert_makes (rules, "911", "911");
  assert_makes (rules, "110", "0110");
  g_assert_true (tandem_dialling_rules_is_emergency (rules, "112"));
  g_assert_false (tandem_dialling_rules_is_emergency (rules, "1120"));
}

static void
test_no_rules (void)
{
  g_autoptr (TandemDiallingRules) none = tandem_dialling_rules_new (NULL, NULL);
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_string ("x"));
  g_autoptr (TandemDiallingRules) wrong = tandem_dialling_rules_new (other, NULL);

  assert_makes (none, "112", "112");
  assert_makes (wrong, "1002", "1002");
}

static void
test_broken_rules (void)
{
  g_autoptr (TandemDiallingRules) rules
      = rules_new ("[('(', '0'), ('^1', '2\\\\'), ('', '1'), ('^5', '6')]");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (tandem_dialling_rules_get_problem (rules), "rule 1"));
  assert_makes (rules, "100", "100");
  assert_makes (rules, "500", "600");
  g_assert_false (tandem_dialling_rules_check ("[", "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (tandem_dialling_rules_check ("^0", "+", NULL));
}

static void
assert_refuses (TandemDiallingRules *rules, const char *number, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tandem_dialling_rules_apply (rules, number, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_no_number (void)
{
  g_autoptr (TandemDiallingRules) rules
      = rules_new ("[('^1$', ''), ('^2$', '@evil.example'), ('^3$', '3+3'), ('^(4)$', "
                   "'\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\"
                   "\\1\\\\1\\\\1\\\\1"
                   "\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\"
                   "1\\\\1\\\\1\\\\1"
                   "\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\"
                   "1\\\\1\\\\1\\\\1"
                   "\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1\\\\1')]");

  assert_refuses (rules, "1", "rule 1");
  assert_refuses (rules, "2", "rule 2");
  assert_refuses (rules, "3", "rule 3");
  assert_refuses (rules, "4", "rule 4");
}

/* Ten thousand million ways to cut a number in pieces; one bounded attempt. */
static void
test_explosion (void)
{
  g_autoptr (TandemDiallingRules) rules
      = rules_new ("[('^([0-9]+)+([0-9]+)+([0-9]+)+[^0-9]$', '1')]");
  g_autofree char *number = g_strnfill (64, '1');

  assert_refuses (rules, number, "rule 1");
}

static void
test_many (void)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("a(ss)"));
  g_autoptr (GVariant) rules = NULL;
  g_autoptr (TandemDiallingRules) all = NULL;

  for (guint i = 0; i < 100000; i++)
    g_variant_builder_add (builder, "(ss)", i == 99999 ? "^7" : "^8", "9");
  rules = g_variant_ref_sink (g_variant_builder_end (builder));
  all = tandem_dialling_rules_new (rules, NULL);
  assert_makes (all, "8", "9");
  assert_makes (all, "7", "7");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dialling-rules/rules", test_rules);
  g_test_add_func ("/dialling-rules/outside-line", test_outside_line);
  g_test_add_func ("/dialling-rules/emergency", test_emergency);
  g_test_add_func ("/dialling-rules/no-rules", test_no_rules);
  g_test_add_func ("/dialling-rules/broken", test_broken_rules);
  g_test_add_func ("/dialling-rules/no-number", test_no_number);
  g_test_add_func ("/dialling-rules/explosion", test_explosion);
  g_test_add_func ("/dialling-rules/many", test_many);
  return g_test_run ();
}
