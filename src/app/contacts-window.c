/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "contacts-window.h"

#include <glib/gi18n.h>

#include "contact-window.h"
#include "format.h"
#include "query.h"
#include "vcard.h"

/* TandemContactsWindow: everybody that is known, by name: found as one types, called, changed,
 * deleted and had back, read from vCards and written as such. */

struct _TandemContactsWindow
{
  AdwWindow parent_instance;

  TandemContacts *contacts;
  TandemBook *book; /* (nullable) */
  TandemQuery *query;
  GCancellable *cancellable;
  GtkFileChooserNative *chooser;

  AdwToastOverlay *toasts;
  GtkSearchEntry *search;
  GtkLabel *problem_label;
  GtkStack *stack;
  GtkListView *view;
  GtkSingleSelection *selection;
  GtkCustomFilter *filter;
  GtkFilterListModel *matches;
  GtkWidget *progress;
};

G_DEFINE_FINAL_TYPE (TandemContactsWindow, tandem_contacts_window, ADW_TYPE_WINDOW)

static char *
contact_title (TandemContact *contact)
{
  return tandem_format_isolated (tandem_contact_get_title (contact));
}

static const char *
first_number (TandemContact *contact)
{
  guint n;
  const TandemContactEntry *entries = tandem_contact_get_numbers (contact, &n);

  if (n == 0)
    entries = tandem_contact_get_addresses (contact, &n);
  return n > 0 ? entries[0].value : NULL;
}

static char *
contact_subtitle (TandemContact *contact)
{
  const char *number = first_number (contact);
  const char *organisation = tandem_contact_get_organisation (contact);
  g_autofree char *isolated = number != NULL ? tandem_format_isolated (number) : NULL;

  if (isolated != NULL && organisation != NULL && *organisation != '\0')
    return g_strdup_printf ("%s · %s", isolated, organisation);
  return isolated != NULL ? g_steal_pointer (&isolated) : g_strdup (organisation);
}

static void
say (TandemContactsWindow *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static TandemContact *
get_selected (TandemContactsWindow *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
update (TandemContactsWindow *self)
{
  const char *problem = self->book != NULL ? tandem_book_get_problem (self->book)
                                           : tandem_contacts_get_problem (self->contacts);
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->matches)) > 0;
  gboolean nobody = g_list_model_get_n_items (G_LIST_MODEL (self->contacts)) == 0;
  gboolean selected = get_selected (self) != NULL;

  if (any || gtk_filter_list_model_get_pending (self->matches) == 0)
    gtk_stack_set_visible_child_name (self->stack, any ? "list" : nobody ? "none" : "no-match");
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.call",
                                 selected && first_number (get_selected (self)) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.edit", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.delete",
                                 selected && tandem_contact_is_editable (get_selected (self)));
}

static gboolean
matches (gpointer item, gpointer data)
{
  TandemContactsWindow *self = data;

  return self->query == NULL || tandem_contact_matches (item, self->query);
}

static void
on_search_changed (TandemContactsWindow *self)
{
  g_clear_pointer (&self->query, tandem_query_unref);
  self->query = tandem_query_new (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
on_search_activate (TandemContactsWindow *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->matches)) > 0)
    {
      gtk_single_selection_set_selected (self->selection, 0);
      gtk_widget_activate_action (GTK_WIDGET (self), "contacts.call", NULL);
    }
}

static void
on_next_match (TandemContactsWindow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static gboolean
on_search_key (GtkEventControllerKey *controller,
               guint keyval,
               guint keycode,
               GdkModifierType modifiers,
               TandemContactsWindow *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  on_next_match (self);
  return GDK_EVENT_STOP;
}

static void
open_contact (TandemContactsWindow *self, TandemContact *contact, gboolean is_new)
{
  gtk_window_present (
      GTK_WINDOW (tandem_contact_window_new (GTK_WINDOW (self), self->contacts, contact, is_new)));
}

static void
on_new (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, NULL);

  open_contact (TANDEM_CONTACTS_WINDOW (widget), contact, TRUE);
}

static void
on_edit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TandemContactsWindow *self = TANDEM_CONTACTS_WINDOW (widget);

  if (get_selected (self) != NULL)
    open_contact (self, get_selected (self), FALSE);
}

