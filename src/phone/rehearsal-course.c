/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal-struct.h"

#include "peer.h"
#include "proxy-private.h"

#include <glib/gi18n.h>

/* The course of a TandemRehearsal. Each step is brought about in the same four phases: prepare what it
 * needs (a call that rings, a call that is up), stop hearing the proxy that it would use, do it and
 * wait until it worked over another, heal. Times are those of the SIP thread's events. The SIP thread
 * ends the silence by itself, so that nothing stays deaf even when this program is killed. */

#define MARGIN 100                             /* ms beyond the timeout that ha.md allows */
#define PATIENCE 3000                          /* ms beyond that until a step is given up */
#define PREPARE_TIME (15 * G_TIME_SPAN_SECOND) /* for a call to be up */
#define IN_USE_TIME (5 * G_TIME_SPAN_SECOND)   /* for a chosen proxy to be in use */
#define MAX_TRIES 3                            /* to prepare one step */

typedef enum
{
  NEED_REGISTERED, /* and no call of ours */
  NEED_RINGING,
  NEED_UP,
} Need;

typedef struct
{
  const char *operation; /* as the timeline has it */
  Need need;
  const char *words;
} StepKind;

static const StepKind kinds[N_STEPS] = {
  [STEP_REGISTER] = { "REGISTER", NEED_REGISTERED, N_ ("Registering over another proxy") },
  [STEP_SUBSCRIBE]
  = { "SUBSCRIBE", NEED_REGISTERED, N_ ("Asking for voice mail over another one") },
  [STEP_INVITE] = { "INVITE", NEED_REGISTERED, N_ ("Calling over another proxy") },
  [STEP_CANCEL] = { "CANCEL", NEED_RINGING, N_ ("Cancelling a call over another proxy") },
  [STEP_ANSWER] = { "200 OK", NEED_RINGING, N_ ("Answering over another proxy") },
  [STEP_REINVITE] = { "re-INVITE", NEED_UP, N_ ("Holding a call over another proxy") },
  [STEP_INFO] = { "INFO", NEED_UP, N_ ("Sending a key over another proxy") },
  [STEP_BYE] = { "BYE", NEED_UP, N_ ("Hanging up over another proxy") },
};

static void prepare (TandemRehearsal *self);
static void begin_step (TandemRehearsal *self, Step step);

void
tandem_rehearsal_course_set_timer (TandemRehearsal *self, gint64 ms, GSourceFunc func)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add ((guint) CLAMP (ms, 0, G_MAXINT), func, self);
}

const char *
tandem_rehearsal_course_get_id (TandemRehearsal *self)
{
  return tandem_account_get_id (self->account);
}

static char *
label_of (const char *candidate)
{
  return candidate != NULL ? tandem_proxy_label_of_id (candidate) : NULL;
}

/* Our calls */

static void
drop_line (TandemRehearsal *self, TandemLine **line, gulong *handler, char **candidate)
{
  g_autoptr (TandemLine) held = g_steal_pointer (line);

  g_clear_pointer (candidate, g_free);
  if (held == NULL)
    return;
  g_clear_signal_handler (handler, tandem_line_get_call (held));
  tandem_switchboard_drop_hidden (self->switchboard, held);
}

static void
drop_calls (TandemRehearsal *self)
{
  drop_line (self, &self->out, &self->out_call_handler, &self->out_candidate);
  drop_line (self, &self->in, &self->in_call_handler, &self->in_candidate);
}

static TandemCallState
state_of (TandemLine *line)
{
  return line != NULL ? tandem_call_get_state (tandem_line_get_call (line)) : TANDEM_CALL_ENDED;
}

static gboolean
is_ringing (TandemRehearsal *self)
{
  const TandemCallState state = state_of (self->out);

  return (state == TANDEM_CALL_RINGING_THERE || state == TANDEM_CALL_EARLY_MEDIA)
         && (!self->own || state_of (self->in) == TANDEM_CALL_RINGING_HERE);
}

static gboolean
is_up (TandemRehearsal *self)
{
  return state_of (self->out) == TANDEM_CALL_CONNECTED
         && (!self->own || state_of (self->in) == TANDEM_CALL_CONNECTED);
}

/* Silence and healing */

