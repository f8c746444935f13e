/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line-struct.h"

#include "target.h"

#include <glib/gi18n.h>

/* TandemLine: see line.h. */

G_DEFINE_FINAL_TYPE (TandemLine, tandem_line, G_TYPE_OBJECT)

enum
{
  CHANGED,
  DIGIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
tandem_line_report_change (TandemLine *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_codec (TandemLine *self)
{
  g_autofree char *codec = NULL;

  g_object_get (self->leg, "codec", &codec, NULL);
  tandem_call_set_codec (self->call, codec);
}

void
tandem_line_drop_leg (TandemLine *self)
{
  if (self->leg == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->leg, self);
  tandem_leg_stop (self->leg);
  g_clear_object (&self->leg);
}

static void
on_remote_hold (TandemLine *self)
{
  gboolean held;

  g_object_get (self->leg, "remote-hold", &held, NULL);
  if (held)
    tandem_line_end_silence (self);
  tandem_call_set_held_there (self->call, held);
}

static void
on_rtp_started (TandemLine *self)
{
  self->heard = TRUE;
  tandem_line_report_change (self);
}

static void
on_leg_failed (TandemLine *self, const char *message)
{
  g_message ("sound of call %u: %s", self->number, message);
  tandem_call_set_notice (self->call, _ ("The sound of this call has failed"));
}

static void
take_digit (TandemLine *self, char digit)
{
  tandem_call_add_received_digit (self->call, digit);
  g_signal_emit (self, signals[DIGIT], 0, digit);
}

static void
on_dtmf (TandemLine *self, guint digit)
{
  take_digit (self, (char) digit);
}

/* On our hold the leg is silent by itself, from the moment that the far end is told. */
void
tandem_line_apply_ears (TandemLine *self)
{
  const gboolean held = (tandem_call_get_hold (self->call) & TANDEM_HOLD_LOCAL) != 0;
  const gboolean silent = tandem_call_is_apart (self->call) || (held && !self->told_of_hold);

  if (self->leg == NULL)
    return;
  g_object_set (self->leg, "muted", silent || tandem_call_get_muted (self->call), NULL);
  tandem_leg_set_heard (self->leg, !silent && !tandem_call_is_party_muted (self->call));
  tandem_leg_set_in_conference (self->leg, !silent && tandem_call_is_in_conference (self->call));
}

gboolean
tandem_line_make_leg (TandemLine *self, GError **error)
{
  g_autofree char *address = NULL;

  if (self->leg != NULL)
    return TRUE;
  address
      = tandem_sip_client_get_local_address (self->client, tandem_call_get_account (self->call));
  self->leg = tandem_leg_new (self->engine, address, error);
  if (self->leg == NULL)
    return FALSE;
  g_free (self->leg_address);
  self->leg_address = g_steal_pointer (&address);
  tandem_line_apply_ears (self);
  g_signal_connect_swapped (self->leg, "notify::codec", G_CALLBACK (on_codec), self);
  g_signal_connect_swapped (self->leg, "notify::remote-hold", G_CALLBACK (on_remote_hold), self);
  g_signal_connect_swapped (self->leg, "rtp-started", G_CALLBACK (on_rtp_started), self);
  g_signal_connect_swapped (self->leg, "rtp-timeout", G_CALLBACK (tandem_line_on_rtp_timeout),
                            self);
  g_signal_connect_swapped (self->leg, "failed", G_CALLBACK (on_leg_failed), self);
  g_signal_connect_swapped (self->leg, "dtmf", G_CALLBACK (on_dtmf), self);
  return TRUE;
}

/* The SIP thread lets go of the leg wherever it likes; a leg ends on the main thread. */
static gboolean
on_leg_let_go (gpointer data)
{
  g_object_unref (data);
  return G_SOURCE_REMOVE;
}

static void
let_go_of_leg (gpointer data)
{
  g_idle_add (on_leg_let_go, data);
}

static char *
answer_on_sip_thread (const char *offer, gpointer data)
{
  return tandem_leg_answer_offer_threadsafe (data, offer);
}

static gboolean
send_invite (TandemLine *self, const char *uri, GError **error)
{
  g_autofree char *offer = NULL;

  if (!tandem_line_make_leg (self, error))
    return FALSE;
  if (!self->late_offer)
    {
      offer = tandem_leg_create_offer (self->leg);
      if (offer == NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                               _ ("No codec is available: install the missing GStreamer plugins"));
          return FALSE;
        }
    }
  tandem_sip_client_call_with_headers (
      self->client, self->number, tandem_call_get_account (self->call), uri, offer,
      answer_on_sip_thread, g_object_ref (self->leg), let_go_of_leg, self->headers);
  return TRUE;
}

static gboolean
answer (TandemCall *call, gpointer data, GError **error)
{
  g_autoptr (TandemLine) self = g_object_ref (data);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *sdp = tandem_line_make_answer (self, &local_error);

  if (sdp == NULL)
    {
      const char *words = _ ("This call cannot be answered: no codec in common");

      g_message ("answering call %u: %s", self->number,
                 local_error != NULL ? local_error->message : "?");
      tandem_sip_client_decline (self->client, self->number, 488, NULL);
      tandem_line_drop_leg (self);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, words);
      tandem_call_fail (call, words);
      return FALSE;
    }
  tandem_sip_client_answer (self->client, self->number, sdp);
  if (self->offer != NULL)
    tandem_leg_start (self->leg);
  return TRUE;
}

