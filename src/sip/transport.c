/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport.h"

#include "filter-private.h"

#include <bctoolbox/crypto.h>
#include <bctoolbox/vconnect.h>
#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

/* See transport.h. Why a connection failed is not told by belle-sip: its socket functions and the
 * callbacks of its certificate check are looked over instead. */

#define TCP_CONNECTING "connection timed out"
#define TLS_HANDSHAKE "TLS handshake failed"
#define CONNECTED "connection lost"

typedef struct
{
  belle_tls_crypto_config_t *crypto;
  gboolean check_name;
  char *ca_file;
} Security;

struct _TandemTransports
{
  belle_sip_stack_t *stack;
  belle_sip_listening_point_t *udp, *tcp, *tls;
  GHashTable *failures;   /* "address:port" -> static string */
  GHashTable *securities; /* "address:port" -> Security */
  GHashTable *keys;       /* set: keys that callbacks may still hold */
  GHashTable *connecting; /* descriptor -> key */
  guint timeout;          /* ms */
  int udp_socket;         /* -1: not known */
};

/* The library's socket functions have no context; each SIP thread has its own transports. */
static _Thread_local TandemTransports *here;

static void
security_free (gpointer data)
{
  Security *self = data;

  belle_sip_object_unref (self->crypto);
  g_free (self->ca_file);
  g_free (self);
}

static const char *
intern (TandemTransports *self, const char *address, guint port)
{
  char *key = g_strdup_printf ("%s:%u", address, port);
  gpointer kept;

  if (g_hash_table_lookup_extended (self->keys, key, &kept, NULL))
    {
      g_free (key);
      return kept;
    }
  g_hash_table_add (self->keys, key);
  return key;
}

static const char *
intern_sockaddr (TandemTransports *self, const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "";
  guint port = 0;

  if (address->sa_family == AF_INET)
    {
      const struct sockaddr_in *v4 = (const struct sockaddr_in *) (const void *) address;

      inet_ntop (AF_INET, &v4->sin_addr, text, sizeof text);
      port = ntohs (v4->sin_port);
    }
  else if (address->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) (const void *) address;

      if (IN6_IS_ADDR_V4MAPPED (&v6->sin6_addr))
        inet_ntop (AF_INET, &v6->sin6_addr.s6_addr[12], text, sizeof text);
      else
        inet_ntop (AF_INET6, &v6->sin6_addr, text, sizeof text);
      port = ntohs (v6->sin6_port);
    }
  return intern (self, text, port);
}

static const char *
words_for_errno (int error)
{
  switch (error)
    {
    case ECONNREFUSED:
      return "connection refused";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "host unreachable";
    case ETIMEDOUT:
      return TCP_CONNECTING;
    case ECONNRESET:
      return "connection reset";
    default:
      return "connect failed";
    }
}

static void
note (TandemTransports *self, const char *key, const char *failure)
{
  g_hash_table_insert (self->failures, (gpointer) key, (gpointer) failure);
}

static bctbx_socket_t
hook_socket (int family, int type, int protocol)
{
  bctbx_socket_t fd = socket (family, type | SOCK_CLOEXEC, protocol);

  if (fd >= 0 && type == SOCK_STREAM && here != NULL)
    {
      int on = 1, idle = 30, interval = 5, count = 3;
      unsigned int timeout = MAX (here->timeout, 1000);

      setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
      setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
      setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
      setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
      setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
    }
  return fd;
}

