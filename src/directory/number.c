/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number.h"

#include "number-table.h"

#include <langinfo.h>
#include <string.h>

/* See number.h. Any thread: regular expressions are compiled once, and kept. */

#define MAX_TEXT 128 /* bytes */
#define MAX_DIGITS 32
#define MAX_PLANS 320
#define LONG_NUMBERS 11   /* digits: where numbers may be that long, */
#define SHORTEST_PUBLIC 7 /* shorter ones than this are extensions */

typedef struct
{
  char digits[MAX_DIGITS + 1];
  gsize n;
  gboolean international; /* began with a plus */
} Parsed;

typedef enum
{
  INTERNATIONAL,
  NATIONAL,
  N_EXPRESSIONS
} Expression;

static GMutex lock;
static GRegex *expressions[MAX_PLANS][N_EXPRESSIONS];

static gboolean
is_separator (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION
         || g_unichar_type (c) == G_UNICODE_FORMAT
         || (c < 0x80 && c != 0 && strchr ("()[]./~-", (int) c) != NULL) || c == 0x2212
         || c == 0x30fc;
}

/* What follows a number to say whom to ask for. */
static gboolean
is_extension (const char *p)
{
  return *p == 'x' || *p == 'X' || *p == ';' || *p == ',' || *p == '#'
         || g_ascii_strncasecmp (p, "ext", 3) == 0;
}

static gboolean
parse (const char *text, Parsed *parsed)
{
  memset (parsed, 0, sizeof *parsed);
  if (strnlen (text, MAX_TEXT + 1) > MAX_TEXT || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c) && parsed->n < MAX_DIGITS)
        parsed->digits[parsed->n++] = (char) ('0' + g_unichar_digit_value (c));
      else if ((c == '+' || c == 0xff0b) && parsed->n == 0 && !parsed->international)
        parsed->international = TRUE;
      else if (g_str_has_prefix (p, "(0)") && parsed->international && parsed->n > 0)
        p += 2;
      else if (parsed->n > 0 && is_extension (p))
        break;
      else if (!is_separator (c))
        return FALSE;
    }
  return parsed->n > 0;
}

static const TandemNumberPlan *
find_country (const char *country)
{
  for (const TandemNumberPlan *plan = tandem_number_plans; plan->region != NULL; plan++)
    if (g_ascii_strcasecmp (plan->region, country) == 0 && plan->international != NULL)
      return plan;
  return NULL;
}

/* (nullable): the plan whose code these digits begin with; no code is the beginning of another. */
static const TandemNumberPlan *
find_code (const char *digits, gsize *length)
{
  guint code = 0;

  for (gsize i = 0; i < 3 && digits[i] != '\0'; i++)
    {
      code = code * 10 + (guint) (digits[i] - '0');
      for (const TandemNumberPlan *plan = tandem_number_plans; plan->region != NULL; plan++)
        if (plan->code == code && plan->first)
          {
            *length = i + 1;
            return plan;
          }
    }
  return NULL;
}

static GRegex *
get_expression (const TandemNumberPlan *plan, Expression which)
{
  const char *pattern = which == INTERNATIONAL ? plan->international : plan->national;
  const gsize place = (gsize) (plan - tandem_number_plans);
  GRegex *found;

  if (pattern == NULL || place >= MAX_PLANS)
    return NULL;
  g_mutex_lock (&lock);
  if (expressions[place][which] == NULL)
    expressions[place][which] = g_regex_new (pattern, G_REGEX_ANCHORED, 0, NULL);
  found = expressions[place][which];
  g_mutex_unlock (&lock);
  return found;
}

static gboolean
is_possible (const TandemNumberPlan *plan, gsize n)
{
  return n < 32 && (plan->lengths & (1u << n)) != 0;
}

