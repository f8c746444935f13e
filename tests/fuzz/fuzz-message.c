/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <belle-sip/belle-sip.h>

/* What passes the filter goes through belle-sip's parser, the headers that the phone reads are read,
 * and the message is written again: as the engine does with every datagram. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
read_addresses (belle_sip_message_t *message)
{
  belle_sip_header_from_t *from
      = belle_sip_message_get_header_by_type (message, belle_sip_header_from_t);
  belle_sip_header_to_t *to = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);
  belle_sip_header_contact_t *contact
      = belle_sip_message_get_header_by_type (message, belle_sip_header_contact_t);
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (message, belle_sip_header_via_t);
  belle_sip_header_address_t *addresses[]
      = { BELLE_SIP_HEADER_ADDRESS (from), BELLE_SIP_HEADER_ADDRESS (to),
          BELLE_SIP_HEADER_ADDRESS (contact) };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      belle_sip_uri_t *uri
          = addresses[i] != NULL ? belle_sip_header_address_get_uri (addresses[i]) : NULL;

      if (uri == NULL)
        continue;
      belle_sip_uri_get_user (uri);
      belle_sip_uri_get_host (uri);
      belle_sip_header_address_get_displayname (addresses[i]);
    }
  if (via != NULL)
    {
      belle_sip_header_via_get_branch (via);
      belle_sip_header_via_get_received (via);
      belle_sip_header_via_get_rport (via);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize length;
  g_autofree char *text = g_strndup ((const char *) data, size);
  belle_sip_message_t *message;
  belle_sip_object_pool_t *pool;

  belle_sip_set_log_level (BELLE_SIP_LOG_FATAL);
  if (tandem_filter_check (text, size, &length) != TANDEM_FILTER_PASS)
    return 0;
  text[length] = '\0';
  pool = belle_sip_object_pool_push ();
  message = belle_sip_message_parse (text);
  if (message != NULL)
    {
      char *written;

      belle_sip_object_ref (message);
      read_addresses (message);
      written = belle_sip_object_to_string (BELLE_SIP_OBJECT (message));
      belle_sip_free (written);
      belle_sip_object_unref (message);
    }
  belle_sip_object_unref (pool);
  return 0;
}
