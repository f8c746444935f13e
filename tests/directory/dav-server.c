/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dav-server.h"

#include <stdlib.h>
#include <string.h>

/* See dav-server.h. Paths: /dav/ knows the principal, /dav/agent/ the home, /dav/books/ the book,
 * /dav/books/main/ is it. */

#define BOOK "/dav/books/main/"

static void
append_item (GString *xml, const char *href, const char *properties)
{
  g_string_append_printf (xml,
                          "<d:response><d:href>%s</d:href><d:propstat><d:prop>%s</d:prop>"
                          "<d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
                          "<d:propstat><d:prop><d:displayname>not here</d:displayname></d:prop>"
                          "<d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>",
                          href, properties);
}

static void
append_member (DavServer *self, GString *xml, const char *name, gboolean with_data)
{
  const char *card = g_hash_table_lookup (self->cards, name);
  g_autofree char *code = strchr (name, '%') == NULL && !with_data && !g_str_is_ascii (name)
                              ? g_uri_escape_string (name, NULL, FALSE)
                              : NULL;
  /* In a list with codes, with the card without. */
  g_autofree char *href = g_strconcat (BOOK, code != NULL ? code : name, NULL);
  g_autofree char *escaped = card != NULL ? g_markup_escape_text (card, -1) : NULL;
  g_autofree char *properties = NULL;

  if (card == NULL)
    {
      g_string_append_printf (xml,
                              "<d:response><d:href>%s</d:href>"
                              "<d:status>HTTP/1.1 404 Not Found</d:status></d:response>",
                              href);
      return;
    }
  with_data = with_data && self->lie != DAV_NO_DATA;
  self->fetched += with_data ? 1 : 0;
  properties = g_strdup_printf ("<d:getetag>\"%s\"</d:getetag>%s%s%s",
                                (const char *) g_hash_table_lookup (self->etags, name),
                                with_data ? "<c:address-data>" : "", with_data ? escaped : "",
                                with_data ? "</c:address-data>" : "");
  append_item (xml, href, properties);
}

static void
append_all (DavServer *self, GString *xml)
{
  GHashTableIter iter;
  gpointer name;

  self->listed++;
  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    append_member (self, xml, name, FALSE);
  if (self->lie == DAV_FOREIGN_MEMBERS)
    {
      append_item (xml, "/dav/books/other/x.vcf", "<d:getetag>1</d:getetag>");
      append_item (xml, "http://198.51.100.1/x.vcf", "<d:getetag>1</d:getetag>");
      append_item (xml, BOOK "../../../x.vcf", "<d:getetag>1</d:getetag>");
      append_item (xml, "file:///etc/passwd", "<d:getetag>1</d:getetag>");
      append_item (xml, ":%", "<d:getetag>1</d:getetag>");
      append_item (xml, BOOK, "<d:getetag>1</d:getetag>");
    }
}

static void
append_book (DavServer *self, GString *xml)
{
  g_autofree char *properties = g_strdup_printf (
      "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>%s<s:getctag>%u</s:getctag>",
      self->lie == DAV_NO_SYNC ? "" : "<d:sync-token>TOKEN</d:sync-token>", self->log->len);
  g_autofree char *token = g_strdup_printf ("%u", self->log->len);
  g_auto (GStrv) parts = g_strsplit (properties, "TOKEN", 2);
  g_autofree char *filled = g_strjoinv (token, parts);

  append_item (xml, BOOK, filled);
}

static void
report (DavServer *self, GString *xml, const char *body)
{
  const char *token = strstr (body, "sync-token>");
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  guint since = token != NULL ? (guint) atoi (token + strlen ("sync-token>")) : 0;

  for (guint i = since; i < self->log->len; i++)
    if (g_hash_table_add (told, g_ptr_array_index (self->log, i)))
      append_member (self, xml, g_ptr_array_index (self->log, i), FALSE);
  if (self->lie == DAV_ENDLESS_REPORT)
    {
      g_string_append (xml, "<d:response><d:href>" BOOK "</d:href>"
                            "<d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>");
      g_string_append_printf (xml, "<d:sync-token>%u</d:sync-token>", self->requests + 1000);
    }
  else
    g_string_append_printf (xml, "<d:sync-token>%u</d:sync-token>", self->log->len);
}

