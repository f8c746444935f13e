/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resolver.h"

#include "server-list.h"
#include "service-records.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <gio/gio.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* See resolver.h. c-ares is asked without sorting: the order that a rotating name server gives is
 * what balances the load. */

#define TRY_TIMEOUT 500 /* ms; doubled by c-ares at each of the tries */
#define TRIES 3
#define MAX_TRY_TIMEOUT 1250 /* ms */
#define RETRY_AFTER_FAILURE (G_GINT64_CONSTANT (5) * G_USEC_PER_SEC)
#define MAX_TARGETS 32
#define SYSTEM_CONFIG "/etc/resolv.conf"
#define STATUS_NO_SERVER (-2)  /* ours, beside c-ares's: dns_server cannot be used */
#define STATUS_NO_SERVICE (-1) /* the name says that it has none (RFC 2782) */

typedef struct
{
  char *account;
  GPtrArray *items; /* of TandemServer */
  TandemTransport transport;
  TandemSipIpVersions versions;
  GArray *candidates;
  GHashTable *known; /* "host:port" -> GArray of TandemCandidate, of the last good look-ups */
  gint64 expires;
  gboolean wanted, pending;
  guint generation;
} Entry;

typedef struct
{
  char *host;
  guint16 port;
  GArray *found[2]; /* by order of preference */
  gboolean failed;  /* no answer, or one that says nothing about the name */
} Target;

typedef struct
{
  TandemResolver *resolver;
  char *account, *host;
  guint generation;
  TandemTransport transport;
  TandemSipIpVersions versions;
  GPtrArray *targets; /* of Target */
  guint outstanding;
  gint64 ttl; /* s */
  int status;
} Lookup;

typedef struct
{
  Lookup *lookup;
  Target *target;
  guint slot;
} Question;

struct _TandemResolver
{
  GMutex mutex;
  GHashTable *entries; /* account -> Entry */
  gboolean stopping;
  guint generation;

  GThread *thread;
  int wake;
  ares_channel channel;
  gboolean usable;
  char *dns_server;
  struct stat system; /* of the file that the channel was made from */
  TandemResolverNotify notify;
  gpointer data;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->account);
  g_ptr_array_unref (entry->items);
  g_array_unref (entry->candidates);
  g_hash_table_unref (entry->known);
  g_free (entry);
}

static void
target_free (gpointer data)
{
  Target *target = data;

  g_free (target->host);
  g_array_unref (target->found[0]);
  g_array_unref (target->found[1]);
  g_free (target);
}

static Target *
target_new (const char *host, guint16 port)
{
  Target *target = g_new0 (Target, 1);

  target->host = g_strdup (host);
  target->port = port;
  target->found[0] = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  target->found[1] = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  return target;
}

static void
lookup_free (Lookup *lookup)
{
  g_free (lookup->account);
  g_free (lookup->host);
  g_ptr_array_unref (lookup->targets);
  g_free (lookup);
}

static gboolean
same_candidates (GArray *a, GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      if (!tandem_candidate_equal (&g_array_index (a, TandemCandidate, i),
                                   &g_array_index (b, TandemCandidate, i)))
        return FALSE;
    }
  return TRUE;
}

static void
add_candidate (GArray *candidates, const char *address, guint16 port, TandemTransport transport)
{
  TandemCandidate candidate;

  if (!tandem_candidate_init (&candidate, address, port, transport))
    return;
  for (guint i = 0; i < candidates->len; i++)
    {
      if (tandem_candidate_equal (&candidate, &g_array_index (candidates, TandemCandidate, i)))
        return;
    }
  g_array_append_val (candidates, candidate);
}

static char *
describe_failure (Lookup *lookup)
{
  switch (lookup->status)
    {
    case ARES_ENOTFOUND:
    case ARES_ENONAME:
      return g_strdup_printf ("no such name: %s", lookup->host);
    case ARES_SUCCESS:
    case ARES_ENODATA:
      return g_strdup_printf ("no address for %s", lookup->host);
    case STATUS_NO_SERVER:
      return g_strdup_printf ("“%s” is no name server", lookup->resolver->dns_server);
    case STATUS_NO_SERVICE:
      return g_strdup_printf ("%s offers no SIP over %s", lookup->host,
                              tandem_transport_to_string (lookup->transport));
    case ARES_ETIMEOUT:
      return g_strdup_printf ("the name server does not answer (%s)", lookup->host);
    case ARES_ESERVFAIL:
      return g_strdup_printf ("the name server failed (%s)", lookup->host);
    case ARES_ECONNREFUSED:
      return g_strdup_printf ("the name servers failed or cannot be reached (%s)", lookup->host);
    default:
      return g_strdup_printf ("%s: %s", lookup->host, ares_strerror (lookup->status));
    }
}

