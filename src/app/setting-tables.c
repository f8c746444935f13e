/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "setting-tables.h"

#include <glib/gi18n.h>

#include <string.h>

#include "book-row.h"
#include "desktop-books.h"
#include "dialling-rules.h"
#include "directory-trial.h"
#include "ldap-client.h"
#include "number.h"
#include "rule-trial.h"
#include "secret-row.h"
#include "shortcut-list.h"
#include "target.h"

/* See setting-tables.h. */

static const char *
check_target (const char *text)
{
  g_autofree char *uri
      = *text != '\0' ? tandem_target_parse (text, "example.test", TRUE, NULL) : NULL;

  return *text == '\0' || uri != NULL ? NULL : _ ("This is neither a number nor a SIP address");
}

static const char *
check_country (const char *text)
{
  return *text == '\0' || tandem_number_is_country (text) ? NULL
                                                          : _ ("Two letters, such as DE or NL");
}

static const char *
check_web_address (const char *text)
{
  g_autofree char *scheme = g_uri_parse_scheme (text);

  return *text == '\0' || g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0
             ? NULL
             : _ ("An address that begins with https://");
}

static const char *
check_ldap_address (const char *text)
{
  g_autofree char *scheme = g_uri_parse_scheme (text);

  return *text == '\0' || g_strcmp0 (scheme, "ldaps") == 0 || g_strcmp0 (scheme, "ldap") == 0
             ? NULL
             : _ ("An address that begins with ldaps://");
}

static const char *
check_ldap_filter (const char *text)
{
  g_autofree char *filter = tandem_ldap_make_filter (text, "abc");

  return filter != NULL ? NULL : _ ("A filter in parentheses, with %s for what was typed");
}

static const char *
check_digits (const char *text)
{
  return text[strspn (text, "0123456789*#+")] == '\0' ? NULL : _ ("Digits, * and # only");
}