static void
give_asked (DavServer *self, GString *xml, const char *body)
{
  const char *p = body;

  while ((p = strstr (p, "<d:href>")) != NULL)
    {
      const char *end = strstr (p, "</d:href>");
      g_autofree char *href = g_strndup (p + strlen ("<d:href>"), (gsize) (end - p) - 8);
      const char *asked = g_str_has_prefix (href, BOOK) ? href + strlen (BOOK) : NULL;
      g_autofree char *plain = asked != NULL ? g_uri_unescape_string (asked, NULL) : NULL;

      p = end;
      if (plain != NULL)
        append_member (self, xml, g_hash_table_contains (self->cards, plain) ? plain : asked, TRUE);
    }
  if (self->lie == DAV_FOREIGN_MEMBERS)
    append_item (xml, BOOK "unasked.vcf",
                 "<c:address-data>BEGIN:VCARD\nFN:Unasked\nTEL:666\nEND:VCARD\n</c:address-data>");
}

static gboolean
answer_wrongly (DavServer *self, SoupServerMessage *message)
{
  g_autofree char *endless = NULL;

  switch (self->lie)
    {
    case DAV_ENTITIES:
      {
        static const char xml[]
            = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
              "\"&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
              "<d:multistatus xmlns:d=\"DAV:\"><d:response><d:href>&b;&x;</d:href></d:response>"
              "</d:multistatus>";

        soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_STATIC, xml,
                                          strlen (xml));
      }
      break;
    case DAV_GARBAGE:
      soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_STATIC,
                                        "<a><b>\xff", 7);
      break;
    case DAV_ENDLESS_BODY:
      endless = g_strnfill (33 * 1024 * 1024, ' ');
      soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_COPY, endless,
                                        33 * 1024 * 1024);
      break;
    case DAV_REDIRECT_LOOP:
      soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "/dav/");
      return TRUE;
    case DAV_REDIRECT_ELSEWHERE:
      soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "http://127.8.0.2:9/dav/");
      return TRUE;
    default:
      return FALSE;
    }
  soup_server_message_set_status (message, SOUP_STATUS_MULTI_STATUS, NULL);
  return TRUE;
}

static gboolean
fill (DavServer *self, GString *xml, const char *method, const char *path, const char *body)
{
  if (g_str_equal (method, "REPORT") && g_str_equal (path, BOOK))
    {
      if (strstr (body, "addressbook-multiget") != NULL)
        give_asked (self, xml, body);
      else if (self->lie == DAV_NO_SYNC || self->lie == DAV_TOKEN_REFUSED)
        return FALSE;
      else
        report (self, xml, body);
      return TRUE;
    }
  if (!g_str_equal (method, "PROPFIND"))
    return FALSE;
  if (g_str_equal (path, "/dav/"))
    append_item (xml, path,
                 "<d:current-user-principal><d:href>/dav/agent/</d:href>"
                 "</d:current-user-principal>");
  else if (g_str_equal (path, "/dav/agent/"))
    append_item (xml, path,
                 "<c:addressbook-home-set><d:href>/dav/books/</d:href></c:addressbook-home-set>");
  else if (g_str_equal (path, "/dav/books/"))
    {
      append_item (xml, path, "<d:resourcetype><d:collection/></d:resourcetype>");
      append_book (self, xml);
    }
  else if (g_str_equal (path, BOOK) && strstr (body, "resourcetype") != NULL)
    append_book (self, xml);
  else if (g_str_equal (path, BOOK))
    append_all (self, xml);
  else
    return FALSE;
  return TRUE;
}

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  DavServer *self = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strndup (body->data != NULL ? body->data : "", (gsize) body->length);
  g_autoptr (GString) xml = g_string_new (
      "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\""
      " xmlns:c=\"urn:ietf:params:xml:ns:carddav\" xmlns:s=\"http://calendarserver.org/ns/\">");
  gsize length;

  self->requests++;
  if (g_str_equal (path, "/.well-known/carddav"))
    {
      soup_server_message_set_redirect (message, SOUP_STATUS_MOVED_PERMANENTLY, "/dav/");
      return;
    }
  if (g_str_has_prefix (path, "/dav/") && answer_wrongly (self, message))
    return;
  if (!fill (self, xml, soup_server_message_get_method (message), path, text))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  g_string_append (xml, "</d:multistatus>");
  length = xml->len;
  soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_TAKE,
                                    g_string_free (g_steal_pointer (&xml), FALSE), length);
  soup_server_message_set_status (message, SOUP_STATUS_MULTI_STATUS, NULL);
}

