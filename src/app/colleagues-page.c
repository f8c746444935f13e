/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "colleagues-page.h"

#include <glib/gi18n.h>

#include "colleague-row.h"
#include "format.h"

/* TandemColleaguesPage: the colleagues whose telephones are watched, with how it is there now; a
 * search, call and pick-up. The list makes widgets only for what is seen, so that thousands scroll. */

struct _TandemColleaguesPage
{
  AdwBin parent_instance;

  GtkSearchEntry *colleague_entry;
  GtkStack *stack;
  AdwStatusPage *none_page;
  GtkListView *view;
  GtkSingleSelection *selection;
  GtkFilterListModel *matches;
  GtkCustomFilter *filter;
};

G_DEFINE_FINAL_TYPE (TandemColleaguesPage, tandem_colleagues_page, ADW_TYPE_BIN)

static gboolean
matches_text (gpointer item, gpointer data)
{
  TandemColleaguesPage *self = data;

  return tandem_format_matches (tandem_colleague_get_name (item),
                                tandem_colleague_get_address (item),
                                gtk_editable_get_text (GTK_EDITABLE (self->colleague_entry)));
}

static void
update (TandemColleaguesPage *self)
{
  gboolean typed = *gtk_editable_get_text (GTK_EDITABLE (self->colleague_entry)) != '\0';
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->matches)) > 0;

  if (!any)
    {
      adw_status_page_set_title (self->none_page, typed ? _ ("No Match") : _ ("No Colleagues"));
      adw_status_page_set_description (
          self->none_page,
          typed ? NULL : _ ("The telephones that are watched are set in the preferences"));
    }
  gtk_stack_set_visible_child_name (self->stack, any ? "list" : "none");
}

static void
on_search_changed (TandemColleaguesPage *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
on_stop_search (TandemColleaguesPage *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->colleague_entry)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->colleague_entry), "");
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.colleagues", NULL);
}

/* What rings there is picked up, everybody else is called. */
static void
on_activate (TandemColleaguesPage *self, guint position)
{
  g_autoptr (TandemColleague) colleague
      = g_list_model_get_item (G_LIST_MODEL (self->matches), position);

  if (colleague == NULL)
    return;
  if (tandem_colleague_can_pick_up (colleague))
    gtk_widget_activate_action (GTK_WIDGET (self), "app.pick-up", "s",
                                tandem_colleague_get_address (colleague));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.call", "s",
                                tandem_colleague_get_uri (colleague));
}

static gboolean
on_entry_key (GtkEventControllerKey *controller,
              guint keyval,
              guint keycode,
              GdkModifierType modifiers,
              TandemColleaguesPage *self)
{
  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
      || g_list_model_get_n_items (G_LIST_MODEL (self->matches)) == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  gtk_single_selection_set_selected (self->selection, 0);
  return GDK_EVENT_STOP;
}

static void
tandem_colleagues_page_dispose (GObject *object)
{
  TandemColleaguesPage *self = TANDEM_COLLEAGUES_PAGE (object);

  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  G_OBJECT_CLASS (tandem_colleagues_page_parent_class)->dispose (object);
}

static void
tandem_colleagues_page_class_init (TandemColleaguesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_colleagues_page_dispose;
  g_type_ensure (TANDEM_TYPE_COLLEAGUE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/colleagues-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, colleague_entry);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, none_page);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, view);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, selection);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, matches);
  gtk_widget_class_bind_template_child (widget_class, TandemColleaguesPage, filter);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
tandem_colleagues_page_init (TandemColleaguesPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_entry_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->colleague_entry), keys);
  gtk_custom_filter_set_filter_func (self->filter, matches_text, self, NULL);
}

/**
 * tandem_colleagues_page_set_colleagues:
 * @self: a page
 * @colleagues: of TandemColleague
 */
void
tandem_colleagues_page_set_colleagues (TandemColleaguesPage *self, GListModel *colleagues)
{
  g_return_if_fail (TANDEM_IS_COLLEAGUES_PAGE (self));

  gtk_filter_list_model_set_model (self->matches, colleagues);
  g_signal_connect_object (self->matches, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

/**
 * tandem_colleagues_page_focus:
 * @self: a page
 */
void
tandem_colleagues_page_focus (TandemColleaguesPage *self)
{
  g_return_if_fail (TANDEM_IS_COLLEAGUES_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->colleague_entry));
}
