/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "shortcuts.h"

#include <glib/gi18n.h>

#include <string.h>

/* The keys of the program: one table for what they do, the shortcuts window and the editor in the
 * preferences. The setting "shortcuts" of the window has other keys for some actions; what cannot be
 * read in it is as if it were not there. */

#define CALLS NC_ ("shortcut window", "Calls")
#define TALKS NC_ ("shortcut window", "Several Calls")
#define PEOPLE NC_ ("shortcut window", "People and Past Calls")
#define WINDOW NC_ ("shortcut window", "Window")

#define MAX_KEYS 4

static const TandemShortcut shortcuts[] = {
  { "win.focus-entry",
    CALLS,
    NC_ ("shortcut window", "New call"),
    { "<Control>n", "<Control>l", "F2" } },
  { "win.answer", CALLS, NC_ ("shortcut window", "Answer"), { "F4", "<Control>Return" } },
  { "win.decline",
    CALLS,
    NC_ ("shortcut window", "Decline"),
    { "<Control><Shift>e", "<Shift>F9" } },
  { "win.send-on", CALLS, NC_ ("shortcut window", "Send on"), { "<Control><Shift>s" } },
  { "win.hang-up", CALLS, NC_ ("shortcut window", "Hang up"), { "<Control>e", "F9" } },
  { "win.mute", CALLS, NC_ ("shortcut window", "Mute"), { "<Control>m", "F8" } },
  { TANDEM_SHORTCUT_TALK, CALLS, NC_ ("shortcut window", "Talk while held"), { "F12" } },
  { TANDEM_SHORTCUT_COUGH, CALLS, NC_ ("shortcut window", "Mute while held"), { "<Control>F12" } },
  { "win.hold", CALLS, NC_ ("shortcut window", "Hold, retrieve"), { "<Control>h", "F7" } },
  { "win.keypad", CALLS, NC_ ("shortcut window", "Keypad"), { "<Control>k" } },
  { "win.note", CALLS, NC_ ("shortcut window", "Note"), { "<Control><Shift>n" } },
  { "win.call-details", CALLS, NC_ ("shortcut window", "Details of the call"), { "<Control>i" } },
  { "app.call-mailbox",
    CALLS,
    NC_ ("shortcut window", "Call the voice mail"),
    { "<Control><Shift>v" } },
  { "win.dnd", CALLS, NC_ ("shortcut window", "Do not disturb"), { "<Control><Shift>d" } },
  { "app.end-wrap-up", CALLS, NC_ ("shortcut window", "End after-call work"), { "<Control>r" } },
  { "win.transfer", TALKS, NC_ ("shortcut window", "Transfer"), { "<Control>t", "F6" } },
  { "win.merge", TALKS, NC_ ("shortcut window", "Merge"), { "<Control>j" } },
  { "win.split", TALKS, NC_ ("shortcut window", "Split"), { "<Control><Shift>j" } },
  { "win.swap", TALKS, NC_ ("shortcut window", "Swap"), { "<Control>s", "F5" } },
  { "win.cancel-consultation",
    TALKS,
    NC_ ("shortcut window", "Back to the caller"),
    { "<Control>b" } },
  { "win.talk-to(uint32 0)", TALKS, NC_ ("shortcut window", "Talk to the 1st call"), { "<Alt>1" } },
  { "win.talk-to(uint32 1)", TALKS, NC_ ("shortcut window", "Talk to the 2nd call"), { "<Alt>2" } },
  { "win.talk-to(uint32 2)", TALKS, NC_ ("shortcut window", "Talk to the 3rd call"), { "<Alt>3" } },
  { "win.talk-to(uint32 3)", TALKS, NC_ ("shortcut window", "Talk to the 4th call"), { "<Alt>4" } },
  { "win.talk-to(uint32 4)", TALKS, NC_ ("shortcut window", "Talk to the 5th call"), { "<Alt>5" } },
  { "win.talk-to(uint32 5)", TALKS, NC_ ("shortcut window", "Talk to the 6th call"), { "<Alt>6" } },
  { "win.talk-to(uint32 6)", TALKS, NC_ ("shortcut window", "Talk to the 7th call"), { "<Alt>7" } },
  { "win.talk-to(uint32 7)", TALKS, NC_ ("shortcut window", "Talk to the 8th call"), { "<Alt>8" } },
  { "win.talk-to(uint32 8)", TALKS, NC_ ("shortcut window", "Talk to the 9th call"), { "<Alt>9" } },
  { "win.talk-to(uint32 9)",
    TALKS,
    NC_ ("shortcut window", "Talk to the 10th call"),
    { "<Alt>0" } },
  { "win.colleagues", PEOPLE, NC_ ("shortcut window", "Colleagues"), { "<Control><Shift>c" } },
  { "win.pick-up",
    PEOPLE,
    NC_ ("shortcut window", "Pick up a colleague’s call"),
    { "<Control><Shift>p" } },
  { "win.show-contacts", PEOPLE, NC_ ("shortcut window", "Contacts"), { "<Control><Shift>o" } },
  { "win.redial", PEOPLE, NC_ ("shortcut window", "Redial"), { "<Control><Shift>r", "F3" } },
  { "win.missed-only", PEOPLE, NC_ ("shortcut window", "Missed calls"), { "<Control><Shift>m" } },
  { "win.dial-pad", WINDOW, NC_ ("shortcut window", "Dial pad"), { "<Control>d" } },
  { "win.show-timeline", WINDOW, NC_ ("shortcut window", "Timeline"), { "<Control><Shift>t" } },
  { "win.back", WINDOW, NC_ ("shortcut window", "Back"), { "<Alt>Left" } },
  { "app.preferences::account",
    WINDOW,
    NC_ ("shortcut window", "Preferences"),
    { "<Control>comma" } },
  { "win.show-help-overlay",
    WINDOW,
    NC_ ("shortcut window", "Keyboard shortcuts"),
    { "<Control>question" } },
  { "window.close", WINDOW, NC_ ("shortcut window", "Close the window"), { "<Control>w" } },
  { "app.quit", WINDOW, NC_ ("shortcut window", "Quit"), { "<Control>q" } },
};

