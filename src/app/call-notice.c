/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-notice.h"

#include <glib/gi18n.h>

#include "announce.h"

/* TandemCallNotice: what the agent should know of a call while it goes on: that no sound arrives, or
 * that a hold or retrieve failed and the call is as it was, with a way to try again. Lies over the top
 * of the call page, so that nothing below it moves. */

struct _TandemCallNotice
{
  AdwBin parent_instance;

  TandemCall *call;
  char *shown;

  GtkRevealer *revealer;
  GtkLabel *label;
  GtkWidget *again_button;
  GtkWidget *dismiss_button;
};

G_DEFINE_FINAL_TYPE (TandemCallNotice, tandem_call_notice, ADW_TYPE_BIN)

static void
update (TandemCallNotice *self)
{
  const char *problem = self->call != NULL ? tandem_call_get_hold_problem (self->call) : NULL;
  const char *text = problem;

  if (text == NULL && self->call != NULL && !tandem_call_is_unconfirmed (self->call))
    text = tandem_call_get_notice (self->call);
  if (self->call != NULL && tandem_call_get_state (self->call) == TANDEM_CALL_ENDED)
    text = NULL;

  gtk_widget_set_visible (self->again_button, problem != NULL);
  gtk_widget_set_visible (self->dismiss_button, problem != NULL);
  if (text != NULL)
    gtk_label_set_label (self->label, text);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
  gtk_widget_set_can_target (GTK_WIDGET (self), text != NULL);
  if (text != NULL && g_strcmp0 (text, self->shown) != 0)
    tandem_announce (GTK_WIDGET (self), text);
  g_free (self->shown);
  self->shown = g_strdup (text);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallNotice *self)
{
  if (!g_str_has_suffix (g_param_spec_get_name (pspec), "duration"))
    update (self);
}

static void
on_dismiss_clicked (TandemCallNotice *self)
{
  if (self->call != NULL)
    tandem_call_dismiss_hold_problem (self->call);
}

static void
tandem_call_notice_dispose (GObject *object)
{
  TandemCallNotice *self = TANDEM_CALL_NOTICE (object);

  g_clear_object (&self->call);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (tandem_call_notice_parent_class)->dispose (object);
}

static void
tandem_call_notice_class_init (TandemCallNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_call_notice_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/call-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, again_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, dismiss_button);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss_clicked);
}

static void
tandem_call_notice_init (TandemCallNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
}

/**
 * tandem_call_notice_set_call:
 * @self: a notice
 * @call: (nullable): the call to follow
 */
void
tandem_call_notice_set_call (TandemCallNotice *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_CALL_NOTICE (self));

  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (self->call, on_notify, self);
  g_set_object (&self->call, call);
  if (call != NULL)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->again_button), "s",
                                        tandem_call_get_id (call));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->again_button), "app.toggle-hold");
      g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
    }
  update (self);
}
