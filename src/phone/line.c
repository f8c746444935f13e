/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line.h"

#include "key-tones.h"
#include "reason-words.h"
#include "target.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemLine: see line.h. The session changes one step at a time: what is wanted while a change is under
 * way waits for its end. */

#define MOVE_GRACE (20 * G_USEC_PER_SEC) /* after a network change sound may come late */

typedef enum
{
  CHANGE_NONE,
  CHANGE_HOLD,
  CHANGE_RETRIEVE,
  CHANGE_ADDRESS,
} Change;

struct _TandemLine
{
  GObject parent_instance;

  TandemCall *call;
  TandemSipClient *client;
  TandemMediaEngine *engine;
  TandemLeg *leg;
  char *leg_address;
  guint number;
  char *offer;        /* of an incoming call; NULL: it brought none */
  char *early_answer; /* to it, made while it rings */
  gboolean late_offer;
  gboolean far_end_rings;
  gboolean heard;
  Change change;      /* under way */
  Change next_hold;   /* wanted meanwhile; CHANGE_NONE: nothing */
  gboolean next_move; /* the network changed meanwhile */
  TandemKeyTones *keys;
  TandemDtmfMethod dtmf_method;

  guint inactivity; /* s without sound until the signalling is asked */
  gboolean silent;
  guint64 packets_at_silence;
  gint64 silent_since;
  gint64 moved_at;
  guint alive_tag; /* the question whether the other side is still there; 0: none */
  gint64 asked_at;
};

G_DEFINE_FINAL_TYPE (TandemLine, tandem_line, G_TYPE_OBJECT)

enum
{
  CHANGED,
  DIGIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed (TandemLine *self)
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

static void
drop_leg (TandemLine *self)
{
  if (self->leg == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->leg, self);
  tandem_leg_stop (self->leg);
  g_clear_object (&self->leg);
}

static void
end_silence (TandemLine *self)
{
  if (!self->silent)
    return;
  self->silent = FALSE;
  tandem_call_set_notice (self->call, NULL);
}

static void
on_remote_hold (TandemLine *self)
{
  gboolean held;

  g_object_get (self->leg, "remote-hold", &held, NULL);
  if (held)
    end_silence (self);
  tandem_call_set_held_there (self->call, held);
}

static void
on_rtp_started (TandemLine *self)
{
  self->heard = TRUE;
  changed (self);
}

/* Nothing was heard for long: does the far end still know this call? (RFC 3261 11: an OPTIONS within
 * the dialog.) */
static void
ask_whether_alive (TandemLine *self)
{
  if (self->alive_tag != 0)
    return;
  self->asked_at = g_get_monotonic_time ();
  self->alive_tag = tandem_line_next_tag ();
  tandem_sip_client_request (self->client, self->number, self->alive_tag, "OPTIONS", NULL, NULL,
                             NULL);
}

static void
on_rtp_timeout (TandemLine *self)
{
  TandemLegStatistics statistics = { 0 };

  if (tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE)
    return;
  tandem_leg_get_statistics (self->leg, &statistics);
  self->packets_at_silence = statistics.packets_received;
  if (!self->silent)
    self->silent_since = g_get_monotonic_time ();
  self->silent = TRUE;
  tandem_call_set_notice (self->call, _ ("No sound arrives from the other side"));
  ask_whether_alive (self);
}

static gboolean
is_still_silent (TandemLine *self)
{
  TandemLegStatistics statistics = { 0 };

  if (!self->silent || self->leg == NULL)
    return FALSE;
  tandem_leg_get_statistics (self->leg, &statistics);
  return statistics.packets_received == self->packets_at_silence;
}

/* Once a second while connected. */
static void
on_duration (TandemLine *self)
{
  if (!self->silent || self->leg == NULL)
    return;
  if (!is_still_silent (self))
    end_silence (self);
  else if (g_get_monotonic_time () - self->asked_at >= self->inactivity * G_USEC_PER_SEC)
    ask_whether_alive (self);
}

/* Media is truth: only when the sound and the signalling are both gone, is the call. */
static void
take_alive (TandemLine *self, const TandemSipEvent *event)
{
  const gboolean gone = event->code == 0 || event->code == 408 || event->code == 481;

  self->alive_tag = 0;
  if (!gone || !is_still_silent (self) || tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE
      || g_get_monotonic_time () - self->moved_at < MOVE_GRACE)
    return;
  drop_leg (self);
  tandem_sip_client_hang_up (self->client, self->number, NULL);
  tandem_call_fail (self->call, _ ("The connection to the other side was lost: neither sound nor "
                                   "an answer came from there"));
}

static void
on_keys_failed (gpointer data)
{
  TandemLine *self = data;

  tandem_call_set_notice (self->call, _ ("The key tones did not get through"));
}

static void
on_leg_failed (TandemLine *self, const char *message)
{
  g_message ("sound of call %u: %s", self->number, message);
  tandem_call_set_notice (self->call, _ ("The sound of this call has failed"));
}

static void
on_dtmf (TandemLine *self, guint digit)
{
  tandem_call_add_received_digit (self->call, (char) digit);
  g_signal_emit (self, signals[DIGIT], 0, digit);
}

static gboolean
make_leg (TandemLine *self, GError **error)
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
  g_object_set (self->leg, "muted", tandem_call_get_muted (self->call), NULL);
  g_signal_connect_swapped (self->leg, "notify::codec", G_CALLBACK (on_codec), self);
  g_signal_connect_swapped (self->leg, "notify::remote-hold", G_CALLBACK (on_remote_hold), self);
  g_signal_connect_swapped (self->leg, "rtp-started", G_CALLBACK (on_rtp_started), self);
  g_signal_connect_swapped (self->leg, "rtp-timeout", G_CALLBACK (on_rtp_timeout), self);
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

