/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib/gstdio.h>

#include <string.h>

#include "account-dialog.h"
#include "file-row.h"
#include "further-accounts.h"
#include "ldap-client.h"
#include "slapd.h"
#include "lint.h"
#include "preferences-window.h"
#include "sample-app.h"

typedef struct
{
  TandemPhone *phone;
  TandemConfiguration *configuration;
  GtkWidget *window;
} Fixture;

static void
show (Fixture *self)
{
  self->window
      = GTK_WIDGET (tandem_preferences_window_new (NULL, self->phone, self->configuration));
  g_object_ref (self->window);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 640, 740);
  gtk_window_present (GTK_WINDOW (self->window));
  sample_app_settle (self->window);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const char *const children[] = { "account", "servers", "audio", "calls", "directory" };

  self->phone = tandem_phone_new_sample ("idle");
  self->configuration = tandem_configuration_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      GSettings *settings = tandem_configuration_get_settings (self->configuration, children[i]);
      g_autoptr (GSettingsSchema) schema = NULL;
      g_auto (GStrv) keys = NULL;

      g_object_get (settings, "settings-schema", &schema, NULL);
      keys = g_settings_schema_list_keys (schema);
      for (guint k = 0; keys[k] != NULL; k++)
        g_settings_reset (settings, keys[k]);
    }
  if (data == NULL)
    show (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (self->phone), (gpointer *) &self->phone);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  g_object_unref (self->window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (self->window);
  g_object_unref (self->configuration);
  g_object_unref (self->phone);
  g_assert_null (self->phone);
}

static GtkWidget *
child (Fixture *self, const char *id)
{
  GtkWidget *widget = sample_app_find_named (self->window, id);

  if (widget == NULL)
    g_error ("no widget %s", id);
  return widget;
}

static GSettings *
settings (Fixture *self, const char *name)
{
  return tandem_configuration_get_settings (self->configuration, name);
}

static void
assert_string (Fixture *self, const char *name, const char *key, const char *wanted)
{
  g_autofree char *value = g_settings_get_string (settings (self, name), key);

  g_assert_cmpstr (value, ==, wanted);
}

static void
type (Fixture *self, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (child (self, id)), text);
}

static const char *
title (Fixture *self, const char *id)
{
  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (child (self, id)));
}

static void
test_text (Fixture *self, gconstpointer data)
{
  GtkWidget *row = child (self, "server_row");

  type (self, "server_row", "a b");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  g_assert_true (g_str_has_suffix (title (self, "server_row"), ": not a host name or address"));
  g_signal_emit_by_name (row, "apply");
  assert_string (self, "servers", "server", "");

  type (self, "server_row", " proxy.example.test:5070 ");
  g_assert_true (gtk_widget_has_css_class (row, "error") == FALSE);
  g_signal_emit_by_name (row, "apply");
  assert_string (self, "servers", "server", "proxy.example.test:5070");

  /* What changes elsewhere is seen. */
  g_settings_set_string (settings (self, "servers"), "server", "192.0.2.1");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "192.0.2.1");
}

/* What was typed and is right is kept when the window is closed; what is wrong is not. */
static void
test_close (Fixture *self, gconstpointer data)
{
  type (self, "user_row", "1002");
  type (self, "domain_row", "not a domain");
  type (self, "display_name_row", "Sample Agent");
  gtk_window_close (GTK_WINDOW (self->window));
  assert_string (self, "account", "user", "1002");
  assert_string (self, "account", "display-name", "Sample Agent");
  assert_string (self, "account", "domain", "");
}

