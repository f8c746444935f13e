/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dav-answer.h"

#include <glib/gi18n.h>

#include <libxml/xmlreader.h>
#include <string.h>

/* TandemDavAnswer: see dav-answer.h. Read with a pull parser, so that a long answer is never a tree. */

#define MAX_DEPTH 32
#define MAX_LENGTH (64 * 1024 * 1024)

#define DAV "DAV:"
#define CARDDAV "urn:ietf:params:xml:ns:carddav"
#define CALENDAR_SERVER "http://calendarserver.org/ns/"

typedef enum
{
  OTHER,
  MULTISTATUS,
  RESPONSE,
  HREF,
  STATUS,
  PROPSTAT,
  PROP,
  RESOURCE_TYPE,
  ADDRESS_BOOK,
  NAME,
  ETAG,
  CTAG,
  SYNC_TOKEN,
  PRINCIPAL,
  HOME,
  DATA,
} Element;

static const struct
{
  const char *space, *name;
  Element element;
} elements[] = {
  { DAV, "multistatus", MULTISTATUS },
  { DAV, "response", RESPONSE },
  { DAV, "href", HREF },
  { DAV, "status", STATUS },
  { DAV, "propstat", PROPSTAT },
  { DAV, "prop", PROP },
  { DAV, "resourcetype", RESOURCE_TYPE },
  { CARDDAV, "addressbook", ADDRESS_BOOK },
  { DAV, "displayname", NAME },
  { DAV, "getetag", ETAG },
  { CALENDAR_SERVER, "getctag", CTAG },
  { DAV, "sync-token", SYNC_TOKEN },
  { DAV, "current-user-principal", PRINCIPAL },
  { CARDDAV, "addressbook-home-set", HOME },
  { CARDDAV, "address-data", DATA },
};

typedef struct
{
  TandemDavAnswer *answer;
  Element path[MAX_DEPTH];
  guint depth;
  GString *text;
  gboolean too_long;
  TandemDavItem *item;  /* (nullable) */
  TandemDavItem *found; /* (nullable): of one propstat, until its status is known */
} Parser;

static void
item_free (gpointer data)
{
  TandemDavItem *item = data;

  g_free (item->href);
  g_free (item->name);
  g_free (item->etag);
  g_free (item->ctag);
  g_free (item->sync_token);
  g_free (item->principal);
  g_free (item->home);
  g_free (item->data);
  g_free (item);
}

static Element
get_element (xmlTextReader *reader)
{
  const char *space = (const char *) xmlTextReaderConstNamespaceUri (reader);
  const char *name = (const char *) xmlTextReaderConstLocalName (reader);

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (g_strcmp0 (space, elements[i].space) == 0 && g_strcmp0 (name, elements[i].name) == 0)
      return elements[i].element;
  return OTHER;
}

/* "HTTP/1.1 404 Not Found" */
static guint
parse_status (const char *text)
{
  const char *space = strchr (text, ' ');

  return space != NULL ? (guint) CLAMP (g_ascii_strtoll (space, NULL, 10), 0, 999) : 0;
}

/* The element that is n levels above the current one. */
static Element
above (const Parser *parser, guint n)
{
  return parser->depth > n ? parser->path[parser->depth - 1 - n] : OTHER;
}

