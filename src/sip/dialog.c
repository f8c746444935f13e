/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog.h"

#include "hop.h"
#include "message.h"

#include <string.h>

/* See dialog.h. */

/* Requests along a longer way would not leave the library; see TANDEM_SIP_MAX_HEADERS. */
#define MAX_ROUTE_BYTES 8000

static char *
make_key (const char *call_id, const char *local_tag, const char *remote_tag)
{
  return g_strdup_printf ("%s\n%s\n%s", call_id, local_tag, remote_tag != NULL ? remote_tag : "");
}

/* FALSE: there is no usable Contact, and the one that was known stays. */
static gboolean
take_contact (TandemSipDialog *self, belle_sip_message_t *message)
{
  belle_sip_header_contact_t *contact
      = belle_sip_message_get_header_by_type (message, belle_sip_header_contact_t);
  belle_sip_uri_t *uri;
  char *text;

  if (contact == NULL || belle_sip_header_contact_is_wildcard (contact))
    return FALSE;
  uri = belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (contact));
  if (uri == NULL || belle_sip_uri_get_host (uri) == NULL)
    return FALSE;
  text = belle_sip_uri_to_string (uri);
  g_free (self->target);
  self->target = g_strdup (text);
  self->focus = belle_sip_parameters_has_parameter (BELLE_SIP_PARAMETERS (contact), "isfocus") != 0;
  belle_sip_free (text);
  return TRUE;
}

static GPtrArray *
record_routes (belle_sip_message_t *message, gboolean reversed)
{
  g_auto (GStrv) values = tandem_sip_get_all (message, "Record-Route");
  GPtrArray *routes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; values[i] != NULL; i++)
    g_ptr_array_insert (routes, reversed ? 0 : -1, g_strdup (values[i]));
  return routes;
}

static TandemSipDialog *
dialog_new (TandemSipAccount *account, const TandemCandidate *candidate)
{
  TandemSipDialog *self = g_new0 (TandemSipDialog, 1);

  g_atomic_ref_count_init (&self->refs);
  self->engine = account->engine;
  self->account = account;
  self->candidate = *candidate;
  return self;
}

static gboolean
is_long (TandemSipDialog *self)
{
  gsize bytes = strlen (self->target);

  for (guint i = 0; i < self->routes->len; i++)
    bytes += strlen (g_ptr_array_index (self->routes, i)) + strlen ("Route: \r\n");
  return bytes > MAX_ROUTE_BYTES;
}

static TandemSipDialog *
publish (TandemSipDialog *self)
{
  if (self->call_id == NULL || self->local_tag == NULL || self->local == NULL
      || self->remote == NULL || self->target == NULL || is_long (self))
    {
      tandem_sip_dialog_unref (self);
      return NULL;
    }
  self->key = make_key (self->call_id, self->local_tag, self->remote_tag);
  if (!g_hash_table_contains (self->engine->dialogs, self->key))
    g_hash_table_insert (self->engine->dialogs, g_strdup (self->key), self);
  return self;
}

static GStrv
credentials_of (belle_sip_request_t *invite)
{
  static const char *const names[] = { "Authorization", "Proxy-Authorization" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GStrv) values = tandem_sip_get_all (BELLE_SIP_MESSAGE (invite), names[i]);

      for (guint j = 0; values[j] != NULL; j++)
        {
          g_strv_builder_add (builder, names[i]);
          g_strv_builder_add (builder, values[j]);
        }
    }
  return g_strv_builder_end (builder);
}