static void
test_numbers (Fixture *self, gconstpointer data)
{
  GtkSpinButton *spin = GTK_SPIN_BUTTON (child (self, "transaction_timeout"));
  GtkWidget *button = child (self, "recommended_button");
  double lower, upper;

  gtk_spin_button_get_range (spin, &lower, &upper);
  g_assert_cmpfloat (lower, ==, 1);
  g_assert_cmpfloat (upper, ==, 32000);
  g_assert_cmpfloat (gtk_spin_button_get_value (spin), ==, 4000);
  g_assert_false (gtk_widget_get_visible (button));

  gtk_spin_button_set_value (spin, 99999);
  g_assert_cmpuint (g_settings_get_uint (settings (self, "servers"), "transaction-timeout"), ==,
                    32000);
  g_assert_true (gtk_widget_get_visible (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (g_settings_get_uint (settings (self, "servers"), "transaction-timeout"), ==,
                    4000);
}

static void
test_ports (Fixture *self, gconstpointer data)
{
  GtkWidget *row = child (self, "sip_port_max_row");

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child (self, "sip_port_min")), 6000);
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), !=, "");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child (self, "sip_port_max")), 6000);
  g_assert_false (gtk_widget_has_css_class (row, "error"));

  row = child (self, "rtp_port_max_row");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child (self, "rtp_port_max")), 8000);
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child (self, "rtp_port_max")), 8001);
  g_assert_false (gtk_widget_has_css_class (row, "error"));
}

static void
test_choices (Fixture *self, gconstpointer data)
{
  AdwComboRow *transport = ADW_COMBO_ROW (child (self, "transport_row"));

  g_assert_false (gtk_widget_get_visible (child (self, "tls_group")));
  adw_combo_row_set_selected (transport, 2);
  assert_string (self, "servers", "transport", "tls");
  g_assert_true (gtk_widget_get_visible (child (self, "tls_group")));
  g_settings_set_string (settings (self, "servers"), "transport", "tcp");
  g_assert_cmpuint (adw_combo_row_get_selected (transport), ==, 1);

  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "ip_versions_row")), 3);
  assert_string (self, "servers", "ip-versions", "ipv6-ipv4");
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "failover_row")), 1);
  assert_string (self, "servers", "registration-failover", "classic");
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "redirect_row")), 1);
  assert_string (self, "calls", "redirect", "follow");
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "sdp_priority_row")), 1);
  assert_string (self, "audio", "answer-sdp-priority", "offer");
}

/* Each combo row has as many texts as the schema has values. */
static void
test_choices_complete (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *row;
    const char *child;
    const char *key;
  } rows[] = {
    { "transport_row", "servers", "transport" },
    { "failover_row", "servers", "registration-failover" },
    { "ip_versions_row", "servers", "ip-versions" },
    { "sdp_priority_row", "audio", "answer-sdp-priority" },
    { "redirect_row", "calls", "redirect" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AdwComboRow *row = ADW_COMBO_ROW (child (self, rows[i].row));
      g_autoptr (GSettingsSchema) schema = NULL;
      g_autoptr (GSettingsSchemaKey) key = NULL;
      g_autoptr (GVariant) range = NULL;
      g_autoptr (GVariant) values = NULL;
      const char *kind;

      g_object_get (settings (self, rows[i].child), "settings-schema", &schema, NULL);
      key = g_settings_schema_get_key (schema, rows[i].key);
      range = g_settings_schema_key_get_range (key);
      g_variant_get (range, "(&sv)", &kind, &values);
      g_assert_cmpstr (kind, ==, "enum");
      g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==,
                        g_variant_n_children (values));
      for (guint k = 0; k < g_variant_n_children (values); k++)
        {
          const char *nick;

          g_variant_get_child (values, k, "&s", &nick);
          g_settings_set_string (settings (self, rows[i].child), rows[i].key, nick);
          g_assert_cmpuint (adw_combo_row_get_selected (row), ==, k);
        }
    }
}

static void
test_switches (Fixture *self, gconstpointer data)
{
  GtkSwitch *busy = GTK_SWITCH (child (self, "reject_busy"));

  g_assert_true (gtk_widget_get_visible (child (self, "busy_code_row")));
  gtk_switch_set_active (busy, FALSE);
  g_assert_false (g_settings_get_boolean (settings (self, "calls"), "reject-when-busy"));
  g_assert_false (gtk_widget_get_visible (child (self, "busy_code_row")));
  gtk_switch_set_active (GTK_SWITCH (child (self, "incoming_window")), FALSE);
  g_assert_false (g_settings_get_boolean (settings (self, "calls"), "incoming-window"));
}

