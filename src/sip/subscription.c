/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subscription.h"

#include "backoff.h"
#include "dialog.h"
#include "errand.h"
#include "message.h"

#include <string.h>

/* See subscription.h. A dialog belongs to one candidate: wherever an attempt goes to another one, it
 * carries a new Call-ID, and the old dialog is forgotten; a NOTIFY in it is answered 481, which ends it
 * at the server too. The first NOTIFY may come before the answer to the SUBSCRIBE, and makes the
 * dialog then (RFC 6665 4.4.1); another one that was forked is not taken. */

#define REFRESH_AT 0.8
#define REFRESH_JITTER 0.1
#define LONGEST_EXPIRES 86400
#define LONGEST_RETRY_AFTER (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
/* A server that ends it again and again within this time gets the back-off. */
#define SETTLED (60 * G_TIME_SPAN_SECOND)
/* Of packages with many: requests under way at once, and begun in a second. The library keeps some 20 KB
 * of each for 5 s after it was answered, and the server has other phones. */
#define MOST_AT_ONCE 16
#define PACE (G_USEC_PER_SEC / 200)

struct _TandemSubscription
{
  TandemSipAccount *account;
  const TandemEventPackage *package;
  char *target;
  gpointer data;

  TandemErrand *errand; /* the SUBSCRIBE under way or waiting */
  TandemTimer timer;    /* the next SUBSCRIBE */
  TandemTimer expiry;   /* what is known is worth nothing after that */
  char *call_id, *tag, *key;
  guint cseq;
  gboolean placed; /* call_id is at `candidate` */
  TandemCandidate candidate;
  TandemSipDialog *dialog; /* (nullable) until the server has answered or notified */
  guint expires, granted;  /* s */
  gint64 since;            /* us; when it was granted last */
  guint failures;          /* in a row, for the back-off */
  gboolean known;          /* something was told that is still believed */
  guint generation;        /* of its dialog */
  gboolean refused;        /* for good */
  gboolean leaving;
  GList *queued;    /* (nullable): waits there for its turn */
  gboolean counted; /* has it */
  gboolean has_wanted;
  TandemCandidate wanted; /* where to go then */
};

static void begin (TandemSubscription *self, const TandemCandidate *preferred);

static void
withdraw_key (TandemSubscription *self)
{
  if (self->key != NULL
      && g_hash_table_lookup (self->account->engine->subscriptions, self->key) == self)
    g_hash_table_remove (self->account->engine->subscriptions, self->key);
  g_clear_pointer (&self->key, g_free);
}

static void
forget_dialog (TandemSubscription *self)
{
  withdraw_key (self);
  g_clear_pointer (&self->dialog, tandem_sip_dialog_unref);
  g_clear_pointer (&self->call_id, g_free);
  g_clear_pointer (&self->tag, g_free);
  self->placed = FALSE;
}

/* A subscription of its own at that candidate. */
static void
place (TandemSubscription *self, const TandemCandidate *to)
{
  if (self->placed && tandem_candidate_equal (&self->candidate, to))
    return;
  forget_dialog (self);
  self->generation++;
  self->placed = TRUE;
  self->candidate = *to;
  self->call_id = tandem_sip_token ();
  self->tag = tandem_sip_token ();
  self->cseq = 1;
  self->key = g_strdup_printf ("%s\n%s", self->call_id, self->tag);
  g_hash_table_replace (self->account->engine->subscriptions, g_strdup (self->key), self);
}

static void
lose (TandemSubscription *self)
{
  gboolean known = self->known;

  self->known = FALSE;
  tandem_timer_stop (&self->expiry);
  if (known && !self->leaving)
    self->package->lost (self->data);
}

static void
cancel (TandemSubscription *self)
{
  TandemErrand *errand = g_steal_pointer (&self->errand);

  if (errand == NULL)
    return;
  tandem_errand_cancel (errand);
  tandem_errand_unref (errand);
}

/* The server does not have that, or not for us: no error, and nothing more is sent. */
static void
refuse (TandemSubscription *self, guint code, const char *why)
{
  g_info ("%s: no subscription to %s: %s", self->account->config->id, self->package->name, why);
  self->refused = TRUE;
  tandem_timer_stop (&self->timer);
  forget_dialog (self);
  lose (self);
  if (self->package->refused != NULL)
    self->package->refused (code, why, self->data);
}

static void
try_later (TandemSubscription *self, gint64 retry_after)
{
  gint64 delay = tandem_backoff_delay (self->failures++, self->account->engine->rand);

  if (retry_after >= 0)
    delay = MIN (retry_after, LONGEST_RETRY_AFTER);
  tandem_timer_set (&self->timer, tandem_engine_now () + delay);
}