static gboolean
is_stream (bctbx_socket_t fd)
{
  int type = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

static int
hook_connect (bctbx_socket_t fd, const struct sockaddr *address, socklen_t length)
{
  int result = connect (fd, address, length);
  int saved = errno;

  if (here != NULL && is_stream (fd))
    {
      const char *key = intern_sockaddr (here, address);

      g_hash_table_insert (here->connecting, GINT_TO_POINTER (fd), (gpointer) key);
      note (here, key,
            result == 0 || saved == EINPROGRESS ? TCP_CONNECTING : words_for_errno (saved));
    }
  errno = saved;
  return result;
}

static int
hook_getsockopt (bctbx_socket_t fd, int level, int name, void *value, socklen_t *length)
{
  int result = getsockopt (fd, level, name, value, length);
  const char *key;

  if (here == NULL || result != 0 || level != SOL_SOCKET || name != SO_ERROR)
    return result;
  key = g_hash_table_lookup (here->connecting, GINT_TO_POINTER (fd));
  if (key != NULL)
    {
      int error;

      memcpy (&error, value, sizeof error);
      if (error != 0)
        note (here, key, words_for_errno (error));
      else
        note (here, key, g_hash_table_contains (here->securities, key) ? TLS_HANDSHAKE : CONNECTED);
      g_hash_table_remove (here->connecting, GINT_TO_POINTER (fd));
    }
  return result;
}

/* They stand for the whole process; making a listening point puts the library's own back. */
static void
install_hooks (void)
{
  static bctbx_vsocket_methods_t methods;
  static bctbx_vsocket_api_t api = { "tandem", &methods };
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      methods = *bctbx_vsocket_api_get_standard ()->pSocketMethods;
      methods.pFuncSocket = hook_socket;
      methods.pFuncConnect = hook_connect;
      methods.pFuncGetSockOpt = hook_getsockopt;
      g_once_init_leave (&once, 1);
    }
  belle_sip_set_socket_api (&api);
}

/* The library binds with SO_REUSEADDR, which on UDP lets two programs share a port and steal each
 * other's packets: so the port is tried without it first. */
static gboolean
port_is_free (int family, const char *address, guint16 port, int type)
{
  struct sockaddr_storage storage = { 0 };
  socklen_t length;
  int off = 0, on = 1;
  int fd = socket (family, type | SOCK_CLOEXEC, 0);
  gboolean free_port;

  if (fd < 0)
    return FALSE;
  if (family == AF_INET6)
    {
      struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) (void *) &storage;

      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons (port);
      inet_pton (AF_INET6, address, &v6->sin6_addr);
      setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
      length = sizeof *v6;
    }
  else
    {
      struct sockaddr_in *v4 = (struct sockaddr_in *) (void *) &storage;

      v4->sin_family = AF_INET;
      v4->sin_port = htons (port);
      inet_pton (AF_INET, address, &v4->sin_addr);
      length = sizeof *v4;
    }
  if (type == SOCK_STREAM)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  free_port = bind (fd, (struct sockaddr *) (void *) &storage, length) == 0;
  close (fd);
  return free_port;
}

static belle_sip_listening_point_t *
listen_in_range (belle_sip_stack_t *stack,
                 const char *transport,
                 const char *address,
                 int type,
                 guint min,
                 guint max,
                 GError **error)
{
  int family = strchr (address, ':') != NULL ? AF_INET6 : AF_INET;
  belle_sip_listening_point_t *point;

  if (min == 0)
    {
      int port = type == SOCK_DGRAM ? BELLE_SIP_LISTENING_POINT_RANDOM_PORT
                                    : BELLE_SIP_LISTENING_POINT_DONT_BIND;

      point = belle_sip_stack_create_listening_point (stack, address, port, transport);
      if (point == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No %s socket can be made on %s",
                     transport, address);
      return point;
    }
  max = MIN (MAX (min, max), G_MAXUINT16);
  for (guint port = min; port <= max; port++)
    {
      if (!port_is_free (family, address, (guint16) port, type))
        continue;
      point = belle_sip_stack_create_listening_point (stack, address, (int) port, transport);
      if (point != NULL)
        return point;
    }
  if (min == max)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "%s port %u is in use", transport,
                 min);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 "All %s ports from %u to %u are in use", transport, min, max);
  return NULL;
}

static gboolean
have_ipv6 (void)
{
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  close (fd);
  return port_is_free (AF_INET6, "::", 0, SOCK_DGRAM);
}

