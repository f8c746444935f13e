/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lint.h"

#include <adwaita.h>

/* What GTK or libadwaita made within a widget of theirs is named by that widget. */
static gboolean
is_made_by_library (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  for (; parent != NULL; parent = gtk_widget_get_parent (parent))
    if (GTK_IS_MENU_BUTTON (parent) || GTK_IS_SPIN_BUTTON (parent) || GTK_IS_DROP_DOWN (parent)
        || GTK_IS_WINDOW_CONTROLS (parent) || GTK_IS_SHORTCUTS_WINDOW (parent))
      return TRUE;
  if (GTK_IS_TOGGLE_BUTTON (widget)
      && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), "search_button") == 0
      && ADW_IS_PREFERENCES_WINDOW (gtk_widget_get_root (widget)))
    return TRUE;
  /* the button that shows a password: in libadwaita 1.10 it has no ID any more */
  if (GTK_IS_BUTTON (widget) && gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)) == NULL
      && gtk_widget_get_ancestor (widget, ADW_TYPE_PASSWORD_ENTRY_ROW) != NULL)
    return TRUE;
  parent = gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW);
  if (parent != NULL && gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)) != NULL
      && !g_str_has_suffix (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), "_row"))
    return TRUE;
  return FALSE;
}

static gboolean
is_named (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)
         || (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
         || (ADW_IS_PREFERENCES_ROW (widget)
             && *adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)) != '\0');
}

static guint
count_nameless (GtkWidget *widget)
{
  guint nameless = 0;

  if (gtk_widget_get_mapped (widget) && !is_made_by_library (widget)
      && (GTK_IS_BUTTON (widget) || GTK_IS_ENTRY (widget) || GTK_IS_SWITCH (widget)
          || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget)
          || ADW_IS_ENTRY_ROW (widget))
      && !is_named (widget))
    {
      g_test_message ("no accessible name: %s “%s” in %s", G_OBJECT_TYPE_NAME (widget),
                      gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)),
                      G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
      nameless++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    nameless += count_nameless (child);
  return nameless;
}

void
lint_accessibility (GtkWidget *root)
{
  g_assert_cmpuint (count_nameless (root), ==, 0);
}

static guint
count_outside (GtkWidget *window, GtkWidget *widget, int width)
{
  guint outside = 0;
  graphene_rect_t bounds;

  if (!gtk_widget_get_mapped (widget))
    return 0;
  if ((GTK_IS_BUTTON (widget) || GTK_IS_LABEL (widget) || GTK_IS_ENTRY (widget))
      && gtk_widget_compute_bounds (widget, window, &bounds)
      && (bounds.origin.x < -0.5F || bounds.origin.x + bounds.size.width > (float) width + 0.5F))
    {
      g_test_message ("out of the window: %s “%s” from %.0f to %.0f", G_OBJECT_TYPE_NAME (widget),
                      GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "",
                      (double) bounds.origin.x, (double) (bounds.origin.x + bounds.size.width));
      outside++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    outside += count_outside (window, child, width);
  return outside;
}

static void
report_wide (GtkWidget *widget, int width)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (minimum <= width)
    return;
  g_test_message ("%s “%s” needs %d", G_OBJECT_TYPE_NAME (widget),
                  gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), minimum);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    report_wide (child, MIN (width, 300));
}

void
lint_width (GtkWidget *window, int width)
{
  guint outside;

  if (gtk_widget_get_width (window) > width)
    report_wide (window, width);
  g_assert_cmpint (gtk_widget_get_width (window), <=, width);
  outside = count_outside (window, window, width);
  if (outside > 0)
    report_wide (window, width - 10);
  g_assert_cmpuint (outside, ==, 0);
}
