/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes.h"

/* See fakes.h. */

static GString *fake_log;
static TandemLeg *newest_leg;
static TandemSipClient *newest_client;
static gboolean refuse_sdp, no_ports, no_sip_port;
static gboolean audio_available = TRUE;
static char *audio_problem;
static guint64 packets_received;
static guint processing;
static gboolean no_events;

G_GNUC_PRINTF (1, 2)
static void
note (const char *format, ...)
{
  va_list args;

  if (fake_log == NULL)
    fake_log = g_string_new (NULL);
  if (fake_log->len > 0)
    g_string_append_c (fake_log, ' ');
  va_start (args, format);
  g_string_append_vprintf (fake_log, format, args);
  va_end (args);
}

char *
fakes_take_log (void)
{
  char *text = fake_log != NULL ? g_string_free (fake_log, FALSE) : g_strdup ("");

  fake_log = NULL;
  return text;
}

/* The SIP thread. */

struct _TandemSipClient
{
  GObject parent_instance;
  guint last_call;
  guint last_tag;
  TandemSipConfig *config;
  TandemSipAccountConfig *account;
  TandemSipAnswerFunc answer_func;
  gpointer answer_data;
  GDestroyNotify answer_data_free;
};

G_DEFINE_FINAL_TYPE (TandemSipClient, tandem_sip_client, G_TYPE_OBJECT)

static void
drop_answer_data (TandemSipClient *self)
{
  if (self->answer_data_free != NULL)
    self->answer_data_free (self->answer_data);
  self->answer_data_free = NULL;
  self->answer_data = NULL;
}

static void
tandem_sip_client_finalize (GObject *object)
{
  TandemSipClient *self = TANDEM_SIP_CLIENT (object);

  if (newest_client == self)
    newest_client = NULL;
  drop_answer_data (self);
  tandem_sip_config_free (self->config);
  tandem_sip_account_config_free (self->account);
  G_OBJECT_CLASS (tandem_sip_client_parent_class)->finalize (object);
}

static void
tandem_sip_client_class_init (TandemSipClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tandem_sip_client_finalize;
  g_signal_new ("event", TANDEM_TYPE_SIP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
tandem_sip_client_init (TandemSipClient *self)
{
}

TandemSipClient *
tandem_sip_client_new (const TandemSipConfig *config)
{
  TandemSipClient *self = g_object_new (TANDEM_TYPE_SIP_CLIENT, NULL);

  self->config = tandem_sip_config_copy (config);
  newest_client = self;
  return self;
}

gboolean
tandem_sip_client_start (TandemSipClient *self, GError **error)
{
  if (no_sip_port)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "port 5060 is taken");
      return FALSE;
    }
  note ("start:%u", self->config->udp_port_min);
  return TRUE;
}

void
tandem_sip_client_stop_async (TandemSipClient *self,
                              guint timeout,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  note ("stop");
  drop_answer_data (self);
  g_task_return_boolean (task, TRUE);
}

