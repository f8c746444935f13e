/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "rehearsal-window.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "format.h"
#include "text-saver.h"

/* TandemRehearsalWindow: Practise Failover: which proxy is not heard and whom to call, then how long
 * each type of message took to recover, as a report that can be saved. Closing it ends the practice. */

struct _TandemRehearsalWindow
{
  AdwWindow parent_instance;

  TandemPhone *phone;
  TandemRehearsal *rehearsal;
  TandemTextSaver *saver;
  char **proxies;
  char *refusal;
  gboolean was_running;

  AdwToastOverlay *toasts;
  GtkWidget *settings_group;
  AdwComboRow *proxy_row;
  GtkEditable *number_row;
  GtkWidget *during_calls_row;
  GtkCheckButton *during_calls;
  GtkLabel *problem_label;
  GtkWidget *progress_box;
  GtkLabel *step_label;
  GtkProgressBar *progress_bar;
  GtkWidget *results_group;
  GtkListBox *results_list;
  GtkWidget *start_button;
  GtkWidget *cancel_button;
  GtkWidget *save_button;
};

G_DEFINE_FINAL_TYPE (TandemRehearsalWindow, tandem_rehearsal_window, ADW_TYPE_WINDOW)

static void
update_progress (TandemRehearsalWindow *self)
{
  const char *step = tandem_rehearsal_get_step (self->rehearsal);

  gtk_progress_bar_set_fraction (self->progress_bar,
                                 tandem_rehearsal_get_progress (self->rehearsal));
  gtk_label_set_label (self->step_label, step != NULL ? step : "");
}

static void
update (TandemRehearsalWindow *self)
{
  gboolean running = tandem_rehearsal_is_running (self->rehearsal);
  GListModel *results = tandem_rehearsal_get_results (self->rehearsal);
  gboolean any = g_list_model_get_n_items (results) > 0;
  gboolean calls = g_list_model_get_n_items (tandem_phone_get_calls (self->phone)) > 0;
  const char *problem
      = self->refusal != NULL ? self->refusal : tandem_rehearsal_get_problem (self->rehearsal);

  gtk_widget_set_sensitive (self->settings_group, !running);
  gtk_widget_set_visible (self->during_calls_row, calls && !running);
  gtk_widget_set_visible (self->progress_box, running);
  gtk_widget_set_visible (self->results_group, any);
  gtk_widget_set_visible (self->start_button, !running);
  gtk_button_set_label (GTK_BUTTON (self->start_button),
                        any ? _ ("_Practise Again") : _ ("_Start Practising"));
  tandem_name_buttons (self->start_button);
  gtk_widget_set_visible (self->cancel_button, running);
  gtk_widget_set_visible (self->save_button, any && !running);
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
  update_progress (self);

  if (running != self->was_running && problem == NULL)
    tandem_announce (self->results_group, running ? _ ("Practising") : _ ("The practice is over"));
  if (running && !self->was_running)
    gtk_widget_grab_focus (self->cancel_button);
  else if (!running && self->was_running)
    gtk_widget_grab_focus (any ? self->save_button : self->start_button);
  self->was_running = running;
}

static void
on_notify (TandemRehearsal *rehearsal, GParamSpec *pspec, TandemRehearsalWindow *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (g_str_equal (name, "progress") || g_str_equal (name, "step"))
    update_progress (self);
  else
    update (self);
}

static char *
proxy_label (TandemProxy *proxy)
{
  const char *transport = tandem_proxy_get_transport (proxy);
  g_autofree char *text = NULL;

  if (transport == NULL || g_ascii_strcasecmp (transport, "udp") == 0)
    return tandem_format_isolated (tandem_proxy_get_address (proxy));
  text = g_strdup_printf ("%s %s", tandem_proxy_get_address (proxy), transport);
  return tandem_format_isolated (text);
}

static void
fill_proxies (TandemRehearsalWindow *self)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  gtk_string_list_append (names, _ ("The one in use"));
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      GListModel *proxies = tandem_account_get_proxies (account);

      for (guint k = 0; k < g_list_model_get_n_items (proxies); k++)
        {
          g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, k);
          g_autofree char *label = proxy_label (proxy);

          gtk_string_list_append (names, label);
          g_strv_builder_add (ids, tandem_proxy_get_id (proxy));
        }
    }
  g_clear_pointer (&self->proxies, g_strfreev);
  self->proxies = g_strv_builder_end (ids);
  adw_combo_row_set_model (self->proxy_row, G_LIST_MODEL (names));
}

