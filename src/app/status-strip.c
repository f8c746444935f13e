/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "status-strip.h"

#include <glib/gi18n.h>

#include "account-watch.h"
#include "announce.h"
#include "availability-bar.h"
#include "readiness.h"
#include "status-popover.h"

/* TandemStatusStrip: the truthful line at the bottom of the side pane: can I take calls, over which
 * proxy, and what is being done about it. While the line is well but calls are kept off, that comes
 * first, and the proxy second. Opens TandemStatusPopover. The texts and the countdown
 * are the account's. */

struct _TandemStatusStrip
{
  AdwBin parent_instance;

  TandemPhone *phone;
  TandemAccountWatch *watch;
  TandemAccount *account; /* not owned: the lead of the watch */

  GtkMenuButton *button;
  TandemStatusPopover *popover;
  GtkStack *icon_stack;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *title_label;
  GtkLabel *subtitle_label;
};

G_DEFINE_FINAL_TYPE (TandemStatusStrip, tandem_status_strip, ADW_TYPE_BIN)

typedef struct
{
  const char *icon;
  const char *icon_class;
  const char *strip_class;
  gboolean busy;
} Look;

static Look
look_of (TandemAccountState state)
{
  switch (state)
    {
    case TANDEM_ACCOUNT_REGISTERED:
      return (Look){ "tandem-ok-symbolic", "success", NULL, FALSE };
    case TANDEM_ACCOUNT_CONNECTING:
      return (Look){ NULL, NULL, NULL, TRUE };
    case TANDEM_ACCOUNT_FAILING_OVER:
      return (Look){ NULL, NULL, "failing-over", TRUE };
    case TANDEM_ACCOUNT_NOT_REGISTERED:
    case TANDEM_ACCOUNT_REJECTED:
      return (Look){ "tandem-offline-symbolic", "error", "down", FALSE };
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return (Look){ "dialog-password-symbolic", NULL, "failing-over", FALSE };
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
    case TANDEM_ACCOUNT_STANDALONE:
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return (Look){ "tandem-standby-symbolic", "dim-label", NULL, FALSE };
    }
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* Only what is wrong with the line is more pressing than calls being kept off. */
static TandemReachability
get_availability (TandemStatusStrip *self)
{
  TandemAccountState state = self->account != NULL ? tandem_account_get_state (self->account)
                                                   : TANDEM_ACCOUNT_NOT_CONFIGURED;

  if (state != TANDEM_ACCOUNT_REGISTERED && state != TANDEM_ACCOUNT_STANDALONE)
    return TANDEM_REACHABILITY_READY;
  return tandem_reachability_get (self->phone);
}

static void
update_subtitle (TandemStatusStrip *self)
{
  gboolean kept_off = get_availability (self) != TANDEM_REACHABILITY_READY;
  gboolean registered = self->account != NULL
                        && tandem_account_get_state (self->account) == TANDEM_ACCOUNT_REGISTERED;
  gboolean attention = registered && tandem_account_get_set_aside (self->account) > 0;
  g_autofree char *others = registered && !attention ? tandem_readiness_others (
                                tandem_account_watch_get_accounts (self->watch), self->account)
                                                     : NULL;
  const char *text = kept_off         ? or_empty (tandem_account_get_title (self->account))
                     : others != NULL ? others
                     : self->account != NULL
                         ? or_empty (tandem_account_get_subtitle (self->account))
                         : "";
  const char *classes[] = { "caption", "numeric", attention && !kept_off ? "warning" : NULL, NULL };

  gtk_label_set_label (self->subtitle_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle_label), *text != '\0');
  gtk_widget_set_css_classes (GTK_WIDGET (self->subtitle_label), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), *text != '\0' ? text : NULL);
}