static void
on_call (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TandemContactsWindow *self = TANDEM_CONTACTS_WINDOW (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (get_selected (self) != NULL && first_number (get_selected (self)) != NULL && parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.call", "s",
                                first_number (get_selected (self)));
}

static void
on_undo (AdwToast *toast, TandemContactsWindow *self)
{
  tandem_contacts_save (self->contacts, g_object_get_data (G_OBJECT (toast), "contact"));
}

static void
on_delete (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TandemContactsWindow *self = TANDEM_CONTACTS_WINDOW (widget);
  TandemContact *contact = get_selected (self);
  g_autofree char *escaped = NULL;
  g_autofree char *words = NULL;
  AdwToast *toast;

  if (contact == NULL || !tandem_contact_is_editable (contact))
    return;
  escaped = g_markup_escape_text (tandem_contact_get_title (contact), -1);
  /* Translators: a name. */
  words = g_strdup_printf (_ ("“%s” deleted"), escaped);
  toast = adw_toast_new (words);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "contact", g_object_ref (contact), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
  tandem_contacts_remove (self->contacts, contact);
}

/* --- vCards ----------------------------------------------------------------------------------- */

static void
end_work (TandemContactsWindow *self)
{
  g_clear_object (&self->cancellable);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.import", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.export", TRUE);
}

static void
begin_work (TandemContactsWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_visible (self->progress, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.import", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contacts.export", FALSE);
}

static void
on_cancel (TandemContactsWindow *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemContactsWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  TandemVcardSkipped skipped = { 0 };
  g_autoptr (GPtrArray) found = tandem_vcard_load_finish (result, &skipped, &error);

  if (self->contacts == NULL)
    return;
  end_work (self);
  if (found != NULL)
    {
      g_autofree char *read = g_strdup_printf (
          ngettext ("%u contact imported", "%u contacts imported", found->len), found->len);
      g_autofree char *left
          = g_strdup_printf (ngettext ("%u card left out, at line %u",
                                       "%u cards left out, the first at line %u", skipped.cards),
                             skipped.cards, skipped.line);

      tandem_contacts_import (self->contacts, found);
      words = skipped.cards > 0 ? g_strdup_printf ("%s, %s", read, left) : g_strdup (read);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    words = g_strdup (_ ("Nothing was imported"));
  else
    words = g_strdup_printf (_ ("Not imported: %s"), error->message);
  say (self, words);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemContactsWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean saved = tandem_vcard_save_finish (result, &error);

  if (self->contacts == NULL)
    return;
  end_work (self);
  if (saved)
    words = g_strdup (_ ("Contacts exported"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    words = g_strdup (_ ("Nothing was exported"));
  else
    words = g_strdup_printf (_ ("Not exported: %s"), error->message);
  say (self, words);
}

static void
on_chooser_response (TandemContactsWindow *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

      if (gtk_file_chooser_get_action (GTK_FILE_CHOOSER (self->chooser))
          == GTK_FILE_CHOOSER_ACTION_OPEN)
        tandem_contacts_window_import (self, file);
      else
        tandem_contacts_window_export (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
ask (TandemContactsWindow *self, const char *title, GtkFileChooserAction action)
{
  g_autoptr (GtkFileFilter) cards = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  gtk_file_filter_set_name (cards, _ ("vCards"));
  gtk_file_filter_add_mime_type (cards, "text/vcard");
  gtk_file_filter_add_pattern (cards, "*.vcf");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), cards);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "contacts.vcf");
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chooser_response), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_import (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (TANDEM_CONTACTS_WINDOW (widget), _ ("Import vCards"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
on_export (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (TANDEM_CONTACTS_WINDOW (widget), _ ("Export vCards"), GTK_FILE_CHOOSER_ACTION_SAVE);
}

/* --- Object ----------------------------------------------------------------------------------- */

static void
tandem_contacts_window_dispose (GObject *object)
{
  TandemContactsWindow *self = TANDEM_CONTACTS_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  self->filter = NULL;
  if (self->contacts != NULL)
    g_signal_handlers_disconnect_by_data (self->contacts, self);
  g_clear_pointer (&self->query, tandem_query_unref);
  g_clear_object (&self->chooser);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->contacts);
  g_clear_object (&self->book);
  G_OBJECT_CLASS (tandem_contacts_window_parent_class)->dispose (object);
}

static void
tandem_contacts_window_class_init (TandemContactsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_contacts_window_dispose;

  gtk_widget_class_install_action (widget_class, "contacts.new", NULL, on_new);
  gtk_widget_class_install_action (widget_class, "contacts.edit", NULL, on_edit);
  gtk_widget_class_install_action (widget_class, "contacts.call", NULL, on_call);
  gtk_widget_class_install_action (widget_class, "contacts.delete", NULL, on_delete);
  gtk_widget_class_install_action (widget_class, "contacts.import", NULL, on_import);
  gtk_widget_class_install_action (widget_class, "contacts.export", NULL, on_export);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "contacts.new",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_ALT_MASK, "contacts.edit",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "contacts.delete", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/contacts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, search);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, view);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, filter);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, matches);
  gtk_widget_class_bind_template_child (widget_class, TandemContactsWindow, progress);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_next_match);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      if (i == 1)
        {
          gtk_widget_add_css_class (label, "caption");
          gtk_widget_add_css_class (label, "dim-label");
        }
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_list_item_set_child (item, box);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *subtitle = gtk_widget_get_next_sibling (title);
  TandemContact *contact = gtk_list_item_get_item (item);
  g_autofree char *first = contact_title (contact);
  g_autofree char *second = contact_subtitle (contact);

  gtk_label_set_label (GTK_LABEL (title), first);
  gtk_label_set_label (GTK_LABEL (subtitle), second != NULL ? second : "");
}

