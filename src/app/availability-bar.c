/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "availability-bar.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "format.h"

/* TandemAvailabilityBar: why calls do not come although the line is well: do not disturb, after-call
 * work, calls that are sent on; with the button that ends it. Hidden while calls come. Below the header
 * bar of each side, since only one side is seen when the window is narrow. */

struct _TandemAvailabilityBar
{
  AdwBin parent_instance;

  TandemPhone *phone;
  char *shown;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (TandemAvailabilityBar, tandem_availability_bar, ADW_TYPE_BIN)

/**
 * tandem_reachability_get:
 * @phone: a phone
 *
 * Returns: why calls do not come, the most pressing of it
 */
TandemReachability
tandem_reachability_get (TandemPhone *phone)
{
  g_autofree char *forward_to = NULL;

  g_object_get (phone, "forward-to", &forward_to, NULL);
  if (forward_to != NULL)
    return TANDEM_REACHABILITY_FORWARDED;
  if (tandem_phone_get_do_not_disturb (phone))
    return TANDEM_REACHABILITY_DO_NOT_DISTURB;
  if (tandem_phone_get_wrap_up (phone) > 0)
    return TANDEM_REACHABILITY_WRAP_UP;
  return TANDEM_REACHABILITY_READY;
}

/**
 * tandem_reachability_text:
 * @phone: a phone
 * @with_time: whether the seconds of the after-call work are told; not to screen readers
 *
 * Returns: (transfer full) (nullable): %NULL while calls come
 */
char *
tandem_reachability_text (TandemPhone *phone, gboolean with_time)
{
  const char *text = tandem_phone_get_availability_text (phone);
  g_autofree char *time = NULL;

  if (text == NULL || !with_time || tandem_reachability_get (phone) != TANDEM_REACHABILITY_WRAP_UP)
    return g_strdup (text);
  time = tandem_format_duration (tandem_phone_get_wrap_up (phone));
  /* Translators: a state, and how long it lasts. */
  return g_strdup_printf (_ ("%s · %s"), text, time);
}

/**
 * tandem_reachability_icon_name:
 * @availability: of tandem_reachability_get()
 */
const char *
tandem_reachability_icon_name (TandemReachability availability)
{
  switch (availability)
    {
    case TANDEM_REACHABILITY_DO_NOT_DISTURB:
      return "tandem-do-not-disturb-symbolic";
    case TANDEM_REACHABILITY_WRAP_UP:
      return "tandem-wrap-up-symbolic";
    case TANDEM_REACHABILITY_FORWARDED:
      return "tandem-redirect-symbolic";
    case TANDEM_REACHABILITY_READY:
    default:
      return "tandem-ok-symbolic";
    }
}

static void
aim (TandemAvailabilityBar *self, TandemReachability availability)
{
  GtkActionable *button = GTK_ACTIONABLE (self->button);
  gboolean disturbed = availability == TANDEM_REACHABILITY_DO_NOT_DISTURB;
  gboolean forwarded = availability == TANDEM_REACHABILITY_FORWARDED;

  gtk_button_set_label (self->button, disturbed   ? _ ("Turn _Off")
                                      : forwarded ? _ ("_Change…")
                                                  : _ ("_Done"));
  tandem_name_buttons (GTK_WIDGET (self->button));
  gtk_actionable_set_action_name (button, NULL);
  if (disturbed)
    gtk_actionable_set_action_target (button, "s", "off");
  else if (forwarded)
    gtk_actionable_set_action_target (button, "s", "calls");
  else
    gtk_actionable_set_action_target_value (button, NULL);
  gtk_actionable_set_action_name (button, disturbed   ? "app.dnd"
                                          : forwarded ? "app.preferences"
                                                      : "app.end-wrap-up");
}

static void
update (TandemAvailabilityBar *self)
{
  TandemReachability availability = tandem_reachability_get (self->phone);
  g_autofree char *text = tandem_reachability_text (self->phone, TRUE);
  g_autofree char *spoken = tandem_reachability_text (self->phone, FALSE);
  gboolean any = text != NULL && availability != TANDEM_REACHABILITY_READY;

  if (any)
    {
      gtk_label_set_label (self->label, text);
      gtk_image_set_from_icon_name (self->icon, tandem_reachability_icon_name (availability));
    }
  gtk_revealer_set_reveal_child (self->revealer, any);
  if (g_strcmp0 (self->shown, spoken) == 0)
    return;
  if (any)
    {
      aim (self, availability);
      tandem_announce (GTK_WIDGET (self), spoken);
    }
  g_free (self->shown);
  self->shown = g_steal_pointer (&spoken);
}

static void
tandem_availability_bar_dispose (GObject *object)
{
  TandemAvailabilityBar *self = TANDEM_AVAILABILITY_BAR (object);

  g_clear_object (&self->phone);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (tandem_availability_bar_parent_class)->dispose (object);
}

static void
tandem_availability_bar_class_init (TandemAvailabilityBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_availability_bar_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/availability-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemAvailabilityBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemAvailabilityBar, icon);
  gtk_widget_class_bind_template_child (widget_class, TandemAvailabilityBar, label);
  gtk_widget_class_bind_template_child (widget_class, TandemAvailabilityBar, button);
}

static void
tandem_availability_bar_init (TandemAvailabilityBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_availability_bar_set_phone:
 * @self: a bar without a phone
 * @phone: the phone whose state it tells
 */
void
tandem_availability_bar_set_phone (TandemAvailabilityBar *self, TandemPhone *phone)
{
  static const char *const signals[] = { "notify::availability-text", "notify::do-not-disturb",
                                         "notify::wrap-up", "notify::forward-to" };

  g_return_if_fail (TANDEM_IS_AVAILABILITY_BAR (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (phone, signals[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