TandemTransports *
tandem_transports_new (belle_sip_stack_t *stack,
                       const TandemSipConfig *config,
                       belle_sip_provider_t **provider,
                       GError **error)
{
  TandemTransports *self;
  TandemCandidate numeric;
  const char *address = config->bind_address;
  const char *streams = have_ipv6 () ? "::0" : "0.0.0.0";
  belle_sip_listening_point_t *udp, *tcp;
  int udp_socket;

  if (*address == '\0')
    address = streams;
  else if (!tandem_candidate_init (&numeric, address, 1, TANDEM_TRANSPORT_UDP))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no address to bind to", address);
      return NULL;
    }
  udp = listen_in_range (stack, "UDP", address, SOCK_DGRAM, config->udp_port_min,
                         config->udp_port_max, error);
  if (udp == NULL)
    return NULL;
  belle_sip_object_ref (udp);
  udp_socket = tandem_filter_get_last_socket ();
  tcp = listen_in_range (stack, "TCP", config->tcp_port_min != 0 ? address : streams, SOCK_STREAM,
                         config->tcp_port_min, config->tcp_port_max, error);
  if (tcp == NULL)
    {
      belle_sip_object_unref (udp);
      return NULL;
    }
  belle_sip_object_ref (tcp);
  self = g_new0 (TandemTransports, 1);
  self->stack = stack;
  self->udp = udp;
  self->udp_socket = udp_socket;
  self->tcp = tcp;
  self->tls = belle_sip_stack_create_listening_point (stack, streams,
                                                      BELLE_SIP_LISTENING_POINT_DONT_BIND, "TLS");
  if (self->tls != NULL)
    belle_sip_object_ref (self->tls);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->failures = g_hash_table_new (g_str_hash, g_str_equal);
  self->securities = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, security_free);
  self->connecting = g_hash_table_new (NULL, NULL);
  here = self;
  install_hooks ();
  *provider = belle_sip_stack_create_provider (stack, self->udp);
  belle_sip_provider_add_listening_point (*provider, self->tcp);
  if (self->tls != NULL)
    belle_sip_provider_add_listening_point (*provider, self->tls);
  tandem_transports_set_timeout (self, 4000);
  return self;
}

void
tandem_transports_free (TandemTransports *self)
{
  if (here == self)
    here = NULL;
  belle_sip_object_unref (self->udp);
  belle_sip_object_unref (self->tcp);
  g_clear_pointer (&self->tls, belle_sip_object_unref);
  g_hash_table_unref (self->connecting);
  g_hash_table_unref (self->failures);
  g_hash_table_unref (self->securities);
  g_hash_table_unref (self->keys);
  g_free (self);
}

int
tandem_transports_get_udp_socket (TandemTransports *self)
{
  return self->udp_socket;
}

guint16
tandem_transports_get_udp_port (TandemTransports *self)
{
  return (guint16) belle_sip_listening_point_get_port (self->udp);
}

static void
on_verify (void *data, bctbx_x509_certificate_t *certificate, int depth, uint32_t *flags)
{
  char words[256] = "";
  g_autofree char *lower = NULL;

  if (here == NULL || *flags == 0)
    return;
  bctbx_x509_certificate_flags_to_string (words, sizeof words - 1, *flags);
  lower = g_ascii_strdown (words, -1);
  if (strstr (lower, "mismatch") != NULL)
    note (here, data, "certificate names another server");
  else if (strstr (lower, "expired") != NULL)
    note (here, data, "certificate has expired");
  else if (strstr (lower, "future") != NULL)
    note (here, data, "certificate is not valid yet");
  else if (strstr (lower, "revoked") != NULL)
    note (here, data, "certificate was revoked");
  else
    note (here, data, "certificate is not trusted");
}

static int
on_handshake_done (void *data, const bctbx_x509_certificate_t *certificate)
{
  if (here != NULL)
    note (here, data, CONNECTED);
  return 0;
}

static gboolean
check_ca_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (*path == '\0' || g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!g_file_get_contents (path, &text, NULL, &local))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "The file of certificate authorities cannot be read: %s", local->message);
      return FALSE;
    }
  if (strstr (text, "-----BEGIN CERTIFICATE-----") == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "The file of certificate authorities holds no certificate: %s", path);
      return FALSE;
    }
  return TRUE;
}