gboolean
tandem_sip_client_stop_finish (TandemSipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tandem_sip_client_set_account (TandemSipClient *self, const TandemSipAccountConfig *config)
{
  note ("set-account:%s:%s", config->id, config->password);
  tandem_sip_account_config_free (self->account);
  self->account = tandem_sip_account_config_copy (config);
}

void
tandem_sip_client_remove_account (TandemSipClient *self, const char *account)
{
  note ("remove-account:%s", account);
}

void
tandem_sip_client_register_again (TandemSipClient *self, const char *account)
{
  note ("register-again:%s", account);
}

void
tandem_sip_client_test_now (TandemSipClient *self, const char *account)
{
  note ("test-now:%s", account);
}

void
tandem_sip_client_use_again (TandemSipClient *self, const char *account, const char *candidate)
{
  note ("use-again:%s:%s", account, candidate != NULL ? candidate : "all");
}

void
tandem_sip_client_prefer (TandemSipClient *self, const char *account, const char *candidate)
{
  note ("prefer:%s:%s", account, candidate != NULL ? candidate : "none");
}

void
tandem_sip_client_stop_hearing (TandemSipClient *self,
                                const char *account,
                                const char *candidate,
                                guint seconds)
{
  note ("stop-hearing:%s:%s:%u", account, candidate != NULL ? candidate : "all", seconds);
}

void
tandem_sip_client_request (TandemSipClient *self,
                           guint call,
                           guint tag,
                           const char *method,
                           GHashTable *headers,
                           const char *content_type,
                           const char *body)
{
  g_autofree char *line = g_strdup (body != NULL ? body : "");

  g_strdelimit (line, "\r\n", '|');
  self->last_tag = tag;
  note ("request:%u:%s:%s:%s", call, method, content_type != NULL ? content_type : "", line);
}

guint
fakes_get_tag (void)
{
  return newest_client->last_tag;
}

void
tandem_sip_client_network_changed (TandemSipClient *self)
{
  note ("network-changed");
}

guint
tandem_sip_client_next_call_id (TandemSipClient *self)
{
  return ++self->last_call;
}

void
tandem_sip_client_call (TandemSipClient *self,
                        guint call,
                        const char *account,
                        const char *uri,
                        const char *offer,
                        TandemSipAnswerFunc answer_func,
                        gpointer answer_data,
                        GDestroyNotify answer_data_free)
{
  note ("call:%u:%s:%s:%s", call, account, uri, offer != NULL ? offer : "late");
  drop_answer_data (self);
  self->answer_func = answer_func;
  self->answer_data = answer_data;
  self->answer_data_free = answer_data_free;
}

void
tandem_sip_client_call_with_headers (TandemSipClient *self,
                                     guint call,
                                     const char *account,
                                     const char *uri,
                                     const char *offer,
                                     TandemSipAnswerFunc answer_func,
                                     gpointer answer_data,
                                     GDestroyNotify answer_data_free,
                                     GHashTable *headers)
{
  const char *replaces = headers != NULL ? g_hash_table_lookup (headers, "Replaces") : NULL;

  if (replaces != NULL)
    note ("replaces:%u:%s", call, replaces);
  tandem_sip_client_call (self, call, account, uri, offer, answer_func, answer_data,
                          answer_data_free);
}

void
tandem_sip_client_ring (TandemSipClient *self, guint call)
{
  note ("180:%u", call);
}

void
tandem_sip_client_redirect (TandemSipClient *self, guint call, const char *uri)
{
  note ("redirect:%u:%s", call, uri);
}

void
tandem_sip_client_transfer (
    TandemSipClient *self, guint call, guint tag, const char *uri, guint other)
{
  self->last_tag = tag;
  note ("transfer:%u:%s:%u", call, uri != NULL ? uri : "", other);
}

void
tandem_sip_client_answer_referral (TandemSipClient *self, guint call, guint tag, guint code)
{
  note ("answer-referral:%u:%u:%u", call, tag, code);
}

void
tandem_sip_client_report_referral (
    TandemSipClient *self, guint call, guint tag, guint code, const char *text)
{
  note ("report-referral:%u:%u:%u", call, tag, code);
}

void
tandem_sip_client_subscribe (
    TandemSipClient *self, const char *account, guint tag, const char *package, const char *uri)
{
  self->last_tag = tag;
  note ("subscribe:%s:%s:%s", account, package, uri);
}

void
tandem_sip_client_unsubscribe (TandemSipClient *self, guint tag)
{
  note ("unsubscribe:%u", tag);
}

void
tandem_sip_client_answer (TandemSipClient *self, guint call, const char *sdp)
{
  note ("answer:%u:%s", call, sdp);
}

void
tandem_sip_client_decline (TandemSipClient *self, guint call, guint code, const char *text)
{
  note ("decline:%u:%u", call, code);
}

void
tandem_sip_client_hang_up (TandemSipClient *self, guint call, const char *reason)
{
  note ("hang-up:%u", call);
}

void
tandem_sip_client_answer_offer (TandemSipClient *self, guint call, const char *sdp)
{
  note ("answer-offer:%u:%s", call, sdp != NULL ? sdp : "refused");
}

void
tandem_sip_client_offer (TandemSipClient *self, guint call, const char *sdp)
{
  note ("offer:%u:%s", call, sdp);
}

char *
tandem_sip_client_get_local_address (TandemSipClient *self, const char *account)
{
  return g_strdup ("127.3.0.1");
}

TandemSipClient *
fakes_get_client (void)
{
  return newest_client;
}

void
fakes_emit (const TandemSipEvent *event)
{
  g_signal_emit_by_name (newest_client, "event", event);
}

typedef struct
{
  const char *offer;
} LateOffer;

static gpointer
answer_thread (gpointer data)
{
  LateOffer *late = data;

  return newest_client->answer_func (late->offer, newest_client->answer_data);
}

char *
fakes_answer_late_offer (const char *offer)
{
  LateOffer late = { offer };

  return g_thread_join (g_thread_new ("sip", answer_thread, &late));
}

static gpointer
drop_thread (gpointer data)
{
  drop_answer_data (newest_client);
  return NULL;
}

void
fakes_drop_answer_data (void)
{
  g_thread_join (g_thread_new ("sip", drop_thread, NULL));
}

const TandemSipAccountConfig *
fakes_get_account (void)
{
  return newest_client->account;
}

const TandemSipConfig *
fakes_get_config (void)
{
  return newest_client->config;
}

void
fakes_no_sip_port (gboolean none)
{
  no_sip_port = none;
}

/* The sound. */

struct _TandemMediaEngine
{
  GObject parent_instance;
  char *input, *output, *ring;
};

G_DEFINE_FINAL_TYPE (TandemMediaEngine, tandem_media_engine, G_TYPE_OBJECT)

enum
{
  ENGINE_AVAILABLE = 1,
  ENGINE_PROBLEM,
  ENGINE_INPUT,
  ENGINE_OUTPUT,
  ENGINE_RING,
};

static TandemMediaEngine *newest_engine;

static void
engine_finalize (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  if (newest_engine == self)
    newest_engine = NULL;
  g_free (self->input);
  g_free (self->output);
  g_free (self->ring);
  G_OBJECT_CLASS (tandem_media_engine_parent_class)->finalize (object);
}

static void
engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == ENGINE_AVAILABLE)
    g_value_set_boolean (value, audio_available);
  else if (id == ENGINE_PROBLEM)
    g_value_set_string (value, audio_problem);
}

