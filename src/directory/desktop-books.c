/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-books.h"

#include "contact-private.h"
#include "contacts-private.h"
#include "vcard.h"

#include <glib/gi18n.h>
#include <libebook/libebook.h>
#include <string.h>

/* See desktop-books.h. A contact's uid here is "book/contact". A view of each book tells all contacts at
 * first, then what changes; what was known of the book and is not told by then is gone. */

#define FIRST_DELAY 1  /* s until a book that failed is opened again; doubled each time */
#define LAST_DELAY 600 /* s */

typedef struct
{
  TandemDesktopBooks *owner; /* (nullable): none when it was closed */
  ESource *source;
  EBookClient *client;
  EBookClientView *view;
  GCancellable *cancellable;
  GHashTable *seen; /* (nullable): uids, until all were told */
  char *problem;
  guint delay, timer; /* until it is opened again */
} Book;

struct _TandemDesktopBooks
{
  GObject parent_instance;

  TandemContacts *contacts;
  ESourceRegistry *registry;
  GCancellable *cancellable;
  GHashTable *books;  /* uid of the source -> Book */
  GHashTable *known;  /* uid of a contact -> etag */
  GPtrArray *changed; /* of TandemContact, to be applied */
  GPtrArray *removed; /* of uids, to be applied */
  guint apply;
  gboolean opening;
  char *failure; /* of the registry */
  char *problem;
};

G_DEFINE_FINAL_TYPE (TandemDesktopBooks, tandem_desktop_books, G_TYPE_OBJECT)

enum
{
  PROP_PROBLEM = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void open_book (Book *book);

static const char *
get_name (Book *book)
{
  const char *name = e_source_get_display_name (book->source);

  return name != NULL ? name : e_source_get_uid (book->source);
}

static void
update_problem (TandemDesktopBooks *self)
{
  const char *problem = self->failure;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->books);
  while (problem == NULL && g_hash_table_iter_next (&iter, NULL, &value))
    problem = ((Book *) value)->problem;
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
apply (TandemDesktopBooks *self)
{
  g_clear_handle_id (&self->apply, g_source_remove);
  if (self->changed->len == 0 && self->removed->len == 0)
    return;
  g_ptr_array_add (self->removed, NULL);
  tandem_contacts_apply (self->contacts, TANDEM_DESKTOP_BOOKS_SOURCE, FALSE,
                         (const char *const *) self->removed->pdata, self->changed, NULL);
  g_ptr_array_unref (self->changed);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_set_size (self->removed, 0);
}

static gboolean
on_idle (gpointer data)
{
  TandemDesktopBooks *self = data;

  self->apply = 0;
  apply (self);
  return G_SOURCE_REMOVE;
}

static void
apply_soon (TandemDesktopBooks *self)
{
  if (self->apply == 0)
    self->apply = g_idle_add (on_idle, self);
}

static char *
make_uid (Book *book, const char *uid)
{
  return g_strdup_printf ("%s/%s", e_source_get_uid (book->source), uid);
}

static void
remove_contact (TandemDesktopBooks *self, const char *uid)
{
  guint at;

  for (at = 0; at < self->changed->len; at++)
    {
      if (g_str_equal (tandem_contact_get_uid (g_ptr_array_index (self->changed, at)), uid))
        g_ptr_array_remove_index (self->changed, at--);
    }
  g_ptr_array_add (self->removed, g_strdup (uid));
  g_hash_table_remove (self->known, uid);
  apply_soon (self);
}

/* Those of the book that were not told; seen: (nullable): all of it. */
static void
remove_others (TandemDesktopBooks *self, const char *source, GHashTable *seen)
{
  g_autofree char *prefix = g_strdup_printf ("%s/", source);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    {
      if (g_str_has_prefix (uid, prefix) && (seen == NULL || !g_hash_table_contains (seen, uid)))
        g_ptr_array_add (gone, g_strdup (uid));
    }
  for (guint i = 0; i < gone->len; i++)
    remove_contact (self, g_ptr_array_index (gone, i));
}

static void
take_contact (Book *book, EContact *from)
{
  TandemDesktopBooks *self = book->owner;
  const char *id = e_contact_get_const (from, E_CONTACT_UID);
  g_autofree char *text = e_vcard_to_string (E_VCARD (from), EVC_FORMAT_VCARD_30);
  g_autofree char *etag
      = text != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1) : NULL;
  g_autofree char *uid = id != NULL ? make_uid (book, id) : NULL;
  g_autoptr (TandemVcardReader) reader = NULL;
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (TandemContact) contact = NULL;

