/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "style-sheets.h"

#include <adwaita.h>

#define FOLDER "/org/tandemphone/Tandem/"

static void
add (GtkCssProvider *sheet)
{
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (sheet),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

/* libadwaita 1.10 warns of a style-hc.css, and earlier ones know no other way. */
static void
on_high_contrast (AdwStyleManager *manager, GParamSpec *spec, GtkCssProvider *sheet)
{
  if (adw_style_manager_get_high_contrast (manager))
    add (sheet);
  else
    gtk_style_context_remove_provider_for_display (gdk_display_get_default (),
                                                   GTK_STYLE_PROVIDER (sheet));
}

void
tandem_style_sheets_load (void)
{
  GtkCssProvider *high_contrast = gtk_css_provider_new ();
  AdwStyleManager *manager = adw_style_manager_get_default ();

  gtk_css_provider_load_from_resource (high_contrast, FOLDER "high-contrast.css");
  g_signal_connect_data (manager, "notify::high-contrast", G_CALLBACK (on_high_contrast),
                         high_contrast, (GClosureNotify) (GCallback) g_object_unref, 0);
  on_high_contrast (manager, NULL, high_contrast);

  if (adw_get_major_version () > 1 || adw_get_minor_version () >= 4)
    {
      g_autoptr (GtkCssProvider) panes = gtk_css_provider_new ();

      gtk_css_provider_load_from_resource (panes, FOLDER "adwaita-1.4.css");
      add (panes);
    }
}