static void
decline (TandemCall *call, guint code, gpointer data)
{
  TandemLine *self = data;

  if (code == 0)
    code = self->host != NULL ? self->host->get_decline_code (self->host_data) : 603;
  tandem_line_drop_leg (self);
  tandem_sip_client_decline (self->client, self->number, code, NULL);
}

/* (transfer full) (nullable) */
static char *
parse (TandemLine *self, const char *text, GError **error)
{
  return self->host != NULL ? self->host->parse (text, self->host_data, error)
                            : tandem_target_parse (text, NULL, TRUE, error);
}

static gboolean
redirect (TandemCall *call, const char *text, gpointer data, GError **error)
{
  TandemLine *self = data;
  g_autofree char *uri = parse (self, text, error);

  if (uri == NULL)
    return FALSE;
  tandem_line_drop_leg (self);
  tandem_sip_client_redirect (self->client, self->number, uri);
  return TRUE;
}

static void
hang_up (TandemCall *call, gpointer data)
{
  TandemLine *self = data;

  tandem_line_drop_leg (self);
  tandem_sip_client_hang_up (self->client, self->number, NULL);
}

static void
set_muted (TandemCall *call, gboolean muted, gpointer data)
{
  tandem_line_apply_ears (data);
}

static void
set_in_conference (TandemCall *call, gboolean in_conference, gpointer data)
{
  tandem_line_apply_ears (data);
}

static gboolean
send_dtmf (TandemCall *call, const char *digits, gpointer data, GError **error)
{
  return tandem_line_send_keys (data, digits, error);
}

static gboolean
set_hold (TandemCall *call, gboolean hold, gpointer data, GError **error)
{
  return tandem_line_set_hold (data, hold, error);
}

static void
set_apart (TandemCall *call, gpointer data)
{
  tandem_line_take_apart (data);
  tandem_line_report_change (data);
}

static gboolean
transfer (TandemCall *call, const char *text, gpointer data, GError **error)
{
  TandemLine *self = data;
  g_autofree char *uri = parse (self, text, error);

  if (uri == NULL)
    return FALSE;
  tandem_line_transfer (self, uri, 0, text);
  return TRUE;
}

static void
answer_referral (TandemCall *call, gboolean accept, gpointer data)
{
  TandemLine *self = data;

  if (self->host != NULL)
    self->host->answer_referral (self, accept, self->host_data);
}

static gboolean
follow (TandemCall *call, const char *target, gpointer data, GError **error)
{
  TandemLine *self = data;
  g_autofree char *uri = tandem_target_parse (target, NULL, TRUE, error);

  if (uri == NULL)
    return FALSE;
  self->number = tandem_sip_client_next_call_id (self->client);
  self->far_end_rings = FALSE;
  self->heard = FALSE;
  tandem_line_forget_keys (self);
  tandem_line_drop_leg (self);
  return send_invite (self, uri, error);
}

static const TandemCallActions actions = {
  .answer = answer,
  .decline = decline,
  .redirect = redirect,
  .hang_up = hang_up,
  .set_muted = set_muted,
  .send_dtmf = send_dtmf,
  .set_hold = set_hold,
  .follow = follow,
  .set_apart = set_apart,
  .transfer = transfer,
  .set_in_conference = set_in_conference,
  .set_party_muted = set_in_conference,
  .answer_referral = answer_referral,
};

static void
take_contact (TandemLine *self, const TandemSipEvent *event)
{
  self->focus = event->focus;
  if (event->remote_target == NULL)
    return;
  g_free (self->remote_target);
  self->remote_target = g_strdup (event->remote_target);
}

/* It is up. Whoever answers while somebody else is talked with is on hold at once. */
static void
on_connected (TandemLine *self)
{
  if (tandem_call_is_apart (self->call)
      || (tandem_call_get_hold (self->call) & TANDEM_HOLD_LOCAL) != 0)
    tandem_line_take_apart (self);
  tandem_line_send_post_dial (self);
}