  if (uid == NULL || etag == NULL)
    return;
  if (book->seen != NULL)
    g_hash_table_add (book->seen, g_strdup (uid));
  if (g_strcmp0 (g_hash_table_lookup (self->known, uid), etag) == 0)
    return;
  if (!g_hash_table_contains (self->known, uid)
      && g_hash_table_size (self->known) >= TANDEM_DESKTOP_BOOKS_MAX_CONTACTS)
    return;
  reader = tandem_vcard_reader_new ();
  tandem_vcard_reader_feed (reader, text, strlen (text));
  cards = tandem_vcard_reader_end (reader, NULL);
  /* A list, or nothing that a phone has a use for: kept, so that it is not read again. */
  contact = cards->len > 0 ? g_object_ref (g_ptr_array_index (cards, 0))
                           : tandem_contact_new (uid, NULL);
  tandem_contact_set_uid (contact, uid);
  tandem_contact_set_source (contact, TANDEM_DESKTOP_BOOKS_SOURCE);
  tandem_contact_set_etag (contact, etag);
  tandem_contact_prepare (contact);
  g_hash_table_replace (self->known, g_steal_pointer (&uid), g_steal_pointer (&etag));
  g_ptr_array_add (self->changed, g_steal_pointer (&contact));
  apply_soon (self);
}

static void
on_objects_told (EBookClientView *view, GSList *contacts, Book *book)
{
  for (GSList *at = contacts; at != NULL; at = at->next)
    take_contact (book, at->data);
}

static void
on_objects_removed (EBookClientView *view, GSList *uids, Book *book)
{
  for (GSList *at = uids; at != NULL; at = at->next)
    {
      g_autofree char *uid = make_uid (book, at->data);

      if (book->seen != NULL)
        g_hash_table_remove (book->seen, uid);
      remove_contact (book->owner, uid);
    }
}