/* (transfer full): the national number without what is dialled before it within the country */
static char *
strip_national (const TandemNumberPlan *plan, const char *digits)
{
  GRegex *expression = get_expression (plan, NATIONAL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *stripped = NULL;
  g_autofree char *group = NULL;
  int end = 0, groups;

  if (expression == NULL || !g_regex_match (expression, digits, 0, &match)
      || !g_match_info_fetch_pos (match, 0, NULL, &end) || end <= 0)
    return g_strdup (digits);
  groups = g_regex_get_capture_count (expression);
  if (groups > 0)
    group = g_match_info_fetch (match, groups);
  if (plan->transform != NULL && group != NULL && group[0] != '\0')
    {
      g_autofree char *start = g_match_info_expand_references (match, plan->transform, NULL);

      stripped = g_strconcat (start, digits + end, NULL);
    }
  else
    stripped = g_strdup (digits + end);
  if (is_possible (plan, strlen (digits)) && !is_possible (plan, strlen (stripped)))
    return g_strdup (digits);
  return g_steal_pointer (&stripped);
}

static char *
make_e164 (const TandemNumberPlan *plan, const char *digits)
{
  g_autofree char *national = strip_national (plan, digits);

  if (!is_possible (plan, strlen (national)))
    return NULL;
  return g_strdup_printf ("+%u%s", plan->code, national);
}

static char *
international_to_e164 (const char *digits)
{
  gsize length = 0;
  const TandemNumberPlan *plan = find_code (digits, &length);

  return plan != NULL ? make_e164 (plan, digits + length) : NULL;
}

/* (nullable): what follows the prefix for calls abroad. No country code begins with a zero. */
static const char *
skip_international (const TandemNumberPlan *plan, const char *digits)
{
  GRegex *expression = get_expression (plan, INTERNATIONAL);
  g_autoptr (GMatchInfo) match = NULL;
  int end = 0;

  if (expression == NULL || !g_regex_match (expression, digits, 0, &match)
      || !g_match_info_fetch_pos (match, 0, NULL, &end) || end <= 0)
    return NULL;
  return digits[end] != '0' && digits[end] != '\0' ? digits + end : NULL;
}

static char *
national_to_e164 (const TandemNumberPlan *plan, const char *digits)
{
  const gsize n = strlen (digits);
  const char *abroad = skip_international (plan, digits);
  g_autofree char *code = g_strdup_printf ("%u", plan->code);

  if (abroad != NULL)
    return international_to_e164 (abroad);
  if (n < SHORTEST_PUBLIC && plan->lengths >> LONG_NUMBERS != 0
      && (digits[0] != '0' || plan->national == NULL))
    return NULL;
  if (!is_possible (plan, n) && g_str_has_prefix (digits, code)
      && is_possible (plan, n - strlen (code)))
    return make_e164 (plan, digits + strlen (code));
  return make_e164 (plan, digits);
}

/**
 * tandem_number_to_e164:
 * @text: a number in any spelling; anything else is no number
 * @country: (nullable): ISO 3166-1 of two letters
 *
 * Returns: (transfer full) (nullable): such as "+493012345"
 */
char *
tandem_number_to_e164 (const char *text, const char *country)
{
  const TandemNumberPlan *plan;
  Parsed parsed;

  g_return_val_if_fail (text != NULL, NULL);

  if (!parse (text, &parsed))
    return NULL;
  if (parsed.international)
    return international_to_e164 (parsed.digits);
  plan = country != NULL ? find_country (country) : NULL;
  return plan != NULL ? national_to_e164 (plan, parsed.digits) : NULL;
}

char *
tandem_number_to_digits (const char *text)
{
  Parsed parsed;

  g_return_val_if_fail (text != NULL, NULL);
  return parse (text, &parsed) ? g_strndup (parsed.digits, parsed.n) : NULL;
}

gboolean
tandem_number_is_country (const char *country)
{
  return country != NULL && find_country (country) != NULL;
}

char *
tandem_number_guess_country (void)
{
  const char *country = nl_langinfo (_NL_ADDRESS_COUNTRY_AB2);

  return tandem_number_is_country (country) ? g_strdup (country) : NULL;
}
