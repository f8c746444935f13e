/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* FakeProxy: the other side for tests of the SIP thread: a proxy, registrar and far end in one, on a
 * loopback address, over UDP and TCP. It runs on the thread-default main context, so a test needs no
 * locks. It can be silent, refuse, challenge, answer and call. It is no SIP stack: it retransmits
 * nothing and checks only what a test asks it to. */

typedef struct _FakeProxy FakeProxy;

typedef struct
{
  FakeProxy *proxy;
  char *text;   /* all of it */
  char *first;  /* the start line */
  char *method; /* of the request, or of the CSeq of a response */
  guint code;   /* 0: a request */
  char *body;   /* NULL when empty */
  gint64 when;
  GSocketAddress *from;
  gpointer stream; /* of a TCP message */
} FakeMessage;

/* TRUE: handled, nothing automatic happens. */
typedef gboolean (*FakeHandler) (FakeProxy *proxy, FakeMessage *message, gpointer data);

struct _FakeProxy
{
  char *address;
  guint16 port;
  char *id;            /* "udp:127.1.0.1:5060", as in events */
  GPtrArray *received; /* of FakeMessage, in order */
  GPtrArray *sent;     /* of char * */
  guint pings, pongs;  /* keep-alives over TCP: two CRLF, one CRLF */

  gboolean silent; /* hears, notes, and says nothing */
  gboolean deaf;   /* does not even note */
  gboolean mute;   /* acts on requests, but its answers get lost */
  char *password;  /* challenges REGISTER and INVITE when set */
  char *nonce;
  gboolean stale;      /* challenges once more with a new nonce */
  guint register_code; /* 200 */
  guint expires;       /* what a 200 to REGISTER grants; 0: what was asked */
  guint options_code;  /* 200 */
  guint invite_code;   /* 200; 0: only a 100; 1: nothing at all; 180: rings for ever */
  guint ring_ms;       /* between the 180 and the 200 */
  gboolean early_media;
  gboolean no_sdp;
  char *extra;                    /* headers for the next answers, each with "\r\n" */
  const char *contact_parameters; /* (nullable) of the Contact of answers to INVITE */
  char *record_route;             /* "<sip:...;lr>" */
  char *see_as;                   /* received= for every answer */
  guint see_port;                 /* rport= for every answer */
  guint bye_code;                 /* 200 */
  FakeHandler handler;
  gpointer handler_data;

  /* TLS; set before anybody connects. */
  GTlsCertificate *certificate;

  /* private */
  GSocket *udp;
  GSource *udp_source;
  GSocketListener *listener;
  GPtrArray *streams;
  guint tags;
  GSocketAddress *peer; /* where the last request came from */
  gpointer peer_stream;
};

/* transport: "udp", "tcp" or "tls" (which wants a certificate). Port 0: any. */
FakeProxy *fake_proxy_new (const char *address, guint16 port, const char *transport);
void fake_proxy_free (FakeProxy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeProxy, fake_proxy_free)
/* "127.1.0.1:5060,127.1.0.2:5060" */
char *fake_proxy_list (FakeProxy *const *proxies, guint n);

/* Closes the sockets: a connection is refused from now on. */
void fake_proxy_kill (FakeProxy *self);
void fake_proxy_drop_connections (FakeProxy *self);

void fake_proxy_send (FakeProxy *self, FakeMessage *to, const char *text);
/* To where the last request came from, or to address:port. */
void fake_proxy_send_to_peer (FakeProxy *self, const char *text);
void fake_proxy_set_peer (FakeProxy *self, const char *address, guint16 port);
/* to_tag: (nullable): none, or the request's own. body: (nullable) SDP. */
void fake_proxy_reply (FakeProxy *self,
                       FakeMessage *request,
                       guint code,
                       const char *phrase,
                       const char *to_tag,
                       const char *extra,
                       const char *body);

/* (transfer full) (nullable): the n-th header of that name. */
char *fake_message_header (FakeMessage *self, const char *name, guint n);
char *fake_message_parameter (FakeMessage *self, const char *header, const char *name);
gboolean fake_message_has (FakeMessage *self, const char *text);
/* The n-th (from 0) request of a method, or response with that code to method; NULL. */
FakeMessage *fake_proxy_find (FakeProxy *self, const char *method, guint code, guint n);
guint fake_proxy_count (FakeProxy *self, const char *method, guint code);
/* Without repetitions: of each branch only the first. */
guint fake_proxy_count_distinct (FakeProxy *self, const char *method);

extern const char fake_sdp[];

G_END_DECLS
