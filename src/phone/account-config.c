/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account-config.h"

#include <string.h>

/* See account-config.h. */

static char *
or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static void
set (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

static TandemSipIpVersions
ip_versions_of_nick (const char *nick)
{
  if (g_strcmp0 (nick, "ipv4") == 0)
    return TANDEM_SIP_IP_V4;
  if (g_strcmp0 (nick, "ipv6") == 0)
    return TANDEM_SIP_IP_V6;
  if (g_strcmp0 (nick, "ipv6-ipv4") == 0)
    return TANDEM_SIP_IP_V6_V4;
  return TANDEM_SIP_IP_V4_V6;
}

/* Spaces are no number. */
static gboolean
is_set (TandemConfiguration *configuration, const char *name)
{
  g_autofree char *text = tandem_configuration_get_string (configuration, "calls", name);

  return g_strstrip (text)[0] != '\0';
}

TandemSipAccountConfig *
tandem_account_config_from_settings (TandemConfiguration *configuration,
                                     const TandemAccountSettings *settings,
                                     const char *password)
{
  TandemSipAccountConfig *config = tandem_sip_account_config_new ();
  g_autofree char *failover
      = tandem_configuration_get_string (configuration, "servers", "registration-failover");
  g_autofree char *ip_versions
      = tandem_configuration_get_string (configuration, "servers", "ip-versions");
  /* What goes before busy, and is decided by TandemAvailability. */
  const gboolean otherwise
      = is_set (configuration, "forward-always") || is_set (configuration, "forward-busy")
        || tandem_configuration_get_boolean (configuration, "calls", "do-not-disturb");
  g_autofree char *redirect = tandem_configuration_get_string (configuration, "calls", "redirect");

  set (&config->id, or_empty (settings->id));
  set (&config->user, or_empty (settings->user));
  set (&config->auth_user, or_empty (settings->auth_user));
  set (&config->password, or_empty (password));
  set (&config->display_name, or_empty (settings->display_name));
  set (&config->domain, or_empty (settings->domain));
  set (&config->server, or_empty (settings->server));
  set (&config->transport, or_empty (settings->transport));
  config->expires = settings->expires;
  config->reg_interval = settings->reg_interval;

  config->transaction_timeout
      = tandem_configuration_get_uint (configuration, "servers", "transaction-timeout");
  config->reg_spread = tandem_configuration_get_uint (configuration, "servers", "reg-spread");
  config->probe_interval
      = tandem_configuration_get_uint (configuration, "servers", "probe-interval");
  config->failover_classic = g_strcmp0 (failover, "classic") == 0;
  config->ip_versions = ip_versions_of_nick (ip_versions);
  config->tls_check_name
      = tandem_configuration_get_boolean (configuration, "servers", "tls-check-name");
  set (&config->tls_ca_file,
       tandem_configuration_get_string (configuration, "servers", "tls-ca-file"));
  config->follow_redirects = g_strcmp0 (redirect, "follow") == 0;
  config->reject_when_busy
      = tandem_configuration_get_boolean (configuration, "calls", "reject-when-busy") && !otherwise;
  config->calls_for_busy = tandem_configuration_get_uint (configuration, "calls", "calls-for-busy");
  config->busy_code = tandem_configuration_get_uint (configuration, "calls", "busy-code");
  config->mailbox_subscribe
      = tandem_configuration_get_boolean (configuration, "account", "mailbox-subscribe");
  set (&config->mailbox, tandem_configuration_get_string (configuration, "account", "mailbox"));
  config->remote_control
      = tandem_configuration_get_boolean (configuration, "calls", "remote-control");
  config->kept_headers = tandem_configuration_get_strv (configuration, "calls", "kept-headers");
  config->ringing_timeout
      = tandem_configuration_get_uint (configuration, "calls", "ringing-timeout");
  return config;
}

/* (nullable): none */
static gboolean
same_names (char **a, char **b)
{
  static const char *const none[] = { NULL };

  return g_strv_equal (a != NULL ? (const char *const *) a : none,
                       b != NULL ? (const char *const *) b : none);
}

gboolean
tandem_account_config_equal (const TandemSipAccountConfig *a, const TandemSipAccountConfig *b)
{
  return g_str_equal (a->id, b->id) && g_str_equal (a->user, b->user)
         && g_str_equal (a->auth_user, b->auth_user) && g_str_equal (a->password, b->password)
         && g_str_equal (a->display_name, b->display_name) && g_str_equal (a->domain, b->domain)
         && g_str_equal (a->server, b->server) && g_str_equal (a->transport, b->transport)
         && g_str_equal (a->tls_ca_file, b->tls_ca_file)
         && a->transaction_timeout == b->transaction_timeout && a->reg_interval == b->reg_interval
         && a->expires == b->expires && a->reg_spread == b->reg_spread
         && a->failover_classic == b->failover_classic && a->probe_interval == b->probe_interval
         && a->ip_versions == b->ip_versions && a->tls_check_name == b->tls_check_name
         && a->follow_redirects == b->follow_redirects && a->reject_when_busy == b->reject_when_busy
         && a->calls_for_busy == b->calls_for_busy && a->busy_code == b->busy_code
         && a->session_expires == b->session_expires
         && !a->mailbox_subscribe == !b->mailbox_subscribe && g_str_equal (a->mailbox, b->mailbox)
         && !a->remote_control == !b->remote_control
         && same_names (a->kept_headers, b->kept_headers)
         && a->ringing_timeout == b->ringing_timeout;
}

TandemSipConfig *
tandem_sip_config_from_settings (TandemConfiguration *configuration)
{
  TandemSipConfig *config = tandem_sip_config_new ();

  config->udp_port_min = tandem_configuration_get_uint (configuration, "servers", "sip-port-min");
  config->udp_port_max = tandem_configuration_get_uint (configuration, "servers", "sip-port-max");
  config->tcp_port_min
      = tandem_configuration_get_raw_uint (configuration, "policy.endpoint.tcp_port_min", 0);
  config->tcp_port_max
      = tandem_configuration_get_raw_uint (configuration, "policy.endpoint.tcp_port_max", 0);
  set (&config->bind_address,
       or_empty (tandem_configuration_get_raw (configuration, "tandem.sip.bind_address")));
  set (&config->dns_server,
       or_empty (tandem_configuration_get_raw (configuration, "tandem.sip.dns_server")));
  set (&config->user_agent, or_empty (tandem_configuration_get_raw (
                                configuration, "policy.endpoint.header_user_agent")));
  set (&config->public_address,
       or_empty (tandem_configuration_get_raw (configuration, "policy.endpoint.public_address")));
  config->random_seed
      = tandem_configuration_get_raw_uint (configuration, "tandem.sip.random_seed", 0);
  return config;
}

gboolean
tandem_sip_config_equal (const TandemSipConfig *a, const TandemSipConfig *b)
{
  return a->udp_port_min == b->udp_port_min && a->udp_port_max == b->udp_port_max
         && a->tcp_port_min == b->tcp_port_min && a->tcp_port_max == b->tcp_port_max
         && g_str_equal (a->bind_address, b->bind_address)
         && g_str_equal (a->dns_server, b->dns_server) && g_str_equal (a->user_agent, b->user_agent)
         && g_str_equal (a->public_address, b->public_address) && a->random_seed == b->random_seed;
}

char *
tandem_account_host_of_server (const char *server)
{
  g_autofree char *first = g_strndup (server, strcspn (server, ","));
  char *colon;

  g_strstrip (first);
  if (first[0] == '[')
    {
      char *end = strchr (first, ']');

      if (end != NULL)
        end[1] = '\0';
      return g_steal_pointer (&first);
    }
  colon = strchr (first, ':');
  if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *colon = '\0';
  else if (colon != NULL)
    return g_strdup_printf ("[%s]", first);
  return g_steal_pointer (&first);
}
