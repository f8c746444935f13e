/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "conference-view.h"

#include <glib/gi18n.h>

#include "party-row.h"

/* TandemConferenceView: the parties of the conference, in the place of who one talks to. The phone has
 * one conference at most. */

struct _TandemConferenceView
{
  AdwBin parent_instance;

  GtkFilterListModel *parties;

  GtkLabel *title_label;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (TandemConferenceView, tandem_conference_view, ADW_TYPE_BIN)

static gboolean
is_party (gpointer item, gpointer data)
{
  return tandem_call_is_in_conference (item);
}

static void
update (TandemConferenceView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->parties)) + 1;
  /* Translators: how many people are in a conference, with the agent. */
  g_autofree char *title
      = g_strdup_printf (ngettext ("Conference of %u", "Conference of %u", n), n);

  gtk_label_set_label (self->title_label, title);
}

static void
on_in_conference (TandemConferenceView *self)
{
  GtkFilter *filter = gtk_filter_list_model_get_filter (self->parties);

  if (filter != NULL)
    gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
on_calls_changed (
    GListModel *calls, guint position, guint removed, guint added, TandemConferenceView *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      g_signal_connect_object (call, "notify::in-conference", G_CALLBACK (on_in_conference), self,
                               G_CONNECT_SWAPPED);
    }
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return tandem_party_row_new (item);
}

static void
tandem_conference_view_dispose (GObject *object)
{
  TandemConferenceView *self = TANDEM_CONFERENCE_VIEW (object);

  if (self->list != NULL && self->parties != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->parties);
  G_OBJECT_CLASS (tandem_conference_view_parent_class)->dispose (object);
}

static void
tandem_conference_view_class_init (TandemConferenceViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_conference_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/conference-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemConferenceView, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemConferenceView, list);
}

static void
tandem_conference_view_init (TandemConferenceView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_conference_view_set_phone:
 * @self: a view without a phone
 * @phone: whose conference it shows
 */
void
tandem_conference_view_set_phone (TandemConferenceView *self, TandemPhone *phone)
{
  GListModel *calls = tandem_phone_get_calls (phone);

  g_return_if_fail (TANDEM_IS_CONFERENCE_VIEW (self));
  g_return_if_fail (self->parties == NULL);

  self->parties = gtk_filter_list_model_new (
      g_object_ref (calls), GTK_FILTER (gtk_custom_filter_new (is_party, NULL, NULL)));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->parties), create_row, NULL, NULL);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self, 0);
  g_signal_connect_object (self->parties, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  on_calls_changed (calls, 0, 0, g_list_model_get_n_items (calls), self);
  update (self);
}