/* The accessible name is the title without the running seconds of the second line. */
static void
update (TandemStatusStrip *self)
{
  TandemAccountState state = self->account != NULL ? tandem_account_get_state (self->account)
                                                   : TANDEM_ACCOUNT_NOT_CONFIGURED;
  const char *title = self->account != NULL ? or_empty (tandem_account_get_title (self->account))
                                            : _ ("No account");
  TandemReachability availability = get_availability (self);
  gboolean kept_off = availability != TANDEM_REACHABILITY_READY;
  Look look = kept_off
                  ? (Look){ tandem_reachability_icon_name (availability), NULL, "kept-off", FALSE }
                  : look_of (state);
  g_autofree char *words = kept_off ? tandem_reachability_text (self->phone, TRUE) : NULL;
  g_autofree char *spoken = kept_off ? tandem_reachability_text (self->phone, FALSE) : NULL;
  const char *classes[] = { "status-strip", "flat", look.strip_class, NULL };
  const char *icon_classes[] = { look.icon_class, NULL };

  gtk_label_set_label (self->title_label, words != NULL ? words : title);
  if (look.icon != NULL)
    gtk_image_set_from_icon_name (self->icon, look.icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), icon_classes);
  gtk_stack_set_visible_child (self->icon_stack,
                               look.busy ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->icon));
  gtk_spinner_set_spinning (self->spinner, look.busy);
  gtk_widget_set_css_classes (GTK_WIDGET (self->button), classes);
  update_subtitle (self);
  tandem_announce (GTK_WIDGET (self->button), spoken != NULL ? spoken : title);
}

/* Every second of the after-call work. */
static void
on_wrap_up (TandemStatusStrip *self)
{
  g_autofree char *words = NULL;

  if (get_availability (self) != TANDEM_REACHABILITY_WRAP_UP)
    return;
  words = tandem_reachability_text (self->phone, TRUE);
  gtk_label_set_label (self->title_label, words != NULL ? words : "");
}

static void
on_changed (TandemAccountWatch *watch, const char *name, TandemStatusStrip *self)
{
  TandemAccount *lead = tandem_account_watch_get_lead (watch);

  if (lead != self->account || g_str_equal (name, "state") || g_str_equal (name, "title")
      || g_str_equal (name, "accounts"))
    {
      self->account = lead;
      update (self);
    }
  else if (g_str_equal (name, "subtitle") || g_str_equal (name, "set-aside"))
    update_subtitle (self);
}

static void
tandem_status_strip_dispose (GObject *object)
{
  TandemStatusStrip *self = TANDEM_STATUS_STRIP (object);

  if (self->button != NULL)
    gtk_menu_button_popdown (self->button);
  g_clear_object (&self->watch);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_status_strip_parent_class)->dispose (object);
}

static void
tandem_status_strip_class_init (TandemStatusStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_status_strip_dispose;
  g_type_ensure (TANDEM_TYPE_STATUS_POPOVER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/status-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, button);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, popover);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, icon_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, icon);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, spinner);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusStrip, subtitle_label);
}

/* GtkMenuButton puts its child into boxes of its own and centres it; the strip fills its width. */
static void
fill_width (TandemStatusStrip *self)
{
  GtkWidget *widget = gtk_menu_button_get_child (self->button);

  while (widget != NULL && widget != GTK_WIDGET (self->button))
    {
      gtk_widget_set_halign (widget, GTK_ALIGN_FILL);
      widget = gtk_widget_get_parent (widget);
    }
}

static void
tandem_status_strip_init (TandemStatusStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_width (self);
}

/**
 * tandem_status_strip_set_phone:
 * @self: a strip without a phone
 * @phone: the phone whose accounts it shows
 */
void
tandem_status_strip_set_phone (TandemStatusStrip *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_STATUS_STRIP (self));
  g_return_if_fail (self->watch == NULL);

  self->phone = g_object_ref (phone);
  self->watch = tandem_account_watch_new (phone);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (on_changed), self, 0);
  tandem_status_popover_set_phone (self->popover, phone);
  g_signal_connect_object (phone, "notify::availability-text", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (phone, "notify::do-not-disturb", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (phone, "notify::wrap-up", G_CALLBACK (on_wrap_up), self,
                           G_CONNECT_SWAPPED);
  on_changed (self->watch, "accounts", self);
}

/**
 * tandem_status_strip_open:
 * @self: a strip
 *
 * Opens the popover with the proxies.
 */
void
tandem_status_strip_open (TandemStatusStrip *self)
{
  g_return_if_fail (TANDEM_IS_STATUS_STRIP (self));
  gtk_menu_button_popup (self->button);
}
