/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldap-client.h"

#include "contact-private.h"

#include <glib/gi18n.h>
#include <ldap.h>

#include <string.h>

/* TandemLdapClient over libldap: see ldap-client.h. The server may be slow, gone or hostile: each wait ends with the time or
 * with the cancellable, and what comes is cut by TandemContact. */

#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"
#define MAX_VALUES 16 /* of an attribute */
#define MAX_ANSWER (1024 * 1024)

struct _TandemLdap
{
  TandemLdapServer *server;
  LDAP *connection; /* (nullable): bound */
};

typedef struct
{
  gint64 deadline; /* monotonic time, us */
  GCancellable *cancellable;
} Patience;

static const struct
{
  const char *attribute;
  const char *kind;
} numbers[] = {
  { "telephoneNumber", "work" }, { "mobile", "cell" }, { "homePhone", "home" },
  { "ipPhone", "work" },         { "pager", "pager" }, { "facsimileTelephoneNumber", "fax" },
};

static char *attributes[] = { (char *) "displayName",
                              (char *) "cn",
                              (char *) "o",
                              (char *) "ou",
                              (char *) "telephoneNumber",
                              (char *) "mobile",
                              (char *) "homePhone",
                              (char *) "ipPhone",
                              (char *) "pager",
                              (char *) "facsimileTelephoneNumber",
                              (char *) "labeledURI",
                              NULL };

gboolean
tandem_ldap_is_built_in (void)
{
  return TRUE;
}

TandemLdapClient *
tandem_ldap_client_new (const TandemLdapServer *server)
{
  TandemLdapClient *self = g_new0 (TandemLdapClient, 1);

  self->server = tandem_ldap_server_copy (server);
  return self;
}

static void
disconnect (TandemLdapClient *self)
{
  if (self->connection != NULL)
    ldap_unbind_ext (self->connection, NULL, NULL);
  self->connection = NULL;
}

void
tandem_ldap_client_free (TandemLdapClient *self)
{
  disconnect (self);
  tandem_ldap_server_free (self->server);
  g_free (self);
}

/* The library's own words, cleaned; of what the server says beside the code nothing is shown. */
static gboolean
fail (int code, GError **error)
{
  switch (code)
    {
    case LDAP_SERVER_DOWN:
    case LDAP_CONNECT_ERROR:
    case LDAP_UNAVAILABLE:
    case LDAP_BUSY:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("The directory server cannot be reached"));
      break;
    case LDAP_TIMEOUT:
    case LDAP_TIMELIMIT_EXCEEDED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           _ ("The directory server does not answer in time"));
      break;
    case LDAP_USER_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      break;
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_INVALID_DN_SYNTAX:
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("The directory server refuses this user or password"));
      break;
    case LDAP_FILTER_ERROR:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The LDAP filter of the settings is not valid"));
      break;
    case LDAP_NO_SUCH_OBJECT:
    case LDAP_REFERRAL:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The directory server does not have the LDAP base of the settings"));
      break;
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The directory server answers: %s"),
                   ldap_err2string (code));
    }
  return FALSE;
}

