/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

/* Every key of the schema that this version uses has a row: one that is forgotten shows here. */

#define SCHEMA "org.tandemphone.Tandem."

static void
test_complete (void)
{
  static const char *const children[]
      = { "Account", "Servers", "Audio", "Calls", "Directory", "Window" };
  static const char *const files[]
      = { "preferences-window.c", "setting-tables.c", "shortcut-list.c" };
  /* The list of codecs, and what the window remembers by itself. */
  static const char *const elsewhere[] = { "codecs", "width", "height", "dial-pad", NULL };
  g_autoptr (GString) all = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path
          = g_test_build_filename (G_TEST_DIST, "..", "src", "app", files[i], NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_file_get_contents (path, &text, NULL, &error);
      g_assert_no_error (error);
      g_string_append (all, text);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_autofree char *id = g_strconcat (SCHEMA, children[i], NULL);
      g_autoptr (GSettingsSchema) schema
          = g_settings_schema_source_lookup (g_settings_schema_source_get_default (), id, TRUE);
      g_auto (GStrv) keys = NULL;

      g_assert_nonnull (schema);
      keys = g_settings_schema_list_keys (schema);
      for (guint k = 0; keys[k] != NULL; k++)
        {
          g_autofree char *quoted = g_strdup_printf ("\"%s\"", keys[k]);

          if (!g_strv_contains (elsewhere, keys[k]) && strstr (all->str, quoted) == NULL)
            g_error ("no row for %s/%s", children[i], keys[k]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preferences-complete", test_complete);
  return g_test_run ();
}
