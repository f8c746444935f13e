/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-proxy.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* A real TandemSipClient with an account on a pool of FakeProxies, and what it told. */

typedef struct
{
  TandemSipClient *client;
  TandemSipAccountConfig *account; /* change, then fixture_apply() */
  FakeProxy *proxies[4];
  guint n;
  GPtrArray *events; /* of TandemSipEvent copies that matter; see the fields of Told */
  guint call;
  gboolean quiet;         /* what comes in does not ring by itself */
  const char *dns_server; /* (nullable) for fixture_start() */
} Fixture;

typedef struct
{
  TandemSipEventType type;
  TandemSipRegistrationState registration;
  TandemSipCallState state;
  guint call, code, attempt, expires, tag;
  char *candidate, *text, *reason, *sdp, *sip_call_id, *target, *contact;
  char *peer_uri, *peer_name, *operation, *from, *to, *queue, *header;
  gboolean remote_ended, answered_elsewhere;
  gint64 next_try, when, took;
  gboolean mailbox_known, mailbox_waiting;
  guint mailbox_new, mailbox_old;
  char *account, *mailbox_uri;
  GPtrArray *members; /* of TandemSipPoolMember */
  gint answer_after;
  guint n_headers, replaces;
  char *kept; /* the header Sample-Kept */
  char *alert_info, *referred_by, *remote_target, *replaces_header, *note;
  gboolean focus, done, known;
  TandemSipPresence presence;
  GPtrArray *dialogs; /* of TandemSipDialogInfo */
  gint64 arrived;
} Told;

/* n proxies on 127.1.<net>.1 and up; the account is made but not set yet. Timeout 300 ms, spread 0,
 * no probes. */
void fixture_set_up (Fixture *self, guint net, guint n, const char *transport);
/* A new client with these UDP ports, where the one of fixture_set_up() was stopped. */
void fixture_start (Fixture *self, guint port_min, guint port_max);
void fixture_apply (Fixture *self);
/* fixture_apply() and wait until registered. */
void fixture_register (Fixture *self);
/* Stops the client, which fixture_tear_down() does too. */
void fixture_stop (Fixture *self);
void fixture_tear_down (Fixture *self);

/* Runs the main loop until cond is true; fails the test after 10 s. */
#define wait_until(cond)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_end_ = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;                              \
    fixture_tick ();                                                                               \
    while (!(cond))                                                                                \
      {                                                                                            \
        if (g_get_monotonic_time () > wait_end_)                                                   \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #cond);                     \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Something iterates at least every 20 ms from now on. */
void fixture_tick (void);
/* Lets ms pass while everything runs: to see that something does not happen. */
void fixture_pass (guint ms);

/* The n-th event of a kind, or NULL. */
Told *fixture_registration (Fixture *self, TandemSipRegistrationState state, guint n);
Told *fixture_state (Fixture *self, TandemSipCallState state, guint n);
Told *fixture_event (Fixture *self, TandemSipEventType type, guint n);
/* The n-th TIMELINE event of that operation ("REGISTER", "practice" ...), or NULL. */
Told *fixture_timeline (Fixture *self, const char *operation, guint n);
/* The last one. */
Told *fixture_last (Fixture *self, TandemSipEventType type);
TandemSipPoolMember *fixture_member (Fixture *self, guint proxy);
gboolean fixture_has_role (Fixture *self, guint proxy, TandemSipRole role);
/* The states of the current call, e.g. "TRYING DISCONNECTED TRYING". (transfer full) */
char *fixture_states (Fixture *self);
void fixture_forget (Fixture *self);

/* Calls sip:200@example.test; NULL: no offer. */
void fixture_call (Fixture *self, const char *offer);

/* An INVITE from a proxy to the phone, at the Contact that it registered. (transfer full): the
 * request, for fixture_follow_up(). sdp: (nullable) */
char *fixture_invite (
    Fixture *self, FakeProxy *from, const char *branch, const char *extra, const char *sdp);
/* The phone's address, from what it sent last. */
char *fixture_contact (Fixture *self, FakeProxy *proxy);
/* A request in the dialog of an INVITE that came in, or went out. */
void fixture_in_dialog (Fixture *self,
                        FakeProxy *from,
                        const char *method,
                        guint cseq,
                        const char *branch,
                        const char *extra,
                        const char *sdp);

/* The same with any body; its Content-Type is in extra. */
void fixture_in_dialog_with (Fixture *self,
                             FakeProxy *from,
                             const char *method,
                             guint cseq,
                             const char *branch,
                             const char *extra,
                             const char *body);

extern const char phone_sdp[];

G_END_DECLS
