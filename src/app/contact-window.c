/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "contact-window.h"

#include <glib/gi18n.h>

#include <string.h>

#include "announce.h"
#include "format.h"
#include "number-direction.h"

/* TandemContactWindow: one contact, to be read, called and, when it is an own one, changed. */

struct _TandemContactWindow
{
  AdwWindow parent_instance;

  TandemContacts *contacts;
  TandemContact *contact;
  gboolean is_new;

  GtkButton *save_button;
  GtkLabel *source_label;
  GtkWidget *form;
  GtkEntry *name_entry;
  GtkEntry *organisation_entry;
  GtkBox *entries;
  GtkButton *add_button;
  GtkTextView *note;
};

G_DEFINE_FINAL_TYPE (TandemContactWindow, tandem_contact_window, ADW_TYPE_WINDOW)

static const char *const kinds[] = { "work", "cell", "home", "fax", "pager", "other", NULL };
static const char *const kind_texts[]
    = { N_ ("Work"), N_ ("Mobile"), N_ ("Home"), N_ ("Fax"), N_ ("Pager"), N_ ("Other") };

static void update_save (TandemContactWindow *self);

static void
on_remove_entry (GtkButton *button)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (button));
  TandemContactWindow *self
      = TANDEM_CONTACT_WINDOW (gtk_widget_get_ancestor (row, TANDEM_TYPE_CONTACT_WINDOW));

  gtk_box_remove (self->entries, row);
  update_save (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->add_button));
}

static void
on_call_entry (GtkButton *button, GtkEditable *entry)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (button));
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (root));

  while (parent != NULL && gtk_window_get_transient_for (parent) != NULL)
    parent = gtk_window_get_transient_for (parent);
  if (parent != NULL && *gtk_editable_get_text (entry) != '\0')
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.call", "s",
                                gtk_editable_get_text (entry));
}

static GtkWidget *
create_button (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

/* A kind, a number or an address, and buttons; told apart by their order. */
static GtkWidget *
add_entry (TandemContactWindow *self, const char *kind, const char *value)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *call = create_button ("tandem-call-symbolic", _ ("Call"));
  GtkWidget *remove = create_button ("list-remove-symbolic", _ ("Remove"));
  GtkStringList *texts = gtk_string_list_new (NULL);
  GtkWidget *choice;
  guint selected = G_N_ELEMENTS (kind_texts) - 1;

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      gtk_string_list_append (texts, _ (kind_texts[i]));
      if (g_strcmp0 (kinds[i], kind) == 0)
        selected = i;
    }
  choice = gtk_drop_down_new (G_LIST_MODEL (texts), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), selected);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Kind of number"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Number or SIP address"), -1);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Number or SIP address"));
  gtk_entry_set_max_length (GTK_ENTRY (entry), 256);
  gtk_editable_set_text (GTK_EDITABLE (entry), value);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  tandem_number_direction_watch (GTK_EDITABLE (entry));
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_box_append (GTK_BOX (row), choice);
  gtk_box_append (GTK_BOX (row), entry);
  gtk_box_append (GTK_BOX (row), call);
  gtk_box_append (GTK_BOX (row), remove);
  gtk_box_append (self->entries, row);
  g_signal_connect_object (call, "clicked", G_CALLBACK (on_call_entry), entry, 0);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove_entry), NULL);
  g_signal_connect_object (entry, "changed", G_CALLBACK (update_save), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (remove, tandem_contact_is_editable (self->contact));
  gtk_editable_set_editable (GTK_EDITABLE (entry), tandem_contact_is_editable (self->contact));
  gtk_widget_set_sensitive (choice, tandem_contact_is_editable (self->contact));
  return entry;
}

static guint
count_entries (TandemContactWindow *self, gboolean filled)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->entries)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *entry = gtk_widget_get_next_sibling (gtk_widget_get_first_child (row));

      n += !filled || *gtk_editable_get_text (GTK_EDITABLE (entry)) != '\0';
    }
  return n;
}

static void
update_save (TandemContactWindow *self)
{
  gboolean any = *gtk_editable_get_text (GTK_EDITABLE (self->name_entry)) != '\0'
                 || *gtk_editable_get_text (GTK_EDITABLE (self->organisation_entry)) != '\0'
                 || count_entries (self, TRUE) > 0;

  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), any);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button),
                            count_entries (self, FALSE) < TANDEM_CONTACT_MAX_ENTRIES);
}

static void
on_add_entry (TandemContactWindow *self)
{
  gtk_widget_grab_focus (add_entry (self, "work", ""));
  update_save (self);
}

