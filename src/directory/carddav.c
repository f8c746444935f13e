/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "carddav.h"

#include "contact-private.h"
#include "contacts-private.h"
#include "dav-client.h"
#include "vcard.h"

#include <glib/gi18n.h>

#include <string.h>

/* tandem_carddav_synchronise_async(): see carddav.h. All the talking happens in a GTask's thread,
 * with what the contacts knew when it began; what came of it is then given to the contacts in one
 * step. A contact's uid is the address of its vCard.
 *
 * A server may lie: it can name members outside of its book, answer for what was not asked, promise
 * more for ever. Members outside are left out, unasked answers too, and every loop has an end. */

#define BATCH 50       /* vCards asked for at once */
#define MAX_ROUNDS 200 /* of a report that is said to be cut short */

#define PROLOGUE "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
#define NAMESPACES                                                                                 \
  " xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:carddav\""                                   \
  " xmlns:s=\"http://calendarserver.org/ns/\""

static const char find_body[] = PROLOGUE
    "<d:propfind" NAMESPACES "><d:prop><d:resourcetype/><d:displayname/><d:sync-token/><s:getctag/>"
    "<d:current-user-principal/><c:addressbook-home-set/></d:prop></d:propfind>";
static const char list_body[]
    = PROLOGUE "<d:propfind" NAMESPACES "><d:prop><d:getetag/></d:prop></d:propfind>";

typedef struct
{
  char *url;
  char *token; /* (nullable): how it was at the last synchronisation */
  char *ctag;  /* (nullable) */
} Book;

typedef struct
{
  char *source;
  char *url, *user, *password;
  gboolean plain;
  char *state;
  GHashTable *etags; /* url of a vCard -> its version, (nullable) */

  TandemDavClient *client;
  GPtrArray *books;     /* of Book: as they are now */
  GPtrArray *old_books; /* of Book: as they were */
  GHashTable *wanted;   /* set of url: to be fetched */
  GHashTable *gone;     /* set of url */
  GPtrArray *changed;   /* of TandemContact */
} Sync;

static void
book_free (gpointer data)
{
  Book *book = data;

  g_free (book->url);
  g_free (book->token);
  g_free (book->ctag);
  g_free (book);
}

static void
sync_free (gpointer data)
{
  Sync *self = data;

  g_free (self->source);
  g_free (self->url);
  g_free (self->user);
  g_free (self->password);
  g_free (self->state);
  g_clear_pointer (&self->etags, g_hash_table_unref);
  g_ptr_array_unref (self->books);
  g_ptr_array_unref (self->old_books);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->gone);
  g_ptr_array_unref (self->changed);
  g_free (self);
}

static Book *
add_book (GPtrArray *books, const char *url, const char *token, const char *ctag)
{
  Book *book = g_new0 (Book, 1);

  book->url = g_strdup (url);
  book->token = token != NULL && token[0] != '\0' ? g_strdup (token) : NULL;
  book->ctag = ctag != NULL && ctag[0] != '\0' ? g_strdup (ctag) : NULL;
  g_ptr_array_add (books, book);
  return book;
}

static const Book *
find_book (GPtrArray *books, const char *url)
{
  for (guint i = 0; i < books->len; i++)
    if (g_str_equal (((const Book *) g_ptr_array_index (books, i))->url, url))
      return g_ptr_array_index (books, i);
  return NULL;
}

static void
read_state (Sync *self)
{
  g_autoptr (GVariant) books = NULL;
  GVariantIter iter;
  const char *url, *token, *ctag;

  if (self->state != NULL)
    books = g_variant_parse (G_VARIANT_TYPE ("a(sss)"), self->state, NULL, NULL, NULL);
  if (books == NULL)
    return;
  g_variant_iter_init (&iter, books);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &url, &token, &ctag))
    add_book (self->old_books, url, token, ctag);
}