static void
assert_codecs (Fixture *self, const char *wanted)
{
  g_auto (GStrv) codecs = g_settings_get_strv (settings (self, "audio"), "codecs");
  g_autofree char *joined = g_strjoinv (" ", codecs);

  g_assert_cmpstr (joined, ==, wanted);
}

static GtkWidget *
codec_row (Fixture *self, int n)
{
  GtkWidget *list = sample_app_find_named (child (self, "codec_list"), "list");

  while (g_main_context_iteration (NULL, FALSE))
    ;
  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), n));
}

static void
test_codecs (Fixture *self, gconstpointer data)
{
  GtkWidget *button;

  assert_codecs (self, "opus G722 PCMU PCMA");
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "audio");
  sample_app_settle (self->window);

  button = sample_app_find (codec_row (self, 0), GTK_TYPE_BUTTON, "Earlier");
  g_assert_false (gtk_widget_get_sensitive (button));
  button = sample_app_find (codec_row (self, 0), GTK_TYPE_BUTTON, "Later");
  g_signal_emit_by_name (button, "clicked");
  assert_codecs (self, "G722 opus PCMU PCMA");
  button = sample_app_find (codec_row (self, 3), GTK_TYPE_BUTTON, "Earlier");
  g_signal_emit_by_name (button, "clicked");
  assert_codecs (self, "G722 opus PCMA PCMU");

  /* Off goes to the end of the list, on to the end of those that are on. */
  gtk_switch_set_active (GTK_SWITCH (sample_app_find (codec_row (self, 0), GTK_TYPE_SWITCH, NULL)),
                         FALSE);
  assert_codecs (self, "opus PCMA PCMU");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (codec_row (self, 3))), ==,
                   "G.722");

  /* The last one cannot be switched off. */
  for (int i = 0; i < 3; i++)
    gtk_switch_set_active (
        GTK_SWITCH (sample_app_find (codec_row (self, 0), GTK_TYPE_SWITCH, NULL)), FALSE);
  assert_codecs (self, "PCMU");
}

static void
test_devices (Fixture *self, gconstpointer data)
{
  AdwComboRow *row;
  GtkStringObject *item;

  g_settings_set_string (settings (self, "audio"), "input-device", "a device that is gone");
  show (self);
  row = ADW_COMBO_ROW (child (self, "input_row"));
  item = adw_combo_row_get_selected_item (row);
  g_assert_cmpstr (gtk_string_object_get_string (item), ==, "a device that is gone (not there)");
  adw_combo_row_set_selected (row, 0);
  assert_string (self, "audio", "input-device", "");
}

static const char file[]
    = "<configuration>"
      "<Connectivity user=\"1042\" server=\"sip.example.test\" protocol=\"tcp\"/>"
      "<settings><domain name=\"policy\"><section name=\"endpoint\">"
      "<setting name=\"sip_transaction_timeout\" value=\"2500\"/>"
      "<setting name=\"nobody_knows_this\" value=\"1\"/>"
      "</section></domain></settings></configuration>";

static void
test_overridden (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "tandem-test-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_file_set_contents (path, file, -1, &error);
  g_assert_no_error (error);
  tandem_configuration_load_file (self->configuration, path, &error);
  g_assert_no_error (error);
  g_unlink (path);

  show (self);
  g_assert_true (gtk_widget_get_visible (child (self, "file_group")));
  g_assert_false (gtk_widget_get_sensitive (child (self, "transaction_timeout_row")));
  g_assert_cmpfloat (
      gtk_spin_button_get_value (GTK_SPIN_BUTTON (child (self, "transaction_timeout"))), ==, 2500);
  g_assert_cmpuint (g_settings_get_uint (settings (self, "servers"), "transaction-timeout"), ==,
                    4000);
  g_assert_true (gtk_widget_get_sensitive (child (self, "probe_interval_row")));
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (child (self, "warnings_row"))),
                   ==, "1 setting is not used or was not understood");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (child (self, "warnings_row")), TRUE);
  sample_app_settle (self->window);

  gtk_window_close (GTK_WINDOW (self->window));
  assert_string (self, "account", "user", "");
}

