/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "wrap-up-page.h"

#include <glib/gi18n.h>

#include "call-words.h"
#include "format.h"
#include "note-editor.h"

/* TandemWrapUpPage: the after-call work, in the place of a call: how long it lasts yet, whom the last
 * call was with, the note on it, and Done. No calls come until then. */

struct _TandemWrapUpPage
{
  AdwBin parent_instance;

  TandemPhone *phone;

  GtkLabel *timer_label;
  GtkLabel *who_label;
  TandemNoteEditor *note_editor;
  GtkWidget *done_button;
};

G_DEFINE_FINAL_TYPE (TandemWrapUpPage, tandem_wrap_up_page, ADW_TYPE_BIN)

static void
update (TandemWrapUpPage *self)
{
  g_autofree char *time = tandem_format_duration (tandem_phone_get_wrap_up (self->phone));

  gtk_label_set_label (self->timer_label, time);
}

static void
tandem_wrap_up_page_dispose (GObject *object)
{
  g_clear_object (&TANDEM_WRAP_UP_PAGE (object)->phone);
  G_OBJECT_CLASS (tandem_wrap_up_page_parent_class)->dispose (object);
}

static void
tandem_wrap_up_page_class_init (TandemWrapUpPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_wrap_up_page_dispose;
  g_type_ensure (TANDEM_TYPE_NOTE_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/wrap-up-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemWrapUpPage, timer_label);
  gtk_widget_class_bind_template_child (widget_class, TandemWrapUpPage, who_label);
  gtk_widget_class_bind_template_child (widget_class, TandemWrapUpPage, note_editor);
  gtk_widget_class_bind_template_child (widget_class, TandemWrapUpPage, done_button);
}

static void
tandem_wrap_up_page_init (TandemWrapUpPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_wrap_up_page_set_phone:
 * @self: a page without a phone
 * @phone: whose after-call work it is
 */
void
tandem_wrap_up_page_set_phone (TandemWrapUpPage *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_WRAP_UP_PAGE (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  g_signal_connect_object (phone, "notify::wrap-up", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * tandem_wrap_up_page_set_call:
 * @self: a page
 * @call: (nullable): the call that ended last
 */
void
tandem_wrap_up_page_set_call (TandemWrapUpPage *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_WRAP_UP_PAGE (self));

  if (call != NULL)
    {
      g_autofree char *who = tandem_call_words_who_within (call);
      g_autofree char *time = tandem_format_duration (tandem_call_get_duration (call));
      /* Translators: whom the last call was with, and how long it was. */
      g_autofree char *text = g_strdup_printf (_ ("Call with %s · %s"), who, time);

      gtk_label_set_label (self->who_label, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->who_label), call != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->note_editor), call != NULL);
  tandem_note_editor_set_call (self->note_editor, call);
}

/**
 * tandem_wrap_up_page_focus_note:
 * @self: a page
 */
void
tandem_wrap_up_page_focus_note (TandemWrapUpPage *self)
{
  g_return_if_fail (TANDEM_IS_WRAP_UP_PAGE (self));
  tandem_note_editor_focus (self->note_editor);
}
