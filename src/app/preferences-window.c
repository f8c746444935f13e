/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "preferences-window.h"

#include <glib/gi18n.h>

#include <string.h>

#include "announce.h"
#include "codec-list.h"
#include "file-row.h"
#include "format.h"
#include "further-accounts.h"
#include "setting-row.h"
#include "setting-tables.h"

/* TandemPreferencesWindow: every stored setting of this version, on six pages: "account",
 * "servers", "audio", "calls", "people", "desk". What is typed is stored by Enter or the row's tick, and when the
 * window closes; switches and numbers at once. The password is never stored with the settings. */

#define RECOMMENDED_TIMEOUT 4000

struct _TandemPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  TandemPhone *phone;
  TandemConfiguration *configuration;
  TandemAccount *account;

  GtkWidget *file_group;
  AdwExpanderRow *warnings_row;
  AdwEntryRow *user_row;
  AdwEntryRow *password_row;
  AdwEntryRow *display_name_row;
  GtkLabel *password_note;
  AdwEntryRow *auth_user_row;
  AdwEntryRow *domain_row;
  AdwActionRow *mailbox_subscribe_row;
  GtkSwitch *mailbox_subscribe;
  AdwEntryRow *mailbox_row;
  TandemFurtherAccounts *further_accounts;
  AdwComboRow *outgoing_row;

  AdwEntryRow *server_row;
  AdwComboRow *transport_row;
  GtkWidget *tls_group;
  AdwActionRow *tls_check_name_row;
  GtkSwitch *tls_check_name;
  TandemFileRow *ca_file_row;
  AdwActionRow *transaction_timeout_row;
  GtkSpinButton *transaction_timeout;
  GtkWidget *recommended_button;
  AdwActionRow *reg_interval_row;
  GtkSpinButton *reg_interval;
  AdwComboRow *failover_row;
  AdwActionRow *probe_interval_row;
  GtkSpinButton *probe_interval;
  AdwActionRow *expires_row;
  GtkSpinButton *expires;
  AdwActionRow *reg_spread_row;
  GtkSpinButton *reg_spread;
  AdwComboRow *ip_versions_row;
  AdwActionRow *sip_port_min_row;
  GtkSpinButton *sip_port_min;
  AdwActionRow *sip_port_max_row;
  GtkSpinButton *sip_port_max;
  AdwActionRow *rtp_port_min_row;
  GtkSpinButton *rtp_port_min;
  AdwActionRow *rtp_port_max_row;
  GtkSpinButton *rtp_port_max;

  AdwComboRow *input_row;
  GtkLevelBar *input_level;
  gboolean watches_level;
  AdwComboRow *output_row;
  AdwComboRow *ring_row;
  AdwActionRow *ringing_enabled_row;
  GtkSwitch *ringing_enabled;
  TandemFileRow *ringing_file_row;
  TandemCodecList *codec_list;
  AdwComboRow *sdp_priority_row;
  AdwActionRow *rtp_inactivity_row;
  GtkSpinButton *rtp_inactivity;

  AdwActionRow *incoming_window_row;
  GtkSwitch *incoming_window;
  AdwActionRow *reject_busy_row;
  GtkSwitch *reject_busy;
  AdwActionRow *busy_calls_row;
  GtkSpinButton *busy_calls;
  AdwActionRow *busy_code_row;
  GtkSpinButton *busy_code;
  AdwComboRow *redirect_row;
  AdwActionRow *ringing_timeout_row;
  GtkSpinButton *ringing_timeout;
  AdwComboRow *dtmf_row;
  AdwActionRow *redact_numbers_row;
  GtkSwitch *redact_numbers;

  AdwPreferencesPage *calls_page;
  AdwPreferencesPage *people_page;
  AdwPreferencesPage *desk_page;
  GPtrArray *groups; /* of setting-tables.c */
};

G_DEFINE_FINAL_TYPE (TandemPreferencesWindow,
                     tandem_preferences_window,
                     ADW_TYPE_PREFERENCES_WINDOW)