/* What the file says cannot be changed here, be it what is stored too. */
static void
test_overridden_alike (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_settings_set_string (settings (self, "servers"), "transport", "tcp");
  g_settings_set_uint (settings (self, "servers"), "transaction-timeout", 2500);
  tandem_configuration_load_data (self->configuration, "sample", file, strlen (file), &error);
  g_assert_no_error (error);
  show (self);
  g_assert_false (gtk_widget_get_sensitive (child (self, "transport_row")));
  g_assert_false (gtk_widget_get_sensitive (child (self, "transaction_timeout_row")));
  g_assert_false (gtk_widget_get_sensitive (child (self, "further_accounts")));
  g_assert_true (gtk_widget_get_sensitive (child (self, "expires_row")));
  g_assert_true (gtk_widget_get_sensitive (child (self, "ringing_file_row")));
}

static void
test_ring_tone (Fixture *self, gconstpointer data)
{
  TandemFileRow *row = TANDEM_FILE_ROW (child (self, "ringing_file_row"));
  GtkWidget *clear = sample_app_find_named (GTK_WIDGET (row), "clear_button");
  g_autoptr (GFile) tone = g_file_new_for_path ("/usr/share/sounds/a & b.wav");
  g_autoptr (GFile) far = g_file_new_for_uri ("sftp://example.test/tone.wav");

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "The built-in one");
  g_assert_false (gtk_widget_get_visible (clear));
  tandem_file_row_set_file (row, tone);
  assert_string (self, "audio", "ringing-file", "/usr/share/sounds/a & b.wav");
  g_assert_nonnull (
      strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "/usr/share/sounds/a &"));
  g_assert_true (gtk_widget_get_visible (clear));
  tandem_file_row_set_file (row, far);
  assert_string (self, "audio", "ringing-file", "/usr/share/sounds/a & b.wav");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Only a local file can be used");
  g_signal_emit_by_name (clear, "clicked");
  assert_string (self, "audio", "ringing-file", "");

  gtk_switch_set_active (GTK_SWITCH (child (self, "ringing_enabled")), FALSE);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (row)));
}

static guint
n_further (Fixture *self)
{
  g_autoptr (GVariant) further = g_settings_get_value (settings (self, "account"), "further");

  return (guint) g_variant_n_children (further);
}

static void
fill_dialog (GtkWidget *dialog, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (sample_app_find_named (dialog, id)), text);
}

static void
test_further_accounts (Fixture *self, gconstpointer data)
{
  TandemFurtherAccounts *accounts = TANDEM_FURTHER_ACCOUNTS (child (self, "further_accounts"));
  GtkWidget *dialog, *remove;
  AdwMessageDialog *message;

  g_assert_false (gtk_widget_get_visible (child (self, "outgoing_row")));
  gtk_widget_activate (child (self, "add_row"));
  dialog = sample_app_find_window (TANDEM_TYPE_ACCOUNT_DIALOG);
  message = ADW_MESSAGE_DIALOG (dialog);
  sample_app_settle (dialog);
  lint_accessibility (dialog);
  g_assert_false (adw_message_dialog_get_response_enabled (message, "add"));
  fill_dialog (dialog, "user_row", "1042");
  fill_dialog (dialog, "server_row", "not a server");
  g_assert_false (adw_message_dialog_get_response_enabled (message, "add"));
  fill_dialog (dialog, "server_row", "second.example.test");
  g_assert_true (adw_message_dialog_get_response_enabled (message, "add"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (sample_app_find_named (dialog, "transport_row")), 2);
  adw_message_dialog_response (message, "add");
  g_assert_cmpuint (n_further (self), ==, 1);

  g_assert_false (tandem_further_accounts_add (accounts, "a b", "example.test", "udp", ""));
  g_assert_true (
      tandem_further_accounts_add (accounts, "1043", "192.0.2.7", "udp", "example.test"));
  g_assert_cmpuint (n_further (self), ==, 2);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "account");
  sample_app_settle (self->window);
  remove = sample_app_find (self->window, GTK_TYPE_BUTTON,
                            "Remove \xe2\x81\xa6"
                            "1042@second.example.test\xe2\x81\xa9");
  g_assert_nonnull (remove);

  g_assert_true (gtk_widget_get_visible (child (self, "outgoing_row")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "outgoing_row")), 2);
  g_assert_cmpuint (g_settings_get_uint (settings (self, "account"), "outgoing"), ==, 2);

  g_signal_emit_by_name (remove, "clicked");
  g_assert_cmpuint (n_further (self), ==, 1);
  sample_app_settle (self->window);
  g_assert_nonnull (sample_app_find (self->window, GTK_TYPE_BUTTON,
                                     "Remove \xe2\x81\xa6"
                                     "1043@example.test\xe2\x81\xa9"));
  lint_accessibility (self->window);
}