static void
add_all (GArray *candidates, GArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      TandemCandidate *one = &g_array_index (more, TandemCandidate, i);

      add_candidate (candidates, one->address, one->port, one->transport);
    }
}

/* What was found, in order. A host of a list that could not be looked up keeps its last addresses. */
static GArray *
collect (Lookup *lookup, Entry *entry)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  gboolean any = FALSE;

  for (guint i = 0; i < lookup->targets->len; i++)
    {
      Target *target = g_ptr_array_index (lookup->targets, i);

      any = any || target->found[0]->len + target->found[1]->len > 0;
    }
  for (guint i = 0; any && i < lookup->targets->len; i++)
    {
      Target *target = g_ptr_array_index (lookup->targets, i);
      g_autofree char *key = g_strdup_printf ("%s:%u", target->host, target->port);
      GArray *known = g_hash_table_lookup (entry->known, key);

      if (target->found[0]->len + target->found[1]->len == 0)
        {
          if (target->failed && known != NULL)
            add_all (candidates, known);
          continue;
        }
      known = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
      add_all (known, target->found[0]);
      add_all (known, target->found[1]);
      add_all (candidates, known);
      g_hash_table_replace (entry->known, g_steal_pointer (&key), known);
    }
  return candidates;
}

static void
wake (TandemResolver *self)
{
  guint64 one = 1;

  if (write (self->wake, &one, sizeof one) < 0)
    g_warning ("The resolver cannot be woken: %s", g_strerror (errno));
}

/* The last question was answered: the result goes into the entry, and the owner is told. */
static void
finish (Lookup *lookup)
{
  TandemResolver *self = lookup->resolver;
  g_autofree char *error = NULL;
  gboolean changed = FALSE, tell = FALSE, again = FALSE;
  Entry *entry;

  g_mutex_lock (&self->mutex);
  entry = g_hash_table_lookup (self->entries, lookup->account);
  if (entry != NULL && entry->generation == lookup->generation)
    {
      g_autoptr (GArray) candidates = collect (lookup, entry);
      gint64 now = g_get_monotonic_time ();

      entry->pending = FALSE;
      again = entry->wanted; /* in another network */
      tell = !self->stopping && !again;
      if (candidates->len > 0)
        {
          changed = !same_candidates (entry->candidates, candidates);
          g_array_unref (entry->candidates);
          entry->candidates = g_steal_pointer (&candidates);
          entry->expires = now + lookup->ttl * G_USEC_PER_SEC;
        }
      else if (lookup->status == ARES_EDESTRUCTION)
        {
          entry->wanted = TRUE;
          tell = FALSE;
        }
      else
        {
          error = describe_failure (lookup);
          entry->expires = now + RETRY_AFTER_FAILURE;
        }
    }
  g_mutex_unlock (&self->mutex);

  if (again)
    wake (self);
  if (tell)
    self->notify (lookup->account, changed, error, self->data);
  lookup_free (lookup);
}

static void
answered (Lookup *lookup)
{
  if (--lookup->outstanding == 0)
    finish (lookup);
}

static void
on_addresses (void *data, int status, int timeouts, struct ares_addrinfo *result)
{
  g_autofree Question *question = data;
  Lookup *lookup = question->lookup;

  if (status == ARES_SUCCESS && result != NULL)
    {
      for (struct ares_addrinfo_node *node = result->nodes; node != NULL; node = node->ai_next)
        {
          char address[INET6_ADDRSTRLEN] = "";
          const void *binary
              = node->ai_family == AF_INET
                    ? (const void *) &((struct sockaddr_in *) (void *) node->ai_addr)->sin_addr
                    : (const void *) &((struct sockaddr_in6 *) (void *) node->ai_addr)->sin6_addr;

          inet_ntop (node->ai_family, binary, address, sizeof address);
          add_candidate (question->target->found[question->slot], address, question->target->port,
                         lookup->transport);
          lookup->ttl = MIN (lookup->ttl, MAX (node->ai_ttl, 0));
        }
      for (struct ares_addrinfo_cname *cname = result->cnames; cname != NULL; cname = cname->next)
        lookup->ttl = MIN (lookup->ttl, MAX (cname->ttl, 0));
    }
  else
    {
      gboolean says_no
          = status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_ENONAME;

      question->target->failed = question->target->failed || !says_no;
      if (lookup->status == ARES_SUCCESS || !says_no)
        lookup->status = status;
    }
  if (result != NULL)
    ares_freeaddrinfo (result);
  answered (lookup);
}

