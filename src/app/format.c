/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "format.h"

#include <glib/gi18n.h>

#include <string.h>

/* Text for eyes: durations, days, numbers that stay in order among right-to-left words, and what
 * the dial entry takes for a number. Pure functions, no widgets. Not for SIP: phone/ parses. */

/**
 * tandem_format_duration:
 * @seconds: a duration
 *
 * Returns: (transfer full): "4:38", or "1:02:09" from an hour on
 */
char *
tandem_format_duration (guint seconds)
{
  if (seconds < 3600)
    return g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
  return g_strdup_printf ("%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/**
 * tandem_format_spoken_duration:
 * @seconds: a duration
 *
 * What a screen reader says of a duration: "4:38" would be read as a time of day.
 *
 * Returns: (transfer full): "4 minutes 38 seconds", translated
 */
char *
tandem_format_spoken_duration (guint seconds)
{
  g_autofree char *rest
      = g_strdup_printf (ngettext ("%u second", "%u seconds", seconds % 60), seconds % 60);
  g_autofree char *minutes = NULL;

  if (seconds < 60)
    return g_steal_pointer (&rest);
  minutes = g_strdup_printf (ngettext ("%u minute", "%u minutes", seconds / 60), seconds / 60);
  return g_strdup_printf ("%s %s", minutes, rest);
}

/**
 * tandem_format_when:
 * @when: (nullable): when a call began
 * @now: the present, in the agent's time zone
 *
 * Returns: (transfer full): "23:09" of today, "Yesterday", a weekday within the last week, or a date
 */
char *
tandem_format_when (GDateTime *when, GDateTime *now)
{
  g_autoptr (GDateTime) local = NULL;
  GDate day, today;
  int age;

  if (when == NULL)
    return g_strdup ("");

  local = g_date_time_to_timezone (when, g_date_time_get_timezone (now));
  g_date_set_dmy (&day, (GDateDay) g_date_time_get_day_of_month (local),
                  (GDateMonth) g_date_time_get_month (local),
                  (GDateYear) g_date_time_get_year (local));
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (now),
                  (GDateMonth) g_date_time_get_month (now), (GDateYear) g_date_time_get_year (now));
  age = g_date_days_between (&day, &today);

  if (age <= 0)
    /* Translators: the time of a call of today, for g_date_time_format(). */
    return g_date_time_format (local, _ ("%H:%M"));
  if (age == 1)
    return g_strdup (_ ("Yesterday"));
  if (age < 7)
    return g_date_time_format (local, "%A");
  return g_date_time_format (local, "%x");
}

/**
 * tandem_format_moment:
 * @when: when something happened
 * @now: the present, in the agent's time zone
 *
 * Returns: (transfer full): "23:09:41" of today, with the date before it on any other day
 */
char *
tandem_format_moment (GDateTime *when, GDateTime *now)
{
  g_autoptr (GDateTime) local = g_date_time_to_timezone (when, g_date_time_get_timezone (now));
  gboolean today = g_date_time_get_year (local) == g_date_time_get_year (now)
                   && g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now);

  /* Translators: the time and the date of an event, for g_date_time_format(). */
  return g_date_time_format (local, today ? _ ("%H:%M:%S") : _ ("%x %H:%M:%S"));
}

/**
 * tandem_format_milliseconds:
 * @milliseconds: how long something took
 *
 * Returns: (transfer full): "80 ms", "0.42 s", "12.4 s", translated
 */
char *
tandem_format_milliseconds (gint64 milliseconds)
{
  if (milliseconds < 100)
    /* Translators: milliseconds. */
    return g_strdup_printf (_ ("%d ms"), (int) milliseconds);
  if (milliseconds < 10000)
    /* Translators: seconds. */
    return g_strdup_printf (_ ("%.2f s"), (double) milliseconds / 1000);
  /* Translators: seconds. */
  return g_strdup_printf (_ ("%.1f s"), (double) milliseconds / 1000);
}

/**
 * tandem_format_route:
 * @from: (nullable): the address of who failed
 * @to: (nullable): the address of who took over
 *
 * Returns: (transfer full) (nullable): "192.0.2.11 → 192.0.2.12", from left to right in every
 *   language, as far as the addresses are known
 */