static void
test_lint (Fixture *self, gconstpointer data)
{
  static const char *const pages[] = { "account", "servers", "audio", "calls", "people" };
  static const int widths[] = { 640, 360 };

  adw_combo_row_set_selected (ADW_COMBO_ROW (child (self, "transport_row")), 2);
  for (gsize w = 0; w < G_N_ELEMENTS (widths); w++)
    for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
      {
        g_test_message ("%s at %d", pages[i], widths[w]);
        gtk_window_set_default_size (GTK_WINDOW (self->window), widths[w], 740);
        adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window),
                                                      pages[i]);
        sample_app_settle (self->window);
        lint_accessibility (self->window);
        lint_width (self->window, widths[w]);
      }
}

static GtkWidget *
find_named (GtkWidget *widget, const char *name)
{
  if (g_strcmp0 (gtk_widget_get_name (widget), name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_named (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static guint
find_entries (GtkWidget *widget, GtkWidget **entries, guint n)
{
  if (ADW_IS_ENTRY_ROW (widget) && n < 2)
    entries[n++] = widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n = find_entries (child, entries, n);
  return n;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *tooltip)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_tooltip_text (widget) != NULL
      && strstr (gtk_widget_get_tooltip_text (widget), tooltip) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
add_pair (GtkWidget *list, const char *first, const char *second)
{
  GtkWidget *entries[2];

  g_assert_cmpuint (find_entries (list, entries, 0), ==, 2);
  gtk_editable_set_text (GTK_EDITABLE (entries[0]), first);
  gtk_editable_set_text (GTK_EDITABLE (entries[1]), second);
  g_signal_emit_by_name (entries[1], "entry-activated");
}

static void
assert_pairs (Fixture *self, const char *child, const char *key, const char *expected)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings (self, child), key);
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

/* A list is added to, refused with words, put into another order, and emptied. */
static void
test_pairs (Fixture *self, gconstpointer data)
{
  GtkWidget *list;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "calls");
  sample_app_settle (self->window);
  list = find_named (self->window, "dialling-rules");
  g_assert_nonnull (list);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (list), TRUE);
  add_pair (list, "(", "0");
  assert_pairs (self, "calls", "dialling-rules", "[]");
  add_pair (list, "^00", "+");
  add_pair (list, "^0", "+49");
  assert_pairs (self, "calls", "dialling-rules", "[('^00', '+'), ('^0', '+49')]");
  sample_app_settle (self->window);
  lint_accessibility (self->window);
  g_signal_emit_by_name (find_button (list, "Move"), "clicked");
  assert_pairs (self, "calls", "dialling-rules", "[('^0', '+49'), ('^00', '+')]");
  g_signal_emit_by_name (find_button (list, "Remove"), "clicked");
  assert_pairs (self, "calls", "dialling-rules", "[('^00', '+')]");
  g_signal_emit_by_name (find_button (list, "Remove"), "clicked");
  assert_pairs (self, "calls", "dialling-rules", "[]");

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "people");
  sample_app_settle (self->window);
  list = find_named (self->window, "colleagues");
  add_pair (list, "http://example.test", "Sample Colleague One");
  assert_pairs (self, "directory", "colleagues", "[]");
  add_pair (list, "201", "Sample Colleague One");
  assert_pairs (self, "directory", "colleagues", "[('201', 'Sample Colleague One')]");
}

