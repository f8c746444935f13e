/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* See phone-fixture.h. */

const char phone_sdp[] = "v=0\r\n"
                         "o=- 1 1 IN IP4 127.1.0.100\r\n"
                         "s=-\r\n"
                         "c=IN IP4 127.1.0.100\r\n"
                         "t=0 0\r\n"
                         "m=audio 8000 RTP/AVP 0 8\r\n";

static void
told_free (gpointer data)
{
  Told *self = data;

  g_free (self->candidate);
  g_free (self->text);
  g_free (self->reason);
  g_free (self->sdp);
  g_free (self->sip_call_id);
  g_free (self->target);
  g_free (self->contact);
  g_free (self->peer_uri);
  g_free (self->peer_name);
  g_free (self->operation);
  g_free (self->from);
  g_free (self->to);
  g_free (self->queue);
  g_free (self->header);
  g_free (self->account);
  g_free (self->mailbox_uri);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_free (self->kept);
  g_free (self->alert_info);
  g_free (self->referred_by);
  g_free (self->remote_target);
  g_free (self->replaces_header);
  g_free (self->note);
  g_clear_pointer (&self->dialogs, g_ptr_array_unref);
  g_free (self);
}

static void
copy_more (Told *told, const TandemSipEvent *event)
{
  told->answer_after = event->answer_after;
  told->replaces = event->replaces;
  told->alert_info = g_strdup (event->alert_info);
  told->referred_by = g_strdup (event->referred_by);
  told->remote_target = g_strdup (event->remote_target);
  told->replaces_header = g_strdup (event->replaces_header);
  told->note = g_strdup (event->note);
  told->focus = event->focus;
  told->done = event->done;
  told->known = event->known;
  told->presence = event->presence;
  if (event->headers != NULL)
    {
      GHashTableIter iter;
      gpointer name, value;

      told->n_headers = g_hash_table_size (event->headers);
      g_hash_table_iter_init (&iter, event->headers);
      while (g_hash_table_iter_next (&iter, &name, &value))
        {
          if (g_ascii_strcasecmp (name, "Sample-Kept") == 0)
            told->kept = g_strdup (value);
        }
    }
  if (event->dialogs == NULL)
    return;
  told->dialogs = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_dialog_info_free);
  for (guint i = 0; i < event->dialogs->len; i++)
    g_ptr_array_add (told->dialogs,
                     tandem_sip_dialog_info_copy (g_ptr_array_index (event->dialogs, i)));
}

static void
on_event (TandemSipClient *client, gpointer pointer, gpointer data)
{
  const TandemSipEvent *event = pointer;
  Fixture *self = data;
  Told *told = g_new0 (Told, 1);

  told->type = event->type;
  told->registration = event->registration;
  told->state = event->state;
  told->call = event->call;
  told->code = event->code;
  told->attempt = event->attempt;
  told->tag = event->tag;
  told->expires = event->expires;
  told->candidate = g_strdup (event->candidate);
  told->text = g_strdup (event->text);
  told->reason = g_strdup (event->reason);
  told->sdp = g_strdup (event->sdp);
  told->sip_call_id = g_strdup (event->sip_call_id);
  told->target = g_strdup (event->target);
  told->contact = g_strdup (event->contact);
  told->peer_uri = g_strdup (event->peer_uri);
  told->peer_name = g_strdup (event->peer_name);
  told->operation = g_strdup (event->operation);
  told->from = g_strdup (event->from);
  told->to = g_strdup (event->to);
  told->queue = g_strdup (event->queue);
  if (event->headers != NULL)
    told->header = g_strdup (g_hash_table_lookup (event->headers, "X-Genesys-CallUUID"));
  told->remote_ended = event->remote_ended;
  told->answered_elsewhere = event->answered_elsewhere;
  told->next_try = event->next_try;
  told->when = event->when;
  told->took = event->took;
  told->account = g_strdup (event->account);
  told->mailbox_known = event->mailbox_known;
  told->mailbox_waiting = event->mailbox_waiting;
  told->mailbox_new = event->mailbox_new;
  told->mailbox_old = event->mailbox_old;
  told->mailbox_uri = g_strdup (event->mailbox_uri);
  told->members
      = event->members != NULL
            ? g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_pool_member_free)
            : NULL;
  for (guint i = 0; event->members != NULL && i < event->members->len; i++)
    {
      const TandemSipPoolMember *member = g_ptr_array_index (event->members, i);
      TandemSipPoolMember *copy = g_memdup2 (member, sizeof *member);

      copy->id = g_strdup (member->id);
      copy->address = g_strdup (member->address);
      copy->transport = g_strdup (member->transport);
      copy->last_failure_reason = g_strdup (member->last_failure_reason);
      g_ptr_array_add (told->members, copy);
    }
  copy_more (told, event);
  told->arrived = g_get_monotonic_time ();
  if (event->type == TANDEM_SIP_EVENT_INCOMING && !self->quiet)
    tandem_sip_client_ring (client, event->call);
  g_test_message ("event %u registration %u state %u call %u code %u %s %s", told->type,
                  told->registration, told->state, told->call, told->code,
                  told->candidate != NULL ? told->candidate : "",
                  told->text != NULL ? told->text : "");
  g_ptr_array_add (self->events, told);
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
fixture_tick (void)
{
  static guint tick;

  if (tick == 0)
    tick = g_timeout_add (20, on_tick, NULL);
}

