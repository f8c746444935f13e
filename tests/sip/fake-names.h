/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* FakeNames: a name server on 127.1.0.54, on a thread of its own, that fails in the ways that dnsmasq
 * cannot be asked for. */

typedef enum
{
  FAKE_NAMES_ADDRESS, /* A: the address. Others: no data */
  FAKE_NAMES_FAILURE,
  FAKE_NAMES_NO_NAME,
  FAKE_NAMES_NOTHING,
  FAKE_NAMES_NO_SERVICE, /* SRV: the root as target */
} FakeNamesAnswer;

typedef struct
{
  GSocket *socket;
  GThread *thread;
  char *server; /* "[127.1.0.54]:PORT" */
  GMutex mutex;
  FakeNamesAnswer services, addresses;
  const char *broken; /* a name (its first label) that gets no answer */
  guint8 last;        /* the address is 192.0.2.last */
  guint8 ttl;         /* s */
  guint asked;
  gboolean stop;
} FakeNames;

void fake_names_start (FakeNames *fake);
void fake_names_set (
    FakeNames *fake, FakeNamesAnswer services, FakeNamesAnswer addresses, guint8 last, guint8 ttl);
/* How often it was asked. */
guint fake_names_asked (FakeNames *fake);
void fake_names_stop (FakeNames *fake);

G_END_DECLS