/* The library waits for the server when a view starts and stops: not on the main thread. */
static void
run_start (GTask *task, gpointer view, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  e_book_client_view_start (view, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
run_stop (GTask *task, gpointer view, gpointer data, GCancellable *cancellable)
{
  e_book_client_view_stop (view, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
close_book (Book *book)
{
  g_clear_handle_id (&book->timer, g_source_remove);
  if (book->cancellable != NULL)
    g_cancellable_cancel (book->cancellable);
  g_clear_object (&book->cancellable);
  if (book->view != NULL)
    {
      g_autoptr (GTask) task = g_task_new (book->view, NULL, NULL, NULL);

      g_signal_handlers_disconnect_by_data (book->view, book);
      g_task_run_in_thread (task, run_stop);
    }
  g_clear_object (&book->view);
  if (book->client != NULL)
    g_signal_handlers_disconnect_by_data (book->client, book);
  g_clear_object (&book->client);
  g_clear_pointer (&book->seen, g_hash_table_unref);
}

static gboolean
on_delay (gpointer data)
{
  Book *book = data;

  book->timer = 0;
  open_book (book);
  return G_SOURCE_REMOVE;
}

static void
open_later (Book *book)
{
  close_book (book);
  book->delay = MIN (book->delay == 0 ? FIRST_DELAY : 2 * book->delay, LAST_DELAY);
  book->timer = g_timeout_add_seconds (book->delay, on_delay, book);
}

static void
set_failure (Book *book, const GError *error)
{
  g_free (book->problem);
  book->problem = NULL;
  if (error != NULL)
    {
      book->problem
          = g_strdup_printf (_ ("The address book “%s” of this computer cannot be read: %s"),
                             get_name (book), error->message);
      open_later (book);
    }
  update_problem (book->owner);
}

static void
on_complete (EBookClientView *view, const GError *error, Book *book)
{
  set_failure (book, error);
  if (error == NULL && book->seen != NULL)
    {
      remove_others (book->owner, e_source_get_uid (book->source), book->seen);
      g_clear_pointer (&book->seen, g_hash_table_unref);
      book->delay = 0;
    }
}

static void
book_clear (gpointer data)
{
  Book *book = data;

  g_clear_object (&book->source);
  g_clear_object (&book->cancellable);
  g_clear_pointer (&book->seen, g_hash_table_unref);
  g_free (book->problem);
}

static void
book_unref (Book *book)
{
  g_rc_box_release_full (book, book_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Book, book_unref)

static void
drop_book (gpointer data)
{
  Book *book = data;

  close_book (book);
  book->owner = NULL;
  book_unref (book);
}

static void
on_backend_died (EClient *client, Book *book)
{
  open_later (book);
}

static void
on_started (GObject *view, GAsyncResult *result, gpointer data)
{
  g_autoptr (Book) book = data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) && book->owner != NULL
      && E_BOOK_CLIENT_VIEW (view) == book->view)
    set_failure (book, error);
}

static void
on_view (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Book) book = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  EBookClientView *view = NULL;

  e_book_client_get_view_finish (E_BOOK_CLIENT (source), result, &view, &error);
  if (book->owner == NULL || E_BOOK_CLIENT (source) != book->client)
    {
      g_clear_object (&view);
      return;
    }
  if (view == NULL)
    {
      set_failure (book, error);
      return;
    }
  book->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  book->view = view;
  g_signal_connect (book->view, "objects-added", G_CALLBACK (on_objects_told), book);
  g_signal_connect (book->view, "objects-modified", G_CALLBACK (on_objects_told), book);
  g_signal_connect (book->view, "objects-removed", G_CALLBACK (on_objects_removed), book);
  g_signal_connect (book->view, "complete", G_CALLBACK (on_complete), book);
  task = g_task_new (view, NULL, on_started, g_rc_box_acquire (book));
  g_task_run_in_thread (task, run_start);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Book) book = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *everything = NULL;
  EBookQuery *query;
  EClient *client = e_book_client_connect_finish (result, &error);

  if (book->owner == NULL || book->client != NULL
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_object (&client);
      return;
    }
  if (client == NULL)
    {
      set_failure (book, error);
      return;
    }
  book->client = E_BOOK_CLIENT (client);
  g_signal_connect (client, "backend-died", G_CALLBACK (on_backend_died), book);
  query = e_book_query_any_field_contains ("");
  everything = e_book_query_to_string (query);
  e_book_query_unref (query);
  e_book_client_get_view (book->client, everything, book->cancellable, on_view,
                          g_rc_box_acquire (book));
}

static void
open_book (Book *book)
{
  book->cancellable = g_cancellable_new ();
  e_book_client_connect (book->source, (guint32) -1, book->cancellable, on_connected,
                         g_rc_box_acquire (book));
}

/* Opens what is new, closes what is gone or was switched off. */
static void
follow_registry (TandemDesktopBooks *self)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (g_str_hash, g_str_equal);
  GList *sources = e_source_registry_list_enabled (self->registry, E_SOURCE_EXTENSION_ADDRESS_BOOK);
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    g_hash_table_add (gone, uid);
  for (GList *at = sources; at != NULL; at = at->next)
    {
      const char *id = e_source_get_uid (at->data);
      Book *book;

      g_hash_table_remove (gone, id);
      if (g_hash_table_contains (self->books, id))
        continue;
      book = g_rc_box_new0 (Book);
      book->owner = self;
      book->source = g_object_ref (at->data);
      g_hash_table_insert (self->books, g_strdup (id), book);
      open_book (book);
    }
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    {
      remove_others (self, uid, NULL);
      g_hash_table_remove (self->books, uid);
    }
  g_list_free_full (sources, g_object_unref);
  g_free (self->failure);
  self->failure = g_hash_table_size (self->books) == 0
                      ? g_strdup (_ ("This computer has no address books"))
                      : NULL;
  update_problem (self);
}

/* Books that went while nobody looked. */
static void
remove_lost_books (TandemDesktopBooks *self)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    {
      const char *slash = strchr (uid, '/');
      g_autofree char *book
          = slash != NULL ? g_strndup (uid, (gsize) (slash - (const char *) uid)) : NULL;

      if (book == NULL || !g_hash_table_contains (self->books, book))
        g_ptr_array_add (lost, g_strdup (uid));
    }
  for (guint i = 0; i < lost->len; i++)
    remove_contact (self, g_ptr_array_index (lost, i));
}

