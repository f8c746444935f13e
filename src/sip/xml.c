/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "xml.h"

#include <libxml/parser.h>
#include <string.h>

/* See xml.h. */

#define OPTIONS                                                                                    \
  (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA                   \
   | XML_PARSE_COMPACT | XML_PARSE_NODICT)

/* It ends here, before any of it is read. */
static void
on_document_type (void *context,
                  const xmlChar *name,
                  const xmlChar *external_id,
                  const xmlChar *system_id)
{
  xmlStopParser (context);
}

static gboolean
is (xmlNode *node, const char *name, const char *ns)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, name) == 0
         && node->ns != NULL && g_strcmp0 ((const char *) node->ns->href, ns) == 0;
}

xmlDoc *
tandem_xml_parse (const char *body, gsize size, const char *root, const char *ns)
{
  xmlParserCtxt *context;
  xmlDoc *doc;
  xmlNode *top;

  if (size == 0 || size > TANDEM_XML_LONGEST)
    return NULL;
  context = xmlNewParserCtxt ();
  if (context == NULL)
    return NULL;
  context->sax->internalSubset = on_document_type;
  context->sax->externalSubset = on_document_type;
  context->sax->getEntity = NULL;
  doc = xmlCtxtReadMemory (context, body, (int) size, NULL, NULL, OPTIONS);
  if (doc == NULL && context->myDoc != NULL)
    {
      xmlFreeDoc (context->myDoc);
      context->myDoc = NULL;
    }
  xmlFreeParserCtxt (context);
  if (doc == NULL)
    return NULL;
  top = xmlDocGetRootElement (doc);
  if (top != NULL && doc->intSubset == NULL && is (top, root, ns))
    return doc;
  xmlFreeDoc (doc);
  return NULL;
}

xmlNode *
tandem_xml_next (xmlNode *parent, xmlNode *previous, const char *name, const char *ns)
{
  xmlNode *node = previous != NULL ? previous->next : parent->children;

  while (node != NULL && !is (node, name, ns))
    node = node->next;
  return node;
}

static char *
clean (xmlChar *text, gsize longest)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid ((const char *) text, -1) : NULL;
  g_autofree char *cut = NULL;

  if (text != NULL)
    xmlFree (text);
  if (valid == NULL)
    return NULL;
  for (char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  g_strstrip (valid);
  cut = g_utf8_substring (valid, 0, MIN ((glong) longest, g_utf8_strlen (valid, -1)));
  return *cut != '\0' ? g_steal_pointer (&cut) : NULL;
}

char *
tandem_xml_get_text (xmlNode *node, gsize longest)
{
  return clean (xmlNodeGetContent (node), longest);
}

char *
tandem_xml_get_attribute (xmlNode *node, const char *name, gsize longest)
{
  return clean (xmlGetNoNsProp (node, (const xmlChar *) name), longest);
}
