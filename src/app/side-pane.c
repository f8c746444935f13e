/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "side-pane.h"

#include <glib/gi18n.h>

#include <string.h>

#include "call-row.h"
#include "dial-pad.h"
#include "extension-list.h"
#include "format.h"
#include "history-search.h"
#include "number-direction.h"
#include "number.h"
#include "record-actions.h"
#include "record-row.h"
#include "record-window.h"
#include "status-strip.h"

/* TandemSidePane: the entry that dials and filters, the dial pad, current calls, recent calls and
 * the status strip. What is typed filters the list below: there is no completion. Dialling itself
 * is the window's action "win.dial". Signals "call-selected" (TandemCall), "text-changed". */

struct _TandemSidePane
{
  AdwBin parent_instance;

  TandemPhone *phone;
  guint midnight;

  GtkEntry *entry;
  GtkRevealer *hint_revealer;
  GtkLabel *hint_label;
  GtkRevealer *dial_pad_revealer;
  GtkWidget *calls_section;
  GtkListBox *calls_list;
  GtkLabel *records_heading;
  GtkStack *records_stack;
  GtkScrolledWindow *records_scroller;
  GtkListView *records_view;
  GtkSingleSelection *selection;
  AdwStatusPage *none_page;
  AdwStatusPage *no_match_page;
  GtkCustomFilter *filter;
  GtkFilterListModel *filtered;
  GListModel *matches;         /* of TandemRecord: the search, or filtered */
  TandemHistorySearch *search; /* (nullable): a phone without a history has none */
  GtkToggleButton *missed_button;
  GtkLabel *missed_badge;
  GtkLabel *preview_label;
  GtkWidget *records_bar;
  GtkRevealer *problem_revealer;
  GtkLabel *problem_label;
  TandemStatusStrip *status_strip;
};

enum
{
  SIGNAL_CALL_SELECTED,
  SIGNAL_TEXT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemSidePane, tandem_side_pane, ADW_TYPE_BIN)

static gboolean
matches_text (gpointer item, gpointer data)
{
  TandemSidePane *self = data;

  return (!gtk_toggle_button_get_active (self->missed_button) || tandem_record_is_missed (item))
         && tandem_format_matches (tandem_record_get_name (item), tandem_record_get_address (item),
                                   tandem_side_pane_get_text (self));
}

static void
update_records (TandemSidePane *self)
{
  const char *text = tandem_side_pane_get_text (self);
  gboolean any = g_list_model_get_n_items (self->matches) > 0;
  gboolean missed = gtk_toggle_button_get_active (self->missed_button);

  if (!any && self->search != NULL && tandem_history_search_is_searching (self->search))
    return;
  gtk_label_set_label (self->records_heading, *text != '\0' ? _ ("Matches") : _ ("Recent"));
  gtk_widget_set_visible (self->records_bar, any || missed);
  adw_status_page_set_title (self->none_page, missed ? _ ("No Missed Calls") : _ ("No Calls Yet"));
  adw_status_page_set_description (self->none_page,
                                   missed ? _ ("Nobody called in vain")
                                          : _ ("Calls that you make and receive are listed here"));
  gtk_stack_set_visible_child_name (self->records_stack,
                                    any ? "list" : (*text != '\0' ? "no-match" : "none"));
  if (!any && *text != '\0')
    {
      g_autofree char *isolated = tandem_format_isolated (text);
      g_autofree char *description
          /* Translators: the text that was typed into the entry. */
          = g_strdup_printf (_ ("Press Enter to call “%s”"), isolated);
      g_autofree char *escaped = g_markup_escape_text (description, -1);

      adw_status_page_set_description (self->no_match_page, escaped);
    }
}

/* Before the end of the list comes into view. */
static void
on_scrolled (GtkAdjustment *adjustment, TandemSidePane *self)
{
  double page = gtk_adjustment_get_page_size (adjustment);

  if (self->search != NULL && page > 0
      && gtk_adjustment_get_value (adjustment) + 3 * page >= gtk_adjustment_get_upper (adjustment))
    tandem_history_search_load_more (self->search);
}