char *
tandem_format_route (const char *from, const char *to)
{
  g_autofree char *route = NULL;

  if (from == NULL && to == NULL)
    return NULL;
  if (from == NULL)
    route = g_strconcat ("→ ", to, NULL);
  else if (to == NULL)
    return tandem_format_isolated (from);
  else
    route = g_strconcat (from, " → ", to, NULL);
  return tandem_format_isolated (route);
}

/**
 * tandem_format_file_name:
 * @base: what is saved
 *
 * Returns: (transfer full): the name to propose, with the present time in it
 */
char *
tandem_format_file_name (const char *base)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d-%H%M");

  return g_strdup_printf ("%s-%s.txt", base, time);
}

/**
 * tandem_format_isolated:
 * @text: (nullable): a number, a SIP address or an IP address
 *
 * Between words of a right-to-left language "+31 20 794" would be shown as "794 20 31+".
 *
 * Returns: (transfer full) (nullable): @text within U+2066 and U+2069
 */
char *
tandem_format_isolated (const char *text)
{
  if (text == NULL)
    return NULL;
  return g_strconcat ("\xe2\x81\xa6", text, "\xe2\x81\xa9", NULL);
}

/**
 * tandem_format_shortened:
 * @text: (nullable): a name from the network, of any length
 * @most: how many characters of it are shown
 *
 * Returns: (transfer full) (nullable): @text, cut with an ellipsis when it is longer
 */
char *
tandem_format_shortened (const char *text, guint most)
{
  g_autofree char *start = NULL;

  if (text == NULL || g_utf8_strlen (text, -1) <= (glong) most)
    return g_strdup (text);
  start = g_utf8_substring (text, 0, (glong) most - 1);
  return g_strconcat (start, "…", NULL);
}

/**
 * tandem_format_is_target:
 * @text: what was typed
 *
 * Whether Enter dials @text as it stands: a number or an address, and not the beginning of a name.
 */
gboolean
tandem_format_is_target (const char *text)
{
  static const char *const schemes[] = { "sip:", "sips:", "tel:", "callto:" };
  gboolean dialable = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;
  if (strchr (text, '@') != NULL)
    return TRUE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c) || c == '*' || c == '#')
        dialable = TRUE;
      else if (c != '+' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/'
               && !g_unichar_isspace (c))
        return FALSE;
    }
  return dialable;
}

static char *
digits_of (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      int digit = g_unichar_digit_value (g_utf8_get_char (p));

      if (digit >= 0)
        g_string_append_c (digits, (char) ('0' + digit));
      else if (*p == '*' || *p == '#')
        g_string_append_c (digits, *p);
    }
  return g_string_free (digits, FALSE);
}

static gboolean
contains (const char *haystack, const char *needle)
{
  g_autofree char *folded = NULL;
  g_autofree char *normal = NULL;

  if (haystack == NULL)
    return FALSE;
  normal = g_utf8_normalize (haystack, -1, G_NORMALIZE_ALL_COMPOSE);
  folded = g_utf8_casefold (normal != NULL ? normal : haystack, -1);
  return strstr (folded, needle) != NULL;
}

/**
 * tandem_format_matches:
 * @name: (nullable): a name
 * @address: (nullable): a number or address
 * @wanted: what was typed
 *
 * Whether an entry of a list fits what was typed: a part of the name or the address in any case, or
 * the same digits however they are spaced and bracketed.
 */
gboolean
tandem_format_matches (const char *name, const char *address, const char *wanted)
{
  g_autofree char *stripped = g_strstrip (g_strdup (wanted));
  g_autofree char *normal = g_utf8_normalize (stripped, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (normal != NULL ? normal : stripped, -1);

  if (*folded == '\0' || contains (name, folded) || contains (address, folded))
    return TRUE;
  if (address != NULL && tandem_format_is_target (stripped) && strchr (stripped, '@') == NULL)
    {
      g_autofree char *digits = digits_of (stripped);
      g_autofree char *number = digits_of (address);

      return *digits != '\0' && strstr (number, digits) != NULL;
    }
  return FALSE;
}
