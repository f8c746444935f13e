/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "storm-world.h"

#include "backoff.h"

/* See storm-world.h: a heap of events, and what the SIP thread does with a step. */

#define PERIOD (30 * SECOND)
#define WAY (1 * MS)
#define PROBE_IN_USE (15 * SECOND)
#define PROBE_PENALISED (60 * SECOND)

typedef enum
{
  EVENT_BEGIN,
  EVENT_ARRIVE,
  EVENT_AGAIN,
  EVENT_ANSWER,
  EVENT_REFUSE,
  EVENT_DEADLINE,
  EVENT_BREAK,
  EVENT_PROBE,
  EVENT_DIE,
  EVENT_RETURN,
} What;

typedef struct
{
  gint64 when;
  guint64 order;
  guint phone, serial;
  guint8 what, line, proxy, copy;
} Event;

static gboolean
is_before (const Event *a, const Event *b)
{
  return a->when != b->when ? a->when < b->when : a->order < b->order;
}

static void
push (World *self, Event event)
{
  guint i = self->heap->len;
  Event *events;

  event.order = self->order++;
  g_array_append_val (self->heap, event);
  events = (Event *) (gpointer) self->heap->data;
  while (i > 0 && is_before (&event, &events[(i - 1) / 2]))
    {
      events[i] = events[(i - 1) / 2];
      i = (i - 1) / 2;
    }
  events[i] = event;
}

static Event
pop (World *self)
{
  Event *events = (Event *) (gpointer) self->heap->data;
  Event first = events[0], last = events[self->heap->len - 1];
  guint n = self->heap->len - 1, i = 0;

  g_array_set_size (self->heap, n);
  for (guint child = 1; child < n; child = 2 * i + 1)
    {
      if (child + 1 < n && is_before (&events[child + 1], &events[child]))
        child++;
      if (!is_before (&events[child], &last))
        break;
      events[i] = events[child];
      i = child;
    }
  if (n > 0)
    events[i] = last;
  return first;
}

static Line *
get_line (World *self, const Event *event)
{
  return &self->phones[event->phone].lines[event->line];
}

static int
find_proxy (World *self, const TandemCandidate *candidate)
{
  for (int i = 0; i < PROXIES; i++)
    {
      if (tandem_candidate_equal (&self->candidates[i], candidate))
        return i;
    }
  g_assert_not_reached ();
}

static TandemHealth
get_health (World *self, guint phone, guint proxy)
{
  TandemHealth health;

  tandem_health_table_get (self->phones[phone].health, &self->candidates[proxy], self->now,
                           &health);
  return health;
}

static void
send_request (World *self, guint phone, guint8 line, const TandemStep *step)
{
  const Phone *sender = &self->phones[phone];
  guint8 proxy = (guint8) find_proxy (self, &step->candidate);
  gint64 second = self->now / SECOND;
  Event event = {
    .phone = phone,
    .serial = sender->lines[line].serial,
    .line = line,
    .proxy = proxy,
  };

  if (second < LENGTH)
    {
      self->proxies[proxy].requests[second]++;
      if (line == 0 && sender->lost >= 0 && sender->lost != proxy && sender->back < 0)
        self->proxies[proxy].moves[second]++;
    }
  event.what = EVENT_ARRIVE;
  event.when = self->now + WAY;
  push (self, event);
  event.what = EVENT_DEADLINE;
  event.when = step->deadline;
  push (self, event);
  if (self->scenario->transport == TANDEM_TRANSPORT_UDP)
    {
      event.what = EVENT_AGAIN;
      event.when = self->now + SECOND / 2;
      push (self, event);
    }
}

static void
push_begin (World *self, guint phone, gint64 when)
{
  push (self, (Event){ .what = EVENT_BEGIN,
                       .when = MAX (when, self->now),
                       .phone = phone,
                       .serial = self->phones[phone].lines[0].serial });
}

static void act (World *self, guint phone, guint8 line, const TandemStep *step);

static void
start_probe (World *self, guint phone, guint proxy)
{
  guint8 line = (guint8) (1 + proxy);
  TandemOperation *operation;
  TandemStep step;

  if (self->phones[phone].lines[line].operation != NULL)
    return;
  operation = tandem_operation_new (TANDEM_OPERATION_PROBE, &self->settings,
                                    self->phones[phone].health, self->rand);
  self->phones[phone].lines[line].operation = operation;
  step = tandem_operation_begin (operation, &self->candidates[proxy], 1, NULL, self->now);
  act (self, phone, line, &step);
}

static void
end_probe (World *self, guint phone_number, guint8 line, gboolean alive)
{
  Phone *phone = &self->phones[phone_number];
  gint64 spread;

  g_clear_pointer (&phone->lines[line].operation, tandem_operation_free);
  if (!self->scenario->probes)
    return;
  if (!alive && phone->registrar == line - 1
      && tandem_operation_get_candidate (phone->lines[0].operation) == NULL
      && phone->waits_until < 0)
    {
      phone->lines[0].serial++;
      push_begin (self, phone_number, self->now);
    }
  spread = tandem_backoff_spread (self->scenario->reg_spread, self->rand);
  if (alive && phone->waits_until > self->now + spread)
    {
      phone->waits_until = self->now + spread;
      phone->lines[0].serial++;
      push_begin (self, phone_number, phone->waits_until);
    }
}

