/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal-struct.h"

#include "proxy-private.h"

#include <glib/gi18n.h>

/* TandemRehearsal: see rehearsal.h: what may be asked of it, what it tells, and its report. What it does is in
 * rehearsal-course.c. */

G_DEFINE_FINAL_TYPE (TandemRehearsal, tandem_rehearsal, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  PROP_PROGRESS,
  PROP_STEP,
  PROP_RESULTS,
  PROP_PROBLEM,
  N_PROPS
};

enum
{
  FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (TandemRehearsal *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
tandem_rehearsal_set_words (TandemRehearsal *self, const char *words)
{
  if (g_strcmp0 (self->words, words) == 0)
    return;
  g_free (self->words);
  self->words = g_strdup (words);
  notify (self, PROP_STEP);
}

void
tandem_rehearsal_set_problem (TandemRehearsal *self, const char *words)
{
  if (g_strcmp0 (self->problem, words) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (words);
  notify (self, PROP_PROBLEM);
}

void
tandem_rehearsal_set_progress (TandemRehearsal *self, double progress)
{
  if (self->progress == progress)
    return;
  self->progress = progress;
  notify (self, PROP_PROGRESS);
}

void
tandem_rehearsal_finish (TandemRehearsal *self)
{
  self->running = FALSE;
  tandem_rehearsal_set_words (self, NULL);
  tandem_rehearsal_set_progress (self, 1);
  notify (self, PROP_RUNNING);
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
tandem_rehearsal_dispose (GObject *object)
{
  TandemRehearsal *self = TANDEM_REHEARSAL (object);

  tandem_rehearsal_course_leave (self);
  g_clear_object (&self->account);
  g_clear_object (&self->client);
  g_clear_object (&self->switchboard);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_rehearsal_parent_class)->dispose (object);
}

static void
tandem_rehearsal_finalize (GObject *object)
{
  TandemRehearsal *self = TANDEM_REHEARSAL (object);

  g_object_unref (self->results);
  g_hash_table_unref (self->healed);
  g_ptr_array_unref (self->pool);
  g_clear_pointer (&self->began, g_date_time_unref);
  g_free (self->chosen);
  g_free (self->uri);
  g_free (self->shown);
  g_free (self->preferred_before);
  g_free (self->words);
  g_free (self->problem);
  g_free (self->moved_to);
  G_OBJECT_CLASS (tandem_rehearsal_parent_class)->finalize (object);
}

static void
tandem_rehearsal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemRehearsal *self = TANDEM_REHEARSAL (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_STEP:
      g_value_set_string (value, self->words);
      break;
    case PROP_RESULTS:
      g_value_set_object (value, self->results);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_rehearsal_class_init (TandemRehearsalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_rehearsal_dispose;
  object_class->finalize = tandem_rehearsal_finalize;
  object_class->get_property = tandem_rehearsal_get_property;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_STEP] = g_param_spec_string ("step", NULL, NULL, NULL, flags);
  properties[PROP_RESULTS] = g_param_spec_object ("results", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FINISHED] = g_signal_new ("finished", TANDEM_TYPE_REHEARSAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_rehearsal_init (TandemRehearsal *self)
{
  self->results = g_list_store_new (TANDEM_TYPE_REHEARSAL_RESULT);
  self->healed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pool = g_ptr_array_new_with_free_func (g_free);
}

/**
 * tandem_rehearsal_new:
 * @phone: the phone to practise with; a reference is kept
 *
 * Returns: (transfer full): a rehearsal that has not begun
 */
TandemRehearsal *
tandem_rehearsal_new (TandemPhone *phone)
{
  TandemRehearsal *self;

  g_return_val_if_fail (TANDEM_IS_PHONE (phone), NULL);

  self = g_object_new (TANDEM_TYPE_REHEARSAL, NULL);
  self->phone = g_object_ref (phone);
  return self;
}

static gboolean
refuse (GError **error, GIOErrorEnum code, const char *words)
{
  g_set_error_literal (error, G_IO_ERROR, code, words);
  return FALSE;
}

static gboolean
check (TandemRehearsal *self,
       TandemAccount *account,
       const char *proxy,
       gboolean during_calls,
       GError **error)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (self->phone);
  TandemAccountState state;
  GListModel *proxies;

  if (switchboard == NULL || account == NULL || tandem_switchboard_get_client (switchboard) == NULL)
    return refuse (error, G_IO_ERROR_NOT_INITIALIZED, _ ("The phone is not running"));
  if (self->running || tandem_switchboard_is_rehearsing (switchboard))
    return refuse (error, G_IO_ERROR_BUSY, _ ("A practice is under way already"));
  if (!during_calls && g_list_model_get_n_items (tandem_phone_get_calls (self->phone)) > 0)
    return refuse (error, G_IO_ERROR_BUSY, _ ("Not during a call"));
  state = tandem_account_get_state (account);
  if (state != TANDEM_ACCOUNT_REGISTERED && state != TANDEM_ACCOUNT_STANDALONE)
    return refuse (error, G_IO_ERROR_NOT_CONNECTED, _ ("The phone is not registered"));
  proxies = tandem_account_get_proxies (account);
  if (g_list_model_get_n_items (proxies) < 2)
    return refuse (error, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("There is only one proxy: nothing could take over"));
  if (g_list_model_get_n_items (proxies) - tandem_account_get_set_aside (account) < 2)
    return refuse (error, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("Too many proxies are set aside: nothing could take over"));
  if (proxy != NULL)
    {
      g_autoptr (TandemProxy) found = tandem_proxies_find (proxies, proxy);

      if (found == NULL)
        return refuse (error, G_IO_ERROR_NOT_FOUND, _ ("There is no such proxy in the pool"));
    }
  return TRUE;
}

static void
note_pool (TandemRehearsal *self)
{
  GListModel *proxies = tandem_account_get_proxies (self->account);

  g_ptr_array_set_size (self->pool, 0);
  g_clear_pointer (&self->preferred_before, g_free);
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      g_ptr_array_add (self->pool, tandem_proxy_dup_label (proxy));
      if (tandem_proxy_is_preferred (proxy))
        self->preferred_before = g_strdup (tandem_proxy_get_id (proxy));
    }
}

/**
 * tandem_rehearsal_start:
 * @proxy: (nullable): the id of the proxy that fails; %NULL for the one in use at each step
 * @number: (nullable): whom to call; %NULL or "" for the account itself
 * @during_calls: also while a call is up
 *
 * Begins. Takes about as many transaction timeouts as there are steps; "finished" comes in any
 * case. A call that comes in between ends it, unless @during_calls. CANCEL and
 * BYE to a number are measured until they went out over the proxy that took
 * them; answering is practised only with the account itself.
 *
 * Returns: %FALSE with a translated error when nothing was begun
 */
gboolean
tandem_rehearsal_start (TandemRehearsal *self,
                        const char *proxy,
                        const char *number,
                        gboolean during_calls,
                        GError **error)
{
  TandemAccount *account;
  g_autofree char *uri = NULL;
  const gboolean own = number == NULL || number[0] == '\0';

  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), FALSE);

  account = tandem_phone_get_outgoing_account (self->phone);
  if (!check (self, account, proxy, during_calls, error))
    return FALSE;
  uri = tandem_phone_parse_target (self->phone, own ? tandem_account_get_address (account) : number,
                                   error);
  if (uri == NULL)
    return FALSE;

  g_list_store_remove_all (self->results);
  g_hash_table_remove_all (self->healed);
  tandem_rehearsal_set_problem (self, NULL);
  g_set_object (&self->account, account);
  g_set_object (&self->switchboard, tandem_phone_get_switchboard (self->phone));
  g_set_object (&self->client, tandem_switchboard_get_client (self->switchboard));
  g_free (self->chosen);
  self->chosen = g_strdup (proxy);
  g_free (self->uri);
  self->uri = g_steal_pointer (&uri);
  g_free (self->shown);
  self->shown = g_strdup (own ? tandem_account_get_address (account) : number);
  self->own = own;
  self->during_calls = during_calls;
  self->no_calls = FALSE;
  g_clear_pointer (&self->began, g_date_time_unref);
  self->began = g_date_time_new_now_local ();
  note_pool (self);

  self->running = TRUE;
  notify (self, PROP_RUNNING);
  tandem_rehearsal_set_progress (self, 0);
  tandem_rehearsal_course_begin (self);
  return TRUE;
}

/**
 * tandem_rehearsal_cancel:
 *
 * Ends it early. The silence ends at once; "finished" follows within a
 * transaction timeout, when it is sure that no proxy stays set aside.
 */
void
tandem_rehearsal_cancel (TandemRehearsal *self)
{
  g_return_if_fail (TANDEM_IS_REHEARSAL (self));

  if (self->running && self->phase != PHASE_CLEANUP)
    tandem_rehearsal_course_end (self, _ ("Cancelled"));
}

gboolean
tandem_rehearsal_is_running (TandemRehearsal *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), FALSE);
  return self->running;
}

