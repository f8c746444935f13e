/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldap-client.h"

#include <glib/gi18n.h>

/* TandemLdapClient where it was left out of the build (-Dldap=disabled): says so. */

struct _TandemLdap
{
  char unused;
};

gboolean
tandem_ldap_is_built_in (void)
{
  return FALSE;
}

TandemLdapClient *
tandem_ldap_client_new (const TandemLdapServer *server)
{
  return g_new0 (TandemLdapClient, 1);
}

void
tandem_ldap_client_free (TandemLdapClient *self)
{
  g_free (self);
}

GPtrArray *
tandem_ldap_client_search (TandemLdapClient *self,
                           const char *text,
                           guint timeout,
                           gboolean *truncated,
                           GCancellable *cancellable,
                           GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("This program was built without LDAP"));
  return NULL;
}
