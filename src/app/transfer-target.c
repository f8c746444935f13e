/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "transfer-target.h"

#include "call-words.h"
#include "colleague.h"
#include "contacts.h"
#include "format.h"
#include "record.h"

/* TandemTransferTarget: somebody that a call can be sent to: another call that is there, a colleague,
 * a contact or somebody of the recent calls. A value for the list of TandemTransferView; what changes
 * (a colleague's state, a call's time) is followed through its item. */

#define MOST_TARGETS 200
#define MOST_CONTACTS 50
#define MOST_RECORDS 300 /* that are looked through */

struct _TandemTransferTarget
{
  GObject parent_instance;

  GObject *item;
  char *name;
  char *address;
  char *uri;
};

G_DEFINE_FINAL_TYPE (TandemTransferTarget, tandem_transfer_target, G_TYPE_OBJECT)

static void
tandem_transfer_target_finalize (GObject *object)
{
  TandemTransferTarget *self = TANDEM_TRANSFER_TARGET (object);

  g_clear_object (&self->item);
  g_free (self->name);
  g_free (self->address);
  g_free (self->uri);
  G_OBJECT_CLASS (tandem_transfer_target_parent_class)->finalize (object);
}

static void
tandem_transfer_target_class_init (TandemTransferTargetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tandem_transfer_target_finalize;
}

static void
tandem_transfer_target_init (TandemTransferTarget *self)
{
}

static TandemTransferTarget *
target_new (gpointer item, const char *name, const char *address, const char *uri)
{
  TandemTransferTarget *self = g_object_new (TANDEM_TYPE_TRANSFER_TARGET, NULL);

  self->item = g_object_ref (item);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : NULL);
  self->address = g_strdup (address);
  self->uri = g_strdup (uri != NULL ? uri : address);
  return self;
}

typedef struct
{
  GPtrArray *found;
  GHashTable *seen; /* addresses */
  const char *text;
} Search;

static void
add (Search *search, gpointer item, const char *name, const char *address, const char *uri)
{
  if (address == NULL || search->found->len >= MOST_TARGETS
      || !tandem_format_matches (name, address, search->text)
      || !g_hash_table_add (search->seen, g_strdup (address)))
    return;
  g_ptr_array_add (search->found, target_new (item, name, address, uri));
}

static void
add_calls (Search *search, GListModel *calls, TandemCall *call)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) other = g_list_model_get_item (calls, i);

      if (other != call && tandem_call_get_state (other) == TANDEM_CALL_CONNECTED)
        add (search, other, tandem_call_get_peer_name (other), tandem_call_get_peer_address (other),
             tandem_call_get_peer_uri (other));
    }
}

static void
add_colleagues (Search *search, GListModel *colleagues)
{
  guint n = g_list_model_get_n_items (colleagues);

  for (guint i = 0; i < n && search->found->len < MOST_TARGETS; i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (colleagues, i);

      add (search, colleague, tandem_colleague_get_name (colleague),
           tandem_colleague_get_address (colleague), tandem_colleague_get_uri (colleague));
    }
}

static void
add_contacts (Search *search, TandemContacts *contacts)
{
  g_autoptr (GListModel) found = tandem_contacts_search (contacts, search->text, MOST_CONTACTS);

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (TandemContact) contact = g_list_model_get_item (found, i);
      const char *name = tandem_contact_get_title (contact);
      const TandemContactEntry *entries;
      guint n;

      entries = tandem_contact_get_numbers (contact, &n);
      for (guint k = 0; k < n; k++)
        add (search, contact, name, entries[k].value, entries[k].value);
      entries = tandem_contact_get_addresses (contact, &n);
      for (guint k = 0; k < n; k++)
        add (search, contact, name, entries[k].value, entries[k].value);
    }
}

static void
add_records (Search *search, GListModel *records)
{
  guint n = MIN (g_list_model_get_n_items (records), MOST_RECORDS);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemRecord) record = g_list_model_get_item (records, i);

      add (search, record, tandem_record_get_name (record), tandem_record_get_address (record),
           tandem_record_get_uri (record));
    }
}

/**
 * tandem_transfer_targets_find:
 * @phone: where to look
 * @call: the call that is to be sent on
 * @with_calls: whether the other calls are among them
 * @text: what was typed
 * @targets: gets what was found: calls, colleagues, contacts, recent calls
 */
void
tandem_transfer_targets_find (TandemPhone *phone,
                              TandemCall *call,
                              gboolean with_calls,
                              const char *text,
                              GListStore *targets)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search search = { found, seen, text };
  TandemContacts *contacts = tandem_phone_get_contacts (phone);
  const char *own = tandem_call_get_peer_address (call);

  if (own != NULL)
    g_hash_table_add (seen, g_strdup (own));
  if (with_calls)
    add_calls (&search, tandem_phone_get_calls (phone), call);
  add_colleagues (&search, tandem_phone_get_colleagues (phone));
  if (contacts != NULL && *text != '\0')
    add_contacts (&search, contacts);
  add_records (&search, tandem_phone_get_history (phone));
  g_list_store_splice (targets, 0, g_list_model_get_n_items (G_LIST_MODEL (targets)), found->pdata,
                       found->len);
}

/**
 * tandem_transfer_target_get_name:
 *
 * Returns: (nullable): who it is
 */
const char *
tandem_transfer_target_get_name (TandemTransferTarget *self)
{
  g_return_val_if_fail (TANDEM_IS_TRANSFER_TARGET (self), NULL);
  return self->name;
}

/**
 * tandem_transfer_target_get_address:
 *
 * Returns: what to show as the number
 */
const char *
tandem_transfer_target_get_address (TandemTransferTarget *self)
{
  g_return_val_if_fail (TANDEM_IS_TRANSFER_TARGET (self), NULL);
  return self->address;
}

/**
 * tandem_transfer_target_get_uri:
 *
 * Returns: what is dialled
 */
const char *
tandem_transfer_target_get_uri (TandemTransferTarget *self)
{
  g_return_val_if_fail (TANDEM_IS_TRANSFER_TARGET (self), NULL);
  return self->uri;
}

/**
 * tandem_transfer_target_get_item:
 *
 * Returns: (transfer none): a TandemCall, TandemColleague, TandemContact or TandemRecord
 */
GObject *
tandem_transfer_target_get_item (TandemTransferTarget *self)
{
  g_return_val_if_fail (TANDEM_IS_TRANSFER_TARGET (self), NULL);
  return self->item;
}