static void
update_missed (TandemSidePane *self)
{
  guint n = tandem_phone_get_missed_calls (self->phone);
  g_autofree char *count = n > 999 ? g_strdup ("999+") : g_strdup_printf ("%u", n);
  g_autofree char *spoken
      = n > 0 ? g_strdup_printf (
            ngettext ("Missed calls only, %u new", "Missed calls only, %u new", n), n)
              : g_strdup (_ ("Missed calls only"));

  gtk_label_set_label (self->missed_badge, count);
  gtk_widget_set_visible (GTK_WIDGET (self->missed_badge), n > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->missed_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

/* The person has turned to the list. */
static void
on_looked (TandemSidePane *self)
{
  if (self->phone != NULL && tandem_phone_get_missed_calls (self->phone) > 0)
    tandem_phone_mark_missed_calls_seen (self->phone);
}

static void
on_missed_toggled (TandemSidePane *self)
{
  gboolean missed = gtk_toggle_button_get_active (self->missed_button);

  if (self->phone == NULL)
    return;
  if (self->search != NULL)
    tandem_history_search_set_missed_only (self->search, missed);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  if (missed)
    on_looked (self);
  update_records (self);
}

static void
update_problem (TandemSidePane *self)
{
  g_autofree char *problem = NULL;

  g_object_get (self->phone, "history-problem", &problem, NULL);
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_revealer_set_reveal_child (self->problem_revealer, problem != NULL);
}

/* What a rule makes of the number, when that is something else than what was typed. */
static void
update_preview (TandemSidePane *self)
{
  const char *text = tandem_side_pane_get_text (self);
  g_autofree char *uri = NULL;
  g_autofree char *typed = tandem_number_to_digits (text);

  gtk_widget_set_visible (GTK_WIDGET (self->preview_label), FALSE);
  if (typed == NULL || self->phone == NULL || !tandem_format_is_target (text)
      || strchr (text, '@') != NULL)
    return;
  uri = tandem_phone_parse_target (self->phone, text, NULL);
  if (uri != NULL)
    {
      const char *user = strchr (uri, ':') + 1;
      g_autofree char *number = g_strndup (user, strcspn (user, "@;?"));
      g_autofree char *dialled = tandem_number_to_digits (number);

      if (dialled != NULL && !g_str_equal (dialled, typed))
        {
          g_autofree char *isolated = tandem_format_isolated (number);
          /* Translators: the number that the dialling rules make of what was typed. */
          g_autofree char *words = g_strdup_printf (_ ("Will dial %s"), isolated);

          gtk_label_set_label (self->preview_label, words);
          gtk_widget_set_visible (GTK_WIDGET (self->preview_label), TRUE);
        }
    }
}

static void
on_entry_changed (GtkEditable *entry, TandemSidePane *self)
{
  gboolean any = *gtk_editable_get_text (entry) != '\0';

  gtk_revealer_set_reveal_child (self->hint_revealer, FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY,
                                     any ? "tandem-backspace-symbolic" : NULL);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  if (self->search != NULL)
    tandem_history_search_set_text (self->search, tandem_side_pane_get_text (self));
  update_records (self);
  update_preview (self);
  g_signal_emit (self, signals[SIGNAL_TEXT_CHANGED], 0);
}

static void
on_entry_activate (GtkEntry *entry, TandemSidePane *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.dial", NULL);
}

static void
on_entry_icon_press (GtkEntry *entry, GtkEntryIconPosition position, TandemSidePane *self)
{
  if (position == GTK_ENTRY_ICON_SECONDARY)
    {
      tandem_side_pane_set_text (self, "");
      tandem_side_pane_focus_entry (self);
    }
}

static gboolean
on_entry_key (GtkEventControllerKey *controller,
              guint keyval,
              guint keycode,
              GdkModifierType modifiers,
              TandemSidePane *self)
{
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    {
      tandem_side_pane_focus_records (self);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Escape && *tandem_side_pane_get_text (self) != '\0')
    {
      tandem_side_pane_set_text (self, "");
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static TandemRecordRow *
find_focused_row (TandemSidePane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  return TANDEM_IS_RECORD_ROW (child) ? TANDEM_RECORD_ROW (child) : NULL;
}

static gboolean
on_record_key (TandemSidePane *self, guint keyval, GdkModifierType modifiers)
{
  GdkModifierType mask = modifiers & gtk_accelerator_get_default_mod_mask ();
  TandemRecord *record = gtk_single_selection_get_selected_item (self->selection);
  TandemRecordRow *row = find_focused_row (self);

  if (row != NULL && (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && mask == GDK_SHIFT_MASK)))
    {
      tandem_record_row_open_menu (row);
      return GDK_EVENT_STOP;
    }
  if (record == NULL)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    tandem_side_pane_perform (self, "delete", record);
  else if (keyval == GDK_KEY_c && mask == GDK_CONTROL_MASK)
    tandem_side_pane_perform (self, "copy", record);
  else if (keyval == GDK_KEY_Return && mask == GDK_ALT_MASK)
    tandem_side_pane_perform (self, "details", record);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
on_list_key (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType modifiers,
             TandemSidePane *self)
{
  if ((keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
      && gtk_single_selection_get_selected (self->selection) == 0)
    {
      tandem_side_pane_focus_entry (self);
      return GDK_EVENT_STOP;
    }
  return on_record_key (self, keyval, modifiers);
}

static void
on_digit (TandemDialPad *pad, const char *digit, TandemSidePane *self)
{
  tandem_side_pane_insert (self, digit);
}

static void
on_record_activated (GtkListView *view, guint position, TandemSidePane *self)
{
  g_autoptr (TandemRecord) record = g_list_model_get_item (self->matches, position);

  if (record != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.call", "s", tandem_record_get_uri (record));
}

static void
on_call_activated (GtkListBox *list, GtkListBoxRow *row, TandemSidePane *self)
{
  g_signal_emit (self, signals[SIGNAL_CALL_SELECTED], 0,
                 tandem_call_row_get_call (TANDEM_CALL_ROW (row)));
}

static void
on_calls_changed (GListModel *calls, guint position, guint removed, guint added, gpointer data)
{
  gtk_widget_set_visible (TANDEM_SIDE_PANE (data)->calls_section,
                          g_list_model_get_n_items (calls) > 0);
}

/* Calls that ring here come first, whatever the order of the model. */
static int
compare_calls (gconstpointer a, gconstpointer b, gpointer data)
{
  TandemCall *one = (TandemCall *) a;
  TandemCall *two = (TandemCall *) b;

  return (tandem_call_get_state (two) == TANDEM_CALL_RINGING_HERE)
         - (tandem_call_get_state (one) == TANDEM_CALL_RINGING_HERE);
}

static void
on_call_state_changed (GtkSorter *sorter)
{
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

static GtkWidget *
create_call_row (gpointer item, gpointer data)
{
  g_signal_connect_object (item, "notify::state", G_CALLBACK (on_call_state_changed), data,
                           G_CONNECT_SWAPPED);
  return tandem_call_row_new (item);
}

/* "Yesterday" moves at midnight: the rows are made anew then. */
static gboolean
on_midnight (gpointer data)
{
  TandemSidePane *self = data;
  g_autoptr (GtkListItemFactory) factory
      = g_object_ref (gtk_list_view_get_factory (self->records_view));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  gtk_list_view_set_factory (self->records_view, NULL);
  gtk_list_view_set_factory (self->records_view, factory);

  tomorrow = g_date_time_add_days (now, 1);
  midnight
      = g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                               g_date_time_get_day_of_month (tomorrow), 0, 0, 1);
  self->midnight = g_timeout_add_seconds (
      (guint) CLAMP (g_date_time_difference (midnight, now) / G_TIME_SPAN_SECOND, 1, 90000),
      on_midnight, self);
  return G_SOURCE_REMOVE;
}

static void
tandem_side_pane_dispose (GObject *object)
{
  TandemSidePane *self = TANDEM_SIDE_PANE (object);

  g_clear_handle_id (&self->midnight, g_source_remove);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  g_clear_object (&self->search);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_side_pane_parent_class)->dispose (object);
}

static void
tandem_side_pane_class_init (TandemSidePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_side_pane_dispose;

  signals[SIGNAL_CALL_SELECTED]
      = g_signal_new ("call-selected", TANDEM_TYPE_SIDE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, TANDEM_TYPE_CALL);
  signals[SIGNAL_TEXT_CHANGED]
      = g_signal_new ("text-changed", TANDEM_TYPE_SIDE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 0);

  g_type_ensure (TANDEM_TYPE_DIAL_PAD);
  g_type_ensure (TANDEM_TYPE_RECORD_ROW);
  g_type_ensure (TANDEM_TYPE_STATUS_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/side-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, entry);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, hint_revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, hint_label);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, dial_pad_revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, calls_section);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, calls_list);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, records_heading);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, records_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, records_scroller);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, records_view);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, selection);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, none_page);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, no_match_page);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, filter);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, filtered);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, missed_button);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, missed_badge);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, preview_label);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, records_bar);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, problem_revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, problem_label);
  gtk_widget_class_bind_template_child (widget_class, TandemSidePane, status_strip);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_icon_press);
  gtk_widget_class_bind_template_callback (widget_class, on_digit);
  gtk_widget_class_bind_template_callback (widget_class, on_record_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_call_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_missed_toggled);
}

