/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "operation.h"

G_BEGIN_DECLS

/* The world of bench/storm: phones, proxies, and a virtual clock. Each phone has a health table and
 * operations of its own, those of src/ha as shipped; only the network, the proxies and the timers of
 * the SIP thread are made up. Not for tests: those turn the clock themselves.
 *
 * A phone refreshes every 30 s. DNS gives the addresses in random order each time (one
 * that only rotates would send two thirds of a dead proxy's phones to the next in line). The way to
 * a proxy takes 1 ms, and so does the way back. Phones that logged on in step refresh at 0, 30,
 * 60 ... s; the proxy dies 17 s before such a wave. A proxy of limited capacity answers in turn and
 * loses nothing, so that it answers late, and spends its time on copies of what was given up long
 * ago. UDP requests are sent again after 0.5, 1.5 and 3.5 s (RFC 3261, Timer E); those copies use
 * capacity, but are not counted as requests. A dead proxy is silent (UDP), or closes and then
 * refuses connections (TCP). A suspect is probed, and only a silent probe is a penalty. Where it is
 * said, there are also the regular probes: every 15 s +-20 % to the proxy in use, every 60 s +-20 %
 * to penalised ones; a registration moves when the former fails, and ends its wait when one of the
 * latter succeeds. */

#define MS G_GINT64_CONSTANT (1000)
#define SECOND (G_GINT64_CONSTANT (1000) * MS)
#define PROXIES 3
#define LENGTH 1800 /* s that are counted */

typedef struct
{
  const char *name;
  TandemTransport transport;
  TandemRegistrationFailover failover;
  gint64 reg_interval, reg_spread;
  gboolean in_step, jitter;
  gboolean stays;               /* refreshes where it is registered; else wherever DNS says */
  gboolean impatient;           /* what the back-off is there to prevent: begins again at once */
  gboolean probes;              /* the regular ones */
  guint capacity;               /* requests per second and proxy; 0: any number */
  guint dying;                  /* proxies */
  gint64 dies, returns, run_on; /* run_on: after that; 0: RUN_ON */
  /* to be met with 10,000 phones; 0: nothing to compare with */
  double before, after, moving, back_50, back_99, back_all; /* req/s, s */
} Scenario;

/* What a phone has under way: line 0 is the registration, line 1 + i the probe of proxy i. Events of
 * an older serial are void. */
typedef struct
{
  TandemOperation *operation;
  guint serial;
} Line;

typedef struct
{
  TandemHealthTable *health;
  Line lines[1 + PROXIES];
  gint64 begun;
  gint64 waits_until;  /* of the registration; -1: does not wait */
  int registrar, lost; /* the proxy, or -1 */
  gint64 back;         /* -1: not yet */
} Phone;

typedef struct
{
  gboolean dead;
  gint64 busy_until;
  guint requests[LENGTH], moves[LENGTH];
} Proxy;

typedef struct
{
  const Scenario *scenario;
  TandemOperationSettings settings;
  GRand *rand;
  GArray *heap; /* of what will happen */
  guint64 order;
  gint64 now;
  Proxy proxies[PROXIES];
  TandemCandidate candidates[PROXIES];
  Phone *phones;
  guint n_phones;
  guint64 wronged; /* penalties of living proxies */
} World;

void storm_world_init (World *self, const Scenario *scenario, guint n_phones, guint32 seed);
/* Lets everything happen until end, us. */
void storm_world_run (World *self, gint64 end);
void storm_world_clear (World *self);

G_END_DECLS
