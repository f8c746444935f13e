/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine.h"

G_BEGIN_DECLS

/* TandemSipAccount: one SIP identity on the SIP thread: its configuration, its pool, its registration
 * and its probes. It tells the main thread about the pool (POOL and TIMELINE events). Not to be
 * confused with the account that the UI sees. SIP thread only. */

typedef struct _TandemRegistration TandemRegistration;
typedef struct _TandemMailbox TandemMailbox;

struct _TandemSipAccount
{
  TandemEngine *engine;
  guint users;       /* what goes on behind and needs it */
  gboolean replaced; /* another one has its id now: nothing is told any more */
  TandemSipAccountConfig *config;
  TandemTransport transport;

  GArray *candidates;  /* of TandemCandidate, in DNS order; the last good list */
  char *name;          /* the host name of the server */
  char *aor;           /* "sip:user@domain" */
  char *resolve_error; /* (nullable) of the last look-up */
  gboolean resolved;   /* a look-up has ended */
  gboolean elsewhere; /* another network: the list is that of the one before until a look-up ends */
  GPtrArray *waiting; /* of TandemErrand (unowned): want the first list */
  GPtrArray *pausing; /* of TandemErrand (unowned): wait before they try again */

  gboolean has_current;
  TandemCandidate current; /* the one in use: registered there, or last answered */
  gboolean has_wish;
  TandemCandidate wish; /* the agent's: first as long as it is not set aside */
  gboolean wish_waits;  /* to move the registration there when no call is up */
  GHashTable *contacts; /* TandemCandidate -> "host:port" as that candidate sees us */

  TandemRegistration *registration;
  TandemMailbox *mailbox;
  GHashTable *probes;    /* TandemCandidate -> TandemErrand under way */
  TandemTimer keepalive; /* of the candidate in use */
  TandemTimer penalised; /* of those set aside */

  TandemTimer report;  /* coalesces POOL events */
  TandemTimer expiry;  /* the next penalty or bar that ends */
  GPtrArray *reported; /* of TandemSipPoolMember: what was told last */
  GHashTable *noted;   /* TandemCandidate -> what the timeline knows of it */
};

/* Owned by the engine's table of accounts. What is wrong with the configuration is told by an ERROR
 * event and the state of the registration. */
TandemSipAccount *tandem_sip_account_new (TandemEngine *engine,
                                          const TandemSipAccountConfig *config);
void tandem_sip_account_free (TandemSipAccount *self);
/* Whether config describes somebody else, or somewhere else: then the registration has to be taken
 * back first. */
gboolean tandem_sip_account_is_other (TandemSipAccount *self, const TandemSipAccountConfig *config);
/* New settings; registers again as needed. */
void tandem_sip_account_configure (TandemSipAccount *self, const TandemSipAccountConfig *config);

/* The resolver has news. */
void tandem_sip_account_resolved (TandemSipAccount *self, gboolean changed, const char *error);

void tandem_sip_account_get_settings (TandemSipAccount *self, TandemOperationSettings *settings);
gboolean tandem_sip_account_has (TandemSipAccount *self, const TandemCandidate *candidate);
/* The member that a request came from, also when it used another port for sending. */
gboolean tandem_sip_account_match (TandemSipAccount *self,
                                   const TandemCandidate *from,
                                   TandemCandidate *member);

/* The member that a URI names by its address, as a pool does that redirects to one of its own. */
gboolean tandem_sip_account_find_member (TandemSipAccount *self,
                                         const belle_sip_uri_t *uri,
                                         TandemCandidate *member);

/* A Contact for a message to (or from) that candidate, floating; NULL when it cannot be made. Filled
 * in with the connection's own address while it is sent, unless the candidate told us another.
 * expires: -1 for no parameter. */
belle_sip_header_contact_t *
tandem_sip_account_make_contact (TandemSipAccount *self, const TandemCandidate *to, int expires);
/* What the candidate saw as our address; TRUE when that is news. */
gboolean tandem_sip_account_learn_contact (TandemSipAccount *self,
                                           const TandemCandidate *from,
                                           const char *host,
                                           guint port);

/* This candidate is the one in use from now on. */
void tandem_sip_account_set_current (TandemSipAccount *self, const TandemCandidate *candidate);
/* Something about the pool may have changed: tells the main thread soon. */
void tandem_sip_account_touch (TandemSipAccount *self);
/* One line of what high availability did: an operation ("REGISTER" ...) that moved, waits, gave up or was
 * answered after all, a "penalty" or a "pause" of a candidate that begins (from) or ends (to), a "probe"
 * that was answered again, "practice", the agent's "prefer", a change of the "network". from, to:
 * (nullable). took: us since the operation, or the penalty, began. */
void tandem_sip_account_timeline (TandemSipAccount *self,
                                  const char *operation,
                                  const TandemCandidate *from,
                                  const TandemCandidate *to,
                                  const char *why,
                                  gint64 took);

/* Asks a candidate that was silent whether it lives. */
void tandem_sip_account_probe (TandemSipAccount *self, const TandemCandidate *candidate);
void tandem_sip_account_test_now (TandemSipAccount *self);
void tandem_sip_account_use_again (TandemSipAccount *self, const char *candidate);
/* The agent's wish; candidate: (nullable): none. */
void tandem_sip_account_prefer (TandemSipAccount *self, const char *candidate);
/* Where a new request goes first: the wish, else the one in use. (nullable) (transfer none) */
const TandemCandidate *tandem_sip_account_get_preferred (TandemSipAccount *self);
/* Moves the registration to where the agent wants it, if that waits and nothing speaks against it. */
void tandem_sip_account_follow_wish (TandemSipAccount *self);
/* A candidate was found dead by a request that was sent at `since`. */
void tandem_sip_account_candidate_failed (TandemSipAccount *self,
                                          const TandemCandidate *candidate,
                                          const char *why,
                                          gint64 since);
/* A stream connection ended without anything waiting on it. */
void tandem_sip_account_connection_lost (TandemSipAccount *self, const TandemCandidate *candidate);
void tandem_sip_account_network_changed (TandemSipAccount *self);

G_END_DECLS