static char *
write_state (Sync *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sss)"));
  g_autoptr (GVariant) books = NULL;

  for (guint i = 0; i < self->books->len; i++)
    {
      const Book *book = g_ptr_array_index (self->books, i);

      g_variant_builder_add (&builder, "(sss)", book->url, book->token != NULL ? book->token : "",
                             book->ctag != NULL ? book->ctag : "");
    }
  books = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (books, FALSE);
}

/* What a question about an address tells about books. */
typedef struct
{
  char *principal, *home; /* (nullable): addresses to go on with */
} Hint;

static void
clear_hint (Hint *hint)
{
  g_clear_pointer (&hint->principal, g_free);
  g_clear_pointer (&hint->home, g_free);
}

static gboolean
look_at (Sync *self, const char *url, const char *depth, Hint *hint, GError **error)
{
  g_autofree char *at = NULL;
  g_autoptr (TandemDavAnswer) answer
      = tandem_dav_client_ask (self->client, "PROPFIND", url, depth, find_body, &at, NULL, error);

  if (answer == NULL)
    return FALSE;
  for (guint i = 0; i < answer->items->len; i++)
    {
      const TandemDavItem *item = g_ptr_array_index (answer->items, i);
      g_autofree char *address
          = item->href != NULL ? tandem_dav_client_resolve (self->client, at, item->href) : NULL;

      if (item->is_address_book && address != NULL && find_book (self->books, address) == NULL
          && self->books->len < TANDEM_CARDDAV_MAX_BOOKS)
        add_book (self->books, address, item->sync_token, item->ctag);
      if (item->principal != NULL && hint->principal == NULL)
        hint->principal = tandem_dav_client_resolve (self->client, at, item->principal);
      if (item->home != NULL && hint->home == NULL)
        hint->home = tandem_dav_client_resolve (self->client, at, item->home);
    }
  return TRUE;
}

/* From a person's address, or any that leads to it, to the books. */
static gboolean
look_from (Sync *self, const char *url, GError **error)
{
  Hint hint = { NULL, NULL }, further = { NULL, NULL };
  gboolean done = look_at (self, url, "0", &hint, error);

  if (done && self->books->len == 0 && hint.home == NULL && hint.principal != NULL)
    {
      g_autofree char *principal = g_steal_pointer (&hint.principal);

      done = look_at (self, principal, "0", &hint, error);
    }
  if (done && self->books->len == 0)
    done = look_at (self, hint.home != NULL ? hint.home : url, "1", &further, error);
  clear_hint (&hint);
  clear_hint (&further);
  return done;
}