gboolean
tandem_transports_prepare (TandemTransports *self,
                           const TandemCandidate *to,
                           const TandemSipAccountConfig *config,
                           GError **error)
{
  const char *key;
  Security *security;

  if (to->transport != TANDEM_TRANSPORT_TLS)
    return TRUE;
  if (self->tls == NULL || !belle_sip_stack_tls_available (self->stack))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "TLS is not available");
      return FALSE;
    }
  key = intern (self, to->address, to->port);
  security = g_hash_table_lookup (self->securities, key);
  if (security == NULL || security->check_name != config->tls_check_name
      || strcmp (security->ca_file, config->tls_ca_file) != 0)
    {
      if (!check_ca_file (config->tls_ca_file, error))
        return FALSE;
      security = g_new0 (Security, 1);
      security->check_name = config->tls_check_name;
      security->ca_file = g_strdup (config->tls_ca_file);
      security->crypto = belle_tls_crypto_config_new ();
      if (*config->tls_ca_file != '\0')
        belle_tls_crypto_config_set_root_ca (security->crypto, config->tls_ca_file);
      belle_tls_crypto_config_set_verify_exceptions (
          security->crypto,
          config->tls_check_name ? BELLE_TLS_VERIFY_NONE : BELLE_TLS_VERIFY_CN_MISMATCH);
      belle_tls_crypto_config_set_verify_callback (security->crypto, on_verify, (void *) key);
      belle_tls_crypto_config_set_postcheck_callback (security->crypto, on_handshake_done,
                                                      (void *) key);
      g_hash_table_insert (self->securities, (gpointer) key, security);
    }
  belle_sip_tls_listening_point_set_crypto_config (BELLE_SIP_TLS_LISTENING_POINT (self->tls),
                                                   security->crypto);
  return TRUE;
}

const char *
tandem_transports_get_failure (TandemTransports *self, const TandemCandidate *to)
{
  const char *failure;

  if (to->transport == TANDEM_TRANSPORT_UDP)
    return "cannot be sent to";
  failure = g_hash_table_lookup (self->failures, intern (self, to->address, to->port));
  return failure != NULL ? failure : CONNECTED;
}

char *
tandem_transports_local_address (const TandemCandidate *to)
{
  struct sockaddr_storage storage = { 0 };
  socklen_t length;
  char text[INET6_ADDRSTRLEN] = "";
  gboolean v6 = strchr (to->address, ':') != NULL;
  int fd = socket (v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  char *result = NULL;

  if (fd < 0)
    return NULL;
  if (v6)
    {
      struct sockaddr_in6 *address = (struct sockaddr_in6 *) (void *) &storage;

      address->sin6_family = AF_INET6;
      address->sin6_port = htons (to->port);
      inet_pton (AF_INET6, to->address, &address->sin6_addr);
      length = sizeof *address;
    }
  else
    {
      struct sockaddr_in *address = (struct sockaddr_in *) (void *) &storage;

      address->sin_family = AF_INET;
      address->sin_port = htons (to->port);
      inet_pton (AF_INET, to->address, &address->sin_addr);
      length = sizeof *address;
    }
  if (connect (fd, (struct sockaddr *) (void *) &storage, length) == 0)
    {
      length = sizeof storage;
      if (getsockname (fd, (struct sockaddr *) (void *) &storage, &length) == 0)
        {
          if (v6)
            inet_ntop (AF_INET6, &((struct sockaddr_in6 *) (void *) &storage)->sin6_addr, text,
                       sizeof text);
          else
            inet_ntop (AF_INET, &((struct sockaddr_in *) (void *) &storage)->sin_addr, text,
                       sizeof text);
          result = g_strdup (text);
        }
    }
  close (fd);
  return result;
}

void
tandem_transports_send_keep_alive (TandemTransports *self)
{
  belle_sip_listening_point_send_keep_alive (self->tcp);
  if (self->tls != NULL)
    belle_sip_listening_point_send_keep_alive (self->tls);
}

void
tandem_transports_set_timeout (TandemTransports *self, guint timeout)
{
  self->timeout = timeout;
  belle_sip_stack_set_transport_timeout (self->stack, (int) timeout);
  belle_sip_stack_set_dns_timeout (self->stack, (int) timeout);
}
