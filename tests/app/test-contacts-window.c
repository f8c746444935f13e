/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "contact-window.h"
#include "contacts-window.h"
#include "lint.h"
#include "sample-app.h"

#include <glib/gstdio.h>
#include <string.h>

/* The contacts: made, found, changed, deleted and had back, read from vCards and written as such. */

typedef struct
{
  SampleApp *app;
  char *folder, *path;
  TandemContacts *contacts;
  GtkWidget *window;
} Fixture;

typedef struct
{
  GListModel *list;
  guint n;
} Count;

static gboolean
has_count (gpointer data)
{
  Count *count = data;

  return g_list_model_get_n_items (count->list) == count->n;
}

static GListModel *
get_shown (Fixture *self)
{
  return G_LIST_MODEL (
      gtk_list_view_get_model (GTK_LIST_VIEW (sample_app_find_named (self->window, "view"))));
}

static void
wait_for_count (Fixture *self, guint n)
{
  Count count = { get_shown (self), n };

  sample_app_wait (has_count, &count);
}

static gboolean
shows_page (gpointer data)
{
  Fixture *self = ((gpointer *) data)[0];

  return g_strcmp0 (gtk_stack_get_visible_child_name (
                        GTK_STACK (sample_app_find_named (self->window, "stack"))),
                    ((gpointer *) data)[1])
         == 0;
}

static void
wait_for_page (Fixture *self, const char *page)
{
  gpointer both[] = { self, (gpointer) page };

  sample_app_wait (shows_page, both);
}

static gboolean
shows_one (gpointer data)
{
  Fixture *self = ((gpointer *) data)[0];
  g_autoptr (TandemContact) first = g_list_model_get_item (get_shown (self), 0);

  return g_list_model_get_n_items (get_shown (self)) == 1
         && g_strcmp0 (tandem_contact_get_name (first), ((gpointer *) data)[1]) == 0;
}

/* Nobody else. */
static void
wait_for_one (Fixture *self, const char *name)
{
  gpointer both[] = { self, (gpointer) name };

  sample_app_wait (shows_one, both);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->app = sample_app_show ("idle", 820, 680);
  self->folder = g_dir_make_tmp ("tandem-contacts-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "contacts.db", NULL);
  self->contacts = tandem_contacts_new (self->path, "DE");
  self->window = GTK_WIDGET (
      tandem_contacts_window_new (GTK_WINDOW (self->app->window), self->contacts, NULL));
  gtk_window_present (GTK_WINDOW (self->window));
  sample_app_settle (self->window);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_contacts_flush_finish (TANDEM_CONTACTS (source), result);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  gboolean flushed = FALSE;
  const char *name;

  tandem_contacts_flush_async (self->contacts, on_flushed, &flushed);
  sample_app_wait (is_true, &flushed);
  gtk_window_destroy (GTK_WINDOW (self->window));
  sample_app_free (self->app);
  g_object_unref (self->contacts);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (self->folder, name, NULL);

      g_remove (child);
    }
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
add (Fixture *self, const char *name, const char *number)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, NULL);

  tandem_contact_set_name (contact, name);
  tandem_contact_add_number (contact, "work", number);
  tandem_contacts_save (self->contacts, contact);
}

static GtkWidget *
first_entry (GtkWidget *form)
{
  GtkWidget *row = gtk_widget_get_first_child (sample_app_find_named (form, "entries"));

  return gtk_widget_get_next_sibling (gtk_widget_get_first_child (row));
}

static gboolean
has_toast (gpointer data)
{
  Fixture *self = ((gpointer *) data)[0];

  return sample_app_find (self->window, GTK_TYPE_LABEL, ((gpointer *) data)[1]) != NULL;
}

static void
wait_for_toast (Fixture *self, const char *words)
{
  gpointer both[] = { self, (gpointer) words };

  sample_app_wait (has_toast, both);
}

static void
test_create (Fixture *self, gconstpointer data)
{
  g_autoptr (TandemContact) kept = NULL;
  GtkWidget *form;
  guint n;

  lint_accessibility (self->window);
  g_assert_cmpstr (
      gtk_stack_get_visible_child_name (GTK_STACK (sample_app_find_named (self->window, "stack"))),
      ==, "none");
  gtk_widget_activate_action (self->window, "contacts.new", NULL);
  form = sample_app_find_window (TANDEM_TYPE_CONTACT_WINDOW);
  sample_app_settle (form);
  lint_accessibility (form);
  g_assert_false (gtk_widget_get_sensitive (sample_app_find_named (form, "save_button")));
  gtk_editable_set_text (GTK_EDITABLE (sample_app_find_named (form, "name_entry")),
                         "Sample <Caller> One");
  gtk_editable_set_text (GTK_EDITABLE (first_entry (form)), " 030 555-0100 ");
  g_assert_true (gtk_widget_get_sensitive (sample_app_find_named (form, "save_button")));
  gtk_widget_activate (sample_app_find_named (form, "save_button"));
  wait_for_count (self, 1);
  kept = g_list_model_get_item (get_shown (self), 0);
  g_assert_cmpstr (tandem_contact_get_name (kept), ==, "Sample <Caller> One");
  g_assert_cmpstr (tandem_contact_get_numbers (kept, &n)[0].value, ==, "030 555-0100");
  g_assert_true (tandem_contacts_lookup (self->contacts, "+49 30 5550100") != NULL);
}

