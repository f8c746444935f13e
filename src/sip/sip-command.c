/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-command.h"

#include "command.h"

/* See sip-command.h: the plain data that goes into the SIP thread, made, copied and freed. */

TandemSipAccountConfig *
tandem_sip_account_config_new (void)
{
  TandemSipAccountConfig *self = g_new0 (TandemSipAccountConfig, 1);

  self->id = g_strdup ("0");
  self->user = g_strdup ("");
  self->auth_user = g_strdup ("");
  self->password = g_strdup ("");
  self->display_name = g_strdup ("");
  self->domain = g_strdup ("");
  self->server = g_strdup ("");
  self->transport = g_strdup ("udp");
  self->transaction_timeout = 4000;
  self->reg_interval = 30;
  self->expires = 1800;
  self->reg_spread = 2;
  self->failover_classic = FALSE;
  self->probe_interval = 15;
  self->ip_versions = TANDEM_SIP_IP_V4_V6;
  self->tls_check_name = TRUE;
  self->tls_ca_file = g_strdup ("");
  self->follow_redirects = FALSE;
  self->reject_when_busy = TRUE;
  self->calls_for_busy = 1;
  self->busy_code = 486;
  self->session_expires = 1800;
  self->mailbox_subscribe = FALSE;
  self->mailbox = g_strdup ("");
  self->remote_control = TRUE;
  self->ringing_timeout = 180;
  return self;
}

TandemSipAccountConfig *
tandem_sip_account_config_copy (const TandemSipAccountConfig *self)
{
  TandemSipAccountConfig *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->id = g_strdup (self->id);
  copy->user = g_strdup (self->user);
  copy->auth_user = g_strdup (self->auth_user);
  copy->password = g_strdup (self->password);
  copy->display_name = g_strdup (self->display_name);
  copy->domain = g_strdup (self->domain);
  copy->server = g_strdup (self->server);
  copy->transport = g_strdup (self->transport);
  copy->tls_ca_file = g_strdup (self->tls_ca_file);
  copy->mailbox = g_strdup (self->mailbox);
  copy->kept_headers = g_strdupv (self->kept_headers);
  return copy;
}

void
tandem_sip_account_config_free (TandemSipAccountConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->user);
  g_free (self->auth_user);
  g_free (self->password);
  g_free (self->display_name);
  g_free (self->domain);
  g_free (self->server);
  g_free (self->transport);
  g_free (self->tls_ca_file);
  g_free (self->mailbox);
  g_strfreev (self->kept_headers);
  g_free (self);
}

TandemSipConfig *
tandem_sip_config_new (void)
{
  TandemSipConfig *self = g_new0 (TandemSipConfig, 1);

  self->udp_port_min = 5060;
  self->udp_port_max = 5080;
  self->bind_address = g_strdup ("");
  self->dns_server = g_strdup ("");
  self->user_agent = g_strdup ("");
  self->public_address = g_strdup ("");
  return self;
}

TandemSipConfig *
tandem_sip_config_copy (const TandemSipConfig *self)
{
  TandemSipConfig *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->bind_address = g_strdup (self->bind_address);
  copy->dns_server = g_strdup (self->dns_server);
  copy->user_agent = g_strdup (self->user_agent);
  copy->public_address = g_strdup (self->public_address);
  return copy;
}

void
tandem_sip_config_free (TandemSipConfig *self)
{
  if (self == NULL)
    return;
  g_free (self->bind_address);
  g_free (self->dns_server);
  g_free (self->user_agent);
  g_free (self->public_address);
  g_free (self);
}

TandemSipCommand *
tandem_sip_command_new (TandemSipCommandType type, const char *account)
{
  TandemSipCommand *self = g_new0 (TandemSipCommand, 1);

  self->type = type;
  self->account = g_strdup (account);
  return self;
}

void
tandem_sip_command_free (TandemSipCommand *self)
{
  if (self == NULL)
    return;
  if (self->answer_data_free != NULL)
    self->answer_data_free (self->answer_data);
  tandem_sip_account_config_free (self->config);
  g_free (self->account);
  g_free (self->uri);
  g_free (self->sdp);
  g_free (self->text);
  g_free (self->method);
  g_free (self->content_type);
  g_free (self->body);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_free (self);
}

void
tandem_sip_command_set_headers (TandemSipCommand *self, GHashTable *headers)
{
  GHashTableIter iter;
  gpointer name, value;

  if (headers == NULL)
    return;
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (self->headers, g_strdup (name), g_strdup (value));
}
