/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "switchboard-struct.h"

#include "floor.h"
#include "phone-private.h"

#include <glib/gi18n.h>

#include <string.h>

/* Calls of a TandemSwitchboard that are joined: by us, by the server's conference, or because a far end asks
 * us to call somebody (REFER, RFC 3515). */

#define MAX_HEADER 1024

/* What a far end asks for, until it is answered; kept with its line. */
typedef struct
{
  guint tag;
  char *target;
  char *replaces;
  char *referred_by;
} Request;

/* The call that was made for it, until its end is known. */
typedef struct
{
  TandemSipClient *client;
  guint number; /* of the call that asked */
  guint tag;
  gulong handler;
} Report;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->target);
  g_free (request->replaces);
  g_free (request->referred_by);
  g_free (request);
}

static void
report_free (gpointer data, GClosure *closure)
{
  Report *report = data;

  g_object_unref (report->client);
  g_free (report);
}

static void
on_requested_call_state (TandemCall *call, GParamSpec *pspec, gpointer data)
{
  Report *report = data;
  const TandemCallState state = tandem_call_get_state (call);
  guint code = tandem_call_get_code (call);

  if (state == TANDEM_CALL_RINGING_THERE)
    {
      tandem_sip_client_report_referral (report->client, report->number, report->tag, 180, NULL);
      return;
    }
  if (state == TANDEM_CALL_CONNECTED)
    code = 200;
  else if (state != TANDEM_CALL_ENDED)
    return;
  else if (code < 300)
    code = 487;
  tandem_sip_client_report_referral (report->client, report->number, report->tag, code, NULL);
  g_signal_handler_disconnect (call, report->handler);
}

static void
follow (TandemSwitchboard *self, TandemCall *call, guint number, guint tag)
{
  Report *report = g_new0 (Report, 1);

  report->client = g_object_ref (self->client);
  report->number = number;
  report->tag = tag;
  report->handler = g_signal_connect_data (
      call, "notify::state", G_CALLBACK (on_requested_call_state), report, report_free, 0);
}

static void
add_header (GHashTable *headers, const char *name, const char *value)
{
  if (value != NULL && value[0] != '\0' && strlen (value) <= MAX_HEADER
      && strpbrk (value, "\r\n") == NULL)
    g_hash_table_insert (headers, g_strdup (name), g_strdup (value));
}

static void
refuse (TandemSwitchboard *self, TandemLine *line, guint tag, guint code)
{
  tandem_sip_client_answer_referral (self->client, tandem_line_get_number (line), tag, code);
}

/* code: of the refusal when the agent says no. */
static void
carry_out (TandemSwitchboard *self, TandemLine *line, Request *request)
{
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = tandem_phone_parse_target (self->phone, request->target, &error);
  TandemAccount *account = tandem_phone_find_account (
      self->phone, tandem_call_get_account (tandem_line_get_call (line)));
  TandemCall *call = NULL;

  add_header (headers, "Replaces", request->replaces);
  add_header (headers, "Referred-By", request->referred_by);
  if (uri != NULL && self->lines->len < TANDEM_MAX_CALLS)
    call = tandem_switchboard_call (self, account, uri, headers, NULL, &error);
  if (call == NULL)
    {
      g_message ("what the other side asked for cannot be called: %s",
                 error != NULL ? error->message : "too many calls");
      refuse (self, line, request->tag, uri != NULL ? 486 : 400);
      return;
    }
  tandem_sip_client_answer_referral (self->client, tandem_line_get_number (line), request->tag,
                                     202);
  follow (self, call, tandem_line_get_number (line), request->tag);
}

static void
answer_referral (TandemLine *line, gboolean accept, gpointer data)
{
  TandemSwitchboard *self = data;
  Request *request = g_object_steal_data (G_OBJECT (line), "request");

  if (request == NULL)
    return;
  if (self->client == NULL)
    g_debug ("the SIP thread has stopped");
  else if (accept)
    carry_out (self, line, request);
  else
    refuse (self, line, request->tag, 603);
  request_free (request);
}

/* A new request takes the place of one that nobody has answered. "domain": who asks belongs to it, and so
 * does the target; but with Replaces that is the Contact of a phone (RFC 5589 7.1), which says nothing. */