static void
test_edit (Fixture *self, gconstpointer data)
{
  g_autoptr (TandemContact) kept = NULL;
  GtkWidget *form;

  add (self, "Sample Caller Two", "5550102");
  wait_for_count (self, 1);
  gtk_widget_activate_action (self->window, "contacts.edit", NULL);
  form = sample_app_find_window (TANDEM_TYPE_CONTACT_WINDOW);
  gtk_editable_set_text (GTK_EDITABLE (sample_app_find_named (form, "name_entry")),
                         "Sample Caller Twelve");
  g_assert_true (tandem_contact_window_save (TANDEM_CONTACT_WINDOW (form)));
  gtk_window_destroy (GTK_WINDOW (form));
  while (kept == NULL || strcmp (tandem_contact_get_name (kept), "Sample Caller Twelve") != 0)
    {
      g_main_context_iteration (NULL, TRUE);
      g_clear_object (&kept);
      kept = g_list_model_get_item (get_shown (self), 0);
    }
  wait_for_count (self, 1);
}

static void
test_delete (Fixture *self, gconstpointer data)
{
  GtkWidget *undo;

  add (self, "Sample Caller One", "5550101");
  add (self, "Sample Caller Two", "5550102");
  wait_for_count (self, 2);
  gtk_widget_activate_action (self->window, "contacts.delete", NULL);
  wait_for_count (self, 1);
  wait_for_toast (self, "Undo");
  undo = sample_app_find (self->window, GTK_TYPE_LABEL, "Undo");
  gtk_widget_activate (gtk_widget_get_ancestor (undo, GTK_TYPE_BUTTON));
  wait_for_count (self, 2);
}

/* As one types: by name, without accents, and by number in any spelling. */
static void
test_search (Fixture *self, gconstpointer data)
{
  GtkEditable *search = GTK_EDITABLE (sample_app_find_named (self->window, "search"));

  add (self, "Sample Ältester", "+49 30 5550101");
  add (self, "Sample Caller Two", "5550102");
  wait_for_count (self, 2);
  gtk_editable_set_text (search, "altester");
  wait_for_one (self, "Sample Ältester");
  gtk_editable_set_text (search, "555 0102");
  wait_for_one (self, "Sample Caller Two");
  gtk_editable_set_text (search, "30555");
  wait_for_one (self, "Sample Ältester");
  gtk_editable_set_text (search, "nobody");
  wait_for_page (self, "no-match");
  gtk_editable_set_text (search, "");
  wait_for_count (self, 2);
  wait_for_page (self, "list");
}

static gboolean
is_idle (gpointer data)
{
  return !gtk_widget_get_visible (sample_app_find_named (((Fixture *) data)->window, "progress"));
}

/* What is written is read again; what cannot be read is named, and changes nothing. */
static void
test_vcards (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "sample.vcf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *missing_path = g_build_filename (self->folder, "missing.vcf", NULL);
  g_autoptr (GFile) missing = g_file_new_for_path (missing_path);
  g_autofree char *text = NULL;

  add (self, "Sample Caller One", "5550101");
  wait_for_count (self, 1);
  tandem_contacts_window_export (TANDEM_CONTACTS_WINDOW (self->window), file);
  g_assert_true (gtk_widget_get_visible (sample_app_find_named (self->window, "progress")));
  sample_app_wait (is_idle, self);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "FN:Sample Caller One"));

  g_assert_true (g_file_set_contents (path,
                                      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sample Caller Three\r\n"
                                      "TEL;TYPE=work:5550103\r\nEND:VCARD\r\n"
                                      "BEGIN:VCARD\r\nnonsense\r\nEND:VCARD\r\n",
                                      -1, NULL));
  tandem_contacts_window_import (TANDEM_CONTACTS_WINDOW (self->window), file);
  wait_for_count (self, 2);
  wait_for_toast (self, "1 contact imported, 1 card left out, at line 6");
  sample_app_wait (is_idle, self);

  tandem_contacts_window_import (TANDEM_CONTACTS_WINDOW (self->window), missing);
  sample_app_wait (is_idle, self);
  wait_for_count (self, 2);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/contacts-window/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("create", test_create);
  ADD ("edit", test_edit);
  ADD ("delete", test_delete);
  ADD ("search", test_search);
  ADD ("vcards", test_vcards);
  return g_test_run ();
}