static void
tandem_side_pane_init (TandemSidePane *self)
{
  GtkEventController *keys, *motion, *focus;

  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_number_direction_watch (GTK_EDITABLE (self->entry));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_entry_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_list_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->records_view), keys);

  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->records_scroller),
                           "value-changed", G_CALLBACK (on_scrolled), self, 0);
  motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_looked), self);
  gtk_widget_add_controller (GTK_WIDGET (self->records_view), motion);
  focus = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (on_looked), self);
  gtk_widget_add_controller (GTK_WIDGET (self->records_view), focus);
  self->matches = G_LIST_MODEL (self->filtered);
  gtk_custom_filter_set_filter_func (self->filter, matches_text, self, NULL);
  on_midnight (self);
}

/**
 * tandem_side_pane_set_phone:
 * @self: a pane without a phone
 * @phone: what it shows
 */
void
tandem_side_pane_set_phone (TandemSidePane *self, TandemPhone *phone)
{
  g_autoptr (GtkSortListModel) sorted = NULL;
  GtkSorter *sorter;
  GListModel *calls;

  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  calls = tandem_phone_get_calls (phone);
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare_calls, NULL, NULL));
  sorted = gtk_sort_list_model_new (g_object_ref (calls), sorter);
  gtk_list_box_bind_model (self->calls_list, G_LIST_MODEL (sorted), create_call_row, sorter, NULL);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self, 0);
  on_calls_changed (calls, 0, 0, 0, self);

  if (TANDEM_IS_HISTORY (tandem_phone_get_history (phone)))
    {
      self->search = tandem_history_search_new (TANDEM_HISTORY (tandem_phone_get_history (phone)));
      self->matches = G_LIST_MODEL (self->search);
      gtk_single_selection_set_model (self->selection, self->matches);
      g_signal_connect_object (self->search, "notify::searching", G_CALLBACK (update_records), self,
                               G_CONNECT_SWAPPED);
    }
  else
    gtk_filter_list_model_set_model (self->filtered, tandem_phone_get_history (phone));
  g_signal_connect_object (phone, "notify::missed-calls", G_CALLBACK (update_missed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (phone, "notify::history-problem", G_CALLBACK (update_problem), self,
                           G_CONNECT_SWAPPED);
  update_missed (self);
  update_problem (self);
  g_signal_connect_object (self->matches, "items-changed", G_CALLBACK (update_records), self,
                           G_CONNECT_SWAPPED);
  update_records (self);
  tandem_status_strip_set_phone (self->status_strip, phone);
}

/**
 * tandem_side_pane_get_text:
 * @self: a pane
 *
 * Returns: (transfer none): what is in the entry
 */
const char *
tandem_side_pane_get_text (TandemSidePane *self)
{
  g_return_val_if_fail (TANDEM_IS_SIDE_PANE (self), "");
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

/**
 * tandem_side_pane_set_text:
 * @self: a pane
 * @text: what to put into the entry; nothing is dialled
 */
void
tandem_side_pane_set_text (TandemSidePane *self, const char *text)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

/**
 * tandem_side_pane_insert:
 * @self: a pane
 * @text: what was typed elsewhere
 *
 * Puts @text where the entry's cursor is.
 */
void
tandem_side_pane_insert (TandemSidePane *self, const char *text)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  int position;

  gtk_editable_delete_selection (editable);
  position = gtk_editable_get_position (editable);
  gtk_editable_insert_text (editable, text, -1, &position);
  gtk_editable_set_position (editable, position);
}

/**
 * tandem_side_pane_get_target:
 * @self: a pane
 *
 * What Enter dials: a number or an address as typed, otherwise the first match of the list,
 * otherwise what was typed, which may be a user's name.
 *
 * Returns: (transfer full) (nullable): %NULL when nothing was typed
 */
char *
tandem_side_pane_get_target (TandemSidePane *self)
{
  g_autofree char *text = NULL;
  g_autoptr (TandemRecord) first = NULL;

  g_return_val_if_fail (TANDEM_IS_SIDE_PANE (self), NULL);

  text = g_strstrip (g_strdup (tandem_side_pane_get_text (self)));
  if (*text == '\0')
    return NULL;
  if (!tandem_format_is_target (text))
    first = g_list_model_get_item (self->matches, 0);
  if (first != NULL)
    return g_strdup (tandem_record_get_uri (first));
  return g_steal_pointer (&text);
}

/**
 * tandem_side_pane_show_hint:
 * @self: a pane
 * @message: (nullable): what is wrong with the text, shown under the entry until it is changed
 */
void
tandem_side_pane_show_hint (TandemSidePane *self, const char *message)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));

  if (message != NULL)
    {
      gtk_label_set_label (self->hint_label, message);
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
    }
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  message != NULL ? message : "", -1);
  gtk_revealer_set_reveal_child (self->hint_revealer, message != NULL);
}

