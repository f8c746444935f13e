/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "consult-bar.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "call-words.h"

/* TandemConsultBar: on the page of either call of a consultation: who waits, and what comes next:
 * complete the transfer, swap, or go back to the first call. The buttons are the window's actions
 * "win.complete", "win.swap" and "win.cancel-consultation", as the keys are. */

struct _TandemConsultBar
{
  AdwBin parent_instance;

  GtkLabel *label;
  GtkButton *complete_button;
  GtkButton *swap_button;
  GtkButton *back_to_first_button;
};

G_DEFINE_FINAL_TYPE (TandemConsultBar, tandem_consult_bar, ADW_TYPE_BIN)

static void
tandem_consult_bar_class_init (TandemConsultBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/consult-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemConsultBar, label);
  gtk_widget_class_bind_template_child (widget_class, TandemConsultBar, complete_button);
  gtk_widget_class_bind_template_child (widget_class, TandemConsultBar, swap_button);
  gtk_widget_class_bind_template_child (widget_class, TandemConsultBar, back_to_first_button);
}

static void
tandem_consult_bar_init (TandemConsultBar *self)
{
  GtkButton *buttons[3];

  gtk_widget_init_template (GTK_WIDGET (self));
  buttons[0] = self->complete_button;
  buttons[1] = self->swap_button;
  buttons[2] = self->back_to_first_button;
  tandem_name_buttons (GTK_WIDGET (self));
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (buttons[i])), PANGO_ELLIPSIZE_END);
}

/**
 * tandem_find_consultation:
 * @phone: the phone
 * @call: (nullable): either call of a consultation
 *
 * Returns: (transfer none) (nullable): the call that was made to ask, whose "consults" is the first
 */
TandemCall *
tandem_find_consultation (TandemPhone *phone, TandemCall *call)
{
  GListModel *calls = tandem_phone_get_calls (phone);

  if (call == NULL)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) other = g_list_model_get_item (calls, i);
      TandemCall *first = tandem_call_get_consults (other);

      if (first != NULL && (other == call || first == call))
        return other;
    }
  return NULL;
}

/**
 * tandem_consult_bar_show:
 * @self: a bar
 * @consultation: (nullable): the call that was made to ask
 * @shown: the call that the page shows
 *
 * Returns: whether there is something to show
 */
gboolean
tandem_consult_bar_show (TandemConsultBar *self, TandemCall *consultation, TandemCall *shown)
{
  TandemCall *other;
  g_autofree char *who = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (TANDEM_IS_CONSULT_BAR (self), FALSE);

  if (consultation == NULL)
    return FALSE;
  other = shown == consultation ? tandem_call_get_consults (consultation) : consultation;
  who = tandem_call_words_who_within (other);
  if (tandem_call_is_held_here (other))
    /* Translators: the other call of a consultation. */
    text = g_strdup_printf (_ ("%s waits on hold"), who);
  else
    /* Translators: the other call of a consultation. */
    text = g_strdup_printf (_ ("Consultation with %s"), who);
  gtk_label_set_label (self->label, text);
  return TRUE;
}