static gboolean
on_passed (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
fixture_pass (guint ms)
{
  gboolean passed = FALSE;

  g_timeout_add (ms, on_passed, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

void
fixture_start (Fixture *self, guint port_min, guint port_max)
{
  g_autoptr (TandemSipConfig) config = tandem_sip_config_new ();
  g_autoptr (GError) error = NULL;

  config->udp_port_min = port_min;
  config->udp_port_max = port_max;
  config->random_seed = 42;
  if (self->dns_server != NULL)
    {
      g_free (config->dns_server);
      config->dns_server = g_strdup (self->dns_server);
    }
  self->client = tandem_sip_client_new (config);
  g_signal_connect (self->client, "event", G_CALLBACK (on_event), self);
  tandem_sip_client_start (self->client, &error);
  g_assert_no_error (error);
}

void
fixture_set_up (Fixture *self, guint net, guint n, const char *transport)
{
  g_autofree char *list = NULL;

  memset (self, 0, sizeof *self);
  self->events = g_ptr_array_new_with_free_func (told_free);
  self->n = n;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *address = g_strdup_printf ("127.1.%u.%u", net, i + 1);

      self->proxies[i] = fake_proxy_new (address, 0, transport);
    }
  fixture_start (self, 0, 0);
  self->account = tandem_sip_account_config_new ();
  g_free (self->account->user);
  self->account->user = g_strdup ("100");
  g_free (self->account->domain);
  self->account->domain = g_strdup ("example.test");
  g_free (self->account->display_name);
  self->account->display_name = g_strdup ("Sample Agent");
  list = fake_proxy_list (self->proxies, n);
  g_free (self->account->server);
  self->account->server = g_steal_pointer (&list);
  g_free (self->account->transport);
  self->account->transport = g_strdup (transport);
  self->account->transaction_timeout = 300;
  self->account->reg_spread = 0;
  self->account->probe_interval = 0;
  self->account->session_expires = 0;
}

void
fixture_apply (Fixture *self)
{
  tandem_sip_client_set_account (self->client, self->account);
}

void
fixture_register (Fixture *self)
{
  fixture_apply (self);
  wait_until (fixture_registration (self, TANDEM_SIP_REGISTRATION_REGISTERED, 0) != NULL);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_sip_client_stop_finish (TANDEM_SIP_CLIENT (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

void
fixture_stop (Fixture *self)
{
  gboolean stopped = FALSE;

  tandem_sip_client_stop_async (self->client, 500, on_stopped, &stopped);
  wait_until (stopped);
  g_assert_cmpint (((Told *) g_ptr_array_index (self->events, self->events->len - 1))->type, ==,
                   TANDEM_SIP_EVENT_STOPPED);
  g_assert_finalize_object (self->client);
  self->client = NULL;
}

void
fixture_tear_down (Fixture *self)
{
  if (self->client != NULL)
    fixture_stop (self);
  tandem_sip_account_config_free (self->account);
  for (guint i = 0; i < self->n; i++)
    fake_proxy_free (self->proxies[i]);
  g_ptr_array_unref (self->events);
}

Told *
fixture_registration (Fixture *self, TandemSipRegistrationState state, guint n)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      Told *told = g_ptr_array_index (self->events, i);

      if (told->type == TANDEM_SIP_EVENT_REGISTRATION && told->registration == state && n-- == 0)
        return told;
    }
  return NULL;
}

Told *
fixture_state (Fixture *self, TandemSipCallState state, guint n)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      Told *told = g_ptr_array_index (self->events, i);

      if (told->type == TANDEM_SIP_EVENT_CALL && told->state == state && n-- == 0)
        return told;
    }
  return NULL;
}

Told *
fixture_event (Fixture *self, TandemSipEventType type, guint n)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      Told *told = g_ptr_array_index (self->events, i);

      if (told->type == type && n-- == 0)
        return told;
    }
  return NULL;
}

