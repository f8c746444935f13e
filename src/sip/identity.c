/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "identity.h"

#include "message.h"

#include <string.h>

/* See identity.h. */

#define LONGEST 1024

static void
take (TandemSipEvent *event, belle_sip_header_address_t *address)
{
  belle_sip_uri_t *uri = belle_sip_header_address_get_uri (address);
  belle_generic_uri_t *other = belle_sip_header_address_get_absolute_uri (address);
  char *text = uri != NULL     ? belle_sip_uri_to_string (uri)
               : other != NULL ? belle_generic_uri_to_string (other)
                               : NULL;

  if (text != NULL)
    {
      event->peer_uri = tandem_sip_clean (text);
      belle_sip_free (text);
    }
  if (belle_sip_header_address_get_displayname (address) != NULL)
    event->peer_name = tandem_sip_clean (belle_sip_header_address_get_displayname (address));
}

void
tandem_sip_identify (TandemSipEvent *event, belle_sip_message_t *message, gboolean trusted)
{
  belle_sip_header_from_t *from
      = BELLE_SIP_OBJECT_IS_INSTANCE_OF (message, belle_sip_request_t)
            ? belle_sip_message_get_header_by_type (message, belle_sip_header_from_t)
            : NULL;
  belle_sip_header_address_t *address = from != NULL ? BELLE_SIP_HEADER_ADDRESS (from) : NULL;
  g_autofree char *asserted = trusted ? tandem_sip_get (message, "P-Asserted-Identity") : NULL;

  if (asserted != NULL && strlen (asserted) <= LONGEST)
    {
      belle_sip_header_address_t *better = belle_sip_header_address_parse (asserted);

      if (better != NULL && belle_sip_header_address_get_uri (better) != NULL)
        address = better;
    }
  if (address != NULL)
    take (event, address);
}