/**
 * tandem_side_pane_focus_entry:
 * @self: a pane
 */
void
tandem_side_pane_focus_entry (TandemSidePane *self)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  gtk_entry_grab_focus_without_selecting (self->entry);
}

/**
 * tandem_side_pane_focus_records:
 * @self: a pane
 *
 * Moves the focus to the first of the recent calls, when there is one.
 */
void
tandem_side_pane_focus_records (TandemSidePane *self)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));

  if (g_list_model_get_n_items (self->matches) == 0)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->records_view), "list.scroll-to-item", "u", 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->records_view));
  gtk_single_selection_set_selected (self->selection, 0);
}

/**
 * tandem_side_pane_show_dial_pad:
 * @self: a pane
 * @show: whether the dial pad is seen
 */
void
tandem_side_pane_show_dial_pad (TandemSidePane *self, gboolean show)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  gtk_revealer_set_reveal_child (self->dial_pad_revealer, show);
}

/**
 * tandem_side_pane_select_call:
 * @self: a pane
 * @call: (nullable): the call that the call page shows
 */
void
tandem_side_pane_select_call (TandemSidePane *self, TandemCall *call)
{
  GtkListBoxRow *row;

  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->calls_list, i)) != NULL; i++)
    if (tandem_call_row_get_call (TANDEM_CALL_ROW (row)) == call)
      {
        gtk_list_box_select_row (self->calls_list, row);
        return;
      }
  gtk_list_box_unselect_all (self->calls_list);
}

