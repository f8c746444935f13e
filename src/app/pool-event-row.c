/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "pool-event-row.h"

#include <glib/gi18n.h>

#include "format.h"

/* TandemPoolEventRow: one line of the timeline: when, which operation, from which proxy to which, why
 * and how long it took. Shows an immutable event and is reused for others. */

struct _TandemPoolEventRow
{
  GtkBox parent_instance;

  TandemPoolEvent *event;
  GtkLabel *operation_label;
  GtkLabel *route_label;
  GtkLabel *reason_label;
  GtkLabel *time_label;
  GtkLabel *took_label;
};

enum
{
  PROP_EVENT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TandemPoolEventRow, tandem_pool_event_row, GTK_TYPE_BOX)

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
update (TandemPoolEventRow *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  GDateTime *when = tandem_pool_event_get_time (self->event);
  gint64 took = tandem_pool_event_get_took (self->event);
  g_autofree char *time = tandem_format_moment (when, now);
  g_autofree char *duration = took >= 0 ? tandem_format_milliseconds (took) : NULL;
  g_autofree char *route = tandem_format_route (tandem_pool_event_get_from (self->event),
                                                tandem_pool_event_get_to (self->event));

  set_text (self->operation_label, tandem_pool_event_get_operation (self->event));
  set_text (self->route_label, route);
  set_text (self->reason_label, tandem_pool_event_get_reason (self->event));
  set_text (self->time_label, time);
  set_text (self->took_label, duration);
}

static void
tandem_pool_event_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_EVENT)
    g_value_set_object (value, TANDEM_POOL_EVENT_ROW (object)->event);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_pool_event_row_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  TandemPoolEventRow *self = TANDEM_POOL_EVENT_ROW (object);

  if (id != PROP_EVENT)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->event, g_value_get_object (value)) && self->event != NULL)
    update (self);
}

static void
tandem_pool_event_row_dispose (GObject *object)
{
  g_clear_object (&TANDEM_POOL_EVENT_ROW (object)->event);
  G_OBJECT_CLASS (tandem_pool_event_row_parent_class)->dispose (object);
}

static void
tandem_pool_event_row_class_init (TandemPoolEventRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tandem_pool_event_row_get_property;
  object_class->set_property = tandem_pool_event_row_set_property;
  object_class->dispose = tandem_pool_event_row_dispose;
  properties[PROP_EVENT] = g_param_spec_object ("event", NULL, NULL, TANDEM_TYPE_POOL_EVENT,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/pool-event-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemPoolEventRow, operation_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPoolEventRow, route_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPoolEventRow, reason_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPoolEventRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPoolEventRow, took_label);
}

static void
tandem_pool_event_row_init (TandemPoolEventRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