static void
schedule_refresh (TandemSubscription *self, guint seconds)
{
  gint64 now = tandem_engine_now ();

  self->granted = seconds;
  self->since = now;
  tandem_timer_set (&self->timer, now
                                      + tandem_backoff_jitter (
                                          (gint64) (seconds * (double) G_USEC_PER_SEC * REFRESH_AT),
                                          REFRESH_JITTER, self->account->engine->rand));
  tandem_timer_set (&self->expiry, now + seconds * G_USEC_PER_SEC);
}

/* The SUBSCRIBE */

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemSubscription *self = data;
  TandemSipAccount *account = self->account;
  g_autofree char *expires = g_strdup_printf ("%u", self->leaving ? 0 : self->expires);
  belle_sip_request_t *request;
  belle_sip_message_t *message;

  if (!self->leaving)
    place (self, to);
  if (self->dialog != NULL)
    request = tandem_sip_dialog_make_request (self->dialog, "SUBSCRIBE");
  else
    {
      g_autofree char *from = tandem_sip_address (account->config->display_name, account->aor);
      g_autofree char *address = tandem_sip_address (NULL, self->target);

      request = tandem_sip_request_new ("SUBSCRIBE", self->target, self->call_id, self->cseq++,
                                        from, self->tag, address, NULL, 70);
    }
  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  belle_sip_message_add_header (
      message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (account, to, -1)));
  tandem_sip_add (message, "Event", self->package->name);
  tandem_sip_add (message, "Accept", self->package->content_type);
  tandem_sip_add (message, "Expires", expires);
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  return request;
}

static void
on_granted (TandemSubscription *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  int expires = tandem_sip_get_number (BELLE_SIP_MESSAGE (response), "Expires");

  if (self->dialog != NULL)
    tandem_sip_dialog_refresh (self->dialog, BELLE_SIP_MESSAGE (response));
  else
    {
      self->dialog = tandem_sip_dialog_new_from_response (self->account, attempt->request, response,
                                                          &attempt->candidate);
      if (self->dialog != NULL)
        self->dialog->local_cseq = MAX (self->dialog->local_cseq, self->cseq - 1);
    }
  if (self->dialog == NULL)
    {
      forget_dialog (self);
      try_later (self, -1);
      return;
    }
  if (expires < 0)
    expires = (int) self->expires;
  if (expires == 0)
    {
      forget_dialog (self);
      lose (self);
      try_later (self, -1);
      return;
    }
  self->failures = 0;
  schedule_refresh (self, (guint) MIN (expires, (int) self->expires));
}

static gboolean
is_final_refusal (guint code)
{
  switch (code)
    {
    case 401:
    case 403:
    case 404:
    case 405:
    case 407:
    case 489:
    case 501:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  TandemSubscription *self = data;
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  int seconds = tandem_sip_get_number (message, "Retry-After");
  int least = tandem_sip_get_number (message, "Min-Expires");

  if (self->leaving)
    return FALSE;
  if (code < 300)
    {
      on_granted (self, attempt, response);
      return FALSE;
    }
  if (code == 423 && least > (int) self->expires && least <= LONGEST_EXPIRES)
    {
      self->expires = (guint) least;
      return TRUE;
    }
  if (is_final_refusal (code))
    {
      g_autofree char *phrase = NULL;
      g_autofree char *why = NULL;

      tandem_sip_status (response, &phrase);
      why = g_strdup_printf ("%u %s", code, phrase != NULL ? phrase : "");
      refuse (self, code, why);
      return FALSE;
    }
  if (code == 481 && self->dialog != NULL)
    {
      forget_dialog (self);
      if (self->failures == 0)
        {
          self->failures++;
          tandem_timer_set (&self->timer, tandem_engine_now ());
          return FALSE;
        }
    }
  try_later (self, seconds >= 0 ? seconds * G_USEC_PER_SEC : -1);
  return FALSE;
}

static gboolean
on_waiting (TandemErrand *errand, gint64 until, guint code, const char *why, gpointer data)
{
  TandemSubscription *self = data;

  if (!self->leaving && self->package->many)
    {
      if (self->account->config->failover_classic)
        tandem_timer_set (&self->timer, until);
      else
        try_later (self, -1);
    }
  return self->leaving || self->package->many;
}

/* The next success of the registration brings it back. */
static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  TandemSubscription *self = data;

  if (!self->leaving)
    g_info ("%s: SUBSCRIBE was given up: %s", self->account->config->id, why);
}

/* Turns: of thousands only a few are under way. Those that wait have neither a timer nor an errand. */

