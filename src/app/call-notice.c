/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-notice.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "call-words.h"

/* TandemCallNotice: what the agent should know of a call while it goes on: that the other side asks to
 * be called on elsewhere, how a transfer goes, that no sound arrives, or that a hold or retrieve failed
 * and the call is as it was; with what can be done about it. Lies over the top of the call page, so
 * that nothing below it moves. */

struct _TandemCallNotice
{
  AdwBin parent_instance;

  TandemCall *call;
  char *shown;

  GtkRevealer *revealer;
  GtkBox *box;
  GtkBox *buttons;
  GtkStack *icon_stack;
  GtkSpinner *spinner;
  GtkImage *icon;
  GtkLabel *label;
  GtkWidget *again_button;
  GtkWidget *retrieve_button;
  GtkWidget *refuse_button;
  GtkWidget *follow_button;
  GtkWidget *dismiss_button;
};

G_DEFINE_FINAL_TYPE (TandemCallNotice, tandem_call_notice, ADW_TYPE_BIN)

typedef enum
{
  KIND_NONE,
  KIND_REFERRAL,
  KIND_TRANSFER_PENDING,
  KIND_TRANSFER_FAILED,
  KIND_HOLD_PROBLEM,
  KIND_NOTICE,
} Kind;

/* (transfer full) (nullable): the most pressing first. */
static char *
find_text (TandemCall *call, Kind *kind)
{
  TandemTransfer transfer = tandem_call_get_transfer (call);
  char *referral = tandem_call_words_referral (call);

  *kind = KIND_NONE;
  if (tandem_call_get_state (call) == TANDEM_CALL_ENDED)
    {
      g_free (referral);
      return NULL;
    }
  if (referral != NULL)
    {
      *kind = KIND_REFERRAL;
      return referral;
    }
  if (transfer != TANDEM_TRANSFER_NONE && tandem_call_get_transfer_text (call) != NULL)
    {
      *kind = transfer == TANDEM_TRANSFER_FAILED ? KIND_TRANSFER_FAILED : KIND_TRANSFER_PENDING;
      return g_strdup (tandem_call_get_transfer_text (call));
    }
  if (tandem_call_get_hold_problem (call) != NULL)
    {
      *kind = KIND_HOLD_PROBLEM;
      return g_strdup (tandem_call_get_hold_problem (call));
    }
  if (tandem_call_get_notice (call) == NULL || tandem_call_is_unconfirmed (call))
    return NULL;
  *kind = KIND_NOTICE;
  return g_strdup (tandem_call_get_notice (call));
}

static void
update (TandemCallNotice *self)
{
  Kind kind = KIND_NONE;
  g_autofree char *text = self->call != NULL ? find_text (self->call, &kind) : NULL;
  gboolean pending = kind == KIND_TRANSFER_PENDING;

  gtk_widget_set_visible (self->again_button, kind == KIND_HOLD_PROBLEM);
  gtk_widget_set_visible (self->retrieve_button,
                          kind == KIND_TRANSFER_FAILED && tandem_call_is_held_here (self->call));
  gtk_widget_set_visible (self->refuse_button, kind == KIND_REFERRAL);
  gtk_widget_set_visible (self->follow_button, kind == KIND_REFERRAL);
  gtk_widget_set_visible (self->dismiss_button,
                          kind == KIND_HOLD_PROBLEM || kind == KIND_TRANSFER_FAILED);
  gtk_widget_set_visible (GTK_WIDGET (self->buttons),
                          kind != KIND_NONE && kind != KIND_NOTICE && !pending);
  /* A question needs the whole width for its words. */
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box), kind == KIND_REFERRAL
                                                                  ? GTK_ORIENTATION_VERTICAL
                                                                  : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (self->buttons, kind == KIND_REFERRAL);
  gtk_image_set_from_icon_name (self->icon, kind == KIND_REFERRAL ? "tandem-redirect-symbolic"
                                                                  : "dialog-warning-symbolic");
  gtk_stack_set_visible_child (self->icon_stack,
                               pending ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->icon));
  gtk_spinner_set_spinning (self->spinner, pending);
  if (text != NULL)
    gtk_label_set_label (self->label, text);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
  gtk_widget_set_can_target (GTK_WIDGET (self), text != NULL);
  if (text != NULL && g_strcmp0 (text, self->shown) != 0)
    tandem_announce (GTK_WIDGET (self), text);
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallNotice *self)
{
  if (!tandem_call_is_clock (pspec))
    update (self);
}

static void
on_dismiss_clicked (TandemCallNotice *self)
{
  if (self->call == NULL)
    return;
  if (tandem_call_get_transfer (self->call) == TANDEM_TRANSFER_FAILED)
    tandem_call_dismiss_transfer (self->call);
  else
    tandem_call_dismiss_hold_problem (self->call);
}

static void
aim (GtkWidget *button, const char *action, GVariant *target)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
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
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, box);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, buttons);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, icon_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, spinner);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, again_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, retrieve_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, refuse_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, follow_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallNotice, dismiss_button);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss_clicked);
}

static void
tandem_call_notice_init (TandemCallNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
  update (self);
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
      const char *id = tandem_call_get_id (call);

      aim (self->again_button, "app.toggle-hold", g_variant_new_string (id));
      aim (self->retrieve_button, "app.retrieve", g_variant_new_string (id));
      aim (self->refuse_button, "app.answer-referral", g_variant_new ("(sb)", id, FALSE));
      aim (self->follow_button, "app.answer-referral", g_variant_new ("(sb)", id, TRUE));
      g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
    }
  update (self);
}