static void
engine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);
  char **field = id == ENGINE_INPUT    ? &self->input
                 : id == ENGINE_OUTPUT ? &self->output
                                       : &self->ring;

  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
tandem_media_engine_class_init (TandemMediaEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = engine_finalize;
  object_class->get_property = engine_get_property;
  object_class->set_property = engine_set_property;
  g_object_class_install_property (
      object_class, ENGINE_AVAILABLE,
      g_param_spec_boolean ("available", NULL, NULL, FALSE, G_PARAM_READABLE));
  g_object_class_install_property (
      object_class, ENGINE_PROBLEM,
      g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE));
  g_object_class_install_property (
      object_class, ENGINE_INPUT,
      g_param_spec_string ("input-device", NULL, NULL, "", G_PARAM_WRITABLE));
  g_object_class_install_property (
      object_class, ENGINE_OUTPUT,
      g_param_spec_string ("output-device", NULL, NULL, "", G_PARAM_WRITABLE));
  g_object_class_install_property (
      object_class, ENGINE_RING,
      g_param_spec_string ("ring-device", NULL, NULL, "", G_PARAM_WRITABLE));
}

static void
tandem_media_engine_init (TandemMediaEngine *self)
{
  newest_engine = self;
}

TandemMediaEngine *
tandem_media_engine_new (TandemAudioBackend backend)
{
  return g_object_new (TANDEM_TYPE_MEDIA_ENGINE, NULL);
}

void
fakes_set_audio (gboolean available, const char *problem)
{
  audio_available = available;
  g_free (audio_problem);
  audio_problem = g_strdup (problem);
  if (newest_engine != NULL)
    g_object_notify (G_OBJECT (newest_engine), "available");
}

void
tandem_media_engine_prepare (TandemMediaEngine *self)
{
}

gboolean
tandem_media_engine_is_test (TandemMediaEngine *self)
{
  return TRUE;
}

double
tandem_media_engine_measure_tone (TandemMediaEngine *self, double frequency)
{
  return -14;
}

void
tandem_audio_device_free (TandemAudioDevice *device)
{
  g_free (device->id);
  g_free (device->name);
  g_free (device);
}

static void
free_device (gpointer device)
{
  tandem_audio_device_free (device);
}

