/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

/* XML bodies of NOTIFYs, read with the least that libxml2 can do: no document type, so no entities; no
 * network; no files; a bounded size. Not for configuration files, which are read in src/settings. */

#define TANDEM_XML_LONGEST 65536

/* (transfer full) (nullable): NULL when it is too long, malformed, has a document type, or its root is
 * another one. root, ns: name and namespace of the root. Free by xmlFreeDoc(). */
xmlDoc *tandem_xml_parse (const char *body, gsize size, const char *root, const char *ns);
/* The first child element of that name after previous (nullable: from the beginning). (nullable) */
xmlNode *tandem_xml_next (xmlNode *parent, xmlNode *previous, const char *name, const char *ns);
/* Text of an element, and of an attribute: clean, without what is around it, at most longest
 * characters. (transfer full) (nullable): NULL when there is none. */
char *tandem_xml_get_text (xmlNode *node, gsize longest);
char *tandem_xml_get_attribute (xmlNode *node, const char *name, gsize longest);

G_END_DECLS
