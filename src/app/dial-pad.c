/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "dial-pad.h"

#include <glib/gi18n.h>

/* TandemDialPad: the twelve keys of a telephone. Signal "digit" (char *): one of 0-9, *, #, or +
 * after a long press on 0. It stays left to right in every language, as telephones do. Knows
 * nothing of calls: used by the dial entry and for tones alike. */

struct _TandemDialPad
{
  GtkWidget parent_instance;

  GtkGrid *grid;
};

enum
{
  SIGNAL_DIGIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemDialPad, tandem_dial_pad, GTK_TYPE_WIDGET)

/* name: for screen readers, where the digit does not say it. */
static const struct
{
  const char *digit;
  const char *letters;
  const char *name;
} keys[] = {
  { "1", "", NULL },     { "2", "ABC", NULL },     { "3", "DEF", NULL },  { "4", "GHI", NULL },
  { "5", "JKL", NULL },  { "6", "MNO", NULL },     { "7", "PQRS", NULL }, { "8", "TUV", NULL },
  { "9", "WXYZ", NULL }, { "*", "", N_ ("Star") }, { "0", "+", NULL },    { "#", "", N_ ("Hash") },
};

static void
on_clicked (GtkButton *button, TandemDialPad *self)
{
  g_signal_emit (self, signals[SIGNAL_DIGIT], 0, g_object_get_data (G_OBJECT (button), "digit"));
}

static void
on_long_pressed (GtkGestureLongPress *gesture, double x, double y, TandemDialPad *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[SIGNAL_DIGIT], 0, "+");
}

static GtkWidget *
create_key (TandemDialPad *self, guint i)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *digit = gtk_label_new (keys[i].digit);
  GtkWidget *letters = gtk_label_new (keys[i].letters);

  gtk_widget_add_css_class (digit, "digit");
  gtk_widget_add_css_class (letters, "letters");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), digit);
  gtk_box_append (GTK_BOX (box), letters);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  keys[i].name != NULL ? _ (keys[i].name) : keys[i].digit, -1);
  g_object_set_data (G_OBJECT (button), "digit", (gpointer) keys[i].digit);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);

  if (g_str_equal (keys[i].digit, "0"))
    {
      GtkGesture *press = gtk_gesture_long_press_new ();

      gtk_widget_set_tooltip_text (button, _ ("Hold for +"));
      gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
      g_signal_connect (press, "pressed", G_CALLBACK (on_long_pressed), self);
      gtk_widget_add_controller (button, GTK_EVENT_CONTROLLER (press));
    }
  return button;
}

static void
tandem_dial_pad_dispose (GObject *object)
{
  TandemDialPad *self = TANDEM_DIAL_PAD (object);

  if (self->grid != NULL)
    {
      gtk_widget_unparent (GTK_WIDGET (self->grid));
      self->grid = NULL;
    }
  G_OBJECT_CLASS (tandem_dial_pad_parent_class)->dispose (object);
}

static gboolean
tandem_dial_pad_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (gtk_grid_get_child_at (TANDEM_DIAL_PAD (widget)->grid, 0, 0));
}

static void
tandem_dial_pad_class_init (TandemDialPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_dial_pad_dispose;
  widget_class->grab_focus = tandem_dial_pad_grab_focus;

  signals[SIGNAL_DIGIT] = g_signal_new ("digit", TANDEM_TYPE_DIAL_PAD, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/tandemphone/Tandem/dial-pad.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemDialPad, grid);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tandem_dial_pad_init (TandemDialPad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_direction (GTK_WIDGET (self->grid), GTK_TEXT_DIR_LTR);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_grid_attach (self->grid, create_key (self, i), (int) (i % 3), (int) (i / 3), 1, 1);
}
