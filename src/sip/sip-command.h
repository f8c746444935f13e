/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemSipCommand: what the main thread asks of the SIP thread. Plain data, owned by the queue
 * once posted. Strings are copied by the constructors. */

/* Makes an SDP answer to an offer. Called on the SIP thread, for the one case that cannot wait:
 * a 2xx that carries the offer must be acknowledged at once (RFC 3261 13.2.2.4, RFC 3264).
 * Thread-safe, never blocks. Returns (transfer full) (nullable): NULL refuses. */
typedef char *(*TandemSipAnswerFunc) (const char *offer, gpointer data);

typedef enum
{
  TANDEM_SIP_IP_V4,
  TANDEM_SIP_IP_V6,
  TANDEM_SIP_IP_V4_V6, /* IPv4 first */
  TANDEM_SIP_IP_V6_V4,
} TandemSipIpVersions;

/* One account, as the SIP thread needs it. All strings non-NULL, "" when not set. */
typedef struct
{
  char *id;        /* unique among accounts; "0" for Connectivity line 0 */
  char *user;      /* the DN */
  char *auth_user; /* "" = user */
  char *password;
  char *display_name;
  char *domain;              /* "" = the host of server */
  char *server;              /* "host", "host:port" or a list "a:5060,b:5060" (a static pool) */
  char *transport;           /* "udp", "tcp", "tls" */
  guint transaction_timeout; /* ms, 1..32000 */
  guint reg_interval;        /* s; 0: never again on another proxy */
  guint expires;             /* s; 0: no registration, standalone */
  guint reg_spread;          /* s */
  gboolean failover_classic; /* else prompt */
  guint probe_interval;      /* s; 0: off */
  TandemSipIpVersions ip_versions;
  gboolean tls_check_name;
  char *tls_ca_file;         /* "" = the system's */
  gboolean follow_redirects; /* 3xx: follow without asking */
  gboolean reject_when_busy;
  guint calls_for_busy;       /* this many calls are "busy" */
  guint busy_code;            /* 486 */
  guint session_expires;      /* s; 0: do not ask for session timers (RFC 4028) */
  gboolean mailbox_subscribe; /* SUBSCRIBE to message-summary (RFC 3842) */
  char *mailbox;              /* the URI or user to subscribe at; "" = the account itself */
  char *
      *kept_headers; /* (nullable) names of INVITE headers that the main thread wants beside X-* */
  gboolean remote_control; /* NOTIFY talk and hold without a subscription are obeyed */
  guint ringing_timeout;   /* s; give up an outgoing call that rings longer */
} TandemSipAccountConfig;

TandemSipAccountConfig *tandem_sip_account_config_new (void); /* all defaults of configuration.md */
TandemSipAccountConfig *tandem_sip_account_config_copy (const TandemSipAccountConfig *self);
void tandem_sip_account_config_free (TandemSipAccountConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemSipAccountConfig, tandem_sip_account_config_free)

/* What belongs to the thread, not to one account. */
typedef struct
{
  guint udp_port_min, udp_port_max; /* first free; 0,0 = any */
  guint tcp_port_min, tcp_port_max;
  char *bind_address;   /* "" = all */
  char *dns_server;     /* "[127.0.0.53]:5353" for tests, "" = the system's */
  char *user_agent;     /* "" = "Tandem/VERSION" */
  char *public_address; /* "" = automatic */
  guint32 random_seed;  /* 0 = from the system; tests seed it */
} TandemSipConfig;

TandemSipConfig *tandem_sip_config_new (void);
TandemSipConfig *tandem_sip_config_copy (const TandemSipConfig *self);
void tandem_sip_config_free (TandemSipConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemSipConfig, tandem_sip_config_free)

G_END_DECLS