static void
apply (GtkWidget *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}

static void
test_words (Fixture *self, gconstpointer data)
{
  GtkWidget *row = find_named (self->window, "emergency-numbers");

  apply (row, "112, , 911,110 ");
  assert_pairs (self, "calls", "emergency-numbers", "['112', '911', '110']");
  apply (row, "112, help");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  assert_pairs (self, "calls", "emergency-numbers", "['112', '911', '110']");
  apply (row, "112");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  row = find_named (self->window, "forward-always");
  apply (row, "http://example.test/");
  assert_pairs (self, "calls", "forward-always", "''");
  apply (row, "+31 20 794 0813");
  assert_pairs (self, "calls", "forward-always", "'+31 20 794 0813'");
  row = find_named (self->window, "home-country");
  apply (row, "Atlantis");
  assert_pairs (self, "directory", "home-country", "''");
  apply (row, "NL");
  assert_pairs (self, "directory", "home-country", "'NL'");
}

/* What the rules make of a number is seen where they are written. */
static void
test_rule_trial (Fixture *self, gconstpointer data)
{
  GtkWidget *number = find_named (self->window, "trial-number");
  AdwActionRow *result = ADW_ACTION_ROW (find_named (self->window, "trial-result"));

  gtk_editable_set_text (GTK_EDITABLE (number), "(030) 555-0100");
  g_assert_cmpstr (adw_action_row_get_subtitle (result), ==, "\u20660305550100\u2069");
  g_settings_set_value (settings (self, "calls"), "dialling-rules",
                        g_variant_new_parsed ("[('^0([1-9][0-9]+)$', %s)]", "+49\\1"));
  g_assert_cmpstr (adw_action_row_get_subtitle (result), ==, "\u2066+49305550100\u2069");
  gtk_editable_set_text (GTK_EDITABLE (number), "112");
  g_assert_cmpstr (adw_action_row_get_subtitle (result), ==, "As it is: an emergency number");
  g_settings_reset (settings (self, "calls"), "dialling-rules");
  gtk_editable_set_text (GTK_EDITABLE (number), "");
  g_assert_cmpstr (adw_action_row_get_subtitle (result), ==, "Nothing yet");
}

/* What cannot be an LDAP server or filter is refused where it is typed. */
static void
test_directory (Fixture *self, gconstpointer data)
{
  GtkWidget *filter = find_named (self->window, "ldap-filter");

  apply (filter, "(cn=*)");
  g_assert_true (gtk_widget_has_css_class (filter, "error"));
  apply (filter, "(cn=*%s*)");
  g_assert_false (gtk_widget_has_css_class (filter, "error"));
  apply (find_named (self->window, "ldap-url"), "http://example.test/");
  assert_pairs (self, "directory", "ldap-url", "''");
  apply (find_named (self->window, "ldap-url"), "ldaps://example.test");
  assert_pairs (self, "directory", "ldap-url", "'ldaps://example.test'");
}

static gboolean
is_unmapped (gpointer data)
{
  return !gtk_widget_get_mapped (data);
}

/* The level of the microphone is shown while its page is seen, and nothing of it stays. */
static void
test_input_level (Fixture *self, gconstpointer data)
{
  AdwPreferencesWindow *window = ADW_PREFERENCES_WINDOW (self->window);
  GtkWidget *bar = child (self, "input_level");

  adw_preferences_window_set_visible_page_name (window, "audio");
  sample_app_wait_mapped (bar);
  g_signal_emit_by_name (self->phone, "input-level", 0.5);
  g_assert_cmpfloat (gtk_level_bar_get_value (GTK_LEVEL_BAR (bar)), ==, 0.5);
  adw_preferences_window_set_visible_page_name (window, "calls");
  sample_app_wait (is_unmapped, bar);
  g_assert_cmpfloat (gtk_level_bar_get_value (GTK_LEVEL_BAR (bar)), ==, 0);
}