static gboolean
parse_key (const char *key, guint *keyval, GdkModifierType *modifiers)
{
  if (!gtk_accelerator_parse (key, keyval, modifiers) || *keyval == 0)
    return FALSE;
  *keyval = gdk_keyval_to_lower (*keyval);
  return TRUE;
}

/**
 * tandem_shortcuts_get_all:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): what has a key, in the order in which it is shown
 */
const TandemShortcut *
tandem_shortcuts_get_all (guint *n)
{
  *n = G_N_ELEMENTS (shortcuts);
  return shortcuts;
}

/**
 * tandem_shortcuts_find:
 * @action: an action as in the table
 *
 * Returns: (nullable): what stands there about it
 */
const TandemShortcut *
tandem_shortcuts_find (const char *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (g_str_equal (shortcuts[i].action, action))
      return &shortcuts[i];
  return NULL;
}

/**
 * tandem_shortcuts_get_keys:
 * @shortcut: an entry
 * @settings: those of the window
 *
 * Returns: (transfer full): its keys as gtk_accelerator_parse() takes them; maybe none
 */
char **
tandem_shortcuts_get_keys (const TandemShortcut *shortcut, GSettings *settings)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, "shortcuts");
  g_autoptr (GVariant) own
      = g_variant_lookup_value (stored, shortcut->action, G_VARIANT_TYPE ("as"));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree const char **keys = own != NULL ? g_variant_get_strv (own, NULL) : NULL;
  guint n = 0, keyval;
  GdkModifierType modifiers;

  if (keys == NULL)
    return g_strdupv ((char **) shortcut->keys);
  for (guint i = 0; keys[i] != NULL && n < MAX_KEYS; i++)
    if (parse_key (keys[i], &keyval, &modifiers))
      {
        g_strv_builder_add (builder, keys[i]);
        n++;
      }
  return g_strv_builder_end (builder);
}

gboolean
tandem_shortcuts_is_changed (const TandemShortcut *shortcut, GSettings *settings)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, "shortcuts");
  g_autoptr (GVariant) own
      = g_variant_lookup_value (stored, shortcut->action, G_VARIANT_TYPE ("as"));

  return own != NULL;
}

/* keys: NULL-terminated; (nullable): the built-in ones */
static void
store (const TandemShortcut *shortcut, GSettings *settings, const char *const *keys)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, "shortcuts");
  GVariantBuilder builder;
  GVariantIter iter;
  const char *action;
  GVariant *value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  g_variant_iter_init (&iter, stored);
  while (g_variant_iter_loop (&iter, "{&s@as}", &action, &value))
    if (!g_str_equal (action, shortcut->action))
      g_variant_builder_add (&builder, "{s@as}", action, value);
  if (keys != NULL)
    g_variant_builder_add (&builder, "{s^as}", shortcut->action, keys);
  g_settings_set_value (settings, "shortcuts", g_variant_builder_end (&builder));
}

/**
 * tandem_shortcuts_set_key:
 * @shortcut: an entry
 * @settings: those of the window
 * @key: (nullable): its only key from now on; %NULL: it has none
 */
void
tandem_shortcuts_set_key (const TandemShortcut *shortcut, GSettings *settings, const char *key)
{
  const char *const keys[] = { key, NULL };

  store (shortcut, settings, keys);
}

/**
 * tandem_shortcuts_reset:
 * @shortcut: (nullable): an entry; %NULL: all
 * @settings: those of the window
 *
 * Back to the built-in keys.
 */