/* Who was chosen, and whether it passed, in words and not by colour alone. */
static GtkWidget *
create_result_row (gpointer item, gpointer data)
{
  GtkWidget *row = adw_action_row_new ();
  gboolean passed = tandem_rehearsal_result_is_passed (item);
  gint64 measured = tandem_rehearsal_result_get_measured (item);
  const char *verdict = passed         ? _ ("Passed")
                        : measured < 0 ? _ ("Did not recover")
                                       : _ ("Too slow");
  const char *operation = tandem_rehearsal_result_get_operation (item);
  g_autofree char *limit = tandem_format_milliseconds (tandem_rehearsal_result_get_limit (item));
  g_autofree char *took = measured >= 0 ? tandem_format_milliseconds (measured) : g_strdup ("—");
  /* Translators: how long something took, and how long it may take. */
  g_autofree char *figures = g_strdup_printf (_ ("%s of %s"), took, limit);
  g_autofree char *route = tandem_format_route (tandem_rehearsal_result_get_from (item),
                                                tandem_rehearsal_result_get_to (item));
  g_autofree char *spoken
      = g_strjoin (", ", operation, verdict, figures, route != NULL ? route : NULL, NULL);
  GtkWidget *icon
      = gtk_image_new_from_icon_name (passed ? "tandem-ok-symbolic" : "dialog-warning-symbolic");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *verdict_label = gtk_label_new (verdict);
  GtkWidget *figures_label = gtk_label_new (figures);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), operation);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), route != NULL ? route : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_add_css_class (icon, passed ? "success" : "error");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_label_set_xalign (GTK_LABEL (verdict_label), 1);
  gtk_widget_add_css_class (verdict_label, "heading");
  gtk_label_set_xalign (GTK_LABEL (figures_label), 1);
  gtk_widget_add_css_class (figures_label, "caption");
  gtk_widget_add_css_class (figures_label, "numeric");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), verdict_label);
  gtk_box_append (GTK_BOX (box), figures_label);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static void
on_start_clicked (TandemRehearsalWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->proxy_row);
  const char *proxy = selected > 0 && selected <= g_strv_length (self->proxies)
                          ? self->proxies[selected - 1]
                          : NULL;
  g_autofree char *number = g_strstrip (g_strdup (gtk_editable_get_text (self->number_row)));
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->refusal, g_free);
  if (!tandem_rehearsal_start (self->rehearsal, proxy, number,
                               gtk_check_button_get_active (self->during_calls), &error))
    {
      self->refusal = g_strdup (error->message);
      tandem_announce (GTK_WIDGET (self->problem_label), self->refusal);
    }
  update (self);
}

static void
on_cancel_clicked (TandemRehearsalWindow *self)
{
  tandem_rehearsal_cancel (self->rehearsal);
}

static void
on_save_clicked (TandemRehearsalWindow *self)
{
  g_autofree char *text = tandem_rehearsal_to_text (self->rehearsal);
  g_autofree char *name = tandem_format_file_name ("tandem-failover");

  tandem_text_saver_ask (self->saver, name, text);
}

static void
tandem_rehearsal_window_dispose (GObject *object)
{
  TandemRehearsalWindow *self = TANDEM_REHEARSAL_WINDOW (object);

  if (self->saver != NULL)
    g_object_run_dispose (G_OBJECT (self->saver));
  g_clear_object (&self->saver);
  if (self->rehearsal != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->rehearsal, self);
      if (tandem_rehearsal_is_running (self->rehearsal))
        tandem_rehearsal_cancel (self->rehearsal);
      gtk_list_box_bind_model (self->results_list, NULL, NULL, NULL, NULL);
    }
  g_clear_object (&self->rehearsal);
  g_clear_object (&self->phone);
  g_clear_pointer (&self->proxies, g_strfreev);
  g_clear_pointer (&self->refusal, g_free);
  G_OBJECT_CLASS (tandem_rehearsal_window_parent_class)->dispose (object);
}

static void
tandem_rehearsal_window_class_init (TandemRehearsalWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_rehearsal_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/rehearsal-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, settings_group);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, proxy_row);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, number_row);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, during_calls_row);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, during_calls);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, progress_box);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, step_label);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, results_group);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, results_list);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, start_button);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, TandemRehearsalWindow, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
tandem_rehearsal_window_init (TandemRehearsalWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
  self->saver = tandem_text_saver_new (GTK_WINDOW (self), self->toasts);
}

/**
 * tandem_rehearsal_window_new:
 * @phone: the phone that practises
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
GtkWindow *
tandem_rehearsal_window_new (TandemPhone *phone)
{
  TandemRehearsalWindow *self = g_object_new (TANDEM_TYPE_REHEARSAL_WINDOW, NULL);

  self->phone = g_object_ref (phone);
  self->rehearsal = tandem_rehearsal_new (phone);
  fill_proxies (self);
  gtk_list_box_bind_model (self->results_list, tandem_rehearsal_get_results (self->rehearsal),
                           create_result_row, NULL, NULL);
  g_signal_connect_object (self->rehearsal, "notify", G_CALLBACK (on_notify), self, 0);
  g_signal_connect_object (self->rehearsal, "finished", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_rehearsal_get_results (self->rehearsal), "items-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_phone_get_calls (phone), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WINDOW (self);
}

/**
 * tandem_rehearsal_window_get_rehearsal:
 * @self: a window
 *
 * Returns: (transfer none): what it shows
 */
TandemRehearsal *
tandem_rehearsal_window_get_rehearsal (TandemRehearsalWindow *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_WINDOW (self), NULL);
  return self->rehearsal;
}
