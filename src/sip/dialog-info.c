/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog-info.h"

#include "xml.h"

#include <string.h>

/* See dialog-info.h. The dialogs are kept in the order in which they were first told. */

#define NS "urn:ietf:params:xml:ns:dialog-info"
#define LONGEST_TEXT 256
/* Elements that are looked at in one document. */
#define MOST_ELEMENTS 256

struct _TandemDialogTable
{
  gboolean started; /* a document was taken since the last restart */
  gboolean told;    /* ever */
  guint64 version;
  GPtrArray *dialogs; /* of TandemSipDialogInfo */
};

TandemDialogTable *
tandem_dialog_table_new (void)
{
  TandemDialogTable *self = g_new0 (TandemDialogTable, 1);

  self->dialogs = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_dialog_info_free);
  return self;
}

void
tandem_dialog_table_free (TandemDialogTable *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->dialogs);
  g_free (self);
}

void
tandem_dialog_table_restart (TandemDialogTable *self)
{
  self->started = FALSE;
}

static gint
find (TandemDialogTable *self, const char *id)
{
  for (guint i = 0; i < self->dialogs->len; i++)
    {
      if (strcmp (((TandemSipDialogInfo *) g_ptr_array_index (self->dialogs, i))->id, id) == 0)
        return (gint) i;
    }
  return -1;
}

/* NULL: it is over, or no state can be made out of it. */
static TandemSipDialogInfo *
read_dialog (xmlNode *node, const char *id)
{
  xmlNode *state_node = tandem_xml_next (node, NULL, "state", NS);
  xmlNode *remote = tandem_xml_next (node, NULL, "remote", NS);
  xmlNode *identity = remote != NULL ? tandem_xml_next (remote, NULL, "identity", NS) : NULL;
  xmlNode *target = remote != NULL ? tandem_xml_next (remote, NULL, "target", NS) : NULL;
  g_autofree char *state
      = state_node != NULL ? tandem_xml_get_text (state_node, LONGEST_TEXT) : NULL;
  g_autofree char *direction = tandem_xml_get_attribute (node, "direction", LONGEST_TEXT);
  TandemSipDialogInfo *info;
  gboolean confirmed;

  if (state == NULL)
    return NULL;
  confirmed = strcmp (state, "confirmed") == 0;
  if (!confirmed && strcmp (state, "early") != 0 && strcmp (state, "proceeding") != 0
      && strcmp (state, "trying") != 0)
    return NULL;
  info = g_new0 (TandemSipDialogInfo, 1);
  info->id = g_strdup (id);
  info->confirmed = confirmed;
  info->incoming = g_strcmp0 (direction, "recipient") == 0;
  info->call_id = tandem_xml_get_attribute (node, "call-id", LONGEST_TEXT);
  info->local_tag = tandem_xml_get_attribute (node, "local-tag", LONGEST_TEXT);
  info->remote_tag = tandem_xml_get_attribute (node, "remote-tag", LONGEST_TEXT);
  if (identity != NULL)
    {
      info->remote_uri = tandem_xml_get_text (identity, LONGEST_TEXT);
      info->remote_name = tandem_xml_get_attribute (identity, "display", LONGEST_TEXT);
    }
  if (info->remote_uri == NULL && target != NULL)
    info->remote_uri = tandem_xml_get_attribute (target, "uri", LONGEST_TEXT);
  return info;
}

static void
take_dialog (TandemDialogTable *self, xmlNode *node)
{
  g_autofree char *id = tandem_xml_get_attribute (node, "id", LONGEST_TEXT);
  TandemSipDialogInfo *info;
  gint at;

  if (id == NULL)
    return;
  info = read_dialog (node, id);
  at = find (self, id);
  if (at < 0 && info != NULL && self->dialogs->len < TANDEM_DIALOG_INFO_MOST)
    g_ptr_array_add (self->dialogs, info);
  else if (at >= 0 && info != NULL)
    {
      tandem_sip_dialog_info_free (g_ptr_array_index (self->dialogs, at));
      g_ptr_array_index (self->dialogs, at) = info;
    }
  else
    {
      tandem_sip_dialog_info_free (info);
      if (at >= 0)
        g_ptr_array_remove_index (self->dialogs, (guint) at);
    }
}

static gboolean
read_head (xmlNode *root, guint64 *version, gboolean *full)
{
  g_autofree char *number = tandem_xml_get_attribute (root, "version", 32);
  g_autofree char *state = tandem_xml_get_attribute (root, "state", 32);

  if (number == NULL || state == NULL
      || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT32, version, NULL))
    return FALSE;
  *full = strcmp (state, "full") == 0;
  return *full || strcmp (state, "partial") == 0;
}

TandemDialogInfoResult
tandem_dialog_table_take (TandemDialogTable *self, const char *body, gsize size)
{
  xmlDoc *doc = tandem_xml_parse (body, size, "dialog-info", NS);
  TandemDialogInfoResult result = TANDEM_DIALOG_INFO_TAKEN;
  guint seen = 0;
  guint64 version;
  gboolean full;
  xmlNode *root;

  if (doc == NULL)
    return TANDEM_DIALOG_INFO_MALFORMED;
  root = xmlDocGetRootElement (doc);
  if (!read_head (root, &version, &full))
    result = TANDEM_DIALOG_INFO_MALFORMED;
  else if (self->started && version <= self->version)
    result = TANDEM_DIALOG_INFO_OLD;
  else
    {
      if (!full && (!self->started || version != self->version + 1))
        result = TANDEM_DIALOG_INFO_GAP;
      if (full)
        g_ptr_array_set_size (self->dialogs, 0);
      self->started = self->told = TRUE;
      self->version = version;
      for (xmlNode *node = tandem_xml_next (root, NULL, "dialog", NS);
           node != NULL && seen < MOST_ELEMENTS; node = tandem_xml_next (root, node, "dialog", NS))
        {
          take_dialog (self, node);
          seen++;
        }
    }
  xmlFreeDoc (doc);
  return result;
}

TandemSipPresence
tandem_dialog_table_get_presence (TandemDialogTable *self)
{
  TandemSipPresence presence
      = self->told ? TANDEM_SIP_PRESENCE_AVAILABLE : TANDEM_SIP_PRESENCE_UNKNOWN;

  for (guint i = 0; i < self->dialogs->len; i++)
    {
      const TandemSipDialogInfo *info = g_ptr_array_index (self->dialogs, i);

      if (info->confirmed || !info->incoming)
        return TANDEM_SIP_PRESENCE_BUSY;
      presence = TANDEM_SIP_PRESENCE_RINGING;
    }
  return presence;
}

GPtrArray *
tandem_dialog_table_copy (TandemDialogTable *self)
{
  GPtrArray *copies;

  if (self->dialogs->len == 0)
    return NULL;
  copies = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_dialog_info_free);
  for (guint i = 0; i < self->dialogs->len; i++)
    g_ptr_array_add (copies, tandem_sip_dialog_info_copy (g_ptr_array_index (self->dialogs, i)));
  return copies;
}
