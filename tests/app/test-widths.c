/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib/gi18n.h>

#include <locale.h>

#include "call-private.h"
#include "lint.h"
#include "sample-app.h"

/* What the main window shows fits into its width, in every scene, in the language of the environment. */

static guint
n_calls (SampleApp *app)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (app->phone));
}

static TandemCall *
nth_call (SampleApp *app, guint n)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (app->phone), n);

  g_assert_nonnull (call);
  return call;
}

static void
test_folding (void)
{
  static const struct
  {
    int width;
    gboolean folded;
  } cases[] = { { 360, TRUE }, { 600, TRUE }, { 820, FALSE }, { 1000, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("active", cases[i].width, 680);
      gboolean folded = adw_leaflet_get_folded (ADW_LEAFLET (sample_app_child (app, "leaflet")));

      g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (app->window)), <=, cases[i].width);
      g_assert_true (folded == cases[i].folded);
      lint_accessibility (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), cases[i].width);
      tandem_window_show_call (app->window, nth_call (app, 0));
      sample_app_settle (GTK_WIDGET (app->window));
      g_assert_true (gtk_widget_get_visible (sample_app_child (app, "back_button")) == folded);
      lint_accessibility (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), cases[i].width);
    }
}

/* At 150 % and from right to left everything still fits into the narrow window. */
static void
test_large_text_rtl (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int dpi;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", (int) (98304 * 1.5), NULL);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  for (gsize i = 0; sample_app_scenes[i] != NULL; i++)
    {
      g_autoptr (SampleApp) app = sample_app_show (sample_app_scenes[i], 360, 720);

      g_test_message ("%s", sample_app_scenes[i]);
      lint_width (GTK_WIDGET (app->window), 360);
      if (n_calls (app) > 0)
        {
          tandem_window_show_call (app->window, nth_call (app, 0));
          sample_app_settle (GTK_WIDGET (app->window));
          lint_width (GTK_WIDGET (app->window), 360);
        }
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
}

/* All views of the narrow window, in the language of the environment. */
static void
test_narrow (void)
{

  for (gsize i = 0; sample_app_scenes[i] != NULL; i++)
    {
      g_autoptr (SampleApp) app = sample_app_show (sample_app_scenes[i], 360, 720);

      g_test_message ("%s", sample_app_scenes[i]);
      lint_width (GTK_WIDGET (app->window), 360);
      if (n_calls (app) == 0)
        continue;
      tandem_window_show_call (app->window, nth_call (app, 0));
      sample_app_settle (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), 360);
      tandem_call_fail (nth_call (app, 0), "Busy");
      sample_app_settle (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), 360);
    }
}

int
main (int argc, char **argv)
{
  const char *locales = g_getenv ("TANDEM_TEST_LOCALEDIR");

  gtk_test_init (&argc, &argv, NULL);
  if (locales != NULL)
    {
      setlocale (LC_ALL, "");
      bindtextdomain (TANDEM_GETTEXT_DOMAIN, locales);
      bind_textdomain_codeset (TANDEM_GETTEXT_DOMAIN, "UTF-8");
      textdomain (TANDEM_GETTEXT_DOMAIN);
      g_assert_cmpstr (_ ("Recent"), !=, "Recent");
    }
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/widths/folding", test_folding);
  g_test_add_func ("/widths/narrow", test_narrow);
  g_test_add_func ("/widths/large-text-rtl", test_large_text_rtl);
  return g_test_run ();
}