  if (!make_leg (self, error))
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
  tandem_sip_client_call (self->client, self->number, tandem_call_get_account (self->call), uri,
                          offer, answer_on_sip_thread, g_object_ref (self->leg), let_go_of_leg);
  return TRUE;
}

/* (transfer full) (nullable): what was made while it rang, unless the network has changed since. */
static char *
take_early_answer (TandemLine *self)
{
  g_autofree char *sdp = g_steal_pointer (&self->early_answer);
  g_autofree char *address = NULL;

  if (sdp == NULL)
    return NULL;
  address
      = tandem_sip_client_get_local_address (self->client, tandem_call_get_account (self->call));
  if (g_strcmp0 (address, self->leg_address) == 0)
    return g_steal_pointer (&sdp);
  drop_leg (self);
  return NULL;
}

static gboolean
answer (TandemCall *call, gpointer data, GError **error)
{
  g_autoptr (TandemLine) self = g_object_ref (data);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *sdp = take_early_answer (self);

  if (sdp == NULL && make_leg (self, &local_error))
    {
      if (self->offer != NULL)
        sdp = tandem_leg_answer_offer (self->leg, self->offer, &local_error);
      else
        sdp = tandem_leg_create_offer (self->leg);
    }
  if (sdp == NULL)
    {
      const char *words = _ ("This call cannot be answered: no codec in common");

      g_message ("answering call %u: %s", self->number,
                 local_error != NULL ? local_error->message : "?");
      tandem_sip_client_decline (self->client, self->number, 488, NULL);
      drop_leg (self);
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
decline (TandemCall *call, gpointer data)
{
  TandemLine *self = data;

  drop_leg (self);
  tandem_sip_client_decline (self->client, self->number, 603, NULL);
}

static void
hang_up (TandemCall *call, gpointer data)
{
  TandemLine *self = data;

  drop_leg (self);
  tandem_sip_client_hang_up (self->client, self->number, NULL);
}

static void
set_muted (TandemCall *call, gboolean muted, gpointer data)
{
  TandemLine *self = data;

  if (self->leg != NULL)
    g_object_set (self->leg, "muted", muted, NULL);
}

static gboolean
send_keys_by_info (TandemLine *self, const char *digits)
{
  if (self->keys == NULL)
    self->keys = tandem_key_tones_new (self->client, self->number, on_keys_failed, self);
  return tandem_key_tones_send (self->keys, digits);
}

static gboolean
send_dtmf (TandemCall *call, const char *digits, gpointer data, GError **error)
{
  TandemLine *self = data;
  gboolean sent = self->leg != NULL && self->dtmf_method != TANDEM_DTMF_INFO
                  && tandem_leg_send_dtmf (self->leg, digits);

  if (!sent && self->dtmf_method != TANDEM_DTMF_RFC4733
      && tandem_call_get_state (call) == TANDEM_CALL_CONNECTED)
    sent = send_keys_by_info (self, digits);
  if (!sent)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("The other side does not take key tones"));
      return FALSE;
    }
  if (strlen (digits) == 1)
    tandem_media_engine_play_key (self->engine, digits[0]);
  return TRUE;
}