double
tandem_rehearsal_get_progress (TandemRehearsal *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), 0);
  return self->progress;
}

const char *
tandem_rehearsal_get_step (TandemRehearsal *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), NULL);
  return self->words;
}

const char *
tandem_rehearsal_get_problem (TandemRehearsal *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), NULL);
  return self->problem;
}

GListModel *
tandem_rehearsal_get_results (TandemRehearsal *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), NULL);
  return G_LIST_MODEL (self->results);
}

gboolean
tandem_rehearsal_is_passed (TandemRehearsal *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->results));

  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), FALSE);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemRehearsalResult) result
          = g_list_model_get_item (G_LIST_MODEL (self->results), i);

      if (!tandem_rehearsal_result_is_passed (result))
        return FALSE;
    }
  return n > 0 && self->problem == NULL;
}

static void
append_result (GString *out, TandemRehearsalResult *result)
{
  const gint64 measured = tandem_rehearsal_result_get_measured (result);
  const char *from = tandem_rehearsal_result_get_from (result);
  const char *to = tandem_rehearsal_result_get_to (result);

  g_string_append_printf (out, "  %-10s", tandem_rehearsal_result_get_operation (result));
  if (measured >= 0)
    g_string_append_printf (out, "%8" G_GINT64_FORMAT " ms", measured);
  else
    g_string_append_printf (out, "%8s   ", "–");
  g_string_append_printf (out, "%8" G_GINT64_FORMAT " ms  ",
                          tandem_rehearsal_result_get_limit (result));
  g_string_append_printf (out, "%s → %s  %s\n", from != NULL ? from : "–", to != NULL ? to : "–",
                          tandem_rehearsal_result_is_passed (result) ? _ ("passed")
                          : measured >= 0                            ? _ ("too slow")
                                                                     : _ ("did not recover"));
}