static void
take_referral (TandemLine *line, const TandemSipEvent *event, gpointer data)
{
  TandemSwitchboard *self = data;
  TandemCall *call = tandem_line_get_call (line);
  const char *account = tandem_call_get_account (call);
  g_autofree char *policy
      = tandem_configuration_get_string (self->configuration, "calls", "transfer-requests");
  g_autofree char *uri = NULL;
  Request *request;

  if (event->target != NULL)
    uri = tandem_phone_parse_target (self->phone, event->target, NULL);
  if (uri == NULL || g_str_equal (policy, "never")
      || tandem_call_get_state (call) != TANDEM_CALL_CONNECTED)
    {
      refuse (self, line, event->tag, uri == NULL ? 400 : 603);
      return;
    }
  answer_referral (line, FALSE, self);
  request = g_new0 (Request, 1);
  request->tag = event->tag;
  request->target = g_strdup (event->target);
  request->replaces = g_strdup (event->replaces_header);
  request->referred_by = g_strdup (event->referred_by);
  g_object_set_data_full (G_OBJECT (line), "request", request, request_free);
  if (g_str_equal (policy, "domain")
      && tandem_switchboard_is_own_domain (self, account, tandem_call_get_peer_uri (call))
      && (event->replaces_header != NULL || tandem_switchboard_is_own_domain (self, account, uri)))
    answer_referral (line, TRUE, self);
  else
    tandem_call_set_referral_target (call, event->target);
}

static char *
parse (const char *text, gpointer data, GError **error)
{
  TandemSwitchboard *self = data;

  return tandem_phone_parse_target (self->phone, text, error);
}

static guint
get_decline_code (gpointer data)
{
  TandemSwitchboard *self = data;

  return tandem_configuration_get_uint (self->configuration, "calls", "decline-code");
}

static void
on_transferred (TandemLine *line, guint other, gpointer data)
{
  TandemSwitchboard *self = data;
  TandemLine *taken = tandem_switchboard_find_line (self, other);
  g_autoptr (TandemCall) call = NULL;

  if (taken == NULL)
    return;
  call = g_object_ref (tandem_line_get_call (taken));
  tandem_sip_client_hang_up (self->client, other, NULL);
  tandem_call_end_transferred (call, tandem_call_get_title (tandem_line_get_call (line)));
}

const TandemLineHost tandem_switchboard_line_host = {
  .parse = parse,
  .get_decline_code = get_decline_code,
  .take_referral = take_referral,
  .answer_referral = answer_referral,
  .transferred = on_transferred,
};

/**
 * tandem_switchboard_connect:
 * @one: a call that is up
 * @other: another one, that may still ring there
 *
 * Joins the far ends. An early dialog cannot be taken over by a third party (RFC
 * 3891 4): the call that still rings is given up then, and called anew by the
 * far end of @one.
 */
gboolean
tandem_switchboard_connect (TandemSwitchboard *self,
                            TandemCall *one,
                            TandemCall *other,
                            GError **error)
{
  TandemLine *line = tandem_switchboard_find_line_of_call (self, one);
  TandemLine *taken = tandem_switchboard_find_line_of_call (self, other);
  g_autofree char *uri = g_strdup (tandem_call_get_peer_uri (other));
  g_autofree char *shown = g_strdup (tandem_call_get_title (other));

  if (line == NULL || taken == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("This call is over"));
      return FALSE;
    }
  if (tandem_call_get_state (other) == TANDEM_CALL_CONNECTED)
    tandem_line_transfer (line, NULL, tandem_line_get_number (taken), shown);
  else
    {
      tandem_call_hang_up (other, NULL);
      tandem_line_transfer (line, uri, 0, shown);
    }
  return TRUE;
}

/* The conference of the server */

gboolean
tandem_switchboard_has_conference_server (TandemSwitchboard *self)
{
  g_autofree char *address
      = tandem_configuration_get_string (self->configuration, "calls", "conference-address");

  return address[strspn (address, " ")] != '\0';
}

static TandemCall *
dial_conference (const char *address, gpointer data, GError **error)
{
  TandemSwitchboard *self = data;

  return tandem_phone_call (self->phone, address, error);
}

static void
hand_on (TandemCall *party, TandemCall *focus, gpointer data)
{
  TandemSwitchboard *self = data;
  TandemLine *line = tandem_switchboard_find_line_of_call (self, party);
  TandemLine *led = tandem_switchboard_find_line_of_call (self, focus);
  const char *target = led != NULL ? tandem_line_get_focus (led) : NULL;

  if (line != NULL)
    tandem_line_transfer (line, target != NULL ? target : tandem_call_get_peer_uri (focus), 0,
                          _ ("the conference"));
}

static void
on_conference_failed (const char *words, gpointer data)
{
  TandemSwitchboard *self = data;

  if (self->phone != NULL)
    tandem_phone_report_error (self->phone, words);
}

static const TandemConferenceHost conference_host = {
  .dial = dial_conference,
  .hand_on = hand_on,
  .failed = on_conference_failed,
};

gboolean
tandem_switchboard_merge_at_server (TandemSwitchboard *self, TandemCall *call, GError **error)
{
  g_autofree char *address
      = tandem_configuration_get_string (self->configuration, "calls", "conference-address");

  if (tandem_call_get_state (call) != TANDEM_CALL_CONNECTED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("Only calls that are up can be merged"));
      return FALSE;
    }
  if (self->conference == NULL)
    self->conference = tandem_conference_new (&conference_host, self);
  return tandem_conference_merge (self->conference, call,
                                  tandem_phone_get_active_call (self->phone), address, error);
}
