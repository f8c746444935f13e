/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "sample-app.h"

static void
on_activate (GApplication *application)
{
}

/**
 * sample_app_new:
 * @scene: a scene of tandem_phone_new_sample()
 *
 * Returns: (transfer full): the application with its main window shown
 */
SampleApp *
sample_app_new (const char *scene)
{
  static guint count = 0;
  SampleApp *self = g_new0 (SampleApp, 1);
  g_autofree char *id = g_strdup_printf ("%s.Sample%u", TANDEM_APPLICATION_ID, ++count);
  g_autoptr (GError) error = NULL;

  self->application = tandem_application_new (id, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (self->application, "activate", G_CALLBACK (on_activate), NULL);
  g_application_register (G_APPLICATION (self->application), NULL, &error);
  g_assert_no_error (error);
  self->phone = tandem_phone_new_sample (scene);
  self->configuration = tandem_configuration_new ();
  g_assert_nonnull (self->configuration);
  self->actions = tandem_actions_new (G_ACTION_MAP (self->application));
  tandem_actions_set_phone (self->actions, self->phone);
  tandem_application_set_models (self->application, self->phone, self->configuration,
                                 self->actions);
  self->window = tandem_application_get_window (self->application);
  return self;
}

void
sample_app_free (SampleApp *self)
{
  TandemPhone *phone = self->phone;
  GList *windows;

  g_object_add_weak_pointer (G_OBJECT (phone), (gpointer *) &phone);
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self->application))) != NULL)
    gtk_window_destroy (windows->data);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (self->actions);
  g_object_unref (self->phone);
  g_object_unref (self->configuration);
  /* Without windows it ends at once, and takes itself from the bus. */
  g_application_run (G_APPLICATION (self->application), 0, NULL);
  g_object_unref (self->application);
  /* Nothing of the windows keeps the models alive. */
  g_assert_null (phone);
  g_free (self);
}

static gboolean
on_deadline (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
sample_app_wait (gboolean (*condition) (gpointer data), gpointer data)
{
  gboolean late = FALSE;
  guint source = g_timeout_add (5000, on_deadline, &late);

  while (!condition (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (source);
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

void
sample_app_wait_mapped (GtkWidget *widget)
{
  sample_app_wait (is_mapped, widget);
}

typedef struct
{
  GdkFrameClock *clock;
  guint frames;
} Frames;

static void
on_after_paint (GdkFrameClock *clock, Frames *frames)
{
  frames->frames++;
  if (frames->frames < 3)
    gdk_frame_clock_request_phase (clock,
                                   GDK_FRAME_CLOCK_PHASE_LAYOUT | GDK_FRAME_CLOCK_PHASE_PAINT);
}

static gboolean
are_frames_drawn (gpointer data)
{
  return ((Frames *) data)->frames >= 3;
}

void
sample_app_settle (GtkWidget *widget)
{
  Frames frames = { gtk_widget_get_frame_clock (widget), 0 };
  gulong handler;

  g_assert_nonnull (frames.clock);
  handler = g_signal_connect (frames.clock, "after-paint", G_CALLBACK (on_after_paint), &frames);
  gdk_frame_clock_request_phase (frames.clock,
                                 GDK_FRAME_CLOCK_PHASE_LAYOUT | GDK_FRAME_CLOCK_PHASE_PAINT);
  sample_app_wait (are_frames_drawn, &frames);
  g_signal_handler_disconnect (frames.clock, handler);
}

/**
 * sample_app_find:
 * @root: where to begin
 * @type: the kind of widget
 * @text: (nullable): a label's text or a tooltip
 *
 * Returns: (nullable): the first widget that is seen and fits
 */
GtkWidget *
sample_app_find (GtkWidget *root, GType type, const char *text)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && gtk_widget_get_mapped (root)
      && (text == NULL || g_strcmp0 (gtk_widget_get_tooltip_text (root), text) == 0
          || (GTK_IS_LABEL (root) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (root)), text) == 0)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = sample_app_find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * sample_app_find_named:
 * @root: where to begin
 * @id: the id of a widget in its .ui file
 *
 * Returns: (nullable): the first widget with that id, seen or not
 */
GtkWidget *
sample_app_find_named (GtkWidget *root, const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), id) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = sample_app_find_named (child, id);

      if (found != NULL)
        return found;
    }
  return NULL;
}