static void
take_call_event (TandemLine *self, const TandemSipEvent *event)
{
  const gboolean was_up = tandem_call_get_state (self->call) == TANDEM_CALL_CONNECTED;

  if (event->state == TANDEM_SIP_CALL_CONNECTED && was_up
      && tandem_line_take_result_of_change (self, event))
    return;
  switch (event->state)
    {
    case TANDEM_SIP_CALL_RINGING:
      self->far_end_rings = TRUE;
      break;
    case TANDEM_SIP_CALL_EARLY_MEDIA:
      self->far_end_rings = self->far_end_rings || event->code == 180;
      tandem_line_take_answer (self, event->sdp);
      break;
    case TANDEM_SIP_CALL_DISCONNECTED:
      self->far_end_rings = FALSE;
      self->heard = FALSE;
      break;
    case TANDEM_SIP_CALL_CONNECTED:
      take_contact (self, event);
      if (!tandem_line_take_answer (self, event->sdp))
        {
          tandem_line_drop_leg (self);
          tandem_sip_client_hang_up (self->client, self->number, NULL);
          tandem_call_fail (self->call,
                            _ ("The other side cannot talk with this phone: no codec in common"));
          return;
        }
      break;
    case TANDEM_SIP_CALL_ENDED:
      tandem_line_drop_leg (self);
      break;
    case TANDEM_SIP_CALL_TRYING:
    case TANDEM_SIP_CALL_ANSWERING:
    case TANDEM_SIP_CALL_REDIRECT:
    default:
      break;
    }
  tandem_call_handle_event (self->call, event);
  if (!was_up && tandem_call_get_state (self->call) == TANDEM_CALL_CONNECTED)
    on_connected (self);
}

static void
take_request_event (TandemLine *self, const TandemSipEvent *event)
{
  if (self->alive_tag != 0 && event->tag == self->alive_tag)
    tandem_line_take_alive (self, event);
  else if (self->info != NULL)
    tandem_key_tones_handle_event (self->info, event);
}

/* What the server wants counts as if the agent had done it; where it does not fit, nothing happens. */
static void
take_remote_control (TandemLine *self, const char *what)
{
  const TandemCallState state = tandem_call_get_state (self->call);
  const gboolean held = (tandem_call_get_hold (self->call) & TANDEM_HOLD_LOCAL) != 0;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (what, "talk") == 0 && state == TANDEM_CALL_RINGING_HERE)
    tandem_call_answer (self->call, &error);
  else if ((g_strcmp0 (what, "talk") == 0 || g_strcmp0 (what, "retrieve") == 0) && held)
    tandem_call_retrieve (self->call, &error);
  else if (g_strcmp0 (what, "hold") == 0 && state == TANDEM_CALL_CONNECTED && !held
           && !tandem_call_is_hold_pending (self->call))
    tandem_call_hold (self->call, &error);
  if (error != NULL)
    g_message ("the server wants call %u to %s: %s", self->number, what, error->message);
}

static void
tandem_line_dispose (GObject *object)
{
  TandemLine *self = TANDEM_LINE (object);

  tandem_line_close (self);
  g_clear_object (&self->call);
  g_clear_object (&self->client);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (tandem_line_parent_class)->dispose (object);
}

static void
tandem_line_finalize (GObject *object)
{
  TandemLine *self = TANDEM_LINE (object);

  g_free (self->offer);
  g_free (self->early_answer);
  g_free (self->leg_address);
  g_free (self->remote_target);
  g_free (self->post_dial);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_free (self->transfer_uri);
  g_free (self->transfer_shown);
  tandem_line_forget_keys (self);
  G_OBJECT_CLASS (tandem_line_parent_class)->finalize (object);
}