static void
ask_address (Lookup *lookup, Target *target, guint slot, int family)
{
  struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT, .ai_family = family };
  Question *question = g_new0 (Question, 1);

  question->lookup = lookup;
  question->target = target;
  question->slot = slot;
  ares_getaddrinfo (lookup->resolver->channel, target->host, NULL, &hints, on_addresses, question);
}

/* Asks for the addresses of every target; finishes at once when there is nothing to ask. */
static void
ask_addresses (Lookup *lookup)
{
  static const int families[][2] = {
    [TANDEM_SIP_IP_V4] = { AF_INET, 0 },
    [TANDEM_SIP_IP_V6] = { AF_INET6, 0 },
    [TANDEM_SIP_IP_V4_V6] = { AF_INET, AF_INET6 },
    [TANDEM_SIP_IP_V6_V4] = { AF_INET6, AF_INET },
  };
  const int *family = families[lookup->versions];

  lookup->outstanding++;
  for (guint i = 0; i < lookup->targets->len; i++)
    {
      Target *target = g_ptr_array_index (lookup->targets, i);

      if (tandem_server_is_literal (target->host))
        {
          add_candidate (target->found[0], target->host, target->port, lookup->transport);
          continue;
        }
      for (guint slot = 0; slot < 2; slot++)
        {
          if (family[slot] == 0)
            continue;
          lookup->outstanding++;
          ask_address (lookup, target, slot, family[slot]);
        }
    }
  answered (lookup);
}

static void
on_services (void *data, int status, int timeouts, unsigned char *answer, int length)
{
  Lookup *lookup = data;
  struct ares_srv_reply *list = NULL, *services[MAX_TARGETS];
  gboolean refused = FALSE;
  guint n = 0;

  if (status == ARES_SUCCESS && ares_parse_srv_reply (answer, length, &list) == ARES_SUCCESS)
    {
      gint64 ttl = tandem_service_records_get_ttl (answer, length);

      for (struct ares_srv_reply *one = list; one != NULL && n < MAX_TARGETS; one = one->next)
        {
          if (one->host == NULL || one->host[0] == '\0' || strcmp (one->host, ".") == 0)
            refused = TRUE;
          else if (one->port != 0)
            services[n++] = one;
        }
      tandem_service_records_order (services, n);
      for (guint i = 0; i < n; i++)
        g_ptr_array_add (lookup->targets, target_new (services[i]->host, services[i]->port));
      if (n > 0 && ttl >= 0)
        lookup->ttl = MIN (lookup->ttl, ttl);
    }
  if (list != NULL)
    ares_free_data (list);
  if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED || (n == 0 && refused))
    {
      lookup->status = n == 0 && refused ? STATUS_NO_SERVICE : status;
      finish (lookup);
      return;
    }
  if (n == 0)
    g_ptr_array_add (lookup->targets,
                     target_new (lookup->host, tandem_server_default_port (lookup->transport)));
  ask_addresses (lookup);
}

static void
start (TandemResolver *self, Lookup *lookup, gboolean services)
{
  static const char *const prefixes[] = {
    [TANDEM_TRANSPORT_UDP] = "_sip._udp",
    [TANDEM_TRANSPORT_TCP] = "_sip._tcp",
    [TANDEM_TRANSPORT_TLS] = "_sips._tcp",
  };
  g_autofree char *name = NULL;

  if (!self->usable)
    {
      lookup->status = STATUS_NO_SERVER;
      finish (lookup);
      return;
    }
  if (!services)
    {
      ask_addresses (lookup);
      return;
    }
  name = g_strdup_printf ("%s.%s", prefixes[lookup->transport], lookup->host);
  ares_query (self->channel, name, ns_c_in, ns_t_srv, on_services, lookup);
}

static Lookup *
lookup_new (TandemResolver *self, Entry *entry, gboolean *services)
{
  Lookup *lookup = g_new0 (Lookup, 1);
  TandemServer *first = g_ptr_array_index (entry->items, 0);

  lookup->resolver = self;
  lookup->account = g_strdup (entry->account);
  lookup->host = g_strdup (first->host);
  lookup->generation = entry->generation;
  lookup->transport = entry->transport;
  lookup->versions = entry->versions;
  lookup->ttl = 3600;
  lookup->targets = g_ptr_array_new_with_free_func (target_free);
  *services = entry->items->len == 1 && !first->literal && first->port == 0;
  for (guint i = 0; !*services && i < entry->items->len; i++)
    {
      TandemServer *item = g_ptr_array_index (entry->items, i);

      g_ptr_array_add (
          lookup->targets,
          target_new (item->host, item->port != 0 ? item->port
                                                  : tandem_server_default_port (entry->transport)));
    }
  return lookup;
}