static void
on_registry (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemDesktopBooks) self = data;
  g_autoptr (GError) error = NULL;
  ESourceRegistry *registry = e_source_registry_new_finish (result, &error);

  self->opening = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_object (&registry);
      return;
    }
  if (registry == NULL)
    {
      g_free (self->failure);
      self->failure = g_strdup_printf (_ ("The address books of this computer cannot be read: %s"),
                                       error->message);
      update_problem (self);
      return;
    }
  self->registry = registry;
  for (guint i = 0; i < 4; i++)
    {
      static const char *const names[]
          = { "source-added", "source-removed", "source-enabled", "source-disabled" };

      g_signal_connect_object (registry, names[i], G_CALLBACK (follow_registry), self,
                               G_CONNECT_SWAPPED);
    }
  follow_registry (self);
  remove_lost_books (self);
}

static void
open_registry (TandemDesktopBooks *self)
{
  self->opening = TRUE;
  /* Not to be cancelled: whoever else asks for the registry meanwhile would get the error. */
  e_source_registry_new (NULL, on_registry, g_object_ref (self));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemDesktopBooks) self = data;

  tandem_contacts_flush_finish (TANDEM_CONTACTS (source), result);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  self->known = tandem_contacts_get_etags (self->contacts, TANDEM_DESKTOP_BOOKS_SOURCE);
  open_registry (self);
}

static void
tandem_desktop_books_dispose (GObject *object)
{
  TandemDesktopBooks *self = TANDEM_DESKTOP_BOOKS (object);

  g_cancellable_cancel (self->cancellable);
  g_hash_table_remove_all (self->books);
  apply (self);
  g_clear_object (&self->registry);
  G_OBJECT_CLASS (tandem_desktop_books_parent_class)->dispose (object);
}

static void
tandem_desktop_books_finalize (GObject *object)
{
  TandemDesktopBooks *self = TANDEM_DESKTOP_BOOKS (object);

  g_clear_object (&self->contacts);
  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->books);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->removed);
  g_free (self->failure);
  g_free (self->problem);
  G_OBJECT_CLASS (tandem_desktop_books_parent_class)->finalize (object);
}

static void
tandem_desktop_books_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PROBLEM)
    g_value_set_string (value, TANDEM_DESKTOP_BOOKS (object)->problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_desktop_books_class_init (TandemDesktopBooksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_desktop_books_dispose;
  object_class->finalize = tandem_desktop_books_finalize;
  object_class->get_property = tandem_desktop_books_get_property;
  properties[PROP_PROBLEM]
      = g_param_spec_string ("problem", NULL, NULL, NULL,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
tandem_desktop_books_init (TandemDesktopBooks *self)
{
  self->cancellable = g_cancellable_new ();
  self->books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, drop_book);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  self->removed = g_ptr_array_new_with_free_func (g_free);
}

gboolean
tandem_desktop_books_is_built_in (void)
{
  return TRUE;
}

TandemDesktopBooks *
tandem_desktop_books_new (TandemContacts *contacts)
{
  TandemDesktopBooks *self;

  g_return_val_if_fail (TANDEM_IS_CONTACTS (contacts), NULL);

  self = g_object_new (TANDEM_TYPE_DESKTOP_BOOKS, NULL);
  self->contacts = g_object_ref (contacts);
  tandem_contacts_flush_async (contacts, on_loaded, g_object_ref (self));
  return self;
}

const char *
tandem_desktop_books_get_problem (TandemDesktopBooks *self)
{
  g_return_val_if_fail (TANDEM_IS_DESKTOP_BOOKS (self), NULL);

  return self->problem;
}

void
tandem_desktop_books_retry (TandemDesktopBooks *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (TANDEM_IS_DESKTOP_BOOKS (self));

  if (self->registry == NULL && self->failure != NULL && !self->opening)
    open_registry (self);
  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Book *book = value;

      if (book->problem == NULL)
        continue;
      close_book (book);
      book->delay = 0;
      open_book (book);
    }
}