static void
tandem_line_class_init (TandemLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_line_dispose;
  object_class->finalize = tandem_line_finalize;

  signals[CHANGED] = g_signal_new ("changed", TANDEM_TYPE_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[DIGIT] = g_signal_new ("digit", TANDEM_TYPE_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_UCHAR);
}

static void
tandem_line_init (TandemLine *self)
{
}

TandemLine *
tandem_line_new (TandemCall *call, TandemSipClient *client, TandemMediaEngine *engine, guint number)
{
  TandemLine *self = g_object_new (TANDEM_TYPE_LINE, NULL);

  self->call = g_object_ref (call);
  self->client = g_object_ref (client);
  self->engine = g_object_ref (engine);
  self->number = number;
  tandem_call_set_actions (call, &actions, self);
  g_signal_connect_swapped (call, "notify::duration", G_CALLBACK (tandem_line_watch_silence), self);
  return self;
}

void
tandem_line_set_host (TandemLine *self, const TandemLineHost *host, gpointer data)
{
  self->host = host;
  self->host_data = data;
}

TandemCall *
tandem_line_get_call (TandemLine *self)
{
  return self->call;
}

guint
tandem_line_get_number (TandemLine *self)
{
  return self->number;
}

const char *
tandem_line_get_focus (TandemLine *self)
{
  return self->focus ? self->remote_target : NULL;
}

void
tandem_line_set_headers (TandemLine *self, GHashTable *headers)
{
  g_clear_pointer (&self->headers, g_hash_table_unref);
  self->headers = headers != NULL ? g_hash_table_ref (headers) : NULL;
}

void
tandem_line_set_post_dial (TandemLine *self, const char *keys)
{
  g_free (self->post_dial);
  self->post_dial = g_strdup (keys);
}

gboolean
tandem_line_prepare (TandemLine *self, GError **error)
{
  return tandem_line_make_leg (self, error);
}

gboolean
tandem_line_dial (TandemLine *self, const char *uri, gboolean late_offer, GError **error)
{
  self->late_offer = late_offer;
  return send_invite (self, uri, error);
}

void
tandem_line_handle_event (TandemLine *self, const TandemSipEvent *event)
{
  g_object_ref (self);
  switch (event->type)
    {
    case TANDEM_SIP_EVENT_INCOMING:
      g_free (self->offer);
      self->offer = g_strdup (event->sdp);
      tandem_call_handle_event (self->call, event);
      break;
    case TANDEM_SIP_EVENT_OFFER:
      tandem_line_take_offer (self, event->sdp);
      break;
    case TANDEM_SIP_EVENT_MOVED:
      tandem_line_move (self);
      break;
    case TANDEM_SIP_EVENT_REQUEST:
      take_request_event (self, event);
      break;
    case TANDEM_SIP_EVENT_CALL:
      take_call_event (self, event);
      break;
    case TANDEM_SIP_EVENT_TRANSFER:
      tandem_line_take_transfer (self, event);
      break;
    case TANDEM_SIP_EVENT_REFERRAL:
      if (self->host != NULL)
        self->host->take_referral (self, event, self->host_data);
      else
        tandem_sip_client_answer_referral (self->client, self->number, event->tag, 603);
      break;
    case TANDEM_SIP_EVENT_REMOTE_CONTROL:
      take_remote_control (self, event->text);
      break;
    case TANDEM_SIP_EVENT_DIGIT:
      if (event->text != NULL && event->text[0] != '\0')
        take_digit (self, event->text[0]);
      break;
    default:
      break;
    }
  tandem_line_report_change (self);
  g_object_unref (self);
}

gboolean
tandem_line_can_answer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;

  if (sdp == NULL || !tandem_line_make_leg (self, NULL))
    return TRUE;
  g_free (self->early_answer);
  self->early_answer = tandem_leg_answer_offer (self->leg, sdp, &error);
  if (self->early_answer != NULL)
    return TRUE;
  g_message ("call %u is refused: %s", self->number, error->message);
  tandem_line_drop_leg (self);
  return FALSE;
}

void
tandem_line_set_dtmf_method (TandemLine *self, TandemDtmfMethod method)
{
  self->dtmf_method = method;
}

void
tandem_line_set_inactivity_timeout (TandemLine *self, guint seconds)
{
  self->inactivity = seconds;
}

guint
tandem_line_next_tag (void)
{
  static guint last;

  if (++last == 0)
    last = 1;
  return last;
}

gboolean
tandem_line_wants_ringback (TandemLine *self)
{
  const TandemCallState state = tandem_call_get_state (self->call);

  return (state == TANDEM_CALL_RINGING_THERE || state == TANDEM_CALL_EARLY_MEDIA)
         && self->far_end_rings && !self->heard && !tandem_call_is_apart (self->call);
}

gboolean
tandem_line_wants_ringing (TandemLine *self)
{
  return tandem_call_get_state (self->call) == TANDEM_CALL_RINGING_HERE;
}

gboolean
tandem_line_get_statistics (TandemLine *self, TandemLegStatistics *statistics)
{
  if (self->leg == NULL)
    return FALSE;
  tandem_leg_get_statistics (self->leg, statistics);
  return TRUE;
}

void
tandem_line_close (TandemLine *self)
{
  if (self->call != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->call, self);
      tandem_call_set_actions (self->call, NULL, NULL);
    }
  tandem_line_forget_keys (self);
  tandem_line_drop_leg (self);
}