static void
on_save (TandemContactWindow *self)
{
  if (tandem_contact_window_save (self))
    gtk_window_close (GTK_WINDOW (self));
}

static void
set_text (GtkEntry *entry, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
}

static void
fill (TandemContactWindow *self)
{
  gboolean editable = tandem_contact_is_editable (self->contact);
  const char *note = tandem_contact_get_note (self->contact);
  const TandemContactEntry *entries;
  guint n;

  gtk_window_set_title (GTK_WINDOW (self), self->is_new ? _ ("New Contact")
                                           : editable   ? _ ("Edit Contact")
                                                        : _ ("Contact"));
  set_text (self->name_entry, tandem_contact_get_name (self->contact));
  set_text (self->organisation_entry, tandem_contact_get_organisation (self->contact));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), note != NULL ? note : "", -1);
  entries = tandem_contact_get_numbers (self->contact, &n);
  for (guint i = 0; i < n; i++)
    add_entry (self, entries[i].kind, entries[i].value);
  entries = tandem_contact_get_addresses (self->contact, &n);
  for (guint i = 0; i < n; i++)
    add_entry (self, entries[i].kind, entries[i].value);
  if (count_entries (self, FALSE) == 0 && editable)
    add_entry (self, "work", "");
  gtk_widget_set_visible (GTK_WIDGET (self->save_button), editable);
  gtk_widget_set_visible (GTK_WIDGET (self->add_button), editable);
  gtk_widget_set_visible (GTK_WIDGET (self->source_label), !editable);
  gtk_editable_set_editable (GTK_EDITABLE (self->name_entry), editable);
  gtk_editable_set_editable (GTK_EDITABLE (self->organisation_entry), editable);
  gtk_text_view_set_editable (self->note, editable);
  update_save (self);
}

static void
tandem_contact_window_dispose (GObject *object)
{
  TandemContactWindow *self = TANDEM_CONTACT_WINDOW (object);

  g_clear_object (&self->contacts);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (tandem_contact_window_parent_class)->dispose (object);
}

static void
tandem_contact_window_class_init (TandemContactWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_contact_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/contact-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, save_button);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, source_label);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, form);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, name_entry);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, organisation_entry);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, entries);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, TandemContactWindow, note);
  gtk_widget_class_bind_template_callback (widget_class, on_add_entry);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, update_save);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
tandem_contact_window_init (TandemContactWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_contact_window_new:
 * @parent: (nullable): the window it belongs to
 * @contacts: where it is kept
 * @contact: whom it shows; not changed
 * @is_new: whether it is not in @contacts yet
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemContactWindow *
tandem_contact_window_new (GtkWindow *parent,
                           TandemContacts *contacts,
                           TandemContact *contact,
                           gboolean is_new)
{
  TandemContactWindow *self
      = g_object_new (TANDEM_TYPE_CONTACT_WINDOW, "transient-for", parent, NULL);

  self->contacts = g_object_ref (contacts);
  self->contact = g_object_ref (contact);
  self->is_new = is_new;
  fill (self);
  return self;
}

/**
 * tandem_contact_window_save:
 * @self: a window
 *
 * Returns: %FALSE: there is nothing to keep, or it belongs to somebody else
 */
gboolean
tandem_contact_window_save (TandemContactWindow *self)
{
  g_autoptr (TandemContact) contact = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  g_autofree char *note = NULL;

  g_return_val_if_fail (TANDEM_IS_CONTACT_WINDOW (self), FALSE);

  update_save (self);
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->save_button))
      || !tandem_contact_is_editable (self->contact))
    return FALSE;
  contact = tandem_contact_copy (self->contact);
  tandem_contact_set_name (contact, gtk_editable_get_text (GTK_EDITABLE (self->name_entry)));
  tandem_contact_set_organisation (contact,
                                   gtk_editable_get_text (GTK_EDITABLE (self->organisation_entry)));
  buffer = gtk_text_view_get_buffer (self->note);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  note = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  tandem_contact_set_note (contact, *note != '\0' ? note : NULL);
  tandem_contact_clear_numbers (contact);
  tandem_contact_clear_addresses (contact);
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->entries)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *choice = gtk_widget_get_first_child (row);
      GtkWidget *entry = gtk_widget_get_next_sibling (choice);
      const char *kind = kinds[gtk_drop_down_get_selected (GTK_DROP_DOWN (choice))];
      g_autofree char *value = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

      if (strchr (value, '@') != NULL)
        tandem_contact_add_address (contact, kind, value);
      else if (*value != '\0')
        tandem_contact_add_number (contact, kind, value);
    }
  tandem_contacts_save (self->contacts, contact);
  return TRUE;
}