static void
on_activated (GtkListView *view, guint position, TandemContactsWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "contacts.edit", NULL);
}

static void
tandem_contacts_window_init (TandemContactsWindow *self)
{
  GtkListItemFactory *factory;
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);
  g_signal_connect_object (self->view, "activate", G_CALLBACK (on_activated), self, 0);
  gtk_custom_filter_set_filter_func (self->filter, matches, self, NULL);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_search_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search), keys);
}

/**
 * tandem_contacts_window_new:
 * @parent: (nullable): the main window, which calls
 * @contacts: whom it shows
 * @book: (nullable): what they are read from, to say why that fails
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemContactsWindow *
tandem_contacts_window_new (GtkWindow *parent, TandemContacts *contacts, TandemBook *book)
{
  TandemContactsWindow *self
      = g_object_new (TANDEM_TYPE_CONTACTS_WINDOW, "transient-for", parent, NULL);

  self->contacts = g_object_ref (contacts);
  self->book = book != NULL ? g_object_ref (book) : NULL;
  gtk_filter_list_model_set_model (self->matches, G_LIST_MODEL (self->contacts));
  g_signal_connect_object (self->matches, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->matches, "notify::pending", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->contacts, "notify::problem", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  if (self->book != NULL)
    g_signal_connect_object (self->book, "notify::problem", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  update (self);
  return self;
}

/**
 * tandem_contacts_window_import:
 * @self: a window
 * @file: vCards
 *
 * Reads them while the window can be used, and says what came of it.
 */
void
tandem_contacts_window_import (TandemContactsWindow *self, GFile *file)
{
  g_return_if_fail (TANDEM_IS_CONTACTS_WINDOW (self));

  if (self->cancellable != NULL)
    return;
  begin_work (self);
  tandem_vcard_load_async (file, self->cancellable, on_loaded, g_object_ref (self));
}

/**
 * tandem_contacts_window_export:
 * @self: a window
 * @file: where to
 */
void
tandem_contacts_window_export (TandemContactsWindow *self, GFile *file)
{
  g_return_if_fail (TANDEM_IS_CONTACTS_WINDOW (self));

  if (self->cancellable != NULL)
    return;
  begin_work (self);
  tandem_vcard_save_async (file, G_LIST_MODEL (self->contacts), TANDEM_VCARD_4, self->cancellable,
                           on_saved, g_object_ref (self));
}