/**
 * tandem_rehearsal_to_text:
 *
 * Returns: (transfer full): the report so far
 */
char *
tandem_rehearsal_to_text (TandemRehearsal *self)
{
  g_autofree char *time = NULL;
  GString *out;

  g_return_val_if_fail (TANDEM_IS_REHEARSAL (self), NULL);

  out = g_string_new (_ ("Practised failover"));
  g_string_append_c (out, '\n');
  if (self->began != NULL)
    {
      g_autofree char *pool = NULL;

      time = g_date_time_format (self->began, "%Y-%m-%d %H:%M:%S %z");
      g_ptr_array_add (self->pool, NULL);
      pool = g_strjoinv (", ", (char **) self->pool->pdata);
      g_ptr_array_set_size (self->pool, (int) self->pool->len - 1);
      g_string_append_printf (out, "%s\n", time);
      /* Translators: %s is a list of addresses of proxies. */
      g_string_append_printf (out, _ ("Proxies: %s"), pool);
      g_string_append_c (out, '\n');
      /* Translators: %s is the number or address that was called for practice. */
      g_string_append_printf (out, _ ("Called: %s"), self->shown);
      g_string_append (out, "\n\n");
    }
  /* Translators: the head of a table: how long it took, how long it may take. */
  g_string_append_printf (out, "  %-10s%11s%11s\n", "", _ ("measured"), _ ("allowed"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->results)); i++)
    {
      g_autoptr (TandemRehearsalResult) result
          = g_list_model_get_item (G_LIST_MODEL (self->results), i);

      append_result (out, result);
    }
  if (self->problem != NULL)
    g_string_append_printf (out, "\n%s\n", self->problem);
  return g_string_free (out, FALSE);
}