static const char *const transports[] = { "udp", "tcp", "tls", NULL };
static const char *const failovers[] = { "prompt", "classic", NULL };
static const char *const ip_versions[] = { "ipv4", "ipv6", "ipv4-ipv6", "ipv6-ipv4", NULL };
static const char *const priorities[] = { "config", "offer", NULL };
static const char *const redirects[] = { "ask", "follow", NULL };
static const char *const dtmf_methods[] = { "auto", "rfc2833", "info", "inband", NULL };

/* --- Account ---------------------------------------------------------------------------------- */

static void
update_password_note (TandemPreferencesWindow *self)
{
  const char *note
      = self->account != NULL ? tandem_account_get_secret_storage (self->account) : NULL;

  gtk_label_set_label (self->password_note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->password_note), note != NULL);
}

static void
on_account_changed (TandemPreferencesWindow *self)
{
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_func (self->account, update_password_note, self);
  g_set_object (&self->account, tandem_phone_get_account (self->phone));
  if (self->account != NULL)
    g_signal_connect_object (self->account, "notify::secret-storage",
                             G_CALLBACK (update_password_note), self, G_CONNECT_SWAPPED);
  update_password_note (self);
}

static void
on_password_apply (TandemPreferencesWindow *self)
{
  const char *password = gtk_editable_get_text (GTK_EDITABLE (self->password_row));

  tandem_setting_row_commit (self->user_row);
  if (*password != '\0' && self->account != NULL)
    {
      tandem_account_give_password (self->account, password, TRUE);
      gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
      adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                        adw_toast_new (_ ("The password is used from now on")));
    }
  else if (*password != '\0')
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                      adw_toast_new (_ ("Enter a user and a server first")));
}

static void
fill_warnings (TandemPreferencesWindow *self)
{
  GPtrArray *warnings = tandem_configuration_get_warnings (self->configuration);
  guint n = warnings != NULL ? warnings->len : 0;
  g_autofree char *count = NULL;

  gtk_widget_set_visible (self->file_group,
                          n > 0 || tandem_configuration_has_file (self->configuration));
  count = n > 0 ? g_strdup_printf (ngettext ("%u setting is not used or was not understood",
                                             "%u settings are not used or were not understood", n),
                                   n)
                : g_strdup (_ ("Everything in it was understood"));
  adw_expander_row_set_subtitle (self->warnings_row, count);
  adw_expander_row_set_enable_expansion (self->warnings_row, n > 0);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *escaped = g_markup_escape_text (g_ptr_array_index (warnings, i), -1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
      adw_expander_row_add_row (self->warnings_row, row);
    }
}

static void
on_outgoing_selected (TandemPreferencesWindow *self)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "account");
  guint selected = adw_combo_row_get_selected (self->outgoing_row);

  if (selected != GTK_INVALID_LIST_POSITION
      && selected != g_settings_get_uint (settings, "outgoing"))
    g_settings_set_uint (settings, "outgoing", selected);
}

static void
update_outgoing (TandemPreferencesWindow *self)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "account");
  g_autoptr (GVariant) further = g_settings_get_value (settings, "further");
  guint n = (guint) g_variant_n_children (further);
  guint stored = g_settings_get_uint (settings, "outgoing");
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("The first one"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) account = g_variant_get_child_value (further, i);
      const char *user = "", *server = "";
      g_autofree char *address = NULL;
      g_autofree char *isolated = NULL;

      g_variant_lookup (account, "user", "&s", &user);
      g_variant_lookup (account, "server", "&s", &server);
      address = g_strdup_printf ("%s, %s", user, server);
      isolated = tandem_format_isolated (address);
      gtk_string_list_append (names, isolated);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->outgoing_row), n > 0);
  g_signal_handlers_block_by_func (self->outgoing_row, on_outgoing_selected, self);
  adw_combo_row_set_model (self->outgoing_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->outgoing_row, stored <= n ? stored : 0);
  g_signal_handlers_unblock_by_func (self->outgoing_row, on_outgoing_selected, self);
}

