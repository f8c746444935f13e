/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "colleague-list.h"

#include "line.h"
#include "target.h"

/* See colleague-list.h. */

struct _TandemColleagueList
{
  GObject parent_instance;

  GListStore *store;
  TandemSipClient *client; /* nullable */
  GHashTable *by_tag;      /* tag -> TandemColleague */
  GHashTable *tags;        /* TandemColleague -> tag */
  GVariant *applied;       /* the setting, as applied last */
  char *package;
  char *account;
  char *domain;
};

G_DEFINE_FINAL_TYPE (TandemColleagueList, tandem_colleague_list, G_TYPE_OBJECT)

static void
unsubscribe (TandemColleagueList *self, TandemColleague *colleague)
{
  const guint tag = GPOINTER_TO_UINT (g_hash_table_lookup (self->tags, colleague));

  if (tag == 0)
    return;
  if (self->client != NULL)
    tandem_sip_client_unsubscribe (self->client, tag);
  g_hash_table_remove (self->by_tag, GUINT_TO_POINTER (tag));
  g_hash_table_remove (self->tags, colleague);
}

static void
subscribe (TandemColleagueList *self, TandemColleague *colleague)
{
  guint tag;

  if (self->client == NULL || self->account == NULL || g_hash_table_contains (self->tags, colleague)
      || tandem_colleague_get_uri (colleague)[0] == '\0')
    return;
  tag = tandem_line_next_tag ();
  g_hash_table_insert (self->by_tag, GUINT_TO_POINTER (tag), colleague);
  g_hash_table_insert (self->tags, colleague, GUINT_TO_POINTER (tag));
  tandem_sip_client_subscribe (self->client, self->account, tag, self->package,
                               tandem_colleague_get_uri (colleague));
}

static void
for_all (TandemColleagueList *self, void (*what) (TandemColleagueList *, TandemColleague *))
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      what (self, colleague);
    }
}

static void
tandem_colleague_list_dispose (GObject *object)
{
  TandemColleagueList *self = TANDEM_COLLEAGUE_LIST (object);

  g_hash_table_remove_all (self->by_tag);
  g_hash_table_remove_all (self->tags);
  g_clear_object (&self->client);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (tandem_colleague_list_parent_class)->dispose (object);
}

static void
tandem_colleague_list_finalize (GObject *object)
{
  TandemColleagueList *self = TANDEM_COLLEAGUE_LIST (object);

  g_hash_table_unref (self->by_tag);
  g_hash_table_unref (self->tags);
  g_clear_pointer (&self->applied, g_variant_unref);
  g_free (self->package);
  g_free (self->account);
  g_free (self->domain);
  G_OBJECT_CLASS (tandem_colleague_list_parent_class)->finalize (object);
}

static void
tandem_colleague_list_class_init (TandemColleagueListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_colleague_list_dispose;
  object_class->finalize = tandem_colleague_list_finalize;
}

static void
tandem_colleague_list_init (TandemColleagueList *self)
{
  self->store = g_list_store_new (TANDEM_TYPE_COLLEAGUE);
  self->by_tag = g_hash_table_new (NULL, NULL);
  self->tags = g_hash_table_new (NULL, NULL);
}

TandemColleagueList *
tandem_colleague_list_new (void)
{
  return g_object_new (TANDEM_TYPE_COLLEAGUE_LIST, NULL);
}

GListModel *
tandem_colleague_list_get_model (TandemColleagueList *self)
{
  return G_LIST_MODEL (self->store);
}

static void
forget_state (TandemColleagueList *self, TandemColleague *colleague)
{
  const TandemSipEvent unknown = { .type = TANDEM_SIP_EVENT_NOTIFICATION };

  tandem_colleague_handle_event (colleague, &unknown);
}

void
tandem_colleague_list_set_client (TandemColleagueList *self, TandemSipClient *client)
{
  if (self->client == client)
    return;
  g_hash_table_remove_all (self->by_tag);
  g_hash_table_remove_all (self->tags);
  g_set_object (&self->client, client);
  for_all (self, forget_state);
  if (client != NULL)
    for_all (self, subscribe);
}

static TandemColleague *
make_colleague (TandemColleagueList *self, const char *address, const char *name)
{
  g_autofree char *uri = tandem_target_parse (address, self->domain, TRUE, NULL);

  if (uri == NULL)
    g_message ("colleague \"%s\" has no address that can be called", name);
  return tandem_colleague_new (address, uri, name);
}

/* Those that are in both lists stay as they are. */
static void
take_list (TandemColleagueList *self, GVariant *value, gboolean anew)
{
  g_autoptr (GHashTable) before
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autoptr (GPtrArray) after = g_ptr_array_new_with_free_func (g_object_unref);
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  GHashTableIter left;
  GVariantIter iter;
  const char *address, *name;
  gpointer colleague;

  for (guint i = 0; i < n; i++)
    {
      TandemColleague *old = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      g_hash_table_insert (before,
                           g_strconcat (tandem_colleague_get_address (old), "\n",
                                        tandem_colleague_get_name (old), NULL),
                           old);
    }
  g_variant_iter_init (&iter, value);
  while (after->len < TANDEM_MAX_COLLEAGUES
         && g_variant_iter_next (&iter, "(&s&s)", &address, &name))
    {
      g_autofree char *key = g_strconcat (address, "\n", name, NULL);
      g_autofree char *stolen = NULL;
      gpointer old = NULL;

      if (address[0] == '\0')
        continue;
      if (!anew && g_hash_table_steal_extended (before, key, (gpointer *) &stolen, &old))
        g_ptr_array_add (after, old);
      else
        g_ptr_array_add (after, make_colleague (self, address, name));
    }
  g_hash_table_iter_init (&left, before);
  while (g_hash_table_iter_next (&left, NULL, &colleague))
    unsubscribe (self, colleague);
  g_list_store_splice (self->store, 0, n, after->pdata, after->len);
}

void
tandem_colleague_list_apply (TandemColleagueList *self,
                             TandemConfiguration *configuration,
                             const char *account,
                             const char *domain)
{
  g_autofree char *package
      = tandem_configuration_get_string (configuration, "directory", "colleagues-package");
  g_autofree char *code = tandem_configuration_get_string (configuration, "calls", "pick-up-code");
  g_autoptr (GVariant) value = g_settings_get_value (
      tandem_configuration_get_settings (configuration, "directory"), "colleagues");
  const gboolean moved = g_strcmp0 (self->account, account) != 0
                         || g_strcmp0 (self->domain, domain) != 0
                         || g_strcmp0 (self->package, package) != 0;

  if (moved)
    {
      for_all (self, unsubscribe);
      g_free (self->account);
      self->account = g_strdup (account);
      g_free (self->domain);
      self->domain = g_strdup (domain);
      g_free (self->package);
      self->package = g_steal_pointer (&package);
    }
  if (moved || self->applied == NULL || !g_variant_equal (self->applied, value))
    {
      take_list (self, value, moved);
      g_clear_pointer (&self->applied, g_variant_unref);
      self->applied = g_variant_ref (value);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      tandem_colleague_set_pick_up_code (colleague, code[0] != '\0');
      subscribe (self, colleague);
    }
}

void
tandem_colleague_list_handle_event (TandemColleagueList *self, const TandemSipEvent *event)
{
  TandemColleague *colleague = g_hash_table_lookup (self->by_tag, GUINT_TO_POINTER (event->tag));

  if (colleague != NULL)
    tandem_colleague_handle_event (colleague, event);
}