static void
on_started (SoupServer *server, SoupServerMessage *message, DavServer *self)
{
  const char *header = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");

  if (header != NULL)
    g_string_append_printf (self->seen, "%s\n", header);
}

static gboolean
on_basic (SoupAuthDomain *domain,
          SoupServerMessage *message,
          const char *user,
          const char *password,
          gpointer data)
{
  return g_str_equal (user, "agent") && g_str_equal (password, "sample-password");
}

static char *
on_digest (SoupAuthDomain *domain, SoupServerMessage *message, const char *user, gpointer data)
{
  if (!g_str_equal (user, "agent"))
    return NULL;
  return soup_auth_domain_digest_encode_password (user, "sample", "sample-password");
}

static SoupAuthDomain *
make_domain (gboolean digest)
{
  if (digest)
    {
      SoupAuthDomain *domain = soup_auth_domain_digest_new ("realm", "sample", NULL);

      soup_auth_domain_digest_set_auth_callback (domain, on_digest, NULL, NULL);
      return domain;
    }
  else
    {
      SoupAuthDomain *domain = soup_auth_domain_basic_new ("realm", "sample", NULL);

      soup_auth_domain_basic_set_auth_callback (domain, on_basic, NULL, NULL);
      return domain;
    }
}

DavServer *
dav_server_new (gboolean digest)
{
  DavServer *self = g_new0 (DavServer, 1);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.8.0.1", 0);
  g_autoptr (SoupAuthDomain) domain = make_domain (digest);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  self->cards = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->etags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->seen = g_string_new (NULL);
  soup_auth_domain_add_path (domain, "/dav");
  soup_server_add_auth_domain (self->server, domain);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  g_signal_connect (self->server, "request-read", G_CALLBACK (on_started), self);
  soup_server_listen (self->server, address, 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
dav_server_free (DavServer *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_hash_table_unref (self->cards);
  g_hash_table_unref (self->etags);
  g_ptr_array_unref (self->log);
  g_string_free (self->seen, TRUE);
  g_free (self->url);
  g_free (self);
}

void
dav_server_put (DavServer *self, const char *name, const char *card)
{
  g_ptr_array_add (self->log, g_strdup (name));
  if (card == NULL)
    {
      g_hash_table_remove (self->cards, name);
      return;
    }
  g_hash_table_replace (self->cards, g_strdup (name), g_strdup (card));
  g_hash_table_replace (self->etags, g_strdup (name), g_strdup_printf ("e%u", self->log->len));
}

void
dav_server_put_person (DavServer *self, const char *name, const char *number)
{
  g_autofree char *file = g_strconcat (name, ".vcf", NULL);
  g_autofree char *card = g_strdup_printf (
      "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nTEL;TYPE=work:%s\r\nEND:VCARD\r\n", name,
      name, number);

  dav_server_put (self, file, card);
}