static void
heal (TandemRehearsal *self)
{
  g_autofree char *deaf = g_steal_pointer (&self->deaf);

  if (deaf == NULL)
    return;
  tandem_sip_client_stop_hearing (self->client, tandem_rehearsal_course_get_id (self), deaf, 0);
  tandem_sip_client_use_again (self->client, tandem_rehearsal_course_get_id (self), deaf);
}

static void
heal_all_again (TandemRehearsal *self)
{
  GHashTableIter iter;
  gpointer candidate;

  g_hash_table_iter_init (&iter, self->healed);
  while (g_hash_table_iter_next (&iter, &candidate, NULL))
    tandem_sip_client_use_again (self->client, tandem_rehearsal_course_get_id (self), candidate);
}

static void
stop_hearing (TandemRehearsal *self, const char *candidate)
{
  const guint seconds = (self->limit + PATIENCE) / 1000 + 2;

  self->deaf = g_strdup (candidate);
  g_hash_table_add (self->healed, g_strdup (candidate));
  tandem_sip_client_stop_hearing (self->client, tandem_rehearsal_course_get_id (self), candidate,
                                  seconds);
}

/* The end */

void
tandem_rehearsal_course_leave (TandemRehearsal *self)
{
  if (!self->running)
    return;
  g_object_ref (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  heal (self);
  heal_all_again (self);
  drop_calls (self);
  if (self->chosen != NULL)
    tandem_sip_client_prefer (self->client, tandem_rehearsal_course_get_id (self),
                              self->preferred_before);
  g_clear_signal_handler (&self->event_handler, self->client);
  g_clear_signal_handler (&self->calls_handler, tandem_phone_get_calls (self->phone));
  tandem_switchboard_end_rehearsal (self->switchboard);
  self->phase = PHASE_IDLE;
  tandem_rehearsal_finish (self);
  g_object_unref (self);
}

static gboolean
on_clean (gpointer data)
{
  TandemRehearsal *self = data;

  self->timer = 0;
  tandem_rehearsal_course_leave (self);
  return G_SOURCE_REMOVE;
}

/* A probe that was under way while a proxy was not heard fails only later, and sets it aside: so the
 * end waits for that. */
static void
clean_up (TandemRehearsal *self)
{
  heal (self);
  drop_calls (self);
  self->phase = PHASE_CLEANUP;
  tandem_rehearsal_set_words (self, _ ("Making sure that every proxy is heard again"));
  tandem_rehearsal_course_set_timer (self,
                                     g_hash_table_size (self->healed) > 0
                                         ? (gint64) self->timeout + TANDEM_REHEARSAL_SETTLE
                                         : TANDEM_REHEARSAL_SETTLE,
                                     on_clean);
}

void
tandem_rehearsal_course_end (TandemRehearsal *self, const char *words)
{
  tandem_rehearsal_set_problem (self, words);
  clean_up (self);
}

const char *
tandem_rehearsal_course_get_operation (Step step)
{
  return kinds[step].operation;
}

/* One step */

void
tandem_rehearsal_course_add_result (
    TandemRehearsal *self, Step step, gint64 measured, const char *from, const char *to)
{
  g_autofree char *from_label = label_of (from);
  g_autofree char *to_label = label_of (to);
  g_autoptr (TandemRehearsalResult) result = tandem_rehearsal_result_new (
      kinds[step].operation, self->limit, measured, from_label, to_label);

  g_message ("%s over another proxy: %" G_GINT64_FORMAT " ms", kinds[step].operation, measured);
  g_list_store_append (self->results, result);
}

gboolean
tandem_rehearsal_course_subscribes (TandemRehearsal *self)
{
  const TandemSipAccountConfig *config = tandem_switchboard_get_account_config (
      self->switchboard, tandem_rehearsal_course_get_id (self));

  return config != NULL && config->mailbox_subscribe
         && tandem_account_is_mailbox_known (self->account);
}

static gboolean
is_left_out (TandemRehearsal *self, Step step)
{
  if (step == STEP_REGISTER)
    return tandem_account_get_state (self->account) == TANDEM_ACCOUNT_STANDALONE;
  if (step == STEP_SUBSCRIBE)
    return TRUE; /* comes with the registration */
  if (step == STEP_ANSWER && !self->own)
    return TRUE;
  return step > STEP_INVITE && self->no_calls;
}

static gboolean
on_settled (gpointer data)
{
  TandemRehearsal *self = data;
  Step next = self->step + 1;

  self->timer = 0;
  while (next < N_STEPS && is_left_out (self, next))
    next++;
  if (next == N_STEPS)
    clean_up (self);
  else
    begin_step (self, next);
  return G_SOURCE_REMOVE;
}

void
tandem_rehearsal_course_settle (TandemRehearsal *self)
{
  heal (self);
  self->phase = PHASE_SETTLE;
  tandem_rehearsal_course_set_timer (self, TANDEM_REHEARSAL_SETTLE, on_settled);
}

/* when 0: it did not recover. */
void
tandem_rehearsal_course_end_step (TandemRehearsal *self, gint64 when, const char *to)
{
  const gint64 measured = when != 0 ? MAX (when - self->acted_at, 0) / 1000 : -1;

  tandem_rehearsal_course_add_result (self, self->step, measured, self->deaf,
                                      when != 0 ? to : NULL);
  tandem_rehearsal_course_settle (self);
}

static gboolean
on_too_late (gpointer data)
{
  TandemRehearsal *self = data;

  self->timer = 0;
  if (self->step == STEP_REGISTER && self->register_done)
    {
      /* Only the subscription did not come after. */
      tandem_rehearsal_course_add_result (self, STEP_SUBSCRIBE, -1, self->deaf, NULL);
      tandem_rehearsal_course_settle (self);
    }
  else
    tandem_rehearsal_course_end_step (self, 0, NULL);
  return G_SOURCE_REMOVE;
}

static const char *
get_in_use (TandemRehearsal *self)
{
  TandemProxy *proxy = tandem_account_get_active_proxy (self->account);

  return proxy != NULL ? tandem_proxy_get_id (proxy) : tandem_account_get_candidate (self->account);
}

/* Whom the step would use. */
static const char *
get_target (TandemRehearsal *self)
{
  switch (self->step)
    {
    case STEP_REGISTER:
    case STEP_SUBSCRIBE:
    case STEP_INVITE:
      return get_in_use (self);
    case STEP_ANSWER:
      return self->in_candidate;
    case STEP_CANCEL:
    case STEP_REINVITE:
    case STEP_INFO:
    case STEP_BYE:
    case N_STEPS:
    default:
      return self->out_candidate;
    }
}

static gboolean
dial (TandemRehearsal *self)
{
  g_autoptr (GError) error = NULL;
  TandemLine *line
      = tandem_switchboard_dial_hidden (self->switchboard, self->account, self->uri, &error);

  if (line == NULL)
    {
      tandem_rehearsal_course_end (self, error->message);
      return FALSE;
    }
  self->out = g_object_ref (line);
  return TRUE;
}

static void
act (TandemRehearsal *self)
{
  g_autoptr (GError) error = NULL;
  TandemCall *call = self->out != NULL ? tandem_line_get_call (self->out) : NULL;

  self->acted_at = g_get_monotonic_time ();
  switch (self->step)
    {
    case STEP_REGISTER:
      tandem_sip_client_register_again (self->client, tandem_rehearsal_course_get_id (self));
      break;
    case STEP_INVITE:
      dial (self);
      break;
    case STEP_ANSWER:
      if (!tandem_call_answer (tandem_line_get_call (self->in), &error))
        tandem_rehearsal_course_end (self, error->message);
      break;
    case STEP_REINVITE:
      if (!tandem_call_hold (call, &error))
        tandem_rehearsal_course_end (self, error->message);
      break;
    case STEP_INFO:
      self->tag = tandem_line_next_tag ();
      tandem_sip_client_request (self->client, tandem_line_get_number (self->out), self->tag,
                                 "INFO", NULL, "application/dtmf-relay",
                                 "Signal=0\r\nDuration=160\r\n");
      break;
    case STEP_CANCEL:
    case STEP_BYE:
      drop_line (self, &self->out, &self->out_call_handler, &self->out_candidate);
      break;
    case STEP_SUBSCRIBE:
    case N_STEPS:
    default:
      break;
    }
}

static void
start_waiting (TandemRehearsal *self)
{
  g_autofree char *target = g_strdup (get_target (self));

  self->phase = PHASE_WAIT;
  self->register_done = FALSE;
  self->mailbox_at = 0;
  g_clear_pointer (&self->moved_to, g_free);
  tandem_rehearsal_course_set_timer (self, (gint64) self->limit + PATIENCE, on_too_late);
  stop_hearing (self, target);
  act (self);
}

/* Preparing: looked at again whenever something happens. */

static void
give_up_calls (TandemRehearsal *self)
{
  const char *why
      = self->out != NULL ? tandem_call_get_failure (tandem_line_get_call (self->out)) : NULL;
  /* Translators: %s says why, such as "Busy". */
  g_autofree char *words = g_strdup_printf (_ ("No call could be set up to practise with: %s"),
                                            why != NULL ? why : _ ("no answer"));

  self->no_calls = TRUE;
  tandem_rehearsal_course_end (self, words);
}

static gboolean
on_prepare_timer (gpointer data)
{
  TandemRehearsal *self = data;

  self->timer = 0;
  prepare (self);
  return G_SOURCE_REMOVE;
}

/* The chosen proxy has to be in use for the step to mean anything. TRUE: it is, or will not be. */
static gboolean
is_chosen_in_use (TandemRehearsal *self)
{
  const gint64 now = g_get_monotonic_time ();

  if (self->chosen == NULL || g_strcmp0 (get_in_use (self), self->chosen) == 0)
    return TRUE;
  if (!self->in_use_wanted)
    {
      self->in_use_wanted = TRUE;
      self->prepare_until = MAX (self->prepare_until, now + IN_USE_TIME + PREPARE_TIME);
      drop_calls (self);
      /* An idle phone moves its registration there by itself. */
      tandem_sip_client_use_again (self->client, tandem_rehearsal_course_get_id (self),
                                   self->chosen);
      tandem_sip_client_prefer (self->client, tandem_rehearsal_course_get_id (self), self->chosen);
      return FALSE;
    }
  return now >= self->prepare_until - PREPARE_TIME;
}

static gboolean
is_registered (TandemRehearsal *self)
{
  const TandemAccountState state = tandem_account_get_state (self->account);

  return state == TANDEM_ACCOUNT_REGISTERED || state == TANDEM_ACCOUNT_STANDALONE;
}

/* No proxy is set aside because of an earlier step. */
static gboolean
is_healed (TandemRehearsal *self)
{
  GListModel *proxies = tandem_account_get_proxies (self->account);

  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (tandem_proxy_get_seconds_left (proxy) > 0
          && g_hash_table_contains (self->healed, tandem_proxy_get_id (proxy)))
        return FALSE;
    }
  return TRUE;
}