/* What the SIP thread does with a step. */
static void
act (World *self, guint phone_number, guint8 line, const TandemStep *step)
{
  Phone *phone = &self->phones[phone_number];
  gint64 period = self->scenario->jitter ? tandem_backoff_jitter (PERIOD, 0.1, self->rand) : PERIOD;

  if (step->action == TANDEM_STEP_KEEP)
    return;
  phone->lines[line].serial++;
  if (line == 0)
    phone->waits_until = -1;
  if (step->action == TANDEM_STEP_SEND)
    send_request (self, phone_number, line, step);
  else if (line > 0)
    end_probe (self, phone_number, line, step->action == TANDEM_STEP_DONE);
  else if (step->action == TANDEM_STEP_WAIT)
    {
      phone->waits_until = self->scenario->impatient ? self->now : step->deadline;
      push_begin (self, phone_number, phone->waits_until);
    }
  else
    push_begin (self, phone_number, phone->begun + period);
  if (step->probe)
    start_probe (self, phone_number, (guint) find_proxy (self, &step->suspect));
}

static void
on_begin (World *self, const Event *event)
{
  Phone *phone = &self->phones[event->phone];
  TandemCandidate resolved[PROXIES];
  guint first = (guint) g_rand_int_range (self->rand, 0, PROXIES);
  guint stride = (guint) g_rand_int_range (self->rand, 1, PROXIES);
  const TandemCandidate *preferred = NULL;
  TandemStep step;

  for (guint i = 0; i < PROXIES; i++)
    resolved[i] = self->candidates[(first + i * stride) % PROXIES];
  if (self->scenario->stays && phone->registrar >= 0)
    preferred = &self->candidates[phone->registrar];
  phone->begun = self->now;
  step
      = tandem_operation_begin (phone->lines[0].operation, resolved, PROXIES, preferred, self->now);
  act (self, event->phone, 0, &step);
}

static void
on_arrive (World *self, const Event *event)
{
  Proxy *proxy = &self->proxies[event->proxy];
  Event answer = *event;

  if (proxy->dead && self->scenario->transport == TANDEM_TRANSPORT_UDP)
    return;
  answer.what = proxy->dead ? EVENT_REFUSE : EVENT_ANSWER;
  answer.when = self->now + WAY;
  if (!proxy->dead && self->scenario->capacity > 0)
    {
      proxy->busy_until = MAX (proxy->busy_until, self->now);
      proxy->busy_until += SECOND / self->scenario->capacity;
      answer.when = proxy->busy_until + WAY;
    }
  push (self, answer);
}

/* Timer E: 0.5 s, 1 s, 2 s, ... */
static void
on_again (World *self, const Event *event)
{
  Event next = *event;

  on_arrive (self, event);
  next.copy++;
  next.when = self->now + (SECOND / 2 << MIN (next.copy, 3));
  push (self, next);
}

static void
on_answer (World *self, const Event *event)
{
  Phone *phone = &self->phones[event->phone];
  TandemStep step = tandem_operation_answered (get_line (self, event)->operation, self->now);

  if (event->line == 0)
    {
      phone->registrar = event->proxy;
      if (phone->lost >= 0 && phone->back < 0)
        phone->back = self->now;
    }
  act (self, event->phone, event->line, &step);
}

static void
on_refuse (World *self, const Event *event)
{
  TandemStep step = tandem_operation_broken (get_line (self, event)->operation, "refused", TRUE,
                                             FALSE, self->now);

  act (self, event->phone, event->line, &step);
}

static void
on_deadline (World *self, const Event *event)
{
  Phone *phone = &self->phones[event->phone];
  gint64 before = get_health (self, event->phone, event->proxy).penalty;
  TandemStep step;

  if (self->scenario->impatient)
    tandem_health_table_failed (phone->health, &self->candidates[event->proxy], "no answer",
                                self->now);
  step = tandem_operation_silent (get_line (self, event)->operation, self->now);
  if (self->scenario->impatient)
    step.probe = FALSE;
  if (!self->proxies[event->proxy].dead
      && get_health (self, event->phone, event->proxy).penalty > before)
    self->wronged++;
  act (self, event->phone, event->line, &step);
}

/* An idle connection that closes: to the health table, and a spread of the SIP thread's own. */
static void
on_break (World *self, const Event *event)
{
  Phone *phone = &self->phones[event->phone];

  if (phone->registrar != event->proxy || phone->lines[0].serial != event->serial)
    return;
  tandem_health_table_failed (phone->health, &self->candidates[event->proxy], "closed", self->now);
  phone->lines[0].serial++;
  push_begin (self, event->phone,
              self->now + tandem_backoff_spread (self->scenario->reg_spread, self->rand));
}

