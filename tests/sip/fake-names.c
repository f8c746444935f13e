/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-names.h"

#include <string.h>

/* See fake-names.h. */

#define TYPE_A 1
#define TYPE_SRV 33

static gsize
make_answer (FakeNames *fake, guint8 *data, gsize size)
{
  static const guint8 root[] = { 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 7, 0, 0, 0, 0, 0, 0, 0 };
  guint8 address[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, fake->ttl, 0, 4, 192, 0, 2, fake->last };
  gsize end = 12;
  guint type;
  FakeNamesAnswer answer;

  while (end < size && data[end] != 0)
    end += data[end] + 1u;
  end += 5;
  g_assert_cmpuint (end, <=, size);
  type = data[end - 3];
  answer = type == TYPE_SRV ? fake->services : fake->addresses;
  if (fake->broken != NULL && data[12] == strlen (fake->broken)
      && memcmp (data + 13, fake->broken, data[12]) == 0)
    answer = FAKE_NAMES_FAILURE;
  if (answer == FAKE_NAMES_NOTHING)
    return 0;
  data[2] = 0x81;
  data[3] = answer == FAKE_NAMES_FAILURE ? 0x82 : answer == FAKE_NAMES_NO_NAME ? 0x83 : 0x80;
  memset (data + 6, 0, 6);
  if (answer == FAKE_NAMES_ADDRESS && type == TYPE_A)
    {
      data[7] = 1;
      memcpy (data + end, address, sizeof address);
      end += sizeof address;
    }
  else if (answer == FAKE_NAMES_NO_SERVICE && type == TYPE_SRV)
    {
      data[7] = 1;
      memcpy (data + end, root, sizeof root);
      end += sizeof root;
    }
  return end;
}

static gpointer
run (gpointer user_data)
{
  FakeNames *fake = user_data;

  for (;;)
    {
      guint8 data[600];
      g_autoptr (GSocketAddress) from = NULL;
      gssize n = g_socket_receive_from (fake->socket, &from, (char *) data, 512, NULL, NULL);
      gboolean stop;

      g_mutex_lock (&fake->mutex);
      stop = fake->stop;
      if (!stop && n > 17)
        {
          fake->asked++;
          n = (gssize) make_answer (fake, data, (gsize) n);
          if (n > 0)
            g_socket_send_to (fake->socket, from, (char *) data, (gsize) n, NULL, NULL);
        }
      g_mutex_unlock (&fake->mutex);
      if (stop)
        return NULL;
    }
}

void
fake_names_start (FakeNames *fake)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.1.0.54", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  memset (fake, 0, sizeof *fake);
  fake->last = 1;
  g_mutex_init (&fake->mutex);
  fake->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (fake->socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (fake->socket, NULL);
  fake->server = g_strdup_printf ("[127.1.0.54]:%u",
                                  g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  fake->thread = g_thread_new ("fake-dns", run, fake);
}

void
fake_names_set (
    FakeNames *fake, FakeNamesAnswer services, FakeNamesAnswer addresses, guint8 last, guint8 ttl)
{
  g_mutex_lock (&fake->mutex);
  fake->services = services;
  fake->addresses = addresses;
  fake->last = last;
  fake->ttl = ttl;
  g_mutex_unlock (&fake->mutex);
}

guint
fake_names_asked (FakeNames *fake)
{
  guint asked;

  g_mutex_lock (&fake->mutex);
  asked = fake->asked;
  g_mutex_unlock (&fake->mutex);
  return asked;
}

void
fake_names_stop (FakeNames *fake)
{
  g_autoptr (GSocketAddress) self = g_socket_get_local_address (fake->socket, NULL);

  g_mutex_lock (&fake->mutex);
  fake->stop = TRUE;
  g_mutex_unlock (&fake->mutex);
  g_socket_send_to (fake->socket, self, "x", 1, NULL, NULL);
  g_thread_join (fake->thread);
  g_object_unref (fake->socket);
  g_mutex_clear (&fake->mutex);
  g_free (fake->server);
}