static const char *
check_header (const char *text)
{
  return text[strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")]
                     == '\0'
                 && strlen (text) <= 64
             ? NULL
             : _ ("The name of a SIP header: letters, digits and -");
}

static char *
check_rule (const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;

  return tandem_dialling_rules_check (first, second, &error) ? NULL : g_strdup (error->message);
}

static char *
check_colleague (const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = tandem_target_parse (first, "example.test", TRUE, &error);

  return uri != NULL ? NULL : g_strdup (error->message);
}

static const char *const policies[] = { "ask", "domain", "never", NULL };
static const char *const policy_labels[]
    = { N_ ("Ask"), N_ ("Do it within the own domain, else ask"), N_ ("Never do it"), NULL };
static const char *const answer_policies[] = { "never", "domain", "always", NULL };
static const char *const answer_labels[]
    = { N_ ("Never"), N_ ("From the own domain"), N_ ("Always"), NULL };
static const char *const packages[] = { "dialog", "presence", NULL };
static const char *const package_labels[] = { N_ ("Calls"), N_ ("Presence"), NULL };

static const TandemSetting several[] = {
  { TANDEM_SETTING_SWITCH, "calls", "call-waiting-tone", N_ ("Tone while another call rings"),
    N_ ("Softly, in the ear only") },
  { TANDEM_SETTING_NUMBER, "calls", "hold-reminder", N_ ("Remind of a held call after"),
    N_ ("Seconds, and again after as many; 0: never") },
  { TANDEM_SETTING_CHOICE, "calls", "transfer-requests",
    N_ ("When the other side wants this phone to call somebody"), NULL, NULL, policies,
    policy_labels },
  { TANDEM_SETTING_TEXT, "calls", "conference-address", N_ ("Conference of the server"),
    N_ ("Empty: the phone mixes conferences itself"), check_target },
  { TANDEM_SETTING_SWITCH, "calls", "remote-control", N_ ("The server may answer and hold calls"),
    N_ ("For the desktop of a contact centre") },
  { 0 },
};

static const TandemSetting availability[] = {
  { TANDEM_SETTING_SWITCH, "calls", "do-not-disturb", N_ ("Do not disturb"),
    N_ ("Every call is refused") },
  { TANDEM_SETTING_NUMBER, "calls", "do-not-disturb-code",
    N_ ("SIP status while not to be disturbed"), N_ ("480: temporarily unavailable") },
  { TANDEM_SETTING_NUMBER, "calls", "decline-code", N_ ("SIP status of a declined call"),
    N_ ("486: busy; 603: declined for good") },
  { TANDEM_SETTING_NUMBER, "calls", "wrap-up-time", N_ ("After-call work"),
    N_ ("Seconds without calls after each call; 0: none") },
  { 0 },
};

static const TandemSetting forwarding[] = {
  { TANDEM_SETTING_TEXT, "calls", "forward-always", N_ ("All calls to"), NULL, check_target },
  { TANDEM_SETTING_TEXT, "calls", "forward-busy", N_ ("While busy to"), NULL, check_target },
  { TANDEM_SETTING_TEXT, "calls", "forward-no-answer", N_ ("When not answered to"), NULL,
    check_target },
  { TANDEM_SETTING_NUMBER, "calls", "forward-no-answer-delay", N_ ("Not answered after"),
    N_ ("Seconds of ringing") },
  { 0 },
};

static const TandemSetting answering[] = {
  { TANDEM_SETTING_SWITCH, "calls", "auto-answer", N_ ("Answer calls automatically") },
  { TANDEM_SETTING_NUMBER, "calls", "auto-answer-delay", N_ ("After"), N_ ("Milliseconds") },
  { TANDEM_SETTING_SWITCH, "calls", "auto-answer-tone", N_ ("With a tone in the ear") },
  { TANDEM_SETTING_CHOICE, "calls", "auto-answer-by-header", N_ ("When the caller asks for it"),
    NULL, NULL, answer_policies, answer_labels },
  { TANDEM_SETTING_SWITCH, "calls", "auto-answer-in-call", N_ ("Also during another call"),
    N_ ("The other one is held") },
  { 0 },
};

static const TandemSetting dialling[] = {
  { TANDEM_SETTING_PAIRS, "calls", "dialling-rules", N_ ("Rules for dialled numbers"), NULL, NULL,
    NULL, NULL, N_ ("Regular expression, such as ^0([1-9]\\d+)$"),
    N_ ("Replacement, such as +49\\1"), check_rule },
  { TANDEM_SETTING_WORDS, "calls", "emergency-numbers", N_ ("Emergency numbers"),
    N_ ("Dialled as they are, with commas between them"), check_digits },
  { TANDEM_SETTING_WORDS, "calls", "kept-headers", N_ ("SIP headers shown in a call beside X-…"),
    N_ ("With commas between them"), check_header },
  { 0 },
};

static const TandemSetting colleagues[] = {
  { TANDEM_SETTING_PAIRS, "directory", "colleagues", N_ ("Colleagues"), NULL, NULL, NULL, NULL,
    N_ ("Number or SIP address"), N_ ("Name"), check_colleague },
  { TANDEM_SETTING_CHOICE, "directory", "colleagues-package", N_ ("What the server tells of them"),
    NULL, NULL, packages, package_labels },
  { TANDEM_SETTING_TEXT, "calls", "pick-up-code", N_ ("Number that picks up a colleague’s call"),
    N_ ("Empty: the call is taken over directly"), check_digits },
  { 0 },
};

static const TandemSetting contacts[] = {
  { TANDEM_SETTING_TEXT, "directory", "home-country", N_ ("Country of this telephone"),
    N_ ("Two letters; empty: that of the language"), check_country },
  { TANDEM_SETTING_NUMBER, "directory", "history-days", N_ ("Keep past calls for"),
    N_ ("Days; 0: for ever") },
  { 0 },
};

static const TandemSetting address_book[] = {
  { TANDEM_SETTING_TEXT, "directory", "carddav-url", N_ ("CardDAV address"), NULL,
    check_web_address },
  { TANDEM_SETTING_TEXT, "directory", "carddav-user", N_ ("User") },
  { 0 },
};

static const TandemSetting desktop_books[] = {
  { TANDEM_SETTING_SWITCH, "directory", "desktop-books", N_ ("Use their names"),
    N_ ("As they change there; nothing is changed there") },
  { 0 },
};

static const TandemSetting directory[] = {
  { TANDEM_SETTING_TEXT, "directory", "ldap-url", N_ ("LDAP server"),
    N_ ("Such as ldaps://directory.example.com"), check_ldap_address },
  { TANDEM_SETTING_TEXT, "directory", "ldap-base", N_ ("Look below (base DN)"),
    N_ ("Empty: where the server says") },
  { TANDEM_SETTING_TEXT, "directory", "ldap-user", N_ ("Sign in as (DN)"),
    N_ ("Empty: without signing in") },
  { TANDEM_SETTING_TEXT, "directory", "ldap-filter", N_ ("Filter"),
    N_ ("In it, %s is what was typed"), check_ldap_filter },
  { 0 },
};

static const TandemSetting running[] = {
  { TANDEM_SETTING_SWITCH, "window", "background", N_ ("Stay when the window is closed"),
    N_ ("Calls ring all the same") },
  { TANDEM_SETTING_SWITCH, "window", "autostart", N_ ("Start with the session"),
    N_ ("Without a window") },
  { 0 },
};

static const TandemSetting keys[] = {
  { TANDEM_SETTING_SWITCH, "window", "push-to-talk", N_ ("Push to talk"),
    N_ ("In a call you are heard only while the key is held") },
  { TANDEM_SETTING_SWITCH, "window", "global-shortcuts", N_ ("Keys that work in other windows too"),
    N_ ("The desktop asks which; one without such keys can call Tandem over D-Bus") },
  { 0 },
};

static AdwPreferencesGroup *
add (AdwPreferencesPage *page,
     TandemConfiguration *configuration,
     const char *title,
     const char *description,
     const TandemSetting *settings,
     GPtrArray *groups)
{
  AdwPreferencesGroup *group
      = tandem_setting_group_new (configuration, title, description, settings);

  adw_preferences_page_add (page, group);
  g_ptr_array_add (groups, group);
  return group;
}

GPtrArray *
tandem_setting_tables_fill (AdwPreferencesPage *calls,
                            AdwPreferencesPage *people,
                            AdwPreferencesPage *desk,
                            TandemPhone *phone,
                            TandemConfiguration *configuration)
{
  GPtrArray *groups = g_ptr_array_new ();
  AdwPreferencesGroup *group;

  add (calls, configuration, N_ ("Availability"), NULL, availability, groups);
  add (calls, configuration, N_ ("Sending Calls On"),
       N_ ("By this phone, while it runs and is registered"), forwarding, groups);
  add (calls, configuration, N_ ("Automatic Answer"), NULL, answering, groups);
  add (calls, configuration, N_ ("Several Calls"), NULL, several, groups);
  group = add (calls, configuration, N_ ("Dialling"), N_ ("The first rule that matches is applied"),
               dialling, groups);
  tandem_rule_trial_add (group, configuration);

  add (people, configuration, N_ ("Colleagues"),
       N_ ("Their telephones are watched, and shown where a call is transferred"), colleagues,
       groups);
  add (people, configuration, N_ ("Past Calls and Names"), NULL, contacts, groups);
  group = add (people, configuration, N_ ("Address Book of a Server"),
               N_ ("Read every half hour; nothing is changed there"), address_book, groups);
  adw_preferences_group_add (group, tandem_secret_row_new (configuration, "directory",
                                                           "carddav-url", "carddav-user",
                                                           N_ ("Enter the CardDAV address first")));
  if (tandem_phone_get_book (phone) != NULL)
    adw_preferences_group_add (group,
                               tandem_book_row_new (tandem_phone_get_book (phone), configuration));
  if (tandem_desktop_books_is_built_in ())
    add (people, configuration, N_ ("Address Books of This Computer"), NULL, desktop_books, groups);
  if (tandem_ldap_is_built_in ())
    {
      group = add (people, configuration, N_ ("Directory of the Company"),
                   N_ ("Asked while you type a name, from three letters on"), directory, groups);
      adw_preferences_group_add (group, tandem_secret_row_new (configuration, "directory",
                                                               "ldap-url", "ldap-user",
                                                               N_ ("Enter the server first")));
      tandem_directory_trial_add (group, configuration);
    }

  group = add (desk, configuration, N_ ("Keys"), NULL, keys, groups);
  tandem_shortcut_list_add (group, configuration);
  add (desk, configuration, N_ ("Without a Window"), NULL, running, groups);
  return groups;
}