static void
bind_account (TandemPreferencesWindow *self)
{
  TandemConfiguration *c = self->configuration;

  tandem_setting_row_bind_text (self->user_row, c, "account", "user", tandem_check_user);
  tandem_setting_row_bind_text (self->display_name_row, c, "account", "display-name",
                                tandem_check_display_name);
  tandem_setting_row_bind_text (self->auth_user_row, c, "account", "auth-user",
                                tandem_check_optional_user);
  tandem_setting_row_bind_text (self->domain_row, c, "account", "domain", tandem_check_domain);
  tandem_setting_row_bind_switch (self->mailbox_subscribe_row, self->mailbox_subscribe, c,
                                  "account", "mailbox-subscribe");
  tandem_setting_row_bind_text (self->mailbox_row, c, "account", "mailbox", tandem_check_mailbox);
  g_object_bind_property (self->mailbox_subscribe, "active", self->mailbox_row, "visible",
                          G_BINDING_SYNC_CREATE);
  tandem_further_accounts_bind (self->further_accounts, c);
  g_signal_connect_object (self->outgoing_row, "notify::selected",
                           G_CALLBACK (on_outgoing_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_configuration_get_settings (c, "account"), "changed::further",
                           G_CALLBACK (update_outgoing), self, G_CONNECT_SWAPPED);
  update_outgoing (self);
  adw_entry_row_set_show_apply_button (self->password_row, TRUE);
  g_signal_connect_object (self->password_row, "apply", G_CALLBACK (on_password_apply), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  on_account_changed (self);
  fill_warnings (self);
}

/* --- Servers ---------------------------------------------------------------------------------- */

static void
update_tls (TandemPreferencesWindow *self)
{
  gtk_widget_set_visible (self->tls_group, adw_combo_row_get_selected (self->transport_row) == 2);
}

static void
update_recommended (TandemPreferencesWindow *self)
{
  gtk_widget_set_visible (self->recommended_button,
                          gtk_spin_button_get_value_as_int (self->transaction_timeout)
                              != RECOMMENDED_TIMEOUT);
}

static void
on_recommended_clicked (TandemPreferencesWindow *self)
{
  gtk_spin_button_set_value (self->transaction_timeout, RECOMMENDED_TIMEOUT);
}

static void
complain (AdwActionRow *row, const char *problem)
{
  adw_action_row_set_subtitle (row, problem != NULL ? problem : "");
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

static void
check_ports (TandemPreferencesWindow *self)
{
  int sip_first = gtk_spin_button_get_value_as_int (self->sip_port_min);
  int sip_last = gtk_spin_button_get_value_as_int (self->sip_port_max);
  int rtp_first = gtk_spin_button_get_value_as_int (self->rtp_port_min);
  int rtp_last = gtk_spin_button_get_value_as_int (self->rtp_port_max);

  complain (self->sip_port_max_row, sip_last < sip_first ? _ ("Not below the first port") : NULL);
  complain (self->rtp_port_max_row, rtp_last < rtp_first + 1
                                        ? _ ("At least one above the first port: sound takes two")
                                        : NULL);
}

static void
bind_servers (TandemPreferencesWindow *self)
{
  TandemConfiguration *c = self->configuration;
  const struct
  {
    AdwActionRow *row;
    GtkSpinButton *spin;
    const char *key;
  } numbers[] = {
    { self->transaction_timeout_row, self->transaction_timeout, "transaction-timeout" },
    { self->reg_interval_row, self->reg_interval, "reg-interval" },
    { self->probe_interval_row, self->probe_interval, "probe-interval" },
    { self->expires_row, self->expires, "expires" },
    { self->reg_spread_row, self->reg_spread, "reg-spread" },
    { self->sip_port_min_row, self->sip_port_min, "sip-port-min" },
    { self->sip_port_max_row, self->sip_port_max, "sip-port-max" },
    { self->rtp_port_min_row, self->rtp_port_min, "rtp-port-min" },
    { self->rtp_port_max_row, self->rtp_port_max, "rtp-port-max" },
  };
  GtkSpinButton *const ports[]
      = { self->sip_port_min, self->sip_port_max, self->rtp_port_min, self->rtp_port_max };

  tandem_setting_row_bind_text (self->server_row, c, "servers", "server", tandem_check_servers);
  tandem_setting_row_bind_choice (self->transport_row, c, "servers", "transport", transports);
  tandem_setting_row_bind_choice (self->failover_row, c, "servers", "registration-failover",
                                  failovers);
  tandem_setting_row_bind_choice (self->ip_versions_row, c, "servers", "ip-versions", ip_versions);
  tandem_setting_row_bind_switch (self->tls_check_name_row, self->tls_check_name, c, "servers",
                                  "tls-check-name");
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    tandem_setting_row_bind_number (numbers[i].row, numbers[i].spin, c, "servers", numbers[i].key);

  g_signal_connect_object (self->transport_row, "notify::selected", G_CALLBACK (update_tls), self,
                           G_CONNECT_SWAPPED);
  update_tls (self);
  tandem_file_row_bind (self->ca_file_row, c, "servers", "tls-ca-file", _ ("Those of the system"),
                        NULL);
  g_signal_connect_object (self->transaction_timeout, "value-changed",
                           G_CALLBACK (update_recommended), self, G_CONNECT_SWAPPED);
  update_recommended (self);
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    g_signal_connect_object (ports[i], "value-changed", G_CALLBACK (check_ports), self,
                             G_CONNECT_SWAPPED);
  check_ports (self);
}

/* --- Audio ------------------------------------------------------------------------------------ */

typedef struct
{
  GSettings *settings;
  char *key;
  char **ids;
} DeviceBinding;

static void
device_binding_free (gpointer data)
{
  DeviceBinding *binding = data;

  g_object_unref (binding->settings);
  g_free (binding->key);
  g_strfreev (binding->ids);
  g_free (binding);
}

static void
on_device_selected (AdwComboRow *row, GParamSpec *pspec, DeviceBinding *binding)
{
  guint selected = adw_combo_row_get_selected (row);

  if (selected < g_strv_length (binding->ids))
    g_settings_set_string (binding->settings, binding->key, binding->ids[selected]);
}

static void
on_input_level (TandemPreferencesWindow *self, double level)
{
  gtk_level_bar_set_value (self->input_level, level);
}

/* The microphone is open only while its level is seen. */
static void
update_level_watch (TandemPreferencesWindow *self)
{
  const gboolean seen = gtk_widget_get_mapped (GTK_WIDGET (self->input_level));

  if (self->watches_level == seen)
    return;
  self->watches_level = seen;
  tandem_phone_watch_input_level (self->phone, seen);
  gtk_level_bar_set_value (self->input_level, 0);
}

/* The first choice is the system's default; a stored device that is not there stays a choice. */
static void
bind_device (TandemPreferencesWindow *self, AdwComboRow *row, const char *key, gboolean input)
{
  g_autofree char *stored = tandem_configuration_get_string (self->configuration, "audio", key);
  g_auto (GStrv) devices = tandem_phone_list_devices (self->phone, input);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  DeviceBinding *binding = g_new0 (DeviceBinding, 1);
  guint selected = 0, n = 1;

  gtk_string_list_append (names, _ ("Default of the system"));
  g_strv_builder_add (ids, "");
  for (guint i = 0; devices != NULL && devices[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (devices[i], "\t", 2);

      if (parts[0] == NULL)
        continue;
      gtk_string_list_append (names, parts[1] != NULL ? parts[1] : parts[0]);
      g_strv_builder_add (ids, parts[0]);
      if (g_strcmp0 (stored, parts[0]) == 0)
        selected = n;
      n++;
    }
  if (selected == 0 && stored != NULL && *stored != '\0')
    {
      g_autofree char *missing = g_strdup_printf (_ ("%s (not there)"), stored);

      gtk_string_list_append (names, missing);
      g_strv_builder_add (ids, stored);
      selected = n;
    }

  binding->settings
      = g_object_ref (tandem_configuration_get_settings (self->configuration, "audio"));
  binding->key = g_strdup (key);
  binding->ids = g_strv_builder_end (ids);
  g_object_set_data_full (G_OBJECT (row), "tandem-device-binding", binding, device_binding_free);
  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, selected);
  if (!tandem_setting_explain_override (GTK_WIDGET (row), self->configuration, "audio", key))
    g_signal_connect (row, "notify::selected", G_CALLBACK (on_device_selected), binding);
}

static void
bind_audio (TandemPreferencesWindow *self)
{
  static const char *const sounds[] = { "audio/x-wav", "audio/ogg", "audio/flac", NULL };
  TandemConfiguration *c = self->configuration;

  bind_device (self, self->input_row, "input-device", TRUE);
  g_signal_connect_object (self->input_level, "map", G_CALLBACK (update_level_watch), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->input_level, "unmap", G_CALLBACK (update_level_watch), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "input-level", G_CALLBACK (on_input_level), self,
                           G_CONNECT_SWAPPED);
  bind_device (self, self->output_row, "output-device", FALSE);
  bind_device (self, self->ring_row, "ring-device", FALSE);
  tandem_setting_row_bind_switch (self->ringing_enabled_row, self->ringing_enabled, c, "audio",
                                  "ringing-enabled");
  tandem_file_row_bind (self->ringing_file_row, c, "audio", "ringing-file", _ ("The built-in one"),
                        sounds);
  g_object_bind_property (self->ringing_enabled, "active", self->ringing_file_row, "visible",
                          G_BINDING_SYNC_CREATE);
  tandem_codec_list_bind (self->codec_list, self->phone, c);
  tandem_setting_row_bind_choice (self->sdp_priority_row, c, "audio", "answer-sdp-priority",
                                  priorities);
  tandem_setting_row_bind_number (self->rtp_inactivity_row, self->rtp_inactivity, c, "audio",
                                  "rtp-inactivity-timeout");
}

/* --- Calls ------------------------------------------------------------------------------------ */

static void
bind_calls (TandemPreferencesWindow *self)
{
  TandemConfiguration *c = self->configuration;

  tandem_setting_row_bind_switch (self->incoming_window_row, self->incoming_window, c, "calls",
                                  "incoming-window");
  tandem_setting_row_bind_switch (self->reject_busy_row, self->reject_busy, c, "calls",
                                  "reject-when-busy");
  tandem_setting_row_bind_number (self->busy_calls_row, self->busy_calls, c, "calls",
                                  "calls-for-busy");
  tandem_setting_row_bind_number (self->busy_code_row, self->busy_code, c, "calls", "busy-code");
  tandem_setting_row_bind_choice (self->redirect_row, c, "calls", "redirect", redirects);
  tandem_setting_row_bind_number (self->ringing_timeout_row, self->ringing_timeout, c, "calls",
                                  "ringing-timeout");
  tandem_setting_row_bind_choice (self->dtmf_row, c, "calls", "dtmf-method", dtmf_methods);
  tandem_setting_row_bind_switch (self->redact_numbers_row, self->redact_numbers, c, "calls",
                                  "redact-numbers");
  g_object_bind_property (self->reject_busy, "active", self->busy_calls_row, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->reject_busy, "active", self->busy_code_row, "visible",
                          G_BINDING_SYNC_CREATE);
}

/* --- People ----------------------------------------------------------------------------------- */

/* --- Object ----------------------------------------------------------------------------------- */

static gboolean
tandem_preferences_window_close_request (GtkWindow *window)
{
  TandemPreferencesWindow *self = TANDEM_PREFERENCES_WINDOW (window);
  AdwEntryRow *const rows[] = { self->user_row,   self->display_name_row, self->auth_user_row,
                                self->domain_row, self->mailbox_row,      self->server_row };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    tandem_setting_row_commit (rows[i]);
  for (guint i = 0; i < self->groups->len; i++)
    tandem_setting_group_commit (g_ptr_array_index (self->groups, i));
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  return GTK_WINDOW_CLASS (tandem_preferences_window_parent_class)->close_request (window);
}

static void
remove_from_group (GtkWidget *child)
{
  GtkWidget *group = gtk_widget_get_ancestor (child, ADW_TYPE_PREFERENCES_GROUP);

  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), child);
}

static void
collect_rows (GtkWidget *widget, GPtrArray *rows)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ADW_IS_PREFERENCES_ROW (child)
        && gtk_widget_get_ancestor (child, ADW_TYPE_PREFERENCES_GROUP) != NULL)
      g_ptr_array_add (rows, child);
    else if (!TANDEM_IS_CODEC_LIST (child) && !TANDEM_IS_FURTHER_ACCOUNTS (child))
      collect_rows (child, rows);
}