static gboolean
find_books (Sync *self, GError **error)
{
  g_autofree char *first = tandem_dav_client_resolve (self->client, self->url, "");
  g_autofree char *well_known
      = tandem_dav_client_resolve (self->client, self->url, "/.well-known/carddav");
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) second_error = NULL;

  if (first != NULL && look_from (self, first, &local_error) && self->books->len > 0)
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
      || g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || (local_error != NULL && local_error->domain != G_IO_ERROR) || well_known == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (look_from (self, well_known, &second_error) && self->books->len > 0)
    return TRUE;
  if (local_error == NULL && second_error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _ ("The server has no address book for this person."));
  else if (local_error != NULL
           && (second_error == NULL
               || g_error_matches (second_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_propagate_error (error, g_steal_pointer (&second_error));
  return FALSE;
}

/* In the book itself, not in one within it. */
static gboolean
is_member (const Book *book, const char *url)
{
  const gsize length = strlen (book->url);
  const char *rest;

  if (!g_str_has_prefix (url, book->url) || strlen (url) >= TANDEM_CONTACT_MAX_TEXT)
    return FALSE;
  rest = url + length;
  if (book->url[length - 1] != '/' && *rest++ != '/')
    return FALSE;
  return rest[0] != '\0' && strchr (rest, '/') == NULL;
}

/* at: the address that was asked */
static void
take_member (Sync *self, const Book *book, const char *at, const TandemDavItem *item)
{
  g_autofree char *url
      = item->href != NULL ? tandem_dav_client_resolve (self->client, at, item->href) : NULL;
  gpointer known_etag = NULL;

  if (url == NULL || !is_member (book, url))
    return;
  if (item->status == 404 || item->status == 410)
    {
      if (g_hash_table_contains (self->etags, url))
        g_hash_table_add (self->gone, g_strdup (url));
      g_hash_table_remove (self->wanted, url);
      return;
    }
  g_hash_table_remove (self->gone, url);
  if (item->etag == NULL || !g_hash_table_lookup_extended (self->etags, url, NULL, &known_etag)
      || g_strcmp0 (known_etag, item->etag) != 0)
    g_hash_table_add (self->wanted, g_steal_pointer (&url));
}

/* What changed since the token. *usable: FALSE: the server cannot say. */
static gboolean
read_changes (Sync *self, Book *book, const char *since, gboolean *usable, GError **error)
{
  g_autofree char *token = g_strdup (since);
  gboolean more = TRUE;

  *usable = TRUE;
  for (guint i = 0; more; i++)
    {
      g_autofree char *escaped = g_markup_escape_text (token, -1);
      g_autofree char *body = g_strdup_printf (
          PROLOGUE "<d:sync-collection" NAMESPACES "><d:sync-token>%s</d:sync-token>"
                   "<d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop>"
                   "</d:sync-collection>",
          escaped);
      g_autoptr (TandemDavAnswer) answer = NULL;
      g_autofree char *at = NULL;
      guint status;

      answer = tandem_dav_client_ask (self->client, "REPORT", book->url, "0", body, &at, &status,
                                      error);
      if (answer == NULL)
        {
          /* The token is too old, or there is no such report. */
          *usable = status < 400 || status == 401 || status >= 600;
          if (!*usable)
            g_clear_error (error);
          return !*usable;
        }
      more = FALSE;
      for (guint j = 0; j < answer->items->len; j++)
        {
          const TandemDavItem *item = g_ptr_array_index (answer->items, j);

          if (item->status == 507)
            more = TRUE;
          else
            take_member (self, book, at, item);
        }
      if (answer->sync_token == NULL || i >= MAX_ROUNDS
          || (more && g_str_equal (answer->sync_token, token)))
        {
          *usable = FALSE;
          return TRUE;
        }
      g_free (token);
      token = g_strdup (answer->sync_token);
    }
  g_free (book->token);
  book->token = g_steal_pointer (&token);
  return TRUE;
}

/* Everything that is there, and by that what is not there any more. */
static gboolean
read_list (Sync *self, const Book *book, GError **error)
{
  g_autofree char *at = NULL;
  g_autoptr (TandemDavAnswer) answer = tandem_dav_client_ask (self->client, "PROPFIND", book->url,
                                                              "1", list_body, &at, NULL, error);
  GHashTableIter iter;
  gpointer url;

  if (answer == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, self->etags);
  while (g_hash_table_iter_next (&iter, &url, NULL))
    if (is_member (book, url))
      g_hash_table_add (self->gone, g_strdup (url));
  for (guint i = 0; i < answer->items->len; i++)
    take_member (self, book, at, g_ptr_array_index (answer->items, i));
  return TRUE;
}

static gboolean
read_book (Sync *self, Book *book, GError **error)
{
  const Book *old = find_book (self->old_books, book->url);
  gboolean usable = FALSE;

  if (old != NULL && book->token != NULL && g_strcmp0 (old->token, book->token) == 0)
    return TRUE;
  if (old != NULL && book->token == NULL && book->ctag != NULL
      && g_strcmp0 (old->ctag, book->ctag) == 0)
    return TRUE;
  if (old != NULL && old->token != NULL && book->token != NULL
      && !read_changes (self, book, old->token, &usable, error))
    return FALSE;
  return usable || read_list (self, book, error);
}

static void
take_card (Sync *self, const char *url, const TandemDavItem *item)
{
  g_autoptr (TandemVcardReader) reader = tandem_vcard_reader_new ();
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (TandemContact) contact = NULL;

  tandem_vcard_reader_feed (reader, item->data, strlen (item->data));
  cards = tandem_vcard_reader_end (reader, NULL);
  /* A group, or nothing that a phone has a use for: kept, so that it is not fetched again. */
  contact = cards->len > 0 ? g_object_ref (g_ptr_array_index (cards, 0))
                           : tandem_contact_new (url, NULL);
  tandem_contact_set_uid (contact, url);
  tandem_contact_set_source (contact, self->source);
  tandem_contact_set_etag (contact, item->etag);
  tandem_contact_prepare (contact);
  g_ptr_array_add (self->changed, g_steal_pointer (&contact));
}

static gboolean
fetch (Sync *self, const Book *book, GPtrArray *urls, GError **error)
{
  g_autoptr (GString) body
      = g_string_new (PROLOGUE "<c:addressbook-multiget" NAMESPACES
                               "><d:prop><d:getetag/><c:address-data/></d:prop>");
  g_autoptr (TandemDavAnswer) answer = NULL;
  g_autofree char *at = NULL;

  for (guint i = 0; i < urls->len; i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (g_ptr_array_index (urls, i), G_URI_FLAGS_ENCODED, NULL);
      g_autofree char *escaped
          = uri != NULL ? g_markup_escape_text (g_uri_get_path (uri), -1) : NULL;

      if (escaped != NULL)
        g_string_append_printf (body, "<d:href>%s</d:href>", escaped);
    }
  g_string_append (body, "</c:addressbook-multiget>");
  answer
      = tandem_dav_client_ask (self->client, "REPORT", book->url, "1", body->str, &at, NULL, error);
  if (answer == NULL)
    return FALSE;
  for (guint i = 0; i < answer->items->len; i++)
    {
      const TandemDavItem *item = g_ptr_array_index (answer->items, i);
      g_autofree char *url
          = item->href != NULL ? tandem_dav_client_resolve (self->client, at, item->href) : NULL;

      /* What was asked for, and once. */
      if (url != NULL && item->data != NULL && g_hash_table_remove (self->wanted, url))
        take_card (self, url, item);
    }
  return TRUE;
}

static gboolean
fetch_all (Sync *self, GError **error)
{
  if (g_hash_table_size (self->wanted) + g_hash_table_size (self->etags)
      > TANDEM_CARDDAV_MAX_CONTACTS + g_hash_table_size (self->gone))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   /* Translators: a large number. */
                   _ ("The address books hold more than %d contacts."),
                   TANDEM_CARDDAV_MAX_CONTACTS);
      return FALSE;
    }
  for (guint i = 0; i < self->books->len; i++)
    {
      const Book *book = g_ptr_array_index (self->books, i);
      g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_free);
      GHashTableIter iter;
      gpointer url;

      g_hash_table_iter_init (&iter, self->wanted);
      while (g_hash_table_iter_next (&iter, &url, NULL))
        if (is_member (book, url))
          g_ptr_array_add (members, g_strdup (url));
      for (guint from = 0; from < members->len; from += BATCH)
        {
          g_autoptr (GPtrArray) batch = g_ptr_array_new ();

          for (guint j = from; j < MIN (from + BATCH, members->len); j++)
            g_ptr_array_add (batch, g_ptr_array_index (members, j));
          if (!fetch (self, book, batch, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* A book that did not give all that it named is looked through as a whole the next time. */
static void
distrust_books (Sync *self)
{
  for (guint i = 0; i < self->books->len; i++)
    {
      Book *book = g_ptr_array_index (self->books, i);
      GHashTableIter iter;
      gpointer url;

      g_hash_table_iter_init (&iter, self->wanted);
      while (g_hash_table_iter_next (&iter, &url, NULL))
        if (is_member (book, url))
          {
            g_clear_pointer (&book->token, g_free);
            g_clear_pointer (&book->ctag, g_free);
            break;
          }
    }
}

/* Members of books that are not there any more. */
static void
forget_books (Sync *self)
{
  GHashTableIter iter;
  gpointer url;

  g_hash_table_iter_init (&iter, self->etags);
  while (g_hash_table_iter_next (&iter, &url, NULL))
    {
      gboolean kept = FALSE;

      for (guint i = 0; i < self->books->len && !kept; i++)
        kept = is_member (g_ptr_array_index (self->books, i), url);
      if (!kept)
        g_hash_table_add (self->gone, g_strdup (url));
    }
}

static gboolean
synchronise (Sync *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (TandemDavClient) client = tandem_dav_client_new (self->url, self->user, self->password,
                                                              self->plain, cancellable, error);

  if (client == NULL)
    return FALSE;
  self->client = client;
  read_state (self);
  if (!find_books (self, error))
    return FALSE;
  for (guint i = 0; i < self->books->len; i++)
    if (!read_book (self, g_ptr_array_index (self->books, i), error))
      return FALSE;
  forget_books (self);
  if (!fetch_all (self, error))
    return FALSE;
  distrust_books (self);
  return TRUE;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (synchronise (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  tandem_contacts_flush_finish (TANDEM_CONTACTS (source), result);
  g_task_return_boolean (task, TRUE);
}

/* The inner task's callback, in the main thread; data: the task of the caller, which holds the Sync. */
static void
on_run (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TandemContacts *contacts = TANDEM_CONTACTS (source);
  Sync *self = g_task_get_task_data (task);
  g_autofree char *state = NULL;
  g_autofree gpointer *removed = NULL;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  state = write_state (self);
  removed = g_hash_table_get_keys_as_array (self->gone, NULL);
  tandem_contacts_apply (contacts, self->source, FALSE, (const char *const *) removed,
                         self->changed, state);
  tandem_contacts_flush_async (contacts, on_flushed, g_steal_pointer (&task));
}

/* The contacts are loaded, and what was asked of them before is done. */
static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TandemContacts *contacts = TANDEM_CONTACTS (source);
  Sync *self = g_task_get_task_data (task);
  g_autoptr (GTask) inner = NULL;

  tandem_contacts_flush_finish (contacts, result);
  self->state = g_strdup (tandem_contacts_get_state (contacts, self->source));
  self->etags = tandem_contacts_get_etags (contacts, self->source);
  inner = g_task_new (contacts, g_task_get_cancellable (task), on_run, g_object_ref (task));
  g_task_set_task_data (inner, self, NULL);
  g_task_run_in_thread (inner, run);
}

void
tandem_carddav_synchronise_async (TandemContacts *contacts,
                                  const char *source,
                                  const TandemCarddavAccount *account,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_autoptr (GTask) task = NULL;
  Sync *self;

  g_return_if_fail (TANDEM_IS_CONTACTS (contacts));
  g_return_if_fail (source != NULL && !g_str_equal (source, TANDEM_CONTACT_LOCAL));
  g_return_if_fail (account != NULL && account->url != NULL);

  self = g_new0 (Sync, 1);
  self->source = g_strdup (source);
  self->url = g_strdup (account->url);
  self->user = g_strdup (account->user);
  self->password = g_strdup (account->password);
  self->plain = account->plain;
  self->books = g_ptr_array_new_with_free_func (book_free);
  self->old_books = g_ptr_array_new_with_free_func (book_free);
  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);

  task = g_task_new (contacts, cancellable, callback, data);
  g_task_set_source_tag (task, tandem_carddav_synchronise_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, sync_free);
  tandem_contacts_flush_async (contacts, on_ready, g_steal_pointer (&task));
}

gboolean
tandem_carddav_synchronise_finish (
    TandemContacts *contacts, GAsyncResult *result, guint *changed, guint *removed, GError **error)
{
  const Sync *self;

  g_return_val_if_fail (g_task_is_valid (result, contacts), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  self = g_task_get_task_data (G_TASK (result));
  if (changed != NULL)
    *changed = self->changed->len;
  if (removed != NULL)
    *removed = g_hash_table_size (self->gone);
  return TRUE;
}
