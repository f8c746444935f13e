/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemSipEvent: what the SIP thread tells the main thread. Plain data; strings owned by the
 * event, nullable unless said otherwise. Times are g_get_monotonic_time() microseconds. */

typedef enum
{
  TANDEM_SIP_EVENT_REGISTRATION,
  TANDEM_SIP_EVENT_POOL,
  TANDEM_SIP_EVENT_TIMELINE,
  TANDEM_SIP_EVENT_INCOMING, /* a new call: _ring(), _answer(), _redirect() or _decline() it; only 100 was sent */
  TANDEM_SIP_EVENT_CALL,  /* state of a call changed */
  TANDEM_SIP_EVENT_OFFER, /* the far end changes the session: reply with _answer_offer */
  /* The network changed under a call that is up (or came up since): its session has to be offered anew
   * with the address of _get_local_address(), by _offer(). One for each call, after each change; also
   * where the address is the same, for the far end may have given us up while we slept. */
  TANDEM_SIP_EVENT_MOVED,
  TANDEM_SIP_EVENT_REQUEST, /* a request of _request() is done: tag, code (0: no answer), text */
  TANDEM_SIP_EVENT_MAILBOX, /* voice mail changed: the message-summary (RFC 3842) */
  /* Our REFER (_transfer()): tag; code and text: what the far end reports (message/sipfrag) or answered;
   * done: nothing more comes. A REFER refused: done at once with its status. */
  TANDEM_SIP_EVENT_TRANSFER,
  /* The far end asks us to call target (RFC 3515): tag, target, replaces_header (nullable),
   * referred_by (nullable). _answer_referral() it, then _report_referral(). */
  TANDEM_SIP_EVENT_REFERRAL,
  /* The server steers a call without a subscription: text "talk", "hold" or "retrieve". */
  TANDEM_SIP_EVENT_REMOTE_CONTROL,
  TANDEM_SIP_EVENT_DIGIT,        /* by INFO: text is one of 0-9*#A-D */
  TANDEM_SIP_EVENT_NOTIFICATION, /* of _subscribe(): tag, known, and what the package tells */
  TANDEM_SIP_EVENT_ERROR,        /* something the agent must know: a busy port, no resolver ... */
  TANDEM_SIP_EVENT_STOPPED,      /* last event of a client */
} TandemSipEventType;

typedef enum
{
  TANDEM_SIP_REGISTRATION_NONE,   /* standalone (expires 0) or not configured */
  TANDEM_SIP_REGISTRATION_TRYING, /* first registration under way */
  TANDEM_SIP_REGISTRATION_REGISTERED,
  TANDEM_SIP_REGISTRATION_FAILING_OVER, /* was registered; another candidate is being tried */
  TANDEM_SIP_REGISTRATION_WAITING,      /* not registered; next_try says when it goes on */
  TANDEM_SIP_REGISTRATION_REJECTED,     /* stopped for good: wrong password, 403, 404 */
  TANDEM_SIP_REGISTRATION_UNREGISTERED,
} TandemSipRegistrationState;

typedef enum
{
  TANDEM_SIP_CALL_TRYING,       /* outgoing: INVITE under way (in progress) */
  TANDEM_SIP_CALL_DISCONNECTED, /* only between two attempts of one INVITE; TRYING follows */
  TANDEM_SIP_CALL_RINGING,      /* outgoing: 180 (sdp NULL) */
  TANDEM_SIP_CALL_EARLY_MEDIA,  /* outgoing: 18x with sdp */
  TANDEM_SIP_CALL_ANSWERING,    /* incoming: 200 sent, no ACK yet */
  TANDEM_SIP_CALL_CONNECTED,    /* sdp: the remote answer (or the ACK's answer), NULL if known */
  TANDEM_SIP_CALL_REDIRECT,     /* 3xx and asking: target holds the new URI; call it anew */
  TANDEM_SIP_CALL_ENDED,        /* code, text, reason say why; last event of this call */
} TandemSipCallState;

typedef enum
{
  TANDEM_SIP_ROLE_STANDBY,
  TANDEM_SIP_ROLE_IN_USE,
  TANDEM_SIP_ROLE_TRYING,
  TANDEM_SIP_ROLE_SET_ASIDE, /* penalised */
  TANDEM_SIP_ROLE_BARRED,    /* Retry-After */
} TandemSipRole;

typedef struct
{
  char *id;      /* "udp:192.0.2.1:5060" (not NULL) */
  char *address; /* not NULL */
  guint16 port;
  char *transport;
  TandemSipRole role;
  gint64 available_at; /* when penalty or bar ends; 0: now */
  gint64 last_failure; /* 0: never */
  char *last_failure_reason;
  gint64 round_trip;  /* us; -1 unknown */
  gboolean preferred; /* by the agent's wish */
} TandemSipPoolMember;

