/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "sample-app.h"

const char *const sample_app_scenes[]
    = { "idle",         "active",          "incoming",   "failover",     "offline",
        "calling",      "welcome",         "held",       "held-by-peer", "hold-failed",
        "unconfirmed",  "mailbox",         "two-calls",  "call-waiting", "ten-calls",
        "transferring", "transfer-failed", "consulting", "conference",   "referral",
        "auto-answer",  "do-not-disturb",  "wrap-up",    "colleagues",   NULL };

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
  TandemConfiguration *configuration = tandem_configuration_new ();

  g_assert_nonnull (configuration);
  return sample_app_new_for_phone (tandem_phone_new_sample (scene), configuration);
}

SampleApp *
sample_app_new_for_phone (TandemPhone *phone, TandemConfiguration *configuration)
{
  static guint count = 0;
  SampleApp *self = g_new0 (SampleApp, 1);
  g_autofree char *id = g_strdup_printf ("%s.Sample%u", TANDEM_APPLICATION_ID, ++count);
  g_autoptr (GError) error = NULL;

  self->application = tandem_application_new (id, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (self->application, "activate", G_CALLBACK (on_activate), NULL);
  g_application_register (G_APPLICATION (self->application), NULL, &error);
  g_assert_no_error (error);
  self->phone = phone;
  self->configuration = configuration;
  self->actions = tandem_actions_new (G_ACTION_MAP (self->application));
  tandem_actions_set_phone (self->actions, self->phone);
  tandem_application_set_models (self->application, self->phone, self->configuration,
                                 self->actions);
  self->window = tandem_application_get_window (self->application);
  return self;
}

SampleApp *
sample_app_show (const char *scene, int width, int height)
{
  SampleApp *self = sample_app_new (scene);

  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  gtk_window_present (GTK_WINDOW (self->window));
  sample_app_settle (GTK_WIDGET (self->window));
  return self;
}

gboolean
sample_app_press (GtkWidget *widget, guint keyval, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean stopped = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !stopped; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, modifiers, &stopped);
    }
  return stopped;
}

GtkWidget *
sample_app_child (SampleApp *self, const char *id)
{
  GtkWidget *widget = sample_app_find_named (GTK_WIDGET (self->window), id);

  if (widget == NULL)
    g_error ("no widget %s", id);
  return widget;
}

TandemCall *
sample_app_first_call (SampleApp *self)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (self->phone), 0);

  g_assert_nonnull (call);
  return call;
}

GtkWidget *
sample_app_find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  g_error ("no window of the type %s", g_type_name (type));
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
  guint source = g_timeout_add (20000, on_deadline, &late);

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