static void
leave_queue (TandemSubscription *self)
{
  if (self->queued != NULL)
    g_queue_delete_link (self->account->engine->subscribing, self->queued);
  self->queued = NULL;
}

/* us; now or before: at once. A few may follow each other closely. */
static gint64
next_turn (TandemEngine *engine, gint64 now)
{
  return MAX (engine->subscribing_pace, now) - MOST_AT_ONCE * PACE;
}

static void
call_next (TandemEngine *engine)
{
  gint64 now = tandem_engine_now ();

  if (engine->subscribing->length > 0 && engine->subscribing_now < MOST_AT_ONCE
      && !tandem_timer_is_set (&engine->subscribe))
    tandem_timer_set (&engine->subscribe, MAX (next_turn (engine, now), now));
}

static void
give_turn_back (TandemSubscription *self)
{
  if (!self->counted)
    return;
  self->counted = FALSE;
  self->account->engine->subscribing_now--;
  call_next (self->account->engine);
}

/* FALSE: it has to wait, and will be called. */
static gboolean
take_turn (TandemSubscription *self, const TandemCandidate *wanted)
{
  TandemEngine *engine = self->account->engine;
  gint64 now = tandem_engine_now ();

  if (!self->package->many)
    return TRUE;
  if (engine->subscribing_now < MOST_AT_ONCE && next_turn (engine, now) <= now)
    {
      engine->subscribing_pace = MAX (engine->subscribing_pace, now) + PACE;
      leave_queue (self);
      self->counted = TRUE;
      engine->subscribing_now++;
      return TRUE;
    }
  self->has_wanted = wanted != NULL;
  if (wanted != NULL)
    self->wanted = *wanted;
  if (self->queued == NULL)
    {
      g_queue_push_tail (engine->subscribing, self);
      self->queued = engine->subscribing->tail;
    }
  call_next (engine);
  return FALSE;
}

static void
on_destroy (gpointer data)
{
  TandemSubscription *self = data;

  g_clear_pointer (&self->errand, tandem_errand_unref);
  give_turn_back (self);
  if (self->leaving)
    {
      tandem_engine_release (self->account->engine, self);
      tandem_subscription_free (self);
    }
}

static const TandemErrandFuncs funcs = {
  .make = on_make,
  .final = on_final,
  .waiting = on_waiting,
  .gave_up = on_gave_up,
  .destroy = on_destroy,
};

static void
begin (TandemSubscription *self, const TandemCandidate *preferred)
{
  TandemErrand *errand;

  tandem_timer_stop (&self->timer);
  cancel (self);
  if (self->refused || self->account->engine->stopping || !take_turn (self, preferred))
    return;
  errand = tandem_errand_new (self->account, TANDEM_OPERATION_SUBSCRIBE, &funcs, self);
  self->errand = tandem_errand_ref (errand);
  tandem_errand_set_preferred (errand, preferred);
  tandem_errand_set_in_dialog (errand);
  tandem_errand_begin (errand);
  tandem_errand_unref (errand);
}

static void
on_timer (gpointer data)
{
  TandemSubscription *self = data;
  TandemCandidate at = self->candidate;

  begin (self, self->placed ? &at : tandem_sip_account_get_preferred (self->account));
}

static void
on_expiry (gpointer data)
{
  lose (data);
}

/* Notifications */

char *
tandem_subscription_get_event (belle_sip_request_t *request)
{
  char *event = tandem_sip_get (BELLE_SIP_MESSAGE (request), "Event");

  if (event != NULL)
    {
      event[strcspn (event, ";")] = '\0';
      g_strstrip (event);
    }
  return event;
}

guint
tandem_subscription_check_body (belle_sip_request_t *request, const TandemEventPackage *package)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  gsize size = belle_sip_message_get_body_size (message);
  g_autofree char *type = tandem_sip_get (message, "Content-Type");

  if (size == 0)
    return 0;
  if (type != NULL)
    {
      type[strcspn (type, ";")] = '\0';
      g_strstrip (type);
    }
  if (type == NULL || g_ascii_strcasecmp (type, package->content_type) != 0
      || belle_sip_message_get_header (message, "Content-Encoding") != NULL)
    return 415;
  return size > package->longest ? 413 : 0;
}

/* A parameter of a Subscription-State. (transfer full) (nullable) */
static char *
get_parameter (const char *state, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (state, ";", 16);

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      if (g_ascii_strcasecmp (g_strstrip (parts[i]), name) == 0)
        return g_strdup (g_strstrip (equals + 1));
    }
  return NULL;
}

