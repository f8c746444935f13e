/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "presence-document.h"

#include "xml.h"

#include <string.h>

/* See presence-document.h. One that is open somewhere is there; what the person does comes before what
 * the devices can; a telephone call before anything else that the person does. */

#define PIDF "urn:ietf:params:xml:ns:pidf"
#define DATA_MODEL "urn:ietf:params:xml:ns:pidf:data-model"
#define RPID "urn:ietf:params:xml:ns:pidf:rpid"
#define LONGEST_NOTE 160
#define MOST_ELEMENTS 64

/* RFC 4480 3.2. */
static TandemSipPresence
read_activity (const char *name)
{
  static const char *const busy[] = { "on-the-phone", "busy" };
  static const char *const neither[] = { "unknown", "other", "working", "looking-for-work" };

  for (guint i = 0; i < G_N_ELEMENTS (busy); i++)
    {
      if (strcmp (name, busy[i]) == 0)
        return TANDEM_SIP_PRESENCE_BUSY;
    }
  for (guint i = 0; i < G_N_ELEMENTS (neither); i++)
    {
      if (strcmp (name, neither[i]) == 0)
        return TANDEM_SIP_PRESENCE_UNKNOWN;
    }
  return TANDEM_SIP_PRESENCE_AWAY;
}

/* The strongest of the activities in an element; UNKNOWN when there are none. */
static TandemSipPresence
read_activities (xmlNode *parent)
{
  TandemSipPresence found = TANDEM_SIP_PRESENCE_UNKNOWN;
  xmlNode *activities = tandem_xml_next (parent, NULL, "activities", RPID);
  guint seen = 0;

  if (activities == NULL)
    return found;
  for (xmlNode *node = activities->children; node != NULL && seen < MOST_ELEMENTS;
       node = node->next)
    {
      TandemSipPresence one;

      if (node->type != XML_ELEMENT_NODE || node->ns == NULL
          || strcmp ((const char *) node->ns->href, RPID) != 0
          || strcmp ((const char *) node->name, "note") == 0)
        continue;
      seen++;
      one = read_activity ((const char *) node->name);
      if (one == TANDEM_SIP_PRESENCE_BUSY || found == TANDEM_SIP_PRESENCE_UNKNOWN)
        found = one;
    }
  return found;
}

static char *
read_note (xmlNode *parent, const char *ns)
{
  xmlNode *node = tandem_xml_next (parent, NULL, "note", ns);

  return node != NULL ? tandem_xml_get_text (node, LONGEST_NOTE) : NULL;
}

static void
take_note (char **note, char *text)
{
  if (*note == NULL)
    *note = text;
  else
    g_free (text);
}

static void
take_activity (TandemSipPresence *activity, TandemSipPresence one)
{
  if (one == TANDEM_SIP_PRESENCE_BUSY || *activity == TANDEM_SIP_PRESENCE_UNKNOWN)
    *activity = one;
}

gboolean
tandem_presence_document_parse (const char *body,
                                gsize size,
                                TandemSipPresence *presence,
                                char **note)
{
  xmlDoc *doc = tandem_xml_parse (body, size, "presence", PIDF);
  TandemSipPresence activity = TANDEM_SIP_PRESENCE_UNKNOWN;
  gboolean open = FALSE;
  gboolean closed = FALSE;
  char *words = NULL;
  guint seen = 0;
  xmlNode *root;

  if (doc == NULL)
    return FALSE;
  root = xmlDocGetRootElement (doc);
  for (xmlNode *person = tandem_xml_next (root, NULL, "person", DATA_MODEL);
       person != NULL && seen++ < MOST_ELEMENTS;
       person = tandem_xml_next (root, person, "person", DATA_MODEL))
    {
      take_activity (&activity, read_activities (person));
      take_note (&words, read_note (person, DATA_MODEL));
    }
  seen = 0;
  for (xmlNode *tuple = tandem_xml_next (root, NULL, "tuple", PIDF);
       tuple != NULL && seen++ < MOST_ELEMENTS;
       tuple = tandem_xml_next (root, tuple, "tuple", PIDF))
    {
      xmlNode *status = tandem_xml_next (tuple, NULL, "status", PIDF);
      xmlNode *basic = status != NULL ? tandem_xml_next (status, NULL, "basic", PIDF) : NULL;
      g_autofree char *value = basic != NULL ? tandem_xml_get_text (basic, 16) : NULL;

      open = open || g_strcmp0 (value, "open") == 0;
      closed = closed || g_strcmp0 (value, "closed") == 0;
      if (status != NULL)
        take_activity (&activity, read_activities (status));
      take_activity (&activity, read_activities (tuple));
      take_note (&words, read_note (tuple, PIDF));
    }
  take_note (&words, read_note (root, PIDF));
  xmlFreeDoc (doc);
  if (closed && !open)
    *presence = TANDEM_SIP_PRESENCE_OFFLINE;
  else if (activity != TANDEM_SIP_PRESENCE_UNKNOWN)
    *presence = activity;
  else
    *presence = open ? TANDEM_SIP_PRESENCE_AVAILABLE : TANDEM_SIP_PRESENCE_UNKNOWN;
  *note = words;
  return TRUE;
}
