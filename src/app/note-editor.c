/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "note-editor.h"

#include <glib/gi18n.h>

/* TandemNoteEditor: what the agent writes down about a call: while it lasts, and in the after-call
 * work. Saved when the typing pauses, when the focus leaves it and when another call is shown, so that
 * there is no button to forget. It goes by the action "app.note", and to a call that has ended
 * directly. */

/* ms without typing before what was written is kept */
#define PAUSE 700

struct _TandemNoteEditor
{
  AdwBin parent_instance;

  TandemCall *call;
  guint pause;
  gboolean filling;

  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkWidget *placeholder;
};

G_DEFINE_FINAL_TYPE (TandemNoteEditor, tandem_note_editor, ADW_TYPE_BIN)

static char *
get_text (TandemNoteEditor *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
on_pause (gpointer data)
{
  tandem_note_editor_save (data);
  return G_SOURCE_REMOVE;
}

static void
on_changed (TandemNoteEditor *self)
{
  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (self->buffer) == 0);
  if (self->filling)
    return;
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (PAUSE, on_pause, self);
}

static void
fill (TandemNoteEditor *self)
{
  const char *note = self->call != NULL ? tandem_call_get_note (self->call) : NULL;
  g_autofree char *text = get_text (self);

  if (g_strcmp0 (text, note != NULL ? note : "") == 0)
    return;
  self->filling = TRUE;
  gtk_text_buffer_set_text (self->buffer, note != NULL ? note : "", -1);
  self->filling = FALSE;
}

/* Written elsewhere, by the command line perhaps: what is being typed here has precedence. */
static void
on_note (TandemNoteEditor *self)
{
  if (self->pause == 0)
    fill (self);
}

static void
tandem_note_editor_dispose (GObject *object)
{
  TandemNoteEditor *self = TANDEM_NOTE_EDITOR (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_object (&self->call);
  G_OBJECT_CLASS (tandem_note_editor_parent_class)->dispose (object);
}

static void
tandem_note_editor_class_init (TandemNoteEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_note_editor_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/note-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemNoteEditor, view);
  gtk_widget_class_bind_template_child (widget_class, TandemNoteEditor, buffer);
  gtk_widget_class_bind_template_child (widget_class, TandemNoteEditor, placeholder);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
tandem_note_editor_init (TandemNoteEditor *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (tandem_note_editor_save), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
}

/**
 * tandem_note_editor_set_call:
 * @self: an editor
 * @call: (nullable): the call that the note is about
 */
void
tandem_note_editor_set_call (TandemNoteEditor *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_NOTE_EDITOR (self));

  if (self->call == call)
    return;
  if (self->call != NULL)
    {
      tandem_note_editor_save (self);
      g_signal_handlers_disconnect_by_func (self->call, on_note, self);
    }
  g_set_object (&self->call, call);
  if (call != NULL)
    g_signal_connect_object (call, "notify::note", G_CALLBACK (on_note), self, G_CONNECT_SWAPPED);
  fill (self);
}

/**
 * tandem_note_editor_save:
 * @self: an editor
 *
 * Keeps what was written, if it has changed.
 */
void
tandem_note_editor_save (TandemNoteEditor *self)
{
  g_autofree char *text = NULL;
  const char *note;

  g_return_if_fail (TANDEM_IS_NOTE_EDITOR (self));

  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->call == NULL)
    return;
  text = get_text (self);
  note = tandem_call_get_note (self->call);
  if (g_strcmp0 (text, note != NULL ? note : "") == 0)
    return;
  if (tandem_call_get_state (self->call) == TANDEM_CALL_ENDED)
    tandem_call_set_note (self->call, text);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "app.note", "(ss)",
                                tandem_call_get_id (self->call), text);
}

/**
 * tandem_note_editor_focus:
 * @self: an editor
 */
void
tandem_note_editor_focus (TandemNoteEditor *self)
{
  g_return_if_fail (TANDEM_IS_NOTE_EDITOR (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