/* Starts what was asked for since the last time. */
static gboolean
take_requests (TandemResolver *self)
{
  g_autoptr (GPtrArray) lookups = g_ptr_array_new ();
  g_autoptr (GArray) kinds = g_array_new (FALSE, FALSE, sizeof (gboolean));
  GHashTableIter iter;
  gpointer value;
  gboolean stopping;

  g_mutex_lock (&self->mutex);
  stopping = self->stopping;
  g_hash_table_iter_init (&iter, self->entries);
  while (!stopping && g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;
      gboolean services;

      if (!entry->wanted || entry->pending)
        continue;
      entry->wanted = FALSE;
      entry->pending = TRUE;
      g_ptr_array_add (lookups, lookup_new (self, entry, &services));
      g_array_append_val (kinds, services);
    }
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < lookups->len; i++)
    start (self, g_ptr_array_index (lookups, i), g_array_index (kinds, gboolean, i));
  return !stopping;
}

/* "[127.0.0.53]:5353" is how some write it; c-ares wants brackets for IPv6 only. */
static char *
normalise_server (const char *server)
{
  const char *close = strchr (server, ']');
  g_autofree char *host = NULL;

  if (server[0] != '[' || close == NULL)
    return g_strdup (server);
  host = g_strndup (server + 1, (gsize) (close - server - 1));
  return strchr (host, ':') != NULL ? g_strdup (server) : g_strconcat (host, close + 1, NULL);
}

static void
open_channel (TandemResolver *self)
{
  gboolean own = self->dns_server[0] != '\0';
  struct ares_options options
      = { .timeout = TRY_TIMEOUT, .tries = TRIES, .flags = own ? ARES_FLAG_NOSEARCH : 0 };
  int given = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS;

#ifdef ARES_OPT_QUERY_CACHE
  /* Such a c-ares keeps answers, unless the size is 0: when to ask again is this resolver's own
   * decision. And it waits less for a server that has been quick: one more try makes up for it. */
  given |= ARES_OPT_QUERY_CACHE | ARES_OPT_MAXTIMEOUTMS;
  options.maxtimeout = MAX_TRY_TIMEOUT;
  options.tries++;
#endif
  if (stat (SYSTEM_CONFIG, &self->system) != 0)
    memset (&self->system, 0, sizeof self->system);
  if (ares_init_options (&self->channel, &options, given) != ARES_SUCCESS)
    {
      g_message ("The resolver cannot be set up");
      return;
    }
  self->usable = TRUE;
  if (own)
    {
      g_autofree char *server = normalise_server (self->dns_server);

      if (ares_set_servers_ports_csv (self->channel, server) == ARES_SUCCESS)
        return;
      self->usable = FALSE;
      ares_destroy (self->channel);
    }
}

/* Another network has other name servers. Questions under way are asked again. */
static void
follow_system (TandemResolver *self)
{
  struct stat now;

  if (self->dns_server[0] != '\0' || stat (SYSTEM_CONFIG, &now) != 0
      || (now.st_ino == self->system.st_ino && now.st_size == self->system.st_size
          && now.st_mtim.tv_sec == self->system.st_mtim.tv_sec
          && now.st_mtim.tv_nsec == self->system.st_mtim.tv_nsec))
    return;
  if (self->usable)
    {
      self->usable = FALSE;
      ares_destroy (self->channel);
    }
  open_channel (self);
}