TandemSipDialog *
tandem_sip_dialog_new_from_response (TandemSipAccount *account,
                                     belle_sip_request_t *invite,
                                     belle_sip_response_t *response,
                                     const TandemCandidate *candidate)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  belle_sip_header_from_t *from
      = belle_sip_message_get_header_by_type (message, belle_sip_header_from_t);
  belle_sip_header_to_t *to = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);
  TandemSipDialog *self;

  if (from == NULL || to == NULL || tandem_sip_to_tag (message) == NULL)
    return NULL;
  self = dialog_new (account, candidate);
  self->initiator = TRUE;
  self->call_id = g_strdup (tandem_sip_call_id (message));
  self->local_tag = g_strdup (tandem_sip_from_tag (message));
  self->remote_tag = g_strdup (tandem_sip_to_tag (message));
  self->local = tandem_sip_address_text (BELLE_SIP_HEADER_ADDRESS (from));
  self->remote = tandem_sip_address_text (BELLE_SIP_HEADER_ADDRESS (to));
  take_contact (self, message);
  self->routes = record_routes (message, TRUE);
  self->local_cseq = tandem_sip_cseq (BELLE_SIP_MESSAGE (invite));
  self->allows_update = tandem_sip_has_token (message, "Allow", "UPDATE");
  self->credentials = credentials_of (invite);
  return publish (self);
}

TandemSipDialog *
tandem_sip_dialog_new_from_request (TandemSipAccount *account,
                                    belle_sip_request_t *invite,
                                    const char *local_tag,
                                    const TandemCandidate *candidate)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (invite);
  belle_sip_header_from_t *from
      = belle_sip_message_get_header_by_type (message, belle_sip_header_from_t);
  belle_sip_header_to_t *to = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);
  TandemSipDialog *self;

  if (from == NULL || to == NULL)
    return NULL;
  self = dialog_new (account, candidate);
  self->call_id = g_strdup (tandem_sip_call_id (message));
  self->local_tag = g_strdup (local_tag);
  self->remote_tag = g_strdup (tandem_sip_from_tag (message));
  self->local = tandem_sip_address_text (BELLE_SIP_HEADER_ADDRESS (to));
  self->remote = tandem_sip_address_text (BELLE_SIP_HEADER_ADDRESS (from));
  take_contact (self, message);
  self->routes = record_routes (message, FALSE);
  self->remote_cseq = tandem_sip_cseq (message);
  self->has_remote_cseq = TRUE;
  self->local_cseq = (guint) g_rand_int_range (account->engine->rand, 1, 1000);
  self->allows_update = tandem_sip_has_token (message, "Allow", "UPDATE");
  return publish (self);
}

TandemSipDialog *
tandem_sip_dialog_ref (TandemSipDialog *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tandem_sip_dialog_unref (TandemSipDialog *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->key != NULL && g_hash_table_lookup (self->engine->dialogs, self->key) == self)
    g_hash_table_remove (self->engine->dialogs, self->key);
  g_free (self->call_id);
  g_free (self->local_tag);
  g_free (self->remote_tag);
  g_free (self->local);
  g_free (self->remote);
  g_free (self->target);
  g_clear_pointer (&self->routes, g_ptr_array_unref);
  g_strfreev (self->credentials);
  g_free (self->key);
  g_free (self);
}

TandemSipDialog *
tandem_sip_dialog_find (TandemEngine *engine, belle_sip_message_t *request)
{
  const char *call_id = tandem_sip_call_id (request);
  const char *to_tag = tandem_sip_to_tag (request);
  g_autofree char *key = NULL;

  if (call_id == NULL || to_tag == NULL)
    return NULL;
  key = make_key (call_id, to_tag, tandem_sip_from_tag (request));
  return g_hash_table_lookup (engine->dialogs, key);
}

TandemSipDialog *
tandem_sip_dialog_find_by_response (TandemEngine *engine, belle_sip_message_t *response)
{
  const char *call_id = tandem_sip_call_id (response);
  const char *from_tag = tandem_sip_from_tag (response);
  g_autofree char *key = NULL;

  if (call_id == NULL || from_tag == NULL)
    return NULL;
  key = make_key (call_id, from_tag, tandem_sip_to_tag (response));
  return g_hash_table_lookup (engine->dialogs, key);
}

