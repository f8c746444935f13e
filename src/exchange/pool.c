/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

#include <gio/gnetworking.h>

#include <string.h>

#define PROXIES 3
#define MOST_MEMBERS 16
#define MOST_COUNTERS 64
#define LARGEST_DATAGRAM 65535

typedef struct
{
  TandemExchangePool *pool;
  guint number;
  GSocket *socket;
  GSource *source;
  char *name;
  gboolean silent;
  GHashTable *received;
  GHashTable *dropped;
} Member;

struct _TandemExchangePool
{
  GPtrArray *members; /* the far end last */
  char *host;
  TandemExchangeReceive receive;
  gpointer data;
  char *buffer;
};

static void
member_free (Member *member)
{
  if (member->source != NULL)
    {
      g_source_destroy (member->source);
      g_source_unref (member->source);
    }
  g_clear_object (&member->socket);
  g_clear_pointer (&member->received, g_hash_table_unref);
  g_clear_pointer (&member->dropped, g_hash_table_unref);
  g_free (member->name);
  g_free (member);
}

static void
count (GHashTable *counters, const TandemExchangeMessage *message)
{
  g_autofree char *name = message->request
                              ? g_strdup (message->method)
                              : g_strdup_printf ("%d %s", message->status, message->method);
  gpointer value = g_hash_table_lookup (counters, name);

  if (value == NULL && g_hash_table_size (counters) >= MOST_COUNTERS)
    return;
  g_hash_table_insert (counters, g_steal_pointer (&name),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (value) + 1));
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  Member *member = data;
  TandemExchangePool *self = member->pool;
  g_autoptr (GSocketAddress) source = NULL;
  g_autoptr (TandemExchangeMessage) message = NULL;
  g_autofree char *host = NULL;
  gssize length
      = g_socket_receive_from (socket, &source, self->buffer, LARGEST_DATAGRAM, NULL, NULL);

  if (length <= 0 || source == NULL || !G_IS_INET_SOCKET_ADDRESS (source))
    return G_SOURCE_CONTINUE;
  host = g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (source)));
  message = tandem_exchange_message_parse (
      self->buffer, (gsize) length, host,
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (source)));
  if (message == NULL)
    return G_SOURCE_CONTINUE;
  count (member->silent ? member->dropped : member->received, message);
  if (!member->silent)
    self->receive (member->number, message, source, self->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
add_member (TandemExchangePool *self, const char *host, guint port, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  Member *member;

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4
      || !g_inet_address_get_is_loopback (address))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "%s is no IPv4 loopback address; the practice exchange serves only those", host);
      return FALSE;
    }
  member = g_new0 (Member, 1);
  member->pool = self;
  member->number = self->members->len;
  g_ptr_array_add (self->members, member);
  member->received = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  member->dropped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  member->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  if (member->socket == NULL)
    return FALSE;
  g_socket_set_blocking (member->socket, FALSE);
  wanted = g_inet_socket_address_new (address, (guint16) port);
  if (!g_socket_bind (member->socket, wanted, FALSE, error))
    return FALSE;
  bound = g_socket_get_local_address (member->socket, error);
  if (bound == NULL)
    return FALSE;
  member->name = g_strdup_printf ("%s:%u", host,
                                  g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  member->source = g_socket_create_source (member->socket, G_IO_IN, NULL);
  g_source_set_callback (member->source, G_SOURCE_FUNC (on_datagram), member, NULL);
  g_source_attach (member->source, NULL);
  return TRUE;
}

static gboolean
add_given (TandemExchangePool *self, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint64 port = 0;

  if (g_strv_length (parts) > 2
      || (parts[0] != NULL && parts[1] != NULL
          && !g_ascii_string_to_unsigned (parts[1], 10, 0, 65535, &port, NULL)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is not of the form ADDRESS:PORT", text);
      return FALSE;
    }
  if (self->members->len >= MOST_MEMBERS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "More than %d addresses",
                   MOST_MEMBERS);
      return FALSE;
    }
  return add_member (self, parts[0] != NULL ? parts[0] : "", (guint) port, error);
}