static gint64
get_seconds (const char *state, const char *name)
{
  g_autofree char *text = get_parameter (state, name);
  guint64 seconds;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &seconds, NULL))
    return -1;
  return (gint64) seconds;
}

static gboolean
is_state (const char *state, const char *wanted)
{
  gsize length = strcspn (state, "; \t");

  return length == strlen (wanted) && g_ascii_strncasecmp (state, wanted, length) == 0;
}

gboolean
tandem_subscription_get_state (belle_sip_request_t *request, TandemSubscriptionState *state)
{
  g_autofree char *text = tandem_sip_get (BELLE_SIP_MESSAGE (request), "Subscription-State");

  if (text == NULL)
    return FALSE;
  state->terminated = is_state (text, "terminated");
  state->expires = get_seconds (text, "expires");
  return TRUE;
}

/* RFC 6665 4.1.3. */
static void
on_terminated (TandemSubscription *self, const char *state)
{
  g_autofree char *reason = get_parameter (state, "reason");
  gint64 retry_after = get_seconds (state, "retry-after");
  gboolean again;

  cancel (self);
  if (reason != NULL
      && (g_ascii_strcasecmp (reason, "rejected") == 0
          || g_ascii_strcasecmp (reason, "noresource") == 0
          || g_ascii_strcasecmp (reason, "invariant") == 0))
    {
      refuse (self, 0, reason);
      return;
    }
  again = reason != NULL && retry_after < 0
          && (g_ascii_strcasecmp (reason, "deactivated") == 0
              || g_ascii_strcasecmp (reason, "timeout") == 0)
          && (self->failures == 0 || tandem_engine_now () - self->since > SETTLED);
  forget_dialog (self);
  if (again)
    {
      self->failures++;
      tandem_timer_set (&self->timer, tandem_engine_now ());
      return;
    }
  lose (self);
  try_later (self, retry_after >= 0 ? retry_after * G_USEC_PER_SEC : -1);
}

/* The code to answer with. */
static guint
notified (TandemSubscription *self, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  g_autofree char *event = tandem_subscription_get_event (request);
  g_autofree char *state = tandem_sip_get (message, "Subscription-State");
  gsize size = belle_sip_message_get_body_size (message);
  guint code;

  if (event == NULL || g_ascii_strcasecmp (event, self->package->name) != 0)
    return 489;
  if (state == NULL)
    return 400;
  if (self->dialog == NULL)
    {
      self->dialog = tandem_sip_dialog_new_from_request (self->account, request, self->tag,
                                                         &self->candidate);
      if (self->dialog == NULL)
        return 400;
      self->dialog->local_cseq = self->cseq - 1;
    }
  else if (g_strcmp0 (self->dialog->remote_tag, tandem_sip_from_tag (message)) != 0)
    return 481;
  else if (!tandem_sip_dialog_accept_cseq (self->dialog, request))
    return 500;
  code = tandem_subscription_check_body (request, self->package);
  if (code != 0)
    return code;
  if (size > 0 && !self->leaving)
    {
      if (!self->package->notified (belle_sip_message_get_body (message), size, self->data))
        return 400;
      self->known = TRUE;
    }
  else if (!self->leaving && !self->known && self->package->empty != NULL
           && is_state (state, "active"))
    {
      self->package->empty (self->data);
      self->known = TRUE;
    }
  return 200;
}

static void
take_state (TandemSubscription *self, belle_sip_request_t *request)
{
  g_autofree char *state = tandem_sip_get (BELLE_SIP_MESSAGE (request), "Subscription-State");
  gint64 left = get_seconds (state, "expires");

  if (is_state (state, "terminated"))
    on_terminated (self, state);
  else if (left > 0 && self->errand == NULL && left < (gint64) self->granted)
    schedule_refresh (self, (guint) left);
}

gboolean
tandem_subscription_on_notify (TandemEngine *engine, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  const char *call_id = tandem_sip_call_id (message);
  const char *to_tag = tandem_sip_to_tag (message);
  g_autofree char *key = NULL;
  g_autofree char *accept = NULL;
  TandemSubscription *self;
  guint code;

  if (call_id == NULL || to_tag == NULL)
    return FALSE;
  key = g_strdup_printf ("%s\n%s", call_id, to_tag);
  self = g_hash_table_lookup (engine->subscriptions, key);
  if (self == NULL)
    return FALSE;
  code = notified (self, request);
  if (code == 415)
    accept = g_strdup_printf ("Accept: %s", self->package->content_type);
  else if (code == 489)
    accept = g_strdup_printf ("Allow-Events: %s", self->package->name);
  tandem_engine_reply (engine, request, code, NULL, accept);
  if (code == 200 && !self->leaving)
    take_state (self, request);
  return TRUE;
}