GPtrArray *
tandem_media_engine_list_devices (TandemMediaEngine *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func (free_device);

  for (guint i = 0; i < 2; i++)
    {
      TandemAudioDevice *device = g_new0 (TandemAudioDevice, 1);

      device->id = g_strdup (i == 0 ? "sample-in" : "sample-out");
      device->name = g_strdup (i == 0 ? "Sample Microphone" : "Sample Headset");
      device->input = i == 0;
      g_ptr_array_add (devices, device);
    }
  return devices;
}

void
tandem_media_engine_set_codecs (TandemMediaEngine *self, const char *const *names)
{
}

char **
tandem_media_engine_list_codecs (TandemMediaEngine *self)
{
  static const char *const names[] = { "PCMU", "PCMA", NULL };

  return g_strdupv ((char **) names);
}

const char *
tandem_media_engine_why_not (TandemMediaEngine *self, const char *codec)
{
  return g_str_equal (codec, "opus") ? "opusenc is missing" : NULL;
}

void
tandem_media_engine_set_answer_priority (TandemMediaEngine *self, gboolean config)
{
}

void
tandem_media_engine_set_port_range (TandemMediaEngine *self, guint min, guint max)
{
}

void
tandem_media_engine_set_rtp_inactivity_timeout (TandemMediaEngine *self, guint seconds)
{
}

void
tandem_media_engine_set_defer_device_release (TandemMediaEngine *self, guint ms)
{
}

void
tandem_media_engine_start_ringing (TandemMediaEngine *self, const char *path)
{
  note ("ring");
}

void
tandem_media_engine_stop_ringing (TandemMediaEngine *self)
{
  note ("no-ring");
}

void
tandem_media_engine_start_ringback (TandemMediaEngine *self)
{
  note ("ringback");
}

void
tandem_media_engine_stop_ringback (TandemMediaEngine *self)
{
  note ("no-ringback");
}

void
tandem_media_engine_start_waiting (TandemMediaEngine *self)
{
  note ("waiting");
}

void
tandem_media_engine_stop_waiting (TandemMediaEngine *self)
{
  note ("no-waiting");
}

void
tandem_media_engine_play_notice (TandemMediaEngine *self, TandemNotice notice)
{
  note (notice == TANDEM_NOTICE_AUTO_ANSWER ? "notice:auto-answer" : "notice:held");
}

gboolean
tandem_media_engine_set_processing (TandemMediaEngine *self,
                                    gboolean echo,
                                    gboolean noise,
                                    GError **error)
{
  processing = (echo ? 1 : 0) + (noise ? 2 : 0);
  return TRUE;
}

guint
fakes_get_processing (void)
{
  return processing;
}

void
tandem_media_engine_play_key (TandemMediaEngine *self, char digit)
{
  note ("key:%c", digit);
}

/* One leg. */

struct _TandemLeg
{
  GObject parent_instance;
  gboolean muted, remote_hold, unheard, in_conference;
  char *codec;
  guint offers;
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (TandemLeg, tandem_leg, G_TYPE_OBJECT)

enum
{
  LEG_MUTED = 1,
  LEG_CODEC,
  LEG_REMOTE_HOLD,
};

static void
leg_finalize (GObject *object)
{
  TandemLeg *self = TANDEM_LEG (object);

  g_assert_true (self->thread == g_thread_self ());
  if (newest_leg == self)
    newest_leg = NULL;
  note ("leg-gone");
  g_free (self->codec);
  G_OBJECT_CLASS (tandem_leg_parent_class)->finalize (object);
}

static void
leg_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  if (id == LEG_MUTED)
    g_value_set_boolean (value, self->muted);
  else if (id == LEG_REMOTE_HOLD)
    g_value_set_boolean (value, self->remote_hold);
  else if (id == LEG_CODEC)
    g_value_set_string (value, self->codec);
}

static void
leg_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  if (id == LEG_MUTED)
    {
      if (self->muted != g_value_get_boolean (value))
        note (self->muted ? "leg-unmuted" : "leg-muted");
      self->muted = g_value_get_boolean (value);
    }
  else if (id == LEG_REMOTE_HOLD)
    self->remote_hold = g_value_get_boolean (value);
  else if (id == LEG_CODEC)
    {
      g_free (self->codec);
      self->codec = g_value_dup_string (value);
    }
}