/**
 * tandem_side_pane_get_call:
 * @self: a pane
 * @n: the number of a row of the current calls, from 0
 *
 * Returns: (transfer none) (nullable): its call
 */
TandemCall *
tandem_side_pane_get_call (TandemSidePane *self, guint n)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (TANDEM_IS_SIDE_PANE (self), NULL);

  row = gtk_list_box_get_row_at_index (self->calls_list, (int) n);
  return row != NULL ? tandem_call_row_get_call (TANDEM_CALL_ROW (row)) : NULL;
}

/**
 * tandem_side_pane_set_extensions:
 * @self: a pane
 * @extensions: (nullable): "number\tname" of each extension that a newcomer can call
 *
 * Offered while there are no recent calls.
 */
void
tandem_side_pane_set_extensions (TandemSidePane *self, const char *const *extensions)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));

  if (extensions == NULL && adw_status_page_get_child (self->none_page) == NULL)
    return;
  adw_status_page_set_child (self->none_page,
                             extensions != NULL ? tandem_extension_list_new (extensions) : NULL);
}

/**
 * tandem_side_pane_open_status:
 * @self: a pane
 */
void
tandem_side_pane_open_status (TandemSidePane *self)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  tandem_status_strip_open (self->status_strip);
}

/**
 * tandem_side_pane_perform:
 * @self: a pane
 * @what: "details", "call", "edit", "copy", "add-contact" or "delete"
 * @record: one of its past calls
 */