void
tandem_sip_dialog_confirm (TandemSipDialog *self,
                           belle_sip_request_t *invite,
                           belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);

  g_ptr_array_unref (self->routes);
  self->routes = record_routes (message, TRUE);
  self->local_cseq = MAX (self->local_cseq, tandem_sip_cseq (BELLE_SIP_MESSAGE (invite)));
  tandem_sip_dialog_take_credentials (self, invite);
  tandem_sip_dialog_refresh (self, message);
}

void
tandem_sip_dialog_take_credentials (TandemSipDialog *self, belle_sip_request_t *invite)
{
  g_strfreev (self->credentials);
  self->credentials = credentials_of (invite);
}

void
tandem_sip_dialog_refresh (TandemSipDialog *self, belle_sip_message_t *message)
{
  if (tandem_sip_has_token (message, "Allow", "UPDATE"))
    self->allows_update = TRUE;
  take_contact (self, message);
}

gboolean
tandem_sip_dialog_accept_cseq (TandemSipDialog *self, belle_sip_request_t *request)
{
  guint cseq = tandem_sip_cseq (BELLE_SIP_MESSAGE (request));

  if (self->has_remote_cseq && cseq <= self->remote_cseq)
    return FALSE;
  self->has_remote_cseq = TRUE;
  self->remote_cseq = cseq;
  return TRUE;
}

static belle_sip_request_t *
make (TandemSipDialog *self, const char *method, guint cseq)
{
  belle_sip_request_t *request
      = tandem_sip_request_new (method, self->target, self->call_id, cseq, self->local,
                                self->local_tag, self->remote, self->remote_tag, 70);

  if (request == NULL)
    return NULL;
  for (guint i = 0; i < self->routes->len; i++)
    {
      if (!tandem_sip_add (BELLE_SIP_MESSAGE (request), "Route",
                           g_ptr_array_index (self->routes, i)))
        return NULL;
    }
  return request;
}

TandemErrand *
tandem_sip_dialog_new_errand (TandemSipDialog *self,
                              TandemOperationKind kind,
                              const TandemErrandFuncs *funcs,
                              gpointer data)
{
  TandemErrand *errand = tandem_errand_new (self->account, kind, funcs, data);

  tandem_errand_set_preferred (errand, &self->candidate);
  tandem_errand_set_in_dialog (errand);
  if (!tandem_sip_account_has (self->account, &self->candidate))
    tandem_errand_set_candidates (errand, &self->candidate, 1);
  return errand;
}

belle_sip_request_t *
tandem_sip_dialog_make_request (TandemSipDialog *self, const char *method)
{
  return make (self, method, ++self->local_cseq);
}

belle_sip_request_t *
tandem_sip_dialog_make_ack (TandemSipDialog *self, guint cseq, const char *sdp)
{
  TandemSipAccount *account = self->account;
  belle_sip_request_t *ack = make (self, "ACK", cseq);

  if (ack == NULL)
    return NULL;
  for (guint i = 0; self->credentials != NULL && self->credentials[i] != NULL; i += 2)
    tandem_sip_add (BELLE_SIP_MESSAGE (ack), self->credentials[i], self->credentials[i + 1]);
  belle_sip_message_add_header (
      BELLE_SIP_MESSAGE (ack),
      BELLE_SIP_HEADER (tandem_sip_account_make_contact (account, &self->candidate, -1)));
  if (sdp != NULL)
    tandem_sip_set_sdp (BELLE_SIP_MESSAGE (ack), sdp);
  tandem_engine_sign (self->engine, BELLE_SIP_MESSAGE (ack));
  if (!tandem_hop_prepare (ack, &self->candidate, account->name,
                           (const TandemCandidate *) (void *) account->candidates->data,
                           account->candidates->len, TRUE))
    return NULL;
  return (belle_sip_request_t *) belle_sip_object_ref (ack);
}
