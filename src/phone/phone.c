/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"

#include "availability.h"
#include "book.h"
#include "colleague-list.h"
#include "floor.h"
#include "status.h"
#include "switchboard.h"

#include <glib/gi18n.h>

/* TandemPhone: see phone.h. The lists that the UI binds to, and what may be done with them. What
 * moves them is TandemSwitchboard; a sample has none. */

#define STOP_TIMEOUT 2000     /* ms, for everything */
#define SIGN_OFF_TIMEOUT 1500 /* ms, for the SIP thread */

struct _TandemPhone
{
  GObject parent_instance;

  GListStore *accounts;
  GListStore *calls;
  TandemBook *book; /* none in a sample */
  GListModel *history;
  GListStore *timeline;  /* newest first */
  TandemCall *last_call; /* the one that ended last */
  TandemConfiguration *configuration;
  TandemSwitchboard *switchboard;
  TandemFloor *floor;
  TandemAvailability *availability;
  TandemColleagueList *colleagues;
  gboolean audio_available;
  char *audio_problem;
  char *history_problem;
  gboolean configured;
  gboolean redact;
  char *last_sip_call_id;
  guint last_sample_id;
};

G_DEFINE_FINAL_TYPE (TandemPhone, tandem_phone, G_TYPE_OBJECT)

enum
{
  PROP_ACCOUNT = 1,
  PROP_AUDIO_AVAILABLE,
  PROP_AUDIO_PROBLEM,
  PROP_HISTORY_PROBLEM,
  PROP_HISTORY_HAS_MORE,
  PROP_CONFIGURED,
  PROP_DO_NOT_DISTURB,
  PROP_WRAP_UP,
  PROP_FORWARD_TO,
  PROP_AVAILABILITY_TEXT,
  PROP_MISSED_CALLS,
  PROP_CONTACTS_PROBLEM,
  N_PROPS
};