/* The leg is prepared already: offers what it wants. */
static gboolean
offer (TandemLine *self, Change change, GError **error)
{
  g_autofree char *sdp = tandem_leg_create_offer (self->leg);

  if (sdp == NULL)
    {
      tandem_leg_cancel_offer (self->leg);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("No codec is available: install the missing GStreamer plugins"));
      return FALSE;
    }
  self->change = change;
  tandem_sip_client_offer (self->client, self->number, sdp);
  return TRUE;
}

static gboolean
offer_hold (TandemLine *self, gboolean hold, GError **error)
{
  tandem_leg_set_hold (self->leg, hold);
  return offer (self, hold ? CHANGE_HOLD : CHANGE_RETRIEVE, error);
}

static gboolean
set_hold (TandemCall *call, gboolean hold, gpointer data, GError **error)
{
  TandemLine *self = data;

  if (self->leg == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           _ ("This call has no sound yet"));
      return FALSE;
    }
  if (self->change == CHANGE_NONE)
    return offer_hold (self, hold, error);
  self->next_hold = hold ? CHANGE_HOLD : CHANGE_RETRIEVE;
  return TRUE;
}

/* The network changed: the far end is told where we are now. */
static void
move (TandemLine *self)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  self->moved_at = g_get_monotonic_time ();
  if (self->leg == NULL)
    return;
  if (self->change != CHANGE_NONE)
    {
      self->next_move = TRUE;
      return;
    }
  address
      = tandem_sip_client_get_local_address (self->client, tandem_call_get_account (self->call));
  if (!tandem_leg_set_address (self->leg, address, &error) || !offer (self, CHANGE_ADDRESS, &error))
    {
      g_message ("call %u cannot move: %s", self->number, error->message);
      tandem_call_set_notice (self->call, _ ("The sound of this call has failed"));
    }
}

static void
start_next_change (TandemLine *self)
{
  const Change hold = self->next_hold;
  g_autoptr (GError) error = NULL;

  self->next_hold = CHANGE_NONE;
  if (self->leg == NULL)
    return;
  if (hold != CHANGE_NONE)
    {
      if (!offer_hold (self, hold == CHANGE_HOLD, &error))
        tandem_call_finish_hold (self->call, FALSE, error->message);
    }
  else if (self->next_move)
    {
      self->next_move = FALSE;
      move (self);
    }
}

/* problem: (nullable): it failed, and all is as it was. */
static void
finish_change (TandemLine *self, const char *problem)
{
  const Change change = self->change;

  self->change = CHANGE_NONE;
  if (problem != NULL)
    tandem_leg_cancel_offer (self->leg);
  if (change == CHANGE_HOLD || change == CHANGE_RETRIEVE)
    tandem_call_finish_hold (self->call, change == CHANGE_HOLD, problem);
  else if (change == CHANGE_ADDRESS && problem != NULL)
    tandem_call_set_notice (self->call, problem);
  start_next_change (self);
}

static void
fail_change (TandemLine *self, guint code, const char *text)
{
  g_autofree char *words
      = tandem_reason_words_for_change (self->change == CHANGE_HOLD       ? TANDEM_REASON_HOLD
                                        : self->change == CHANGE_RETRIEVE ? TANDEM_REASON_RETRIEVE
                                                                          : TANDEM_REASON_MOVE,
                                        code, text);

  finish_change (self, words);
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
  g_clear_pointer (&self->keys, tandem_key_tones_free);
  drop_leg (self);
  return send_invite (self, uri, error);
}

static const TandemCallActions actions = {
  .answer = answer,
  .decline = decline,
  .hang_up = hang_up,
  .set_muted = set_muted,
  .send_dtmf = send_dtmf,
  .set_hold = set_hold,
  .follow = follow,
};

/* An answer of the far end. FALSE: it fits nothing that we offered. */
static gboolean
take_answer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;

  if (self->leg == NULL)
    return TRUE;
  if (sdp != NULL && !tandem_leg_set_answer (self->leg, sdp, &error))
    {
      g_message ("answer of call %u: %s", self->number, error->message);
      return FALSE;
    }
  tandem_leg_start (self->leg);
  return TRUE;
}

