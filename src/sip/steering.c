/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "steering.h"

#include "call-private.h"
#include "digit.h"
#include "message.h"
#include "referral.h"
#include "subscription.h"

#include <string.h>

/* See steering.h. A server that steers expects its answer before the call's (design/sip.md, wire fact
 * 1): the main thread hears of it after that. */

static const char *
find_word (const char *token)
{
  static const char *const words[] = { "talk", "hold", "retrieve" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_ascii_strcasecmp (token, words[i]) == 0)
        return words[i];
    }
  return NULL;
}

static void
tell (TandemSipCall *call, TandemSipEventType type, const char *text)
{
  TandemSipEvent *event = tandem_sip_event_new (type, call->account->config->id);

  event->call = call->id;
  event->sip_call_id = g_strdup (call->sip_call_id);
  event->text = g_strdup (text);
  tandem_engine_emit (call->engine, event);
}

static void
take_digit (TandemSipCall *call, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  gsize size = belle_sip_message_get_body_size (message);
  g_autofree char *type = tandem_sip_get (message, "Content-Type");
  char digit[2] = { 0 };
  TandemDigitResult result;

  if (type != NULL)
    {
      type[strcspn (type, ";")] = '\0';
      g_strstrip (type);
    }
  result = belle_sip_message_get_header (message, "Content-Encoding") != NULL
               ? TANDEM_DIGIT_OTHER_TYPE
               : tandem_digit_parse (type != NULL ? type : "",
                                     size > 0 ? belle_sip_message_get_body (message) : "", size,
                                     &digit[0]);
  switch (result)
    {
    case TANDEM_DIGIT_OK:
      tandem_engine_reply (call->engine, request, 200, NULL, NULL);
      tell (call, TANDEM_SIP_EVENT_DIGIT, digit);
      break;
    case TANDEM_DIGIT_MALFORMED:
      tandem_engine_reply (call->engine, request, 400, NULL, NULL);
      break;
    case TANDEM_DIGIT_OTHER_TYPE:
    default:
      tandem_engine_reply (call->engine, request, 415, NULL, "Accept: " TANDEM_DIGIT_ACCEPT);
      break;
    }
}

static void
on_notify (TandemSipCall *call, belle_sip_request_t *request)
{
  g_autofree char *token = tandem_subscription_get_event (request);
  const char *word = token != NULL ? find_word (token) : NULL;

  if (token == NULL)
    tandem_engine_reply (call->engine, request, 400, "No Event", NULL);
  else if (word != NULL && call->account->config->remote_control)
    {
      tandem_engine_reply (call->engine, request, 200, NULL, NULL);
      tell (call, TANDEM_SIP_EVENT_REMOTE_CONTROL, word);
    }
  else if (g_ascii_strcasecmp (token, "dtmf") == 0
           || g_ascii_strcasecmp (token, "telephone-event") == 0)
    take_digit (call, request);
  else if (g_ascii_strcasecmp (token, "refer") == 0)
    tandem_engine_reply (call->engine, request, 481, NULL, NULL);
  else
    tandem_engine_reply (call->engine, request, 489, NULL,
                         call->account->config->remote_control ? "Allow-Events: " TANDEM_SIP_EVENTS
                                                               : "Allow-Events: refer");
}

/* RFC 2976 2.2: without a body it only asks whether the call is there. RFC 6086 4.2.2: of packages we
 * have none. */
static void
on_info (TandemSipCall *call, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);

  if (belle_sip_message_get_header (message, "Info-Package") != NULL)
    tandem_engine_reply (call->engine, request, 469, "Bad Info Package", NULL);
  else if (belle_sip_message_get_body_size (message) == 0)
    tandem_engine_reply (call->engine, request, 200, NULL, NULL);
  else
    take_digit (call, request);
}

gboolean
tandem_steering_on_request (TandemSipCall *call, belle_sip_request_t *request)
{
  const char *method = belle_sip_request_get_method (request);

  if (strcmp (method, "NOTIFY") == 0)
    on_notify (call, request);
  else if (strcmp (method, "INFO") == 0)
    on_info (call, request);
  else if (strcmp (method, "REFER") == 0)
    tandem_referral_on_request (call, request);
  else
    return FALSE;
  return TRUE;
}