/* Distinct addresses of one port look most like a pool; where the machine has only 127.0.0.1, or
 * the port is taken, any port will do. */
static gboolean
add_chosen (TandemExchangePool *self, GError **error)
{
  guint port = 0;

  for (guint i = 1; i <= PROXIES; i++)
    {
      g_autofree char *host = g_strdup_printf ("127.0.0.%u", i);
      gboolean added = add_member (self, host, port, NULL);

      for (guint attempt = 0; !added && attempt < 2; attempt++)
        {
          if (self->members->len == i)
            g_ptr_array_set_size (self->members, (int) i - 1);
          added = attempt == 0 ? add_member (self, host, 0, NULL)
                               : add_member (self, "127.0.0.1", 0, error);
        }
      if (!added)
        return FALSE;
      if (i == 1)
        port = (guint) atoi (strchr (tandem_exchange_pool_get_name (self, 0), ':') + 1);
    }
  return TRUE;
}

TandemExchangePool *
tandem_exchange_pool_new (const char *const *addresses,
                          TandemExchangeReceive receive,
                          gpointer data,
                          GError **error)
{
  g_autoptr (TandemExchangePool) self = g_new0 (TandemExchangePool, 1);
  const char *name;

  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) member_free);
  self->receive = receive;
  self->data = data;
  self->buffer = g_malloc (LARGEST_DATAGRAM);
  if (addresses == NULL || addresses[0] == NULL)
    {
      if (!add_chosen (self, error))
        return NULL;
    }
  else
    for (guint i = 0; addresses[i] != NULL; i++)
      if (!add_given (self, addresses[i], error))
        return NULL;

  name = tandem_exchange_pool_get_name (self, 0);
  self->host = g_strndup (name, strcspn (name, ":"));
  if (!add_member (self, self->host, 0, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tandem_exchange_pool_free (TandemExchangePool *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->members);
  g_free (self->host);
  g_free (self->buffer);
  g_free (self);
}

guint
tandem_exchange_pool_get_size (TandemExchangePool *self)
{
  return self->members->len - 1;
}

const char *
tandem_exchange_pool_get_name (TandemExchangePool *self, guint member)
{
  return ((Member *) g_ptr_array_index (self->members, member))->name;
}

const char *
tandem_exchange_pool_get_host (TandemExchangePool *self)
{
  return self->host;
}

gboolean
tandem_exchange_pool_silence (TandemExchangePool *self, const char *name, gboolean silent)
{
  for (guint i = 0; i < tandem_exchange_pool_get_size (self); i++)
    {
      Member *member = g_ptr_array_index (self->members, i);

      if (strcmp (member->name, name) == 0)
        {
          member->silent = silent;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
tandem_exchange_pool_is_silent (TandemExchangePool *self, guint member)
{
  return ((Member *) g_ptr_array_index (self->members, member))->silent;
}

guint
tandem_exchange_pool_choose (TandemExchangePool *self, guint preferred)
{
  guint size = tandem_exchange_pool_get_size (self);

  for (guint i = 0; i < size; i++)
    if (!tandem_exchange_pool_is_silent (self, (preferred + i) % size))
      return (preferred + i) % size;
  return preferred % size;
}

void
tandem_exchange_pool_send (TandemExchangePool *self,
                           guint number,
                           GSocketAddress *to,
                           const char *text)
{
  Member *member = g_ptr_array_index (self->members, number);
  g_autoptr (GError) error = NULL;

  if (member->silent)
    return;
  if (g_socket_send_to (member->socket, to, text, strlen (text), NULL, &error) < 0)
    g_debug ("%s could not send: %s", member->name, error->message);
}

GHashTable *
tandem_exchange_pool_get_counters (TandemExchangePool *self, guint number, gboolean dropped)
{
  Member *member = g_ptr_array_index (self->members, number);

  return dropped ? member->dropped : member->received;
}