/* TRUE: the calls are as they have to be. FALSE: on the way, or given up. */
static gboolean
prepare_calls (TandemRehearsal *self, Need need)
{
  if (need == NEED_REGISTERED)
    {
      drop_calls (self);
      return TRUE;
    }
  if (need == NEED_UP && is_up (self))
    return TRUE;
  if (need == NEED_RINGING && is_ringing (self))
    return TRUE;

  if (self->out == NULL || state_of (self->out) == TANDEM_CALL_ENDED
      || (need == NEED_RINGING && state_of (self->out) == TANDEM_CALL_CONNECTED))
    {
      if (self->tries >= MAX_TRIES)
        {
          give_up_calls (self);
          return FALSE;
        }
      self->tries++;
      drop_calls (self);
      dial (self);
      return FALSE;
    }
  if (need == NEED_UP && self->in != NULL && state_of (self->in) == TANDEM_CALL_RINGING_HERE)
    {
      g_autoptr (GError) error = NULL;

      if (!tandem_call_answer (tandem_line_get_call (self->in), &error))
        tandem_rehearsal_course_end (self, error->message);
    }
  return FALSE;
}

static void
skip_step (TandemRehearsal *self)
{
  g_message ("%s cannot be practised here", kinds[self->step].operation);
  drop_calls (self);
  tandem_rehearsal_course_settle (self);
}