Told *
fixture_timeline (Fixture *self, const char *operation, guint n)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      Told *told = g_ptr_array_index (self->events, i);

      if (told->type == TANDEM_SIP_EVENT_TIMELINE && strcmp (told->operation, operation) == 0
          && n-- == 0)
        return told;
    }
  return NULL;
}

Told *
fixture_last (Fixture *self, TandemSipEventType type)
{
  for (guint i = self->events->len; i > 0; i--)
    {
      Told *told = g_ptr_array_index (self->events, i - 1);

      if (told->type == type)
        return told;
    }
  return NULL;
}

TandemSipPoolMember *
fixture_member (Fixture *self, guint proxy)
{
  Told *pool = fixture_last (self, TANDEM_SIP_EVENT_POOL);

  for (guint i = 0; pool != NULL && i < pool->members->len; i++)
    {
      TandemSipPoolMember *member = g_ptr_array_index (pool->members, i);

      if (strcmp (member->id, self->proxies[proxy]->id) == 0)
        return member;
    }
  return NULL;
}

gboolean
fixture_has_role (Fixture *self, guint proxy, TandemSipRole role)
{
  TandemSipPoolMember *member = fixture_member (self, proxy);

  return member != NULL && member->role == role;
}

char *
fixture_states (Fixture *self)
{
  static const char *const names[] = { "TRYING",    "DISCONNECTED", "RINGING",  "EARLY_MEDIA",
                                       "ANSWERING", "CONNECTED",    "REDIRECT", "ENDED" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->events->len; i++)
    {
      Told *told = g_ptr_array_index (self->events, i);

      if (told->type == TANDEM_SIP_EVENT_CALL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", names[told->state]);
    }
  return g_string_free (text, FALSE);
}

void
fixture_forget (Fixture *self)
{
  g_ptr_array_set_size (self->events, 0);
}

void
fixture_call (Fixture *self, const char *offer)
{
  self->call = tandem_sip_client_next_call_id (self->client);
  tandem_sip_client_call (self->client, self->call, "0", "sip:200@example.test", offer, NULL, NULL,
                          NULL);
}

char *
fixture_contact (Fixture *self, FakeProxy *proxy)
{
  for (guint i = proxy->received->len; i > 0; i--)
    {
      FakeMessage *message = g_ptr_array_index (proxy->received, i - 1);
      g_autofree char *contact = fake_message_header (message, "Contact", 0);
      char *start = contact != NULL ? strstr (contact, "sip:") : NULL;

      if (start != NULL)
        return g_strndup (start, strcspn (start, ">"));
    }
  return NULL;
}

char *
fixture_invite (
    Fixture *self, FakeProxy *from, const char *branch, const char *extra, const char *sdp)
{
  g_autofree char *contact = fixture_contact (self, from);
  char *text;

  g_assert_nonnull (contact);
  text
      = g_strdup_printf ("INVITE %s SIP/2.0\r\n"
                         "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s;rport\r\n"
                         "From: \"Sample Caller One\" <sip:300@example.test>;tag=caller\r\n"
                         "To: <sip:100@example.test>\r\n"
                         "Call-ID: incoming-sample\r\n"
                         "CSeq: 10 INVITE\r\n"
                         "Contact: <sip:300@%s:%u>\r\n"
                         "Max-Forwards: 70\r\n"
                         "%s"
                         "%sContent-Length: %zu\r\n\r\n%s",
                         contact, self->account->transport[0] == 't' ? "TCP" : "UDP", from->address,
                         from->port, branch, from->address, from->port, extra != NULL ? extra : "",
                         sdp != NULL ? "Content-Type: application/sdp\r\n" : "",
                         sdp != NULL ? strlen (sdp) : 0, sdp != NULL ? sdp : "");
  fake_proxy_send_to_peer (from, text);
  return text;
}

void
fixture_in_dialog_with (Fixture *self,
                        FakeProxy *from,
                        const char *method,
                        guint cseq,
                        const char *branch,
                        const char *extra,
                        const char *body)
{
  g_autofree char *contact = fixture_contact (self, from);
  g_autofree char *text = NULL;
  g_autofree char *local = NULL;
  g_autofree char *remote = NULL;
  g_autofree char *call_id = NULL;
  FakeMessage *ours = fake_proxy_find (from, "INVITE", 0, 0);

  if (ours != NULL)
    {
      remote = fake_message_header (ours, "From", 0);
      call_id = fake_message_header (ours, "Call-ID", 0);
      for (guint i = from->sent->len; i > 0 && local == NULL; i--)
        {
          const char *sent = g_ptr_array_index (from->sent, i - 1);
          const char *to = strstr (sent, "\r\nTo: ");

          if (g_str_has_prefix (sent, "SIP/2.0 2") && strstr (sent, "INVITE") != NULL && to != NULL
              && strstr (sent, call_id) != NULL)
            local = g_strndup (to + 6, strcspn (to + 6, "\r"));
        }
    }
  else
    {
      FakeMessage *answer = fake_proxy_find (from, "INVITE", 200, 0);

      if (answer == NULL)
        answer = fake_proxy_find (from, "INVITE", 180, 0);
      g_assert_nonnull (answer);
      local = fake_message_header (answer, "From", 0);
      remote = fake_message_header (answer, "To", 0);
      call_id = fake_message_header (answer, "Call-ID", 0);
    }
  g_assert_nonnull (local);
  text = g_strdup_printf ("%s %s SIP/2.0\r\n"
                          "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%s;rport\r\n"
                          "From: %s\r\n"
                          "To: %s\r\n"
                          "Call-ID: %s\r\n"
                          "CSeq: %u %s\r\n"
                          "Contact: <sip:300@%s:%u>\r\n"
                          "Max-Forwards: 70\r\n"
                          "%s"
                          "Content-Length: %zu\r\n\r\n%s",
                          method, contact, self->account->transport[0] == 't' ? "TCP" : "UDP",
                          from->address, from->port, branch, local, remote, call_id, cseq, method,
                          from->address, from->port, extra != NULL ? extra : "",
                          body != NULL ? strlen (body) : 0, body != NULL ? body : "");
  fake_proxy_send_to_peer (from, text);
}

void
fixture_in_dialog (Fixture *self,
                   FakeProxy *from,
                   const char *method,
                   guint cseq,
                   const char *branch,
                   const char *extra,
                   const char *sdp)
{
  g_autofree char *headers = g_strdup_printf (
      "%s%s", extra != NULL ? extra : "", sdp != NULL ? "Content-Type: application/sdp\r\n" : "");

  fixture_in_dialog_with (self, from, method, cseq, branch, headers, sdp);
}