void
tandem_side_pane_perform (TandemSidePane *self, const char *what, TandemRecord *record)
{
  GtkWidget *widget = GTK_WIDGET (self);

  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));

  if (g_str_equal (what, "details"))
    gtk_window_present (GTK_WINDOW (
        tandem_record_window_new (GTK_WINDOW (gtk_widget_get_root (widget)), self->phone, record)));
  else if (g_str_equal (what, "call"))
    gtk_widget_activate_action (widget, "win.call", "s", tandem_record_get_uri (record));
  else if (g_str_equal (what, "edit"))
    {
      tandem_side_pane_set_text (self, tandem_record_get_address (record));
      tandem_side_pane_focus_entry (self);
    }
  else if (g_str_equal (what, "copy"))
    tandem_record_copy_number (widget, record);
  else if (g_str_equal (what, "add-contact"))
    gtk_widget_activate_action (
        widget, "win.add-contact", "(ss)",
        tandem_record_get_name (record) != NULL ? tandem_record_get_name (record) : "",
        tandem_record_get_address (record));
  else if (g_str_equal (what, "delete"))
    tandem_record_delete (widget, self->phone, record);
}

/**
 * tandem_side_pane_show_missed_only:
 * @self: a pane
 * @missed_only: whether only missed calls are listed
 */
void
tandem_side_pane_show_missed_only (TandemSidePane *self, gboolean missed_only)
{
  g_return_if_fail (TANDEM_IS_SIDE_PANE (self));
  gtk_toggle_button_set_active (self->missed_button, missed_only);
}

/**
 * tandem_side_pane_get_last_dialled:
 * @self: a pane
 *
 * Returns: (transfer full) (nullable): the address that was called last from here
 */
char *
tandem_side_pane_get_last_dialled (TandemSidePane *self)
{
  GListModel *history;

  g_return_val_if_fail (TANDEM_IS_SIDE_PANE (self), NULL);

  history = tandem_phone_get_history (self->phone);
  for (guint i = 0; i < g_list_model_get_n_items (history); i++)
    {
      g_autoptr (TandemRecord) record = g_list_model_get_item (history, i);

      if (!tandem_record_is_incoming (record))
        return g_strdup (tandem_record_get_uri (record));
    }
  return NULL;
}
