/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "overlay-rules.h"

#include <string.h>

/* To teach Tandem another setting of the family, add its row. */

static const TandemOverlayRule rules[] = {
  { "policy.endpoint.sip_transaction_timeout", TANDEM_OVERLAY_UINT, "servers",
    "transaction-timeout" },
  { "policy.endpoint.ip_versions", TANDEM_OVERLAY_IP_VERSIONS, "servers", "ip-versions" },
  { "policy.endpoint.public_address", TANDEM_OVERLAY_ADDRESS },
  { "policy.endpoint.sip_port_min", TANDEM_OVERLAY_UINT, "servers", "sip-port-min" },
  { "policy.endpoint.sip_port_max", TANDEM_OVERLAY_UINT, "servers", "sip-port-max" },
  { "policy.endpoint.tcp_port_min", TANDEM_OVERLAY_UINT, NULL, NULL, 0, 65535 },
  { "policy.endpoint.tcp_port_max", TANDEM_OVERLAY_UINT, NULL, NULL, 0, 65535 },
  { "policy.endpoint.rtp_port_min", TANDEM_OVERLAY_UINT, "servers", "rtp-port-min" },
  { "policy.endpoint.rtp_port_max", TANDEM_OVERLAY_UINT, "servers", "rtp-port-max" },
  { "policy.endpoint.rtp_inactivity_timeout", TANDEM_OVERLAY_UINT, "audio",
    "rtp-inactivity-timeout" },
  { "policy.endpoint.answer_sdp_priority", TANDEM_OVERLAY_CHOICE, "audio", "answer-sdp-priority" },
  { "policy.endpoint.defer_device_release", TANDEM_OVERLAY_UINT, NULL, NULL, 0, 60000 },
  { "policy.endpoint.header_user_agent", TANDEM_OVERLAY_TEXT },
  { "policy.endpoint.sip_port_binding", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.include_mac_address", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.include_os_version_in_user_agent_header", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.include_sdk_version_in_user_agent_header", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.vq_report_publish", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.vq_report_collector", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.vq_alarm_threshold", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.gui_tabs", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.gui_call_lines", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.endpoint.webrtc_audio_layer", TANDEM_OVERLAY_NO_EFFECT },

  { "policy.session.reject_session_when_busy", TANDEM_OVERLAY_BOOL, "calls", "reject-when-busy" },
  { "policy.session.number_sessions_for_busy", TANDEM_OVERLAY_UINT, "calls", "calls-for-busy" },
  { "policy.session.sip_code_when_busy", TANDEM_OVERLAY_UINT, "calls", "busy-code" },
  { "policy.session.ringing_enabled", TANDEM_OVERLAY_RINGING, "audio", "ringing-enabled" },
  { "policy.session.ringing_file", TANDEM_OVERLAY_TEXT, "audio", "ringing-file" },
  { "policy.session.auto_answer", TANDEM_OVERLAY_BOOL, "calls", "auto-answer" },
  { "policy.session.auto_answer_delay", TANDEM_OVERLAY_UINT, "calls", "auto-answer-delay" },
  { "policy.session.dtmf_method", TANDEM_OVERLAY_DTMF, "calls", "dtmf-method" },
  { "policy.session.agc_mode", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.rx_agc_mode", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.dtx_mode", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.vad_level", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.echo_control", TANDEM_OVERLAY_BOOL },
  { "policy.session.noise_suppression", TANDEM_OVERLAY_BOOL },
  { "policy.session.reject_session_when_headset_na", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.sip_code_when_headset_na", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.ringing_timeout", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.ringback_enabled", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.ringback_file", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.session.restart_audio_if_stuck", TANDEM_OVERLAY_NO_EFFECT },

  { "policy.device.use_headset", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.device.headset_name", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.device.audio_in_device", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.device.audio_out_device", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.device.ringer_device", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.connector.protocol", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.connector.port", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.connector.enable_sessionid", TANDEM_OVERLAY_NO_EFFECT },
  { "policy.connector.certificate_search_value", TANDEM_OVERLAY_NO_EFFECT },

  { "codecs.enabled.audio", TANDEM_OVERLAY_CODECS, "audio", "codecs" },
  { "codecs.NAME.payload_type", TANDEM_OVERLAY_NO_EFFECT },
  { "codecs.NAME.fmtp", TANDEM_OVERLAY_NO_EFFECT },

  { "proxies.proxyN.reg_timeout", TANDEM_OVERLAY_PROXY, "servers", "expires" },
  { "proxies.proxyN.reg_interval", TANDEM_OVERLAY_PROXY, "servers", "reg-interval" },
  { "proxies.proxyN.password", TANDEM_OVERLAY_PROXY },
  { "proxies.proxyN.display_name", TANDEM_OVERLAY_PROXY },
  { "proxies.proxyN.domain", TANDEM_OVERLAY_PROXY },
  { "proxies.proxyN.reg_match_received_rport", TANDEM_OVERLAY_BOOL },
  { "proxies.proxyN.nat.ice_enabled", TANDEM_OVERLAY_NO_EFFECT },
  { "proxies.proxyN.nat.stun_server", TANDEM_OVERLAY_NO_EFFECT },
  { "proxies.proxyN.nat.stun_server_port", TANDEM_OVERLAY_NO_EFFECT },
  { "proxies.proxyN.nat.turn_server", TANDEM_OVERLAY_NO_EFFECT },
  { "proxies.proxyN.nat.turn_server_port", TANDEM_OVERLAY_NO_EFFECT },
  { "proxies.proxyN.nat.turn_relay_type", TANDEM_OVERLAY_NO_EFFECT },

  { "system.diagnostics.enable_logging", TANDEM_OVERLAY_NO_EFFECT },
  { "system.diagnostics.log_file", TANDEM_OVERLAY_NO_EFFECT },
  { "system.diagnostics.log_level", TANDEM_OVERLAY_NO_EFFECT },
  { "system.diagnostics.log_segment", TANDEM_OVERLAY_NO_EFFECT },
  { "system.diagnostics.log_expire", TANDEM_OVERLAY_NO_EFFECT },
  { "system.diagnostics.log_filter", TANDEM_OVERLAY_NO_EFFECT },
  { "system.security.use_srtp", TANDEM_OVERLAY_NO_EFFECT },
  { "system.security.certificate", TANDEM_OVERLAY_NO_EFFECT },
  { "system.security.tls-target-name-check", TANDEM_OVERLAY_NAME_CHECK, "servers",
    "tls-check-name" },

  { "tandem.ha.probe_interval", TANDEM_OVERLAY_UINT, "servers", "probe-interval" },
  { "tandem.ha.reg_spread", TANDEM_OVERLAY_UINT, "servers", "reg-spread" },
  { "tandem.ha.registration_failover", TANDEM_OVERLAY_CHOICE, "servers", "registration-failover" },
  { "tandem.account.auth_user", TANDEM_OVERLAY_TEXT, "account", "auth-user" },
  { "tandem.account.mailbox_subscribe", TANDEM_OVERLAY_BOOL, "account", "mailbox-subscribe" },
  { "tandem.account.mailbox", TANDEM_OVERLAY_TEXT, "account", "mailbox" },
  { "tandem.account.outgoing", TANDEM_OVERLAY_UINT, "account", "outgoing" },
  { "tandem.security.ca_file", TANDEM_OVERLAY_TEXT, "servers", "tls-ca-file" },
  { "tandem.calls.auto_answer_by_header", TANDEM_OVERLAY_CHOICE, "calls", "auto-answer-by-header" },
  { "tandem.calls.auto_answer_in_call", TANDEM_OVERLAY_BOOL, "calls", "auto-answer-in-call" },
  { "tandem.calls.auto_answer_tone", TANDEM_OVERLAY_BOOL, "calls", "auto-answer-tone" },
  { "tandem.calls.call_waiting_tone", TANDEM_OVERLAY_BOOL, "calls", "call-waiting-tone" },
  { "tandem.calls.conference_address", TANDEM_OVERLAY_TEXT, "calls", "conference-address" },
  { "tandem.calls.decline_code", TANDEM_OVERLAY_UINT, "calls", "decline-code" },
  { "tandem.calls.do_not_disturb", TANDEM_OVERLAY_BOOL, "calls", "do-not-disturb" },
  { "tandem.calls.do_not_disturb_code", TANDEM_OVERLAY_UINT, "calls", "do-not-disturb-code" },
  { "tandem.calls.forward_always", TANDEM_OVERLAY_TEXT, "calls", "forward-always" },
  { "tandem.calls.forward_busy", TANDEM_OVERLAY_TEXT, "calls", "forward-busy" },
  { "tandem.calls.forward_no_answer", TANDEM_OVERLAY_TEXT, "calls", "forward-no-answer" },
  { "tandem.calls.forward_no_answer_delay", TANDEM_OVERLAY_UINT, "calls",
    "forward-no-answer-delay" },
  { "tandem.calls.hold_reminder", TANDEM_OVERLAY_UINT, "calls", "hold-reminder" },
  { "tandem.calls.pick_up_code", TANDEM_OVERLAY_TEXT, "calls", "pick-up-code" },
  { "tandem.calls.remote_control", TANDEM_OVERLAY_BOOL, "calls", "remote-control" },
  { "tandem.calls.transfer_requests", TANDEM_OVERLAY_CHOICE, "calls", "transfer-requests" },
  { "tandem.calls.wrap_up_time", TANDEM_OVERLAY_UINT, "calls", "wrap-up-time" },
  { "tandem.calls.redirect", TANDEM_OVERLAY_CHOICE, "calls", "redirect" },
  { "tandem.calls.ringing_timeout", TANDEM_OVERLAY_UINT, "calls", "ringing-timeout" },
  { "tandem.calls.incoming_window", TANDEM_OVERLAY_BOOL, "calls", "incoming-window" },
  { "tandem.calls.redact_numbers", TANDEM_OVERLAY_BOOL, "calls", "redact-numbers" },
  { "tandem.sip.dns_server", TANDEM_OVERLAY_TEXT },
  { "tandem.sip.bind_address", TANDEM_OVERLAY_ADDRESS },
  { "tandem.sip.random_seed", TANDEM_OVERLAY_UINT, NULL, NULL, 0, G_MAXUINT32 },
};

int
tandem_overlay_proxy_number (const char *word)
{
  guint64 n;

  if (!g_str_has_prefix (word, "proxy")
      || !g_ascii_string_to_unsigned (word + strlen ("proxy"), 10, 0, 999, &n, NULL))
    return -1;
  return (int) n;
}

/* The key as the table has it: "proxyN" for any proxy, "NAME" for any codec. */
const TandemOverlayRule *
tandem_overlay_find_rule (const char *key)
{
  g_auto (GStrv) words = g_strsplit (key, ".", -1);
  g_autofree char *pattern = NULL;

  if (words[0] != NULL && words[1] != NULL)
    {
      const char *any = NULL;

      if (g_str_equal (words[0], "proxies") && tandem_overlay_proxy_number (words[1]) >= 0)
        any = "proxyN";
      else if (g_str_equal (words[0], "codecs") && !g_str_equal (words[1], "enabled"))
        any = "NAME";
      if (any != NULL)
        {
          g_free (words[1]);
          words[1] = g_strdup (any);
        }
    }
  pattern = g_strjoinv (".", words);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (g_str_equal (rules[i].key, pattern))
        return &rules[i];
    }
  return NULL;
}