static void
take_offer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = NULL;

  if (self->leg != NULL)
    reply = sdp != NULL ? tandem_leg_answer_offer (self->leg, sdp, &error)
                        : tandem_leg_create_offer (self->leg);
  if (error != NULL)
    g_message ("offer within call %u: %s", self->number, error->message);
  tandem_sip_client_answer_offer (self->client, self->number, reply);
}

/* FALSE: the call is to be told too. */
static gboolean
take_result_of_change (TandemLine *self, const TandemSipEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (event->code >= 300)
    {
      if (self->change != CHANGE_NONE && self->leg != NULL)
        fail_change (self, event->code, event->text);
      return TRUE;
    }
  if (self->change == CHANGE_NONE || event->sdp == NULL || self->leg == NULL)
    return FALSE;
  if (tandem_leg_set_answer (self->leg, event->sdp, &error))
    finish_change (self, NULL);
  else
    {
      g_message ("answer to a change of call %u: %s", self->number, error->message);
      fail_change (self, 488, NULL);
    }
  return TRUE;
}

static void
take_call_event (TandemLine *self, const TandemSipEvent *event)
{
  if (event->state == TANDEM_SIP_CALL_CONNECTED
      && tandem_call_get_state (self->call) == TANDEM_CALL_CONNECTED
      && take_result_of_change (self, event))
    return;
  switch (event->state)
    {
    case TANDEM_SIP_CALL_RINGING:
      self->far_end_rings = TRUE;
      break;
    case TANDEM_SIP_CALL_EARLY_MEDIA:
      self->far_end_rings = self->far_end_rings || event->code == 180;
      take_answer (self, event->sdp);
      break;
    case TANDEM_SIP_CALL_DISCONNECTED:
      self->far_end_rings = FALSE;
      self->heard = FALSE;
      break;
    case TANDEM_SIP_CALL_CONNECTED:
      if (!take_answer (self, event->sdp))
        {
          drop_leg (self);
          tandem_sip_client_hang_up (self->client, self->number, NULL);
          tandem_call_fail (self->call,
                            _ ("The other side cannot talk with this phone: no codec in common"));
          return;
        }
      break;
    case TANDEM_SIP_CALL_ENDED:
      drop_leg (self);
      break;
    case TANDEM_SIP_CALL_TRYING:
    case TANDEM_SIP_CALL_ANSWERING:
    case TANDEM_SIP_CALL_REDIRECT:
    default:
      break;
    }
  tandem_call_handle_event (self->call, event);
}

static void
take_request_event (TandemLine *self, const TandemSipEvent *event)
{
  if (self->alive_tag != 0 && event->tag == self->alive_tag)
    take_alive (self, event);
  else if (self->keys != NULL)
    tandem_key_tones_handle_event (self->keys, event);
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
  g_clear_pointer (&self->keys, tandem_key_tones_free);
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
  g_signal_connect_swapped (call, "notify::duration", G_CALLBACK (on_duration), self);
  return self;
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
  if (event->type == TANDEM_SIP_EVENT_INCOMING)
    {
      g_free (self->offer);
      self->offer = g_strdup (event->sdp);
      tandem_call_handle_event (self->call, event);
    }
  else if (event->type == TANDEM_SIP_EVENT_OFFER)
    take_offer (self, event->sdp);
  else if (event->type == TANDEM_SIP_EVENT_MOVED)
    move (self);
  else if (event->type == TANDEM_SIP_EVENT_REQUEST)
    take_request_event (self, event);
  else if (event->type == TANDEM_SIP_EVENT_CALL)
    take_call_event (self, event);
  changed (self);
  g_object_unref (self);
}

gboolean
tandem_line_can_answer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;

  if (sdp == NULL || !make_leg (self, NULL))
    return TRUE;
  g_free (self->early_answer);
  self->early_answer = tandem_leg_answer_offer (self->leg, sdp, &error);
  if (self->early_answer != NULL)
    return TRUE;
  g_message ("call %u is refused: %s", self->number, error->message);
  drop_leg (self);
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
         && self->far_end_rings && !self->heard;
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
  drop_leg (self);
}