/* The call is not over the chosen proxy: it is made anew, a few times. Incoming ones come as they like. */
static gboolean
is_over_another (TandemRehearsal *self)
{
  return self->chosen != NULL && self->step != STEP_ANSWER && self->tries < MAX_TRIES
         && g_strcmp0 (get_target (self), self->chosen) != 0
         && kinds[self->step].need != NEED_REGISTERED;
}

static void
prepare (TandemRehearsal *self)
{
  const Need need = kinds[self->step].need;

  if (g_get_monotonic_time () >= self->prepare_until)
    {
      if (!is_registered (self))
        tandem_rehearsal_course_end (self, _ ("The phone is not registered any more"));
      else
        give_up_calls (self);
      return;
    }
  tandem_rehearsal_course_set_timer (self, TANDEM_REHEARSAL_SETTLE, on_prepare_timer);
  if (tandem_account_get_state (self->account) == TANDEM_ACCOUNT_NOT_REGISTERED && !self->hurried)
    {
      self->hurried = TRUE;
      tandem_sip_client_register_again (self->client, tandem_rehearsal_course_get_id (self));
    }
  if (!is_registered (self) || !is_healed (self) || !is_chosen_in_use (self))
    return;
  /* A number that answers at once cannot be hung up while it rings. */
  if (self->step == STEP_CANCEL && !self->own && self->tries > 0
      && state_of (self->out) == TANDEM_CALL_CONNECTED)
    {
      skip_step (self);
      return;
    }
  if (!prepare_calls (self, need) || self->phase != PHASE_PREPARE)
    return;
  if (is_over_another (self))
    drop_calls (self);
  else if (get_target (self) != NULL)
    start_waiting (self);
}