static void
assert_subtitle (GtkWidget *row, const char *words)
{
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, words);
}

static gboolean
is_error (gpointer data)
{
  return gtk_widget_has_css_class (data, "error");
}

/* A name is looked for with the settings of now, and what went wrong is said where it was typed. */
static void
test_directory_trial (Fixture *self, gconstpointer data)
{
  GtkWidget *name = find_named (self->window, "directory-name");
  GtkWidget *result = find_named (self->window, "directory-result");
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.5.0.9", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *url = NULL;

  apply (name, "sample");
  assert_subtitle (result, "Enter the server first");
  /* Bound and not listening: nobody else gets the port, and who connects is refused. */
  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);
  url = g_strdup_printf ("ldap://127.5.0.9:%u",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  g_settings_set_string (settings (self, "directory"), "ldap-url", url);
  apply (name, " s ");
  assert_subtitle (result, "Three letters at least");
  apply (name, "sample");
  assert_subtitle (result, "Asking the server…");
  g_assert_false (is_error (result));
  sample_app_wait (is_error, result);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (result)), !=, "");
  g_test_message ("%s", adw_action_row_get_subtitle (ADW_ACTION_ROW (result)));
  g_settings_reset (settings (self, "directory"), "ldap-url");
}

static gboolean
has_answered (gpointer result)
{
  return strstr (adw_action_row_get_subtitle (result), "…") == NULL;
}

/* A real server, with somebody in it and nobody. */
static void
test_directory_found (Fixture *self, gconstpointer data)
{
  GtkWidget *name = find_named (self->window, "directory-name");
  GtkWidget *result = find_named (self->window, "directory-result");
  g_autoptr (Slapd) server = slapd_new (FALSE);

  g_settings_set_string (settings (self, "directory"), "ldap-url", server->url);
  g_settings_set_string (settings (self, "directory"), "ldap-base", "dc=example,dc=test");
  apply (name, "anna");
  sample_app_wait (has_answered, result);
  assert_subtitle (result, "1 found: Anna Sample");
  apply (name, "zebra");
  sample_app_wait (has_answered, result);
  assert_subtitle (result, "The server answered, and knows nobody of that name");
  g_settings_reset (settings (self, "directory"), "ldap-base");
  g_settings_reset (settings (self, "directory"), "ldap-url");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/preferences/" name, Fixture, NULL, set_up, function, tear_down)
#define ADD_HIDDEN(name, function)                                                                 \
  g_test_add ("/preferences/" name, Fixture, "hidden", set_up, function, tear_down)
  ADD ("text", test_text);
  ADD ("close", test_close);
  ADD ("numbers", test_numbers);
  ADD ("ports", test_ports);
  ADD ("choices", test_choices);
  ADD ("choices-complete", test_choices_complete);
  ADD ("switches", test_switches);
  ADD ("codecs", test_codecs);
  ADD_HIDDEN ("devices", test_devices);
  ADD_HIDDEN ("overridden", test_overridden);
  ADD_HIDDEN ("overridden-alike", test_overridden_alike);
  ADD ("ring-tone", test_ring_tone);
  ADD ("further-accounts", test_further_accounts);
  ADD ("pairs", test_pairs);
  ADD ("words", test_words);
  ADD ("rule-trial", test_rule_trial);
  ADD ("input-level", test_input_level);
  ADD ("directory", test_directory);
  if (tandem_ldap_is_built_in ())
    ADD ("directory-trial", test_directory_trial);
  if (tandem_ldap_is_built_in () && slapd_is_installed ())
    ADD ("directory-found", test_directory_found);
  ADD ("lint", test_lint);
  return g_test_run ();
}