enum
{
  INCOMING,
  ERROR,
  DTMF_RECEIVED,
  INPUT_LEVEL,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (TandemPhone *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
on_sip_call_id (TandemCall *call, GParamSpec *pspec, TandemPhone *self)
{
  g_free (self->last_sip_call_id);
  self->last_sip_call_id = g_strdup (tandem_call_get_sip_call_id (call));
}

static void
on_history_problem (TandemPhone *self)
{
  const char *problem = tandem_history_get_problem (TANDEM_HISTORY (self->history));

  if (g_strcmp0 (problem, self->history_problem) == 0)
    return;
  g_free (self->history_problem);
  self->history_problem = g_strdup (problem);
  notify (self, PROP_HISTORY_PROBLEM);
}

static void
on_contacts_problem (TandemPhone *self)
{
  notify (self, PROP_CONTACTS_PROBLEM);
}

static void
on_missed (TandemPhone *self)
{
  notify (self, PROP_MISSED_CALLS);
}

static void
on_history_has_more (TandemPhone *self)
{
  notify (self, PROP_HISTORY_HAS_MORE);
}

void
tandem_phone_add_record_of_call (TandemPhone *self, TandemCall *call, const char *outcome)
{
  TandemRecordDetails details = TANDEM_RECORD_DETAILS_INIT;

  details.reason = tandem_call_get_failure (call);
  details.proxies = tandem_call_get_proxies (call);
  details.note = tandem_call_get_note (call);
  tandem_call_get_quality (call, &details.mos, &details.loss);
  if (self->book != NULL)
    tandem_book_add_call (self->book, call, outcome, &details);
  else
    {
      g_autoptr (TandemRecord) record = tandem_record_new_full (
          -1, tandem_call_is_incoming (call), tandem_call_get_peer_name (call),
          tandem_call_get_peer_address (call), tandem_call_get_peer_uri (call),
          tandem_call_get_queue (call), tandem_call_get_start (call),
          tandem_call_get_duration (call), outcome, &details);

      tandem_phone_add_record (self, record);
    }
}

static void
on_call_ended (TandemCall *call, TandemPhone *self)
{
  guint position;

  g_signal_handlers_disconnect_by_data (call, self);
  if (g_list_store_find (self->calls, call, &position))
    g_list_store_remove (self->calls, position);
  g_set_object (&self->last_call, call);
  tandem_phone_add_record_of_call (self, call, tandem_call_get_outcome (call));
  if (tandem_call_get_duration (call) > 0 && tandem_floor_get_active (self->floor) == NULL
      && g_list_model_get_n_items (G_LIST_MODEL (self->calls)) == 0)
    tandem_availability_begin_wrap_up (self->availability);
}

static void
on_availability (TandemAvailability *availability, GParamSpec *pspec, TandemPhone *self)
{
  static const struct
  {
    const char *name;
    guint property;
  } table[] = {
    { "do-not-disturb", PROP_DO_NOT_DISTURB },
    { "wrap-up", PROP_WRAP_UP },
    { "forward-to", PROP_FORWARD_TO },
    { "text", PROP_AVAILABILITY_TEXT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (pspec->name, table[i].name))
      notify (self, table[i].property);
}

static void
take_availability (TandemPhone *self, TandemAvailability *availability)
{
  self->availability = availability;
  g_signal_connect (availability, "notify", G_CALLBACK (on_availability), self);
}

static void
tandem_phone_dispose (GObject *object)
{
  TandemPhone *self = TANDEM_PHONE (object);

  for (guint i = 0;
       self->calls != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      g_signal_handlers_disconnect_by_data (call, self);
    }
  if (self->switchboard != NULL)
    g_object_run_dispose (G_OBJECT (self->switchboard));
  g_clear_object (&self->switchboard);
  if (self->availability != NULL)
    g_signal_handlers_disconnect_by_data (self->availability, self);
  g_clear_object (&self->availability);
  g_clear_object (&self->colleagues);
  g_clear_object (&self->floor);
  g_clear_object (&self->configuration);
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);
  g_clear_object (&self->last_call);
  g_clear_object (&self->calls);
  g_clear_object (&self->accounts);
  g_clear_object (&self->history);
  g_clear_object (&self->timeline);
  G_OBJECT_CLASS (tandem_phone_parent_class)->dispose (object);
}

static void
tandem_phone_finalize (GObject *object)
{
  TandemPhone *self = TANDEM_PHONE (object);

  g_free (self->audio_problem);
  g_free (self->history_problem);
  g_free (self->last_sip_call_id);
  G_OBJECT_CLASS (tandem_phone_parent_class)->finalize (object);
}

static void
tandem_phone_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemPhone *self = TANDEM_PHONE (object);

  switch (id)
    {
    case PROP_ACCOUNT:
      g_value_set_object (value, tandem_phone_get_account (self));
      break;
    case PROP_AUDIO_AVAILABLE:
      g_value_set_boolean (value, self->audio_available);
      break;
    case PROP_AUDIO_PROBLEM:
      g_value_set_string (value, self->audio_problem);
      break;
    case PROP_HISTORY_PROBLEM:
      g_value_set_string (value, self->history_problem);
      break;
    case PROP_HISTORY_HAS_MORE:
      g_value_set_boolean (value, tandem_phone_get_history_has_more (self));
      break;
    case PROP_CONFIGURED:
      g_value_set_boolean (value, self->configured);
      break;
    case PROP_DO_NOT_DISTURB:
      g_value_set_boolean (value, tandem_availability_get_do_not_disturb (self->availability));
      break;
    case PROP_WRAP_UP:
      g_value_set_uint (value, tandem_availability_get_wrap_up (self->availability));
      break;
    case PROP_FORWARD_TO:
      g_value_set_string (value, tandem_availability_get_forward_to (self->availability));
      break;
    case PROP_AVAILABILITY_TEXT:
      g_value_set_string (value, tandem_availability_get_text (self->availability));
      break;
    case PROP_MISSED_CALLS:
      g_value_set_uint (value, tandem_phone_get_missed_calls (self));
      break;
    case PROP_CONTACTS_PROBLEM:
      g_value_set_string (value, self->book != NULL ? tandem_book_get_problem (self->book) : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_phone_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DO_NOT_DISTURB)
    tandem_phone_set_do_not_disturb (TANDEM_PHONE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_phone_class_init (TandemPhoneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_phone_dispose;
  object_class->finalize = tandem_phone_finalize;
  object_class->get_property = tandem_phone_get_property;
  object_class->set_property = tandem_phone_set_property;

  properties[PROP_ACCOUNT]
      = g_param_spec_object ("account", NULL, NULL, TANDEM_TYPE_ACCOUNT, flags);
  properties[PROP_AUDIO_AVAILABLE]
      = g_param_spec_boolean ("audio-available", NULL, NULL, FALSE, flags);
  properties[PROP_AUDIO_PROBLEM] = g_param_spec_string ("audio-problem", NULL, NULL, NULL, flags);
  properties[PROP_HISTORY_PROBLEM]
      = g_param_spec_string ("history-problem", NULL, NULL, NULL, flags);
  properties[PROP_HISTORY_HAS_MORE]
      = g_param_spec_boolean ("history-has-more", NULL, NULL, FALSE, flags);
  properties[PROP_CONFIGURED] = g_param_spec_boolean ("configured", NULL, NULL, FALSE, flags);
  properties[PROP_DO_NOT_DISTURB]
      = g_param_spec_boolean ("do-not-disturb", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_WRAP_UP] = g_param_spec_uint ("wrap-up", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FORWARD_TO] = g_param_spec_string ("forward-to", NULL, NULL, NULL, flags);
  properties[PROP_AVAILABILITY_TEXT]
      = g_param_spec_string ("availability-text", NULL, NULL, NULL, flags);
  properties[PROP_MISSED_CALLS]
      = g_param_spec_uint ("missed-calls", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CONTACTS_PROBLEM]
      = g_param_spec_string ("contacts-problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[INCOMING] = g_signal_new ("incoming", TANDEM_TYPE_PHONE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, TANDEM_TYPE_CALL);
  signals[ERROR] = g_signal_new ("error", TANDEM_TYPE_PHONE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[DTMF_RECEIVED]
      = g_signal_new ("dtmf-received", TANDEM_TYPE_PHONE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, TANDEM_TYPE_CALL, G_TYPE_STRING);
  signals[INPUT_LEVEL] = g_signal_new ("input-level", TANDEM_TYPE_PHONE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
tandem_phone_init (TandemPhone *self)
{
  self->accounts = g_list_store_new (TANDEM_TYPE_ACCOUNT);
  self->calls = g_list_store_new (TANDEM_TYPE_CALL);
  self->floor = tandem_floor_new (G_LIST_MODEL (self->calls));
  self->colleagues = tandem_colleague_list_new ();
  self->timeline = g_list_store_new (TANDEM_TYPE_POOL_EVENT);
}

TandemPhone *
tandem_phone_new_empty (void)
{
  TandemPhone *self = g_object_new (TANDEM_TYPE_PHONE, NULL);

  take_availability (self, tandem_availability_new (NULL));
  self->history = G_LIST_MODEL (g_list_store_new (TANDEM_TYPE_RECORD));
  return self;
}

void
tandem_phone_add_account (TandemPhone *self, TandemAccount *account)
{
  const gboolean first = g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) == 0;

  g_list_store_append (self->accounts, account);
  if (first)
    notify (self, PROP_ACCOUNT);
}

void
tandem_phone_remove_account (TandemPhone *self, TandemAccount *account)
{
  guint position;

  if (!g_list_store_find (self->accounts, account, &position))
    return;
  g_list_store_remove (self->accounts, position);
  if (position == 0)
    notify (self, PROP_ACCOUNT);
}

TandemAccount *
tandem_phone_find_account (TandemPhone *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (g_strcmp0 (tandem_account_get_id (account), id) == 0)
        return account;
    }
  return NULL;
}

/* Who it is, by the contacts. */
static void
name_call (TandemPhone *self, TandemCall *call)
{
  if (self->book != NULL)
    tandem_call_set_contact_name (
        call, tandem_book_get_name (self->book, tandem_call_get_peer_uri (call)));
}

static void
on_peer (TandemPhone *self, GParamSpec *pspec, TandemCall *call)
{
  name_call (self, call);
}

static void
on_names_changed (TandemPhone *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      name_call (self, call);
    }
}

void
tandem_phone_add_call (TandemPhone *self, TandemCall *call)
{
  g_signal_connect (call, "ended", G_CALLBACK (on_call_ended), self);
  g_signal_connect (call, "notify::sip-call-id", G_CALLBACK (on_sip_call_id), self);
  if (tandem_call_get_sip_call_id (call) != NULL)
    on_sip_call_id (call, NULL, self);
  g_signal_connect_swapped (call, "notify::peer-uri", G_CALLBACK (on_peer), self);
  name_call (self, call);
  g_list_store_insert (self->calls, 0, call);
  if (tandem_call_is_incoming (call) && tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE)
    g_signal_emit (self, signals[INCOMING], 0, call);
}

void
tandem_phone_add_record (TandemPhone *self, TandemRecord *record)
{
  if (TANDEM_IS_HISTORY (self->history))
    tandem_history_add (TANDEM_HISTORY (self->history), record);
  else
    g_list_store_insert (G_LIST_STORE (self->history), 0, record);
}

void
tandem_phone_add_pool_event (TandemPhone *self, TandemPoolEvent *event)
{
  g_list_store_insert (self->timeline, 0, event);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) > TANDEM_POOL_EVENTS_MAX)
    g_list_store_remove (self->timeline, TANDEM_POOL_EVENTS_MAX);
}

void
tandem_phone_set_audio (TandemPhone *self, gboolean available, const char *problem)
{
  if (self->audio_available != available)
    {
      self->audio_available = available;
      notify (self, PROP_AUDIO_AVAILABLE);
    }
  if (g_strcmp0 (self->audio_problem, problem) != 0)
    {
      g_free (self->audio_problem);
      self->audio_problem = g_strdup (problem);
      notify (self, PROP_AUDIO_PROBLEM);
    }
}

void
tandem_phone_set_configured (TandemPhone *self, gboolean configured)
{
  if (self->configured == configured)
    return;
  self->configured = configured;
  notify (self, PROP_CONFIGURED);
}

void
tandem_phone_set_redact (TandemPhone *self, gboolean redact)
{
  self->redact = redact;
}

gboolean
tandem_phone_get_redact (TandemPhone *self)
{
  return self->redact;
}

const char *
tandem_phone_get_last_sip_call_id (TandemPhone *self)
{
  return self->last_sip_call_id;
}

TandemConfiguration *
tandem_phone_get_configuration (TandemPhone *self)
{
  return self->configuration;
}

TandemBook *
tandem_phone_get_book (TandemPhone *self)
{
  return self->book;
}

TandemFloor *
tandem_phone_get_floor (TandemPhone *self)
{
  return self->floor;
}

TandemAvailability *
tandem_phone_get_availability (TandemPhone *self)
{
  return self->availability;
}

TandemColleagueList *
tandem_phone_get_colleague_list (TandemPhone *self)
{
  return self->colleagues;
}

TandemSwitchboard *
tandem_phone_get_switchboard (TandemPhone *self)
{
  return self->switchboard;
}

void
tandem_phone_report_error (TandemPhone *self, const char *words)
{
  g_signal_emit (self, signals[ERROR], 0, words);
}

void
tandem_phone_report_digit (TandemPhone *self, TandemCall *call, char digit)
{
  const char text[] = { digit, '\0' };

  g_signal_emit (self, signals[DTMF_RECEIVED], 0, call, text);
}

char *
tandem_phone_next_sample_id (TandemPhone *self)
{
  return g_strdup_printf ("%u", ++self->last_sample_id);
}

static TandemAudioBackend
backend_of_name (const char *name)
{
  if (g_strcmp0 (name, "test") == 0)
    return TANDEM_AUDIO_TEST;
  if (g_strcmp0 (name, "pulse") == 0)
    return TANDEM_AUDIO_PULSE;
  return TANDEM_AUDIO_AUTO;
}

/**
 * tandem_phone_new:
 * @configuration: what to run with; a reference is kept
 * @audio: "test", "pulse", or "auto"
 *
 * Begins to load the history. Nothing goes to the network before
 * tandem_phone_start().
 *
 * Returns: (transfer full): a phone
 */
TandemPhone *
tandem_phone_new (TandemConfiguration *configuration, const char *audio)
{
  TandemPhone *self;

  g_return_val_if_fail (TANDEM_IS_CONFIGURATION (configuration), NULL);

  self = g_object_new (TANDEM_TYPE_PHONE, NULL);
  self->configuration = g_object_ref (configuration);
  take_availability (self, tandem_availability_new (configuration));
  self->book = tandem_book_new (configuration);
  self->history = G_LIST_MODEL (g_object_ref (tandem_book_get_history (self->book)));
  g_signal_connect_swapped (self->book, "names-changed", G_CALLBACK (on_names_changed), self);
  g_signal_connect_swapped (self->book, "notify::problem", G_CALLBACK (on_contacts_problem), self);
  g_signal_connect_swapped (self->history, "notify::missed", G_CALLBACK (on_missed), self);
  g_signal_connect_swapped (self->history, "notify::problem", G_CALLBACK (on_history_problem),
                            self);
  g_signal_connect_swapped (self->history, "notify::has-more", G_CALLBACK (on_history_has_more),
                            self);
  self->switchboard = tandem_switchboard_new (self, configuration, backend_of_name (audio));
  return self;
}

/**
 * tandem_phone_start:
 *
 * Starts the SIP thread, and registers the accounts. Without any account it
 * starts too, and takes one as soon as the configuration has it.
 *
 * Returns: %FALSE with an error that names the port when no port is free
 */
gboolean
tandem_phone_start (TandemPhone *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  if (self->switchboard == NULL)
    return TRUE;
  if (!tandem_switchboard_start (self->switchboard, error))
    return FALSE;
  tandem_book_synchronise (self->book);
  return TRUE;
}

/* What is still to be done before the phone has stopped. */
typedef struct
{
  guint left;
  guint timeout;
} Stopping;

static void
stopping_free (gpointer data)
{
  Stopping *stopping = data;

  g_clear_handle_id (&stopping->timeout, g_source_remove);
  g_free (stopping);
}

static void
stopped_one (GTask *task)
{
  Stopping *stopping = g_task_get_task_data (task);

  if (stopping->left == 0 || --stopping->left > 0)
    return;
  g_clear_handle_id (&stopping->timeout, g_source_remove);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_stop_timeout (gpointer data)
{
  GTask *task = data;
  Stopping *stopping = g_task_get_task_data (task);

  g_message ("stopping took too long");
  stopping->timeout = 0;
  stopping->left = 0;
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_switchboard_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  tandem_switchboard_stop_finish (TANDEM_SWITCHBOARD (source), result);
  stopped_one (task);
}

static void
on_book_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  tandem_book_flush_finish (TANDEM_BOOK (source), result);
  stopped_one (task);
}

/**
 * tandem_phone_stop_async:
 *
 * Ends the calls, unregisters, writes the history. Takes two seconds at most.
 */
void
tandem_phone_stop_async (TandemPhone *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;
  Stopping *stopping;

  g_return_if_fail (TANDEM_IS_PHONE (self));

  task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (task, tandem_phone_stop_async);
  if (self->switchboard == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  stopping = g_new0 (Stopping, 1);
  stopping->left = 2;
  stopping->timeout = g_timeout_add (STOP_TIMEOUT, on_stop_timeout, task);
  g_task_set_task_data (task, stopping, stopping_free);
  tandem_switchboard_stop_async (self->switchboard, SIGN_OFF_TIMEOUT, on_switchboard_stopped,
                                 g_object_ref (task));
  tandem_book_flush_async (self->book, on_book_flushed, g_object_ref (task));
}

void
tandem_phone_stop_finish (TandemPhone *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}

GListModel *
tandem_phone_get_accounts (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return G_LIST_MODEL (self->accounts);
}

TandemAccount *
tandem_phone_get_account (TandemPhone *self)
{
  g_autoptr (TandemAccount) account = NULL;

  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  account = g_list_model_get_item (G_LIST_MODEL (self->accounts), 0);
  return account;
}

GListModel *
tandem_phone_get_calls (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return G_LIST_MODEL (self->calls);
}

GListModel *
tandem_phone_get_history (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return self->history;
}

GListModel *
tandem_phone_get_timeline (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return G_LIST_MODEL (self->timeline);
}

TandemCall *
tandem_phone_find_call (TandemPhone *self, const char *id)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (g_str_equal (tandem_call_get_id (call), id))
        return call;
    }
  return NULL;
}

gboolean
tandem_phone_get_audio_available (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  return self->audio_available;
}

const char *
tandem_phone_get_audio_problem (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return self->audio_problem;
}

/**
 * tandem_phone_status_to_json:
 *
 * Everything there is to know of the phone's state, as docs/status-json.md
 * describes it.
 *
 * Returns: (transfer full): JSON, indented
 */
char *
tandem_phone_status_to_json (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_status_to_json (self);
}

/**
 * tandem_phone_status_to_text:
 *
 * Returns: (transfer full): the same, in words, some lines
 */
char *
tandem_phone_status_to_text (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_status_to_text (self);
}

TandemCall *
tandem_phone_get_last_call (TandemPhone *self)
{
  return self->last_call;
}