static gpointer
run (gpointer data)
{
  TandemResolver *self = data;

  open_channel (self);
  for (;;)
    {
      ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
      struct pollfd fds[ARES_GETSOCK_MAXNUM + 1];
      struct timeval time, *left = NULL;
      int mask = 0, timeout = -1;
      nfds_t n = 1;
      guint64 count;

      fds[0] = (struct pollfd){ .fd = self->wake, .events = POLLIN };
      if (self->usable)
        {
          mask = ares_getsock (self->channel, sockets, ARES_GETSOCK_MAXNUM);
          left = ares_timeout (self->channel, NULL, &time);
        }
      for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++)
        {
          short events = 0;

          if ((guint) mask & (1u << i))
            events |= POLLIN;
          if ((guint) mask & (1u << (i + ARES_GETSOCK_MAXNUM)))
            events |= POLLOUT;
          if (events != 0)
            fds[n++] = (struct pollfd){ .fd = sockets[i], .events = events };
        }
      if (left != NULL)
        timeout = (int) (left->tv_sec * 1000 + left->tv_usec / 1000 + 1);
      if (poll (fds, n, timeout) < 0 && errno != EINTR)
        g_warning ("The resolver cannot poll: %s", g_strerror (errno));
      if (fds[0].revents & POLLIN)
        {
          if (read (self->wake, &count, sizeof count) < 0 && errno != EAGAIN)
            g_warning ("The resolver cannot be woken: %s", g_strerror (errno));
          follow_system (self);
          if (!take_requests (self))
            break;
        }
      if (self->usable && n == 1)
        ares_process_fd (self->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      for (nfds_t i = 1; self->usable && i < n; i++)
        ares_process_fd (self->channel,
                         fds[i].revents & (POLLIN | POLLERR | POLLHUP) ? fds[i].fd
                                                                       : ARES_SOCKET_BAD,
                         fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
    }
  if (self->usable)
    ares_destroy (self->channel);
  return NULL;
}

TandemResolver *
tandem_resolver_new (const char *dns_server, TandemResolverNotify notify, gpointer data)
{
  static gsize initialised;
  TandemResolver *self = g_new0 (TandemResolver, 1);

  if (g_once_init_enter (&initialised))
    {
      ares_library_init (ARES_LIB_INIT_ALL);
      g_once_init_leave (&initialised, 1);
    }
  g_mutex_init (&self->mutex);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->dns_server = g_strdup (dns_server != NULL ? dns_server : "");
  self->notify = notify;
  self->data = data;
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->thread = g_thread_new ("tandem-resolver", run, self);
  return self;
}

void
tandem_resolver_free (TandemResolver *self)
{
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_mutex_unlock (&self->mutex);
  wake (self);
  g_thread_join (self->thread);
  close (self->wake);
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->mutex);
  g_free (self->dns_server);
  g_free (self);
}

gboolean
tandem_resolver_set_server (TandemResolver *self,
                            const char *account,
                            const char *server,
                            TandemTransport transport,
                            TandemSipIpVersions versions,
                            GError **error)
{
  GPtrArray *items = tandem_server_list_parse (server, MAX_TARGETS, error);
  gboolean literal = TRUE;
  Entry *entry;

  if (items == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    literal = literal && ((TandemServer *) g_ptr_array_index (items, i))->literal;
  entry = g_new0 (Entry, 1);
  entry->account = g_strdup (account);
  entry->items = items;
  entry->transport = transport;
  entry->versions = versions;
  entry->candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  entry->known
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  if (literal)
    {
      for (guint i = 0; i < entry->items->len; i++)
        {
          TandemServer *item = g_ptr_array_index (entry->items, i);

          add_candidate (entry->candidates, item->host,
                         item->port != 0 ? item->port : tandem_server_default_port (transport),
                         transport);
        }
      entry->expires = G_MAXINT64;
    }
  entry->wanted = !literal;

  g_mutex_lock (&self->mutex);
  entry->generation = ++self->generation;
  g_hash_table_replace (self->entries, entry->account, entry);
  g_mutex_unlock (&self->mutex);
  if (!literal)
    wake (self);
  return TRUE;
}

void
tandem_resolver_remove (TandemResolver *self, const char *account)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->entries, account);
  g_mutex_unlock (&self->mutex);
}

GArray *
tandem_resolver_get (TandemResolver *self, const char *account, gboolean *fresh)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  Entry *entry;

  g_mutex_lock (&self->mutex);
  entry = g_hash_table_lookup (self->entries, account);
  if (entry != NULL && entry->candidates->len > 0)
    g_array_append_vals (candidates, entry->candidates->data, entry->candidates->len);
  if (fresh != NULL)
    *fresh = entry != NULL && g_get_monotonic_time () < entry->expires;
  g_mutex_unlock (&self->mutex);
  return candidates;
}

gboolean
tandem_resolver_refresh (TandemResolver *self, const char *account, gboolean force)
{
  gboolean wanted = FALSE;
  Entry *entry;

  g_mutex_lock (&self->mutex);
  entry = g_hash_table_lookup (self->entries, account);
  if (entry != NULL && entry->expires != G_MAXINT64
      && (force || (!entry->pending && g_get_monotonic_time () >= entry->expires)))
    wanted = entry->wanted = TRUE;
  g_mutex_unlock (&self->mutex);
  if (wanted)
    wake (self);
  return wanted;
}

char *
tandem_resolver_get_host (TandemResolver *self, const char *account)
{
  char *host = NULL;
  Entry *entry;

  g_mutex_lock (&self->mutex);
  entry = g_hash_table_lookup (self->entries, account);
  if (entry != NULL)
    host = g_strdup (((TandemServer *) g_ptr_array_index (entry->items, 0))->host);
  g_mutex_unlock (&self->mutex);
  return host;
}
