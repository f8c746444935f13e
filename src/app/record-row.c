/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "record-row.h"

#include <glib/gi18n.h>

#include <string.h>

#include "format.h"
#include "side-pane.h"

/* TandemRecordRow: one past call in the list of recent calls. Property "record" (TandemRecord,
 * nullable); the list view gives it another one when it scrolls. */

struct _TandemRecordRow
{
  GtkWidget parent_instance;

  TandemRecord *record;
  GtkButton *call_button;
  GtkWidget *menu;
};

enum
{
  PROP_RECORD = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TandemRecordRow, tandem_record_row, GTK_TYPE_WIDGET)

static char *
record_icon_name (TandemRecordRow *self, TandemRecord *record)
{
  if (record == NULL)
    return NULL;
  if (tandem_record_is_missed (record))
    return g_strdup ("tandem-missed-symbolic");
  return g_strdup (tandem_record_is_incoming (record) ? "tandem-incoming-symbolic"
                                                      : "tandem-outgoing-symbolic");
}

static GStrv
record_icon_classes (TandemRecordRow *self, TandemRecord *record)
{
  const char *classes[] = { "dim-label", NULL };

  if (record != NULL && tandem_record_is_missed (record))
    classes[0] = "missed-call";
  return g_strdupv ((GStrv) classes);
}

static char *
record_title (TandemRecordRow *self, TandemRecord *record)
{
  const char *name = record != NULL ? tandem_record_get_name (record) : NULL;

  if (record == NULL)
    return NULL;
  if (name != NULL && *name != '\0')
    return g_strdup (name);
  return tandem_format_isolated (tandem_record_get_address (record));
}

/**
 * tandem_record_outcome_text:
 * @record: a past call
 *
 * Returns: (nullable): what became of it; %NULL when it was answered
 */
const char *
tandem_record_outcome_text (TandemRecord *record)
{
  static const struct
  {
    const char *outcome;
    const char *incoming;
    const char *outgoing;
  } texts[] = {
    { "missed", N_ ("Missed"), N_ ("No answer") },
    { "declined", N_ ("Declined"), N_ ("Declined") },
    { "cancelled", N_ ("Missed"), N_ ("Cancelled") },
    { "busy", N_ ("You were busy"), N_ ("Busy") },
    { "failed", N_ ("Failed"), N_ ("Failed") },
    { "elsewhere", N_ ("Answered elsewhere"), N_ ("Answered elsewhere") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_strcmp0 (tandem_record_get_outcome (record), texts[i].outcome) == 0)
      return tandem_record_is_incoming (record) ? _ (texts[i].incoming) : _ (texts[i].outgoing);
  return NULL;
}

static char *
record_subtitle (TandemRecordRow *self, TandemRecord *record)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *outcome, *name, *queue;

  if (record == NULL)
    return NULL;

  outcome = tandem_record_outcome_text (record);
  name = tandem_record_get_name (record);
  queue = tandem_record_get_queue (record);
  if (outcome != NULL)
    g_ptr_array_add (parts, g_strdup (outcome));
  if (name != NULL && *name != '\0')
    g_ptr_array_add (parts, tandem_format_isolated (tandem_record_get_address (record)));
  if (outcome == NULL)
    g_ptr_array_add (parts, tandem_format_duration (tandem_record_get_duration (record)));
  if (queue != NULL && *queue != '\0')
    g_ptr_array_add (parts, g_strdup (queue));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (GStrv) parts->pdata);
}

static char *
record_when (TandemRecordRow *self, TandemRecord *record)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return record != NULL ? tandem_format_when (tandem_record_get_start (record), now) : NULL;
}

static void
set_record (TandemRecordRow *self, TandemRecord *record)
{
  g_autofree char *name = NULL;

  if (!g_set_object (&self->record, record))
    return;

  if (record != NULL)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->call_button), "s",
                                        tandem_record_get_uri (record));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->call_button), "win.call");
      /* Translators: the name of a person or a number. */
      name = g_strdup_printf (_ ("Call %s"), tandem_record_get_title (record));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->call_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->call_button), name);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD]);
}

