/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "target-row.h"

#include <glib/gi18n.h>

#include "call-words.h"
#include "colleague.h"
#include "format.h"
#include "record.h"

/* TandemTargetRow: one TandemTransferTarget in the list of a transfer: who, the number, and how it is
 * there now, in words and with an icon of its own shape. Property "target" (nullable); the list view
 * gives it another one when it scrolls. */

struct _TandemTargetRow
{
  GtkWidget parent_instance;

  TandemTransferTarget *target;
  GtkLabel *name_label;
  GtkLabel *detail_label;
  GtkImage *icon;
};

enum
{
  PROP_TARGET = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TandemTargetRow, tandem_target_row, GTK_TYPE_WIDGET)

static const char *
call_text (TandemCall *call)
{
  if (tandem_call_is_held_here (call))
    return _ ("On hold with you");
  return _ ("In call with you");
}

static void
update (TandemTargetRow *self)
{
  GObject *item = tandem_transfer_target_get_item (self->target);
  const char *name = tandem_transfer_target_get_name (self->target);
  g_autofree char *address
      = tandem_format_isolated (tandem_transfer_target_get_address (self->target));
  const char *icon = "tandem-recent-symbolic";
  const char *look = "dim-label";
  const char *words = NULL;
  g_autofree char *detail = NULL;

  if (TANDEM_IS_CALL (item))
    {
      gboolean held = tandem_call_is_held_here (TANDEM_CALL (item));

      words = call_text (TANDEM_CALL (item));
      icon = held ? "tandem-hold-symbolic" : "tandem-call-symbolic";
      look = held ? "presence-held" : "presence-available";
    }
  else if (TANDEM_IS_COLLEAGUE (item))
    {
      TandemColleagueState state = tandem_colleague_get_state (TANDEM_COLLEAGUE (item));

      words = tandem_colleague_get_state_text (TANDEM_COLLEAGUE (item));
      icon = tandem_colleague_icon_name (state);
      look = tandem_colleague_css_class (state);
    }
  else if (!TANDEM_IS_RECORD (item))
    icon = "tandem-account-symbolic";

  if (name != NULL && words != NULL)
    detail = g_strdup_printf ("%s · %s", address, words);
  else if (words != NULL)
    detail = g_strdup (words);
  else
    detail = g_strdup (name != NULL ? address : "");
  gtk_label_set_label (self->name_label, name != NULL ? name : address);
  gtk_label_set_label (self->detail_label, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), *detail != '\0');
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), (const char *[]){ look, NULL });
}

static void
on_notify (GObject *item, GParamSpec *pspec, TandemTargetRow *self)
{
  if (!tandem_call_is_clock (pspec))
    update (self);
}

static void
set_target (TandemTargetRow *self, TandemTransferTarget *target)
{
  if (self->target == target)
    return;
  if (self->target != NULL)
    g_signal_handlers_disconnect_by_func (tandem_transfer_target_get_item (self->target), on_notify,
                                          self);
  g_set_object (&self->target, target);
  if (target != NULL)
    {
      g_signal_connect_object (tandem_transfer_target_get_item (target), "notify",
                               G_CALLBACK (on_notify), self, 0);
      update (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TARGET]);
}

static void
tandem_target_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemTargetRow *self = TANDEM_TARGET_ROW (object);

  if (id == PROP_TARGET)
    g_value_set_object (value, self->target);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_target_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TARGET)
    set_target (TANDEM_TARGET_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_target_row_dispose (GObject *object)
{
  GtkWidget *child;

  set_target (TANDEM_TARGET_ROW (object), NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tandem_target_row_parent_class)->dispose (object);
}

static void
tandem_target_row_class_init (TandemTargetRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_target_row_dispose;
  G_OBJECT_CLASS (klass)->get_property = tandem_target_row_get_property;
  G_OBJECT_CLASS (klass)->set_property = tandem_target_row_set_property;

  properties[PROP_TARGET]
      = g_param_spec_object ("target", NULL, NULL, TANDEM_TYPE_TRANSFER_TARGET,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/target-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemTargetRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, TandemTargetRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, TandemTargetRow, icon);
}

static void
tandem_target_row_init (TandemTargetRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