void
tandem_shortcuts_reset (const TandemShortcut *shortcut, GSettings *settings)
{
  if (shortcut != NULL)
    store (shortcut, settings, NULL);
  else
    g_settings_reset (settings, "shortcuts");
}

/**
 * tandem_shortcuts_is_key:
 *
 * Returns: whether this key with @modifiers is one of the entry's
 */
gboolean
tandem_shortcuts_is_key (const TandemShortcut *shortcut,
                         GSettings *settings,
                         guint keyval,
                         GdkModifierType modifiers)
{
  g_auto (GStrv) keys = tandem_shortcuts_get_keys (shortcut, settings);
  GdkModifierType own_modifiers, mask = gtk_accelerator_get_default_mod_mask ();
  guint own_keyval;

  for (guint i = 0; keys[i] != NULL; i++)
    if (parse_key (keys[i], &own_keyval, &own_modifiers)
        && own_keyval == gdk_keyval_to_lower (keyval)
        && (own_modifiers & mask) == (modifiers & mask))
      return TRUE;
  return FALSE;
}

/**
 * tandem_shortcuts_find_user:
 * @settings: those of the window
 * @key: as gtk_accelerator_parse() takes it
 *
 * Returns: (nullable): what has this key already
 */
const TandemShortcut *
tandem_shortcuts_find_user (GSettings *settings, const char *key)
{
  GdkModifierType modifiers;
  guint keyval;

  if (!parse_key (key, &keyval, &modifiers))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (tandem_shortcuts_is_key (&shortcuts[i], settings, keyval, modifiers))
      return &shortcuts[i];
  return NULL;
}

/**
 * tandem_shortcuts_check_key:
 * @problem: (out): what is wrong with it, translated
 *
 * Keys that are typed into entries, or that move the focus, stay with that.
 *
 * Returns: whether the key may be a shortcut
 */
gboolean
tandem_shortcuts_check_key (guint keyval, GdkModifierType modifiers, const char **problem)
{
  GdkModifierType strong = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK;
  gboolean function = keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35;

  *problem = NULL;
  if (!gtk_accelerator_valid (keyval, modifiers))
    *problem = _ ("This key cannot be a shortcut");
  else if (keyval == GDK_KEY_F10 && (modifiers & strong) == 0)
    *problem = _ ("F10 opens the menu");
  else if (!function && (modifiers & strong) == 0
           && !(keyval >= GDK_KEY_KP_F1 && keyval <= GDK_KEY_KP_F4)
           && (gdk_keyval_to_unicode (keyval) != 0 || keyval < GDK_KEY_F1
               || (keyval >= GDK_KEY_Home && keyval <= GDK_KEY_Begin)))
    *problem = _ ("Together with Ctrl or Alt, or a function key");
  return *problem == NULL;
}

/**
 * tandem_shortcuts_apply:
 * @application: has the actions
 * @settings: those of the window
 */
void
tandem_shortcuts_apply (GtkApplication *application, GSettings *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_auto (GStrv) keys = tandem_shortcuts_get_keys (&shortcuts[i], settings);

      if (strchr (shortcuts[i].action, '.') != NULL)
        gtk_application_set_accels_for_action (application, shortcuts[i].action,
                                               (const char *const *) keys);
    }
}

/**
 * tandem_shortcuts_create_window:
 * @settings: those of the window
 *
 * Returns: (transfer full): the window that lists all keys as they are now
 */
GtkShortcutsWindow *
tandem_shortcuts_create_window (GSettings *settings)
{
  g_autoptr (GString) xml = g_string_new ("<interface><object class='GtkShortcutsWindow' "
                                          "id='overlay'><property name='modal'>1</property>"
                                          "<child><object class='GtkShortcutsSection'><property "
                                          "name='section-name'>shortcuts</property>"
                                          "<property name='max-height'>14</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  const char *group = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_auto (GStrv) keys = tandem_shortcuts_get_keys (&shortcuts[i], settings);
      g_autofree char *joined = g_strjoinv (" ", keys);
      g_autofree char *entry = g_markup_printf_escaped (
          "<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property>"
          "<property name='accelerator'>%s</property></object></child>",
          g_dpgettext2 (NULL, "shortcut window", shortcuts[i].title), joined);

      if (g_strcmp0 (group, shortcuts[i].group) != 0)
        {
          g_autofree char *title = g_markup_printf_escaped (
              "<child><object class='GtkShortcutsGroup'>"
              "<property name='title'>%s</property>",
              g_dpgettext2 (NULL, "shortcut window", shortcuts[i].group));

          g_string_append_printf (xml, "%s%s", group != NULL ? "</object></child>" : "", title);
          group = shortcuts[i].group;
        }
      if (*joined != '\0')
        g_string_append (xml, entry);
    }
  g_string_append (xml, "</object></child></object></child></object></interface>");
  builder = gtk_builder_new_from_string (xml->str, (gssize) xml->len);
  return g_object_ref (GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "overlay")));
}