/* The next answer to message id. (transfer full): NULL with the reason in code */
static LDAPMessage *
wait_for (LDAP *ldap, int id, const Patience *patience, int *code)
{
  struct timeval at_once = { 0, 0 };
  LDAPMessage *message = NULL;
  gboolean cancellable = FALSE;
  GPollFD poll[2] = { { 0 } };

  while (TRUE)
    {
      const int kind = ldap_result (ldap, id, LDAP_MSG_ONE, &at_once, &message);
      const gint64 left = (patience->deadline - g_get_monotonic_time ()) / 1000;

      if (kind > 0)
        break;
      *code = LDAP_SERVER_DOWN;
      if (kind < 0)
        ldap_get_option (ldap, LDAP_OPT_RESULT_CODE, code);
      else if (g_cancellable_is_cancelled (patience->cancellable))
        *code = LDAP_USER_CANCELLED;
      else if (left <= 0)
        *code = LDAP_TIMEOUT;
      else if (ldap_get_option (ldap, LDAP_OPT_DESC, &poll[0].fd) == LDAP_OPT_SUCCESS)
        {
          poll[0].events = G_IO_IN | G_IO_HUP | G_IO_ERR;
          if (!cancellable)
            cancellable = g_cancellable_make_pollfd (patience->cancellable, &poll[1]);
          g_poll (poll, cancellable ? 2 : 1, (int) MIN (left, G_MAXINT));
          continue;
        }
      message = NULL;
      break;
    }
  if (cancellable)
    g_cancellable_release_fd (patience->cancellable);
  if (message == NULL && (*code == LDAP_USER_CANCELLED || *code == LDAP_TIMEOUT))
    ldap_abandon_ext (ldap, id, NULL, NULL);
  return message;
}

/* The result of an operation that has no entries. */
static int
wait_for_result (LDAP *ldap, int id, const Patience *patience)
{
  int code = LDAP_OTHER, result = LDAP_OTHER;
  LDAPMessage *message = wait_for (ldap, id, patience, &code);

  if (message == NULL)
    return code;
  code = ldap_parse_result (ldap, message, &result, NULL, NULL, NULL, NULL, TRUE);
  return code != LDAP_SUCCESS ? code : result;
}