/* How somebody's telephone is, from dialog-info (RFC 4235) or presence (RFC 3856, 4480). */
typedef enum
{
  TANDEM_SIP_PRESENCE_UNKNOWN,
  TANDEM_SIP_PRESENCE_AVAILABLE,
  TANDEM_SIP_PRESENCE_AWAY,
  TANDEM_SIP_PRESENCE_RINGING,
  TANDEM_SIP_PRESENCE_BUSY, /* in a call */
  TANDEM_SIP_PRESENCE_OFFLINE,
} TandemSipPresence;

/* One dialog of somebody else (RFC 4235), not terminated. Strings nullable. */
typedef struct
{
  char *id;
  gboolean incoming;                      /* direction "recipient" */
  gboolean confirmed;                     /* else early: it rings */
  char *call_id, *local_tag, *remote_tag; /* for a Replaces header */
  char *remote_uri, *remote_name;
} TandemSipDialogInfo;

typedef struct
{
  TandemSipEventType type;
  char *account; /* the account's id; NULL for ERROR and STOPPED of the thread */
  guint call;    /* call events: the id given to or by the client */

  /* REGISTRATION, CALL */
  TandemSipRegistrationState registration;
  TandemSipCallState state;
  char *candidate; /* id of the candidate in use */
  guint code;      /* SIP status that led here; 0 none */
  char *text;      /* untranslated reason phrase or cause */
  char *reason;    /* the Reason header's text (RFC 3326) */
  gint64 next_try; /* WAITING: when; 0 none */
  guint expires;   /* REGISTERED: s, as the registrar granted */
  char *contact;   /* REGISTERED: our contact as registered */

  /* CALL, INCOMING, OFFER */
  char *sdp;
  char *sip_call_id;
  guint attempt;               /* which attempt of the INVITE */
  gboolean remote_ended;       /* ENDED: the far end (or the network) did it */
  gboolean answered_elsewhere; /* ENDED: CANCEL with Reason 200 (RFC 3326) */
  char *target;                /* REDIRECT: URI */
  /* (nullable) X-* headers and kept ones, name -> value: INCOMING: of the INVITE; CONNECTED: of the
   * answer to ours */
  GHashTable *headers;

  /* INCOMING */
  gint
      answer_after; /* s: the caller wants to be answered then (Call-Info, Alert-Info, RFC 5373); -1 no */
  gboolean answer_required; /* (RFC 5373) ... or else refused */
  gboolean answer_manually; /* (RFC 5373) by a person, whatever is set */
  char *alert_info;         /* (nullable) */
  guint replaces;           /* (RFC 3891) the call of ours that this one takes over; 0 none */
  char *referred_by;        /* also REFERRAL */
  /* CONNECTED */
  gboolean focus;      /* the far end is a conference (RFC 4579: isfocus) */
  char *remote_target; /* its Contact */

  /* REFERRAL */
  char *replaces_header; /* unescaped: to be sent in the INVITE */
  gboolean done;         /* TRANSFER */

  /* NOTIFICATION */
  gboolean known; /* FALSE: the subscription ended, or has not begun; code says why */
  TandemSipPresence presence;
  char *note;         /* what the person says about it */
  GPtrArray *dialogs; /* (nullable) of TandemSipDialogInfo */

  /* INCOMING (and CONNECTED, when the far end says who it is) */
  char *peer_uri;
  char *peer_name;
  char *queue; /* what the call was for, if the server says; NULL */

  guint tag; /* REQUEST, TRANSFER, REFERRAL, NOTIFICATION */

  /* MAILBOX: what the server said last; known FALSE: the subscription ended, nothing is known. */
  gboolean mailbox_known, mailbox_waiting;
  guint mailbox_new, mailbox_old;
  char *mailbox_uri; /* Message-Account: what to dial; NULL when not said */

  /* POOL */
  GPtrArray *members; /* of TandemSipPoolMember */

  /* TIMELINE */
  gint64 when, took;
  char *operation, *from, *to; /* text holds why */
} TandemSipEvent;

TandemSipEvent *tandem_sip_event_new (TandemSipEventType type, const char *account);
void tandem_sip_event_free (TandemSipEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemSipEvent, tandem_sip_event_free)
TandemSipDialogInfo *tandem_sip_dialog_info_copy (const TandemSipDialogInfo *info);
void tandem_sip_dialog_info_free (TandemSipDialogInfo *info);
void tandem_sip_pool_member_free (TandemSipPoolMember *member);

G_END_DECLS