static void
begin_step (TandemRehearsal *self, Step step)
{
  const TandemSipAccountConfig *config = tandem_switchboard_get_account_config (
      self->switchboard, tandem_rehearsal_course_get_id (self));

  if (config == NULL)
    {
      tandem_rehearsal_course_end (self, _ ("The account was removed"));
      return;
    }
  self->step = step;
  self->tries = 0;
  self->in_use_wanted = FALSE;
  self->hurried = FALSE;
  self->phase = PHASE_PREPARE;
  self->timeout = config->transaction_timeout;
  self->limit = config->transaction_timeout + MARGIN;
  if (step == STEP_REGISTER && config->failover_classic)
    self->limit += config->reg_interval * 1000;
  self->prepare_until
      = g_get_monotonic_time () + PREPARE_TIME + self->timeout * G_TIME_SPAN_MILLISECOND;
  tandem_rehearsal_set_words (self, _ (kinds[step].words));
  tandem_rehearsal_set_progress (self, (double) step / N_STEPS);
  prepare (self);
}

static void
on_event (TandemSipClient *client, const TandemSipEvent *event, TandemRehearsal *self)
{
  g_autoptr (TandemRehearsal) held = g_object_ref (self);

  tandem_rehearsal_take_event (self, event);
  if (self->phase == PHASE_PREPARE)
    prepare (self);
}

/* Somebody wants the agent: that comes first. */
static void
on_calls_changed (
    GListModel *calls, guint position, guint removed, guint added, TandemRehearsal *self)
{
  if (added > 0 && !self->during_calls && self->phase != PHASE_CLEANUP)
    tandem_rehearsal_course_end (self, _ ("A call came in between; the practice has ended"));
}

static gboolean
wants (const TandemSipEvent *event, gpointer data)
{
  TandemRehearsal *self = data;
  g_autofree char *own = g_strconcat ("sip:", tandem_account_get_address (self->account), NULL);

  return self->own && g_strcmp0 (event->account, tandem_rehearsal_course_get_id (self)) == 0
         && event->peer_uri != NULL && tandem_peer_same_user (event->peer_uri, own);
}

static void
on_incoming (TandemLine *line, const TandemSipEvent *event, gpointer data)
{
  TandemRehearsal *self = data;

  /* One that nobody waits for any more. */
  if (self->in != NULL || self->out == NULL)
    {
      tandem_switchboard_drop_hidden (self->switchboard, line);
      return;
    }
  self->in = g_object_ref (line);
  tandem_call_set_muted (tandem_line_get_call (line), TRUE, NULL);
  g_free (self->in_candidate);
  self->in_candidate = g_strdup (event->candidate);
}

static void
on_stopping (gpointer data)
{
  TandemRehearsal *self = data;

  tandem_rehearsal_set_problem (self, _ ("The phone was stopped"));
  tandem_rehearsal_course_leave (self);
}

static const TandemSwitchboardRehearsal hooks = {
  .wants = wants,
  .incoming = on_incoming,
  .stopping = on_stopping,
};

void
tandem_rehearsal_course_begin (TandemRehearsal *self)
{
  tandem_switchboard_begin_rehearsal (self->switchboard, &hooks, self);
  self->event_handler = g_signal_connect (self->client, "event", G_CALLBACK (on_event), self);
  self->calls_handler = g_signal_connect (tandem_phone_get_calls (self->phone), "items-changed",
                                          G_CALLBACK (on_calls_changed), self);
  begin_step (self, is_left_out (self, STEP_REGISTER) ? STEP_INVITE : STEP_REGISTER);
}