static gboolean
is_this_computer (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return g_strcmp0 (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static int
set_up_tls (LDAP *ldap, const char *ca_file)
{
  const int demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
  char *usual = NULL;

  ldap_set_option (ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
  ldap_get_option (ldap, LDAP_OPT_X_TLS_CACERTFILE, &usual);
  if (ca_file == NULL && usual == NULL && g_file_test (CA_FILE, G_FILE_TEST_EXISTS))
    ca_file = CA_FILE;
  ldap_memfree (usual);
  if (ca_file != NULL)
    ldap_set_option (ldap, LDAP_OPT_X_TLS_CACERTFILE, ca_file);
  return ldap_set_option (ldap, LDAP_OPT_X_TLS_NEWCTX, &client);
}

/* One entry may not fill the memory. */
static void
limit_answers (LDAP *ldap)
{
  ber_len_t most = MAX_ANSWER;
  Sockbuf *buffer = NULL;

  if (ldap_get_option (ldap, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS && buffer != NULL)
    ber_sockbuf_ctrl (buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most);
}

static gboolean
is_untrusted (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       _ ("The directory server's certificate is not trusted"));
  return FALSE;
}

static gboolean
connect_securely (LDAP *ldap, GError **error)
{
  const int code = ldap_connect (ldap);
  char *diagnosis = NULL;
  gboolean is_tls;

  if (code == LDAP_SUCCESS)
    return TRUE;
  ldap_get_option (ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnosis);
  is_tls = diagnosis != NULL && diagnosis[0] != '\0';
  ldap_memfree (diagnosis);
  return is_tls ? is_untrusted (error) : fail (code, error);
}

static gboolean
start_tls (TandemLdapClient *self, LDAP *ldap, const Patience *patience, GError **error)
{
  int id = 0;
  int code = ldap_start_tls (ldap, NULL, NULL, &id);

  if (code == LDAP_SUCCESS)
    code = wait_for_result (ldap, id, patience);
  if (code == LDAP_SUCCESS)
    {
      return ldap_install_tls (ldap) == LDAP_SUCCESS || is_untrusted (error);
    }
  if (code == LDAP_SERVER_DOWN || code == LDAP_TIMEOUT || code == LDAP_USER_CANCELLED)
    return fail (code, error);
  if (is_this_computer (self->server->url))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("The directory server offers no encryption, and is not asked without"));
  return FALSE;
}

static gboolean
bind_connection (TandemLdapClient *self, LDAP *ldap, const Patience *patience, GError **error)
{
  char *password = self->server->password != NULL ? self->server->password : (char *) "";
  struct berval credentials = { .bv_len = strlen (password), .bv_val = password };
  int id = 0, code;

  /* A DN without a password would be anonymous, RFC 4513 5.1.2. */
  if (self->server->user[0] == '\0' || credentials.bv_len == 0)
    return TRUE;
  code = ldap_sasl_bind (ldap, self->server->user, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, &id);
  if (code == LDAP_SUCCESS)
    code = wait_for_result (ldap, id, patience);
  return code == LDAP_SUCCESS || fail (code, error);
}

static gboolean
connect_to (TandemLdapClient *self, const Patience *patience, GError **error)
{
  const char *url = self->server->url;
  const gboolean secure = g_ascii_strncasecmp (url, "ldaps://", 8) == 0;
  const int version = LDAP_VERSION3;
  const gint64 left = MAX (1000, patience->deadline - g_get_monotonic_time ());
  const struct timeval timeout = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC };
  LDAP *ldap = NULL;

  if ((!secure && g_ascii_strncasecmp (url, "ldap://", 7) != 0) || strpbrk (url, " ,") != NULL
      || ldap_initialize (&ldap, url) != LDAP_SUCCESS)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The address of the directory server is not one of ldaps://"));
      return FALSE;
    }
  ldap_set_option (ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
  ldap_set_option (ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ldap_set_option (ldap, LDAP_OPT_NETWORK_TIMEOUT, &timeout);
  limit_answers (ldap);
  if (set_up_tls (ldap, self->server->ca_file) != LDAP_SUCCESS)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("The file with certificate authorities cannot be read"));
  else if ((secure ? connect_securely (ldap, error) : start_tls (self, ldap, patience, error))
           && bind_connection (self, ldap, patience, error))
    {
      self->connection = ldap;
      return TRUE;
    }
  ldap_unbind_ext (ldap, NULL, NULL);
  return FALSE;
}

/* (transfer full) (nullable): valid UTF-8 without NUL */
static char *
to_text (const struct berval *value)
{
  g_autofree char *bytes = g_strndup (value->bv_val, value->bv_len);

  return bytes[0] != '\0' ? g_utf8_make_valid (bytes, -1) : NULL;
}

static char *
get_first (LDAP *ldap, LDAPMessage *entry, const char *attribute)
{
  struct berval **values = ldap_get_values_len (ldap, entry, attribute);
  char *text = values != NULL && values[0] != NULL ? to_text (values[0]) : NULL;

  ldap_value_free_len (values);
  return text;
}

static void
add_numbers (TandemContact *contact, LDAP *ldap, LDAPMessage *entry, guint i)
{
  struct berval **values = ldap_get_values_len (ldap, entry, numbers[i].attribute);

  for (guint j = 0; values != NULL && j < MAX_VALUES && values[j] != NULL; j++)
    {
      g_autofree char *number = to_text (values[j]);

      if (number != NULL && strchr (number, '@') != NULL)
        tandem_contact_add_address (contact, numbers[i].kind, number);
      else if (number != NULL)
        tandem_contact_add_number (contact, numbers[i].kind, number);
    }
  ldap_value_free_len (values);
}

static TandemContact *
make_contact (LDAP *ldap, LDAPMessage *entry)
{
  char *dn = ldap_get_dn (ldap, entry);
  g_autofree char *uid = dn != NULL ? g_utf8_make_valid (dn, -1) : NULL;
  g_autofree char *shown = get_first (ldap, entry, "displayName");
  g_autofree char *common = get_first (ldap, entry, "cn");
  g_autofree char *organisation = get_first (ldap, entry, "o");
  g_autofree char *unit = get_first (ldap, entry, "ou");
  g_autofree char *uri = get_first (ldap, entry, "labeledURI");
  TandemContact *contact = tandem_contact_new (uid, shown != NULL ? shown : common);

  ldap_memfree (dn);
  tandem_contact_set_source (contact, "ldap");
  tandem_contact_set_organisation (contact, organisation != NULL ? organisation : unit);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_numbers (contact, ldap, entry, i);
  if (uri != NULL && g_ascii_strncasecmp (uri, "sip:", 4) == 0)
    {
      uri[strcspn (uri, " ")] = '\0';
      tandem_contact_add_address (contact, "work", uri);
    }
  tandem_contact_prepare (contact);
  return contact;
}

static int
collect (LDAP *ldap, int id, const Patience *patience, GPtrArray *found, gboolean *truncated)
{
  int code = LDAP_OTHER, result = LDAP_OTHER;

  while (TRUE)
    {
      LDAPMessage *message = wait_for (ldap, id, patience, &code);
      const int kind = message != NULL ? ldap_msgtype (message) : -1;

      if (message == NULL)
        return code;
      if (kind == LDAP_RES_SEARCH_RESULT)
        {
          code = ldap_parse_result (ldap, message, &result, NULL, NULL, NULL, NULL, TRUE);
          if (code != LDAP_SUCCESS)
            return code;
          *truncated = result == LDAP_SIZELIMIT_EXCEEDED || result == LDAP_ADMINLIMIT_EXCEEDED;
          return *truncated ? LDAP_SUCCESS : result;
        }
      if (kind == LDAP_RES_SEARCH_ENTRY)
        {
          g_autoptr (TandemContact) contact = make_contact (ldap, message);

          if (!tandem_contact_is_empty (contact))
            g_ptr_array_add (found, g_steal_pointer (&contact));
        }
      ldap_msgfree (message);
      if (found->len < TANDEM_LDAP_MAX_RESULTS)
        continue;
      *truncated = TRUE;
      ldap_abandon_ext (ldap, id, NULL, NULL);
      return LDAP_SUCCESS;
    }
}

static int
ask (TandemLdapClient *self,
     const char *filter,
     const Patience *patience,
     GPtrArray *found,
     gboolean *truncated)
{
  int id = 0;
  const int code
      = ldap_search_ext (self->connection, self->server->base, LDAP_SCOPE_SUBTREE, filter,
                         attributes, FALSE, NULL, NULL, NULL, TANDEM_LDAP_MAX_RESULTS, &id);

  return code == LDAP_SUCCESS ? collect (self->connection, id, patience, found, truncated) : code;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return tandem_contact_compare (*(TandemContact *const *) a, *(TandemContact *const *) b);
}

GPtrArray *
tandem_ldap_client_search (TandemLdapClient *self,
                           const char *text,
                           guint timeout,
                           gboolean *truncated,
                           GCancellable *cancellable,
                           GError **error)
{
  const Patience patience
      = { g_get_monotonic_time () + (gint64) timeout * 1000, .cancellable = cancellable };
  g_autofree char *filter = tandem_ldap_make_filter (self->server->filter, text);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean kept = self->connection != NULL;
  gboolean more = FALSE;
  int code = LDAP_FILTER_ERROR;

  if (filter == NULL)
    {
      fail (code, error);
      return NULL;
    }
  if (!kept && !connect_to (self, &patience, error))
    return NULL;
  code = ask (self, filter, &patience, found, &more);
  if (code == LDAP_SERVER_DOWN && kept)
    {
      disconnect (self);
      g_ptr_array_set_size (found, 0);
      if (!connect_to (self, &patience, error))
        return NULL;
      code = ask (self, filter, &patience, found, &more);
    }
  if (code != LDAP_SUCCESS)
    {
      if (code != LDAP_USER_CANCELLED)
        disconnect (self);
      fail (code, error);
      return NULL;
    }
  g_ptr_array_sort (found, compare);
  *truncated = more;
  return g_steal_pointer (&found);
}