TandemSubscription *
tandem_subscription_new (TandemSipAccount *account,
                         const TandemEventPackage *package,
                         const char *target,
                         gpointer data)
{
  TandemSubscription *self = g_new0 (TandemSubscription, 1);

  self->account = account;
  self->package = package;
  self->target = g_strdup (target);
  self->data = data;
  self->expires = package->expires;
  tandem_timer_init (&self->timer, account->engine->loop, on_timer, self);
  tandem_timer_init (&self->expiry, account->engine->loop, on_expiry, self);
  return self;
}

void
tandem_subscription_free (TandemSubscription *self)
{
  tandem_timer_stop (&self->timer);
  tandem_timer_stop (&self->expiry);
  self->leaving = FALSE;
  leave_queue (self);
  cancel (self);
  forget_dialog (self);
  g_free (self->target);
  g_free (self);
}

static void
stop_leaving (gpointer data)
{
  TandemSubscription *self = data;

  if (self->errand != NULL)
    {
      tandem_errand_cancel (self->errand);
      return;
    }
  tandem_engine_release (self->account->engine, self);
  tandem_subscription_free (self);
}

static void
take_back (TandemSubscription *self)
{
  TandemSipAccount *account = self->account;
  TandemErrand *errand;

  if (!take_turn (self, NULL))
    return;
  errand = tandem_errand_new (account, TANDEM_OPERATION_SUBSCRIBE, &funcs, self);
  self->errand = tandem_errand_ref (errand);
  tandem_errand_set_preferred (errand, &self->candidate);
  tandem_errand_set_in_dialog (errand);
  if (!tandem_sip_account_has (account, &self->candidate))
    tandem_errand_set_candidates (errand, &self->candidate, 1);
  tandem_errand_begin (errand);
  tandem_errand_unref (errand);
}

void
tandem_subscription_end (TandemSubscription *self)
{
  TandemSipAccount *account = self->account;

  cancel (self);
  tandem_timer_stop (&self->timer);
  tandem_timer_stop (&self->expiry);
  if (self->dialog == NULL)
    {
      tandem_subscription_free (self);
      return;
    }
  self->leaving = TRUE;
  leave_queue (self);
  tandem_engine_keep (account->engine, account, self, stop_leaving, !self->package->many);
  take_back (self);
}

void
tandem_subscription_follow (TandemSubscription *self, const TandemCandidate *candidate)
{
  gboolean here
      = self->placed && (candidate == NULL || tandem_candidate_equal (&self->candidate, candidate));
  gint64 half = self->granted * G_USEC_PER_SEC / 2;

  if (self->refused)
    return;
  if (here && self->errand != NULL && !tandem_errand_is_waiting (self->errand))
    return;
  if (here && self->queued != NULL)
    return;
  if (here && self->dialog != NULL && tandem_timer_is_set (&self->timer)
      && tandem_engine_now () - self->since < half)
    return;
  if (here && self->dialog == NULL && tandem_timer_is_set (&self->timer))
    return;
  if (!here)
    {
      cancel (self);
      forget_dialog (self);
    }
  begin (self, candidate);
}

void
tandem_subscription_refresh (TandemSubscription *self)
{
  if (self->errand == NULL && self->queued == NULL && !self->refused && !self->leaving)
    tandem_timer_set (&self->timer, tandem_engine_now ());
}

gboolean
tandem_subscription_is_refused (TandemSubscription *self)
{
  return self->refused;
}

guint
tandem_subscription_get_generation (TandemSubscription *self)
{
  return self->generation;
}

/* A beginning that fails at once gives its turn back at once: the rest waits for the next go. */
static void
on_subscribe (gpointer data)
{
  TandemEngine *engine = data;
  gint64 now = tandem_engine_now ();

  while (engine->subscribing_now < MOST_AT_ONCE && next_turn (engine, now) <= now)
    {
      TandemSubscription *self = g_queue_pop_head (engine->subscribing);
      TandemCandidate wanted;

      if (self == NULL)
        return;
      self->queued = NULL;
      wanted = self->wanted;
      if (self->leaving)
        take_back (self);
      else
        begin (self, self->has_wanted ? &wanted : NULL);
    }
  call_next (engine);
}

void
tandem_subscriptions_init (TandemEngine *engine)
{
  engine->subscribing = g_queue_new ();
  tandem_timer_init (&engine->subscribe, engine->loop, on_subscribe, engine);
}

void
tandem_subscriptions_clear (TandemEngine *engine)
{
  tandem_timer_stop (&engine->subscribe);
  g_clear_pointer (&engine->subscribing, g_queue_free);
}