/* libadwaita 1.2 never frees a group that was on a page, nor what is still in it. */
static void
empty_groups (TandemPreferencesWindow *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  if (self->phone == NULL)
    return;
  collect_rows (GTK_WIDGET (self), rows);
  g_ptr_array_add (rows, self->codec_list);
  g_ptr_array_add (rows, self->further_accounts);
  g_ptr_array_add (rows, self->password_note);
  for (guint i = 0; i < rows->len; i++)
    remove_from_group (rows->pdata[i]);
}

static void
tandem_preferences_window_dispose (GObject *object)
{
  TandemPreferencesWindow *self = TANDEM_PREFERENCES_WINDOW (object);

  empty_groups (self);
  g_clear_object (&self->account);
  g_clear_object (&self->phone);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_preferences_window_parent_class)->dispose (object);
}

#define BIND(child)                                                                                \
  gtk_widget_class_bind_template_child (widget_class, TandemPreferencesWindow, child)

static void
tandem_preferences_window_class_init (TandemPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_preferences_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tandem_preferences_window_close_request;

  g_type_ensure (TANDEM_TYPE_CODEC_LIST);
  g_type_ensure (TANDEM_TYPE_FILE_ROW);
  g_type_ensure (TANDEM_TYPE_FURTHER_ACCOUNTS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/preferences-window.ui");
  BIND (file_group);
  BIND (warnings_row);
  BIND (user_row);
  BIND (password_row);
  BIND (display_name_row);
  BIND (password_note);
  BIND (auth_user_row);
  BIND (domain_row);
  BIND (mailbox_subscribe_row);
  BIND (mailbox_subscribe);
  BIND (mailbox_row);
  BIND (further_accounts);
  BIND (outgoing_row);
  BIND (server_row);
  BIND (transport_row);
  BIND (tls_group);
  BIND (tls_check_name_row);
  BIND (tls_check_name);
  BIND (ca_file_row);
  BIND (transaction_timeout_row);
  BIND (transaction_timeout);
  BIND (recommended_button);
  BIND (reg_interval_row);
  BIND (reg_interval);
  BIND (failover_row);
  BIND (probe_interval_row);
  BIND (probe_interval);
  BIND (expires_row);
  BIND (expires);
  BIND (reg_spread_row);
  BIND (reg_spread);
  BIND (ip_versions_row);
  BIND (sip_port_min_row);
  BIND (sip_port_min);
  BIND (sip_port_max_row);
  BIND (sip_port_max);
  BIND (rtp_port_min_row);
  BIND (rtp_port_min);
  BIND (rtp_port_max_row);
  BIND (rtp_port_max);
  BIND (input_row);
  BIND (input_level);
  BIND (output_row);
  BIND (ring_row);
  BIND (ringing_enabled_row);
  BIND (ringing_enabled);
  BIND (ringing_file_row);
  BIND (codec_list);
  BIND (sdp_priority_row);
  BIND (rtp_inactivity_row);
  BIND (rtp_inactivity);
  BIND (incoming_window_row);
  BIND (incoming_window);
  BIND (reject_busy_row);
  BIND (reject_busy);
  BIND (busy_calls_row);
  BIND (busy_calls);
  BIND (busy_code_row);
  BIND (busy_code);
  BIND (redirect_row);
  BIND (ringing_timeout_row);
  BIND (ringing_timeout);
  BIND (dtmf_row);
  BIND (redact_numbers_row);
  BIND (redact_numbers);
  BIND (calls_page);
  BIND (people_page);
  BIND (desk_page);
  gtk_widget_class_bind_template_callback (widget_class, on_recommended_clicked);
}

static void
tandem_preferences_window_init (TandemPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
}

/**
 * tandem_preferences_window_new:
 * @parent: (nullable): the window it belongs to
 * @phone: knows devices and codecs, and takes the password
 * @configuration: the settings
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemPreferencesWindow *
tandem_preferences_window_new (GtkWindow *parent,
                               TandemPhone *phone,
                               TandemConfiguration *configuration)
{
  TandemPreferencesWindow *self
      = g_object_new (TANDEM_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->phone = g_object_ref (phone);
  self->configuration = g_object_ref (configuration);
  bind_account (self);
  bind_servers (self);
  bind_audio (self);
  bind_calls (self);
  self->groups = tandem_setting_tables_fill (self->calls_page, self->people_page, self->desk_page,
                                             self->phone, self->configuration);
  return self;
}
