/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

#include <string.h>

/* What a call leaves behind beside what everybody sees of it: who the far end is among the contacts, over which
 * proxies it went, and how it sounded. */

#define MOST_PROXIES 32

void
tandem_call_set_contact_name (TandemCall *self, const char *name)
{
  if (g_strcmp0 (name, self->contact_name) == 0)
    return;
  g_free (self->contact_name);
  self->contact_name = g_strdup (name);
  tandem_call_notify (self, TANDEM_CALL_PROP_PEER_NAME);
  tandem_call_notify (self, TANDEM_CALL_PROP_TITLE);
}

static char *
get_host (const char *candidate)
{
  const char *colon = strchr (candidate, ':');

  return g_strdup (colon != NULL ? colon + 1 : candidate);
}

void
tandem_call_add_proxy (TandemCall *self, const char *candidate)
{
  g_autofree char *host = candidate != NULL ? get_host (candidate) : NULL;

  if (host == NULL || self->proxies->len > MOST_PROXIES)
    return;
  /* The array ends with NULL. */
  if (self->proxies->len > 1
      && g_str_equal (g_ptr_array_index (self->proxies, self->proxies->len - 2), host))
    return;
  g_ptr_array_insert (self->proxies, (int) self->proxies->len - 1, g_steal_pointer (&host));
}

const char *const *
tandem_call_get_proxies (TandemCall *self)
{
  return (const char *const *) self->proxies->pdata;
}

void
tandem_call_set_quality (TandemCall *self, double mos, double loss)
{
  self->mos = mos;
  self->loss = loss;
}

void
tandem_call_get_quality (TandemCall *self, double *mos, double *loss)
{
  *mos = self->mos;
  *loss = self->loss;
}