/* The regular probes, each proxy by its own timer; not where something was just heard. */
static void
on_probe (World *self, const Event *event)
{
  TandemHealth health = get_health (self, event->phone, event->proxy);
  gboolean in_use = self->phones[event->phone].registrar == event->proxy;
  gint64 interval = health.penalty > 0 ? PROBE_PENALISED : PROBE_IN_USE;
  Event next = *event;

  if (health.penalty > 0 || (in_use && self->now - health.last_heard > interval / 2))
    start_probe (self, event->phone, event->proxy);
  next.when = self->now + tandem_backoff_jitter (interval, 0.2, self->rand);
  push (self, next);
}

static void
on_die (World *self)
{
  for (guint i = 0; i < self->scenario->dying; i++)
    self->proxies[i].dead = TRUE;
  for (guint i = 0; i < self->n_phones; i++)
    {
      Phone *phone = &self->phones[i];
      Event event = { .what = EVENT_BREAK, .phone = i, .serial = phone->lines[0].serial };

      if (phone->registrar < 0 || !self->proxies[phone->registrar].dead)
        continue;
      phone->lost = phone->registrar;
      if (self->scenario->transport == TANDEM_TRANSPORT_UDP)
        continue;
      event.proxy = (guint8) phone->registrar;
      event.when = self->now + g_rand_int_range (self->rand, 0, (int) (50 * MS));
      push (self, event);
    }
}

static void
on_return (World *self)
{
  for (guint i = 0; i < PROXIES; i++)
    {
      self->proxies[i].dead = FALSE;
      self->proxies[i].busy_until = 0;
    }
}

static void
happen (World *self, const Event *event)
{
  switch ((What) event->what)
    {
    case EVENT_DIE:
      on_die (self);
      return;
    case EVENT_RETURN:
      on_return (self);
      return;
    case EVENT_BREAK:
      on_break (self, event);
      return;
    case EVENT_PROBE:
      on_probe (self, event);
      return;
    case EVENT_ARRIVE:
      on_arrive (self, event);
      return;
    case EVENT_BEGIN:
    case EVENT_AGAIN:
    case EVENT_ANSWER:
    case EVENT_REFUSE:
    case EVENT_DEADLINE:
    default:
      break;
    }
  if (get_line (self, event)->serial != event->serial)
    return;
  if (event->what == EVENT_BEGIN)
    on_begin (self, event);
  else if (event->what == EVENT_AGAIN)
    on_again (self, event);
  else if (event->what == EVENT_ANSWER)
    on_answer (self, event);
  else if (event->what == EVENT_REFUSE)
    on_refuse (self, event);
  else
    on_deadline (self, event);
}

void
storm_world_run (World *self, gint64 end)
{
  while (self->heap->len > 0)
    {
      Event event = pop (self);

      if (event.when > end)
        break;
      self->now = event.when;
      happen (self, &event);
    }
}

void
storm_world_init (World *self, const Scenario *scenario, guint n_phones, guint32 seed)
{
  *self = (World){
    .scenario = scenario,
    .settings = { .transaction_timeout = 4 * SECOND,
                  .reg_interval = scenario->reg_interval,
                  .registration_failover = scenario->failover,
                  .reg_spread = scenario->reg_spread },
    .rand = g_rand_new_with_seed (seed),
    .heap = g_array_new (FALSE, FALSE, sizeof (Event)),
    .phones = g_new0 (Phone, n_phones),
    .n_phones = n_phones,
  };
  for (guint i = 0; i < PROXIES; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i + 1);

      tandem_candidate_init (&self->candidates[i], address, 5060, scenario->transport);
    }
  for (guint i = 0; i < n_phones; i++)
    {
      Phone *phone = &self->phones[i];
      Event event = { .what = EVENT_BEGIN, .phone = i };

      phone->health = tandem_health_table_new ();
      phone->lines[0].operation = tandem_operation_new (TANDEM_OPERATION_REGISTER, &self->settings,
                                                        phone->health, self->rand);
      phone->registrar = phone->lost = -1;
      phone->back = phone->waits_until = -1;
      if (!scenario->in_step)
        event.when = (gint64) (g_rand_double (self->rand) * (double) PERIOD);
      push (self, event);
      event.what = EVENT_PROBE;
      for (event.proxy = 0; scenario->probes && event.proxy < PROXIES; event.proxy++)
        {
          event.when = (gint64) (g_rand_double (self->rand) * (double) PROBE_IN_USE);
          push (self, event);
        }
    }
  push (self, (Event){ .what = EVENT_DIE, .when = scenario->dies });
  if (scenario->returns > 0)
    push (self, (Event){ .what = EVENT_RETURN, .when = scenario->returns });
}

void
storm_world_clear (World *self)
{
  for (guint i = 0; i < self->n_phones; i++)
    {
      for (guint line = 0; line < 1 + PROXIES; line++)
        g_clear_pointer (&self->phones[i].lines[line].operation, tandem_operation_free);
      tandem_health_table_free (self->phones[i].health);
    }
  g_free (self->phones);
  g_array_unref (self->heap);
  g_rand_free (self->rand);
}