static void
put (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
take_property (Parser *parser, Element element, const char *text)
{
  switch (element)
    {
    case NAME:
      put (&parser->found->name, text);
      break;
    case ETAG:
      put (&parser->found->etag, text);
      break;
    case CTAG:
      put (&parser->found->ctag, text);
      break;
    case SYNC_TOKEN:
      put (&parser->found->sync_token, text);
      break;
    case DATA:
      put (&parser->found->data, text);
      break;
    default:
      break;
    }
}

/* What stands in a status other than 200 is what the server does not have. */
static void
end_propstat (Parser *parser)
{
  TandemDavItem *from = parser->found, *into = parser->item;

  if (from->status / 100 == 2)
    {
      char **const pairs[][2] = {
        { &into->name, &from->name },           { &into->etag, &from->etag },
        { &into->ctag, &from->ctag },           { &into->sync_token, &from->sync_token },
        { &into->principal, &from->principal }, { &into->home, &from->home },
        { &into->data, &from->data },
      };

      for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
        if (*pairs[i][1] != NULL)
          {
            g_free (*pairs[i][0]);
            *pairs[i][0] = g_steal_pointer (pairs[i][1]);
          }
      into->is_address_book |= from->is_address_book;
    }
  item_free (from);
  parser->found = NULL;
}

static void
on_begin (Parser *parser, Element element)
{
  g_string_truncate (parser->text, 0);
  parser->too_long = FALSE;
  if (element == RESPONSE && above (parser, 1) == MULTISTATUS && parser->item == NULL)
    {
      parser->item = g_new0 (TandemDavItem, 1);
      parser->item->status = 200;
    }
  else if (element == PROPSTAT && above (parser, 1) == RESPONSE && parser->item != NULL
           && parser->found == NULL)
    {
      parser->found = g_new0 (TandemDavItem, 1);
      parser->found->status = 200;
    }
  else if (element == ADDRESS_BOOK && above (parser, 1) == RESOURCE_TYPE && parser->found != NULL)
    parser->found->is_address_book = TRUE;
}

static void
on_end (Parser *parser, Element element)
{
  const Element parent = above (parser, 1);
  const char *text = parser->too_long ? NULL : g_strstrip (parser->text->str);

  if (element == PROPSTAT && parent == RESPONSE && parser->found != NULL)
    end_propstat (parser);
  else if (element == RESPONSE && parent == MULTISTATUS && parser->item != NULL)
    g_ptr_array_add (parser->answer->items, g_steal_pointer (&parser->item));
  else if (text == NULL || text[0] == '\0')
    {
    }
  else if (element == SYNC_TOKEN && parent == MULTISTATUS)
    put (&parser->answer->sync_token, text);
  else if (parser->item == NULL)
    {
    }
  else if (element == HREF && parent == RESPONSE)
    put (&parser->item->href, text);
  else if (element == STATUS && parent == RESPONSE)
    parser->item->status = parse_status (text);
  else if (parser->found == NULL)
    {
    }
  else if (element == STATUS && parent == PROPSTAT)
    parser->found->status = parse_status (text);
  else if (element == HREF && parent == PRINCIPAL)
    put (&parser->found->principal, text);
  else if (element == HREF && parent == HOME)
    put (&parser->found->home, text);
  else if (parent == PROP)
    take_property (parser, element, text);
  g_string_truncate (parser->text, 0);
  parser->too_long = FALSE;
}

static void
on_text (Parser *parser, const char *text)
{
  const gsize length = text != NULL ? strlen (text) : 0;

  if (parser->text->len + length > TANDEM_DAV_MAX_TEXT)
    parser->too_long = TRUE;
  else if (length > 0)
    g_string_append_len (parser->text, text, (gssize) length);
}

/* FALSE: not to be read on. */
static gboolean
take_node (Parser *parser, xmlTextReader *reader)
{
  switch (xmlTextReaderNodeType (reader))
    {
    case XML_READER_TYPE_ELEMENT:
      if (parser->depth >= MAX_DEPTH || parser->answer->items->len >= TANDEM_DAV_MAX_ITEMS)
        return FALSE;
      parser->path[parser->depth++] = get_element (reader);
      on_begin (parser, above (parser, 0));
      if (!xmlTextReaderIsEmptyElement (reader))
        return TRUE;
      on_end (parser, above (parser, 0));
      parser->depth--;
      return TRUE;
    case XML_READER_TYPE_END_ELEMENT:
      on_end (parser, above (parser, 0));
      parser->depth--;
      return TRUE;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
      on_text (parser, (const char *) xmlTextReaderConstValue (reader));
      return TRUE;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
      return FALSE;
    default:
      return TRUE;
    }
}

static void
set_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The answer of the address book's server cannot be understood."));
}

/* (transfer full): some servers put control characters of notes into XML, which may not hold them. */
static char *
without_controls (const char *text, gsize length)
{
  char *cleaned = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    cleaned[i] = (guchar) text[i] < ' ' && (text[i] == '\0' || strchr ("\t\r\n", text[i]) == NULL)
                     ? ' '
                     : text[i];
  return cleaned;
}

TandemDavAnswer *
tandem_dav_answer_parse (const char *text, gsize length, GError **error)
{
  static gsize initialized = 0;
  g_autoptr (TandemDavAnswer) answer = g_new0 (TandemDavAnswer, 1);
  Parser parser = { .answer = answer };
  g_autofree char *cleaned = NULL;
  xmlTextReader *reader;
  gboolean understood = TRUE, any = FALSE;
  int result = -1;

  if (g_once_init_enter (&initialized))
    {
      xmlInitParser ();
      g_once_init_leave (&initialized, 1);
    }
  answer->items = g_ptr_array_new_with_free_func (item_free);
  if (length == 0 || length > MAX_LENGTH)
    {
      set_error (error);
      return NULL;
    }
  parser.text = g_string_new (NULL);
  cleaned = without_controls (text, length);
  reader = xmlReaderForMemory (cleaned, (int) length, NULL, NULL,
                               XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  while (reader != NULL && understood && (result = xmlTextReaderRead (reader)) == 1)
    {
      understood = take_node (&parser, reader);
      any |= parser.depth > 0 && parser.path[0] == MULTISTATUS;
    }
  if (reader != NULL)
    xmlFreeTextReader (reader);
  g_string_free (parser.text, TRUE);
  g_clear_pointer (&parser.item, item_free);
  g_clear_pointer (&parser.found, item_free);
  if (understood && any && result == 0)
    return g_steal_pointer (&answer);
  set_error (error);
  return NULL;
}

void
tandem_dav_answer_free (TandemDavAnswer *self)
{
  g_ptr_array_unref (self->items);
  g_free (self->sync_token);
  g_free (self);
}
