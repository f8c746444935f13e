/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes.h"

/* See fakes.h: the SIP thread. */

static GString *fake_log;
static TandemSipClient *newest_client;
static gboolean no_sip_port;

void
fakes_note (const char *format, ...)
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
  fakes_note ("start:%u", self->config->udp_port_min);
  return TRUE;
}

void
tandem_sip_client_stop_async (TandemSipClient *self,
                              guint timeout,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  fakes_note ("stop");
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
  fakes_note ("set-account:%s:%s", config->id, config->password);
  tandem_sip_account_config_free (self->account);
  self->account = tandem_sip_account_config_copy (config);
}

void
tandem_sip_client_remove_account (TandemSipClient *self, const char *account)
{
  fakes_note ("remove-account:%s", account);
}

void
tandem_sip_client_register_again (TandemSipClient *self, const char *account)
{
  fakes_note ("register-again:%s", account);
}

void
tandem_sip_client_test_now (TandemSipClient *self, const char *account)
{
  fakes_note ("test-now:%s", account);
}

void
tandem_sip_client_use_again (TandemSipClient *self, const char *account, const char *candidate)
{
  fakes_note ("use-again:%s:%s", account, candidate != NULL ? candidate : "all");
}

void
tandem_sip_client_prefer (TandemSipClient *self, const char *account, const char *candidate)
{
  fakes_note ("prefer:%s:%s", account, candidate != NULL ? candidate : "none");
}

void
tandem_sip_client_stop_hearing (TandemSipClient *self,
                                const char *account,
                                const char *candidate,
                                guint seconds)
{
  fakes_note ("stop-hearing:%s:%s:%u", account, candidate != NULL ? candidate : "all", seconds);
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
  fakes_note ("request:%u:%s:%s:%s", call, method, content_type != NULL ? content_type : "", line);
}

guint
fakes_get_tag (void)
{
  return newest_client->last_tag;
}

void
tandem_sip_client_network_changed (TandemSipClient *self)
{
  fakes_note ("network-changed");
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
  fakes_note ("call:%u:%s:%s:%s", call, account, uri, offer != NULL ? offer : "late");
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
    fakes_note ("replaces:%u:%s", call, replaces);
  tandem_sip_client_call (self, call, account, uri, offer, answer_func, answer_data,
                          answer_data_free);
}

void
tandem_sip_client_ring (TandemSipClient *self, guint call)
{
  fakes_note ("180:%u", call);
}

void
tandem_sip_client_redirect (TandemSipClient *self, guint call, const char *uri)
{
  fakes_note ("redirect:%u:%s", call, uri);
}

void
tandem_sip_client_transfer (
    TandemSipClient *self, guint call, guint tag, const char *uri, guint other)
{
  self->last_tag = tag;
  fakes_note ("transfer:%u:%s:%u", call, uri != NULL ? uri : "", other);
}

void
tandem_sip_client_answer_referral (TandemSipClient *self, guint call, guint tag, guint code)
{
  fakes_note ("answer-referral:%u:%u:%u", call, tag, code);
}

void
tandem_sip_client_report_referral (
    TandemSipClient *self, guint call, guint tag, guint code, const char *text)
{
  fakes_note ("report-referral:%u:%u:%u", call, tag, code);
}

void
tandem_sip_client_subscribe (
    TandemSipClient *self, const char *account, guint tag, const char *package, const char *uri)
{
  self->last_tag = tag;
  fakes_note ("subscribe:%s:%s:%s", account, package, uri);
}

void
tandem_sip_client_unsubscribe (TandemSipClient *self, guint tag)
{
  fakes_note ("unsubscribe:%u", tag);
}

void
tandem_sip_client_answer (TandemSipClient *self, guint call, const char *sdp)
{
  fakes_note ("answer:%u:%s", call, sdp);
}

void
tandem_sip_client_decline (TandemSipClient *self, guint call, guint code, const char *text)
{
  fakes_note ("decline:%u:%u", call, code);
}

void
tandem_sip_client_hang_up (TandemSipClient *self, guint call, const char *reason)
{
  fakes_note ("hang-up:%u", call);
}

void
tandem_sip_client_answer_offer (TandemSipClient *self, guint call, const char *sdp)
{
  fakes_note ("answer-offer:%u:%s", call, sdp != NULL ? sdp : "refused");
}

void
tandem_sip_client_offer (TandemSipClient *self, guint call, const char *sdp)
{
  fakes_note ("offer:%u:%s", call, sdp);
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