static void
tandem_leg_class_init (TandemLegClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = leg_finalize;
  object_class->get_property = leg_get_property;
  object_class->set_property = leg_set_property;
  g_object_class_install_property (
      object_class, LEG_MUTED,
      g_param_spec_boolean ("muted", NULL, NULL, FALSE, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, LEG_CODEC, g_param_spec_string ("codec", NULL, NULL, NULL, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, LEG_REMOTE_HOLD,
      g_param_spec_boolean ("remote-hold", NULL, NULL, FALSE, G_PARAM_READWRITE));
  g_signal_new ("dtmf", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UCHAR);
  g_signal_new ("rtp-timeout", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("rtp-started", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("failed", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
tandem_leg_init (TandemLeg *self)
{
  self->thread = g_thread_self ();
}

TandemLeg *
tandem_leg_new (TandemMediaEngine *engine, const char *address, GError **error)
{
  if (no_ports)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "no RTP port is free");
      return NULL;
    }
  note ("leg:%s", address);
  newest_leg = g_object_new (TANDEM_TYPE_LEG, NULL);
  return newest_leg;
}

char *
tandem_leg_create_offer (TandemLeg *self)
{
  return g_strdup_printf ("offer%u", ++self->offers);
}

void
tandem_leg_cancel_offer (TandemLeg *self)
{
  note ("leg-cancel-offer");
}

void
tandem_leg_set_hold (TandemLeg *self, gboolean hold)
{
  note (hold ? "leg-hold" : "leg-retrieve");
}

gboolean
tandem_leg_set_address (TandemLeg *self, const char *address, GError **error)
{
  note ("leg-address:%s", address);
  return TRUE;
}

char *
tandem_leg_answer_offer (TandemLeg *self, const char *offer, GError **error)
{
  if (refuse_sdp)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "nothing in common");
      return NULL;
    }
  return g_strdup_printf ("answer-to-%s", offer);
}

char *
tandem_leg_answer_offer_threadsafe (TandemLeg *self, const char *offer)
{
  return refuse_sdp ? NULL : g_strdup_printf ("late-answer-to-%s", offer);
}

gboolean
tandem_leg_set_answer (TandemLeg *self, const char *answer, GError **error)
{
  if (refuse_sdp)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "nothing in common");
      return FALSE;
    }
  note ("leg-answer:%s", answer);
  g_object_set (self, "codec", "PCMU", NULL);
  return TRUE;
}

void
tandem_leg_start (TandemLeg *self)
{
  note ("leg-start");
}

gboolean
tandem_leg_send_dtmf (TandemLeg *self, const char *digits)
{
  if (no_events)
    return FALSE;
  note ("leg-dtmf:%s", digits);
  return !refuse_sdp;
}

gboolean
tandem_leg_send_dtmf_inband (TandemLeg *self, const char *digits)
{
  note ("leg-inband:%s", digits);
  return TRUE;
}

void
tandem_leg_set_in_conference (TandemLeg *self, gboolean in_conference)
{
  if (self->in_conference != in_conference)
    note (in_conference ? "leg-conference" : "leg-alone");
  self->in_conference = in_conference;
}

void
tandem_leg_set_heard (TandemLeg *self, gboolean heard)
{
  if (self->unheard == heard)
    note (heard ? "leg-heard" : "leg-unheard");
  self->unheard = !heard;
}

void
fakes_no_telephone_event (gboolean none)
{
  no_events = none;
}

void
tandem_leg_get_statistics (TandemLeg *self, TandemLegStatistics *statistics)
{
  *statistics = (TandemLegStatistics){ .packets_sent = 50,
                                       .packets_received = packets_received,
                                       .packets_lost = 1,
                                       .jitter = 1.5,
                                       .round_trip = 2,
                                       .mos = 4.3 };
}

void
tandem_leg_stop (TandemLeg *self)
{
  note ("leg-stop");
}

TandemLeg *
fakes_get_leg (void)
{
  return newest_leg;
}

void
fakes_refuse_sdp (gboolean refuse)
{
  refuse_sdp = refuse;
}

void
fakes_no_ports (gboolean none)
{
  no_ports = none;
}

void
fakes_set_packets (guint64 received)
{
  packets_received = received;
}