static void
tandem_record_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_RECORD)
    g_value_set_object (value, TANDEM_RECORD_ROW (object)->record);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_record_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_RECORD)
    set_record (TANDEM_RECORD_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* What the list does to one of its calls, by its own name for it. */
static void
perform (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TandemRecordRow *self = TANDEM_RECORD_ROW (widget);
  GtkWidget *pane = gtk_widget_get_ancestor (widget, TANDEM_TYPE_SIDE_PANE);

  if (pane != NULL && self->record != NULL)
    tandem_side_pane_perform (TANDEM_SIDE_PANE (pane), name + strlen ("record."), self->record);
}

static GMenuModel *
create_menu (void)
{
  static const struct
  {
    const char *label;
    const char *action;
  } items[] = {
    { N_ ("_Details and Note…"), "record.details" },    { N_ ("_Call"), "record.call" },
    { N_ ("_Edit Before Calling"), "record.edit" },     { N_ ("C_opy Number"), "record.copy" },
    { N_ ("_Add to Contacts…"), "record.add-contact" }, { N_ ("De_lete"), "record.delete" },
  };
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    g_menu_append (menu, _ (items[i].label), items[i].action);
  return G_MENU_MODEL (menu);
}

/**
 * tandem_record_row_open_menu:
 * @self: a row
 *
 * Opens the menu of what can be done with the call.
 */
void
tandem_record_row_open_menu (TandemRecordRow *self)
{
  g_return_if_fail (TANDEM_IS_RECORD_ROW (self));

  if (self->menu == NULL)
    {
      g_autoptr (GMenuModel) model = create_menu ();

      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_secondary_click (GtkGesture *gesture, int n, double x, double y, TandemRecordRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  tandem_record_row_open_menu (self);
}

static void
on_long_press (GtkGesture *gesture, double x, double y, TandemRecordRow *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  tandem_record_row_open_menu (self);
}

static void
tandem_record_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TandemRecordRow *self = TANDEM_RECORD_ROW (widget);

  GTK_WIDGET_CLASS (tandem_record_row_parent_class)
      ->size_allocate (widget, width, height, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
tandem_record_row_dispose (GObject *object)
{
  GtkWidget *child;

  TANDEM_RECORD_ROW (object)->menu = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&TANDEM_RECORD_ROW (object)->record);
  G_OBJECT_CLASS (tandem_record_row_parent_class)->dispose (object);
}

static void
tandem_record_row_class_init (TandemRecordRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const actions[] = { "record.details", "record.call",        "record.edit",
                                         "record.copy",    "record.add-contact", "record.delete" };

  object_class->get_property = tandem_record_row_get_property;
  object_class->set_property = tandem_record_row_set_property;
  object_class->dispose = tandem_record_row_dispose;

  properties[PROP_RECORD]
      = g_param_spec_object ("record", NULL, NULL, TANDEM_TYPE_RECORD,
                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  widget_class->size_allocate = tandem_record_row_size_allocate;
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i], NULL, perform);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/record-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemRecordRow, call_button);
  gtk_widget_class_bind_template_callback (widget_class, record_icon_name);
  gtk_widget_class_bind_template_callback (widget_class, record_icon_classes);
  gtk_widget_class_bind_template_callback (widget_class, record_title);
  gtk_widget_class_bind_template_callback (widget_class, record_subtitle);
  gtk_widget_class_bind_template_callback (widget_class, record_when);
}

static void
tandem_record_row_init (TandemRecordRow *self)
{
  GtkGesture *click, *press;

  gtk_widget_init_template (GTK_WIDGET (self));
  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary_click), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  press = gtk_gesture_long_press_new ();
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_press), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}
