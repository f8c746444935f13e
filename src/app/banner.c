/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "banner.h"

#include <glib/gi18n.h>

#include "account-watch.h"
#include "announce.h"
#include "format.h"
#include "readiness.h"

/* TandemBanner: the one thing that is wrong and matters most: no registration, a missing password,
 * no sound, a history that cannot be written. Hidden when all is well. The window has two of them,
 * one for each side, because only one side is seen when it is narrow. */

struct _TandemBanner
{
  AdwBin parent_instance;

  TandemPhone *phone;
  TandemAccountWatch *watch;
  char *shown;

  GtkRevealer *revealer;
  GtkWidget *box;
  GtkSpinner *spinner;
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (TandemBanner, tandem_banner, ADW_TYPE_BIN)

typedef struct
{
  char *text;
  const char *css_class;
  const char *button;
  const char *action;
  const char *target;
  gboolean busy;
} Trouble;

static void
trouble_clear (Trouble *self)
{
  g_clear_pointer (&self->text, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trouble, trouble_clear)

static char *
trying_text (TandemAccount *account)
{
  GListModel *proxies = tandem_account_get_proxies (account);

  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (tandem_proxy_get_role (proxy) == TANDEM_PROXY_TRYING)
        {
          g_autofree char *address = tandem_format_isolated (tandem_proxy_get_address (proxy));

          return g_strdup_printf (_ ("Connection lost. Trying %s…"), address);
        }
    }
  return g_strdup (_ ("Connection lost. Moving to another proxy…"));
}

static void
find_account_trouble (TandemAccount *account, Trouble *trouble)
{
  const char *problem = tandem_account_get_problem (account);

  switch (tandem_account_get_state (account))
    {
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      trouble->text = g_strdup (_ ("A password is needed to register"));
      trouble->css_class = "notice";
      trouble->button = _ ("_Enter Password…");
      trouble->action = "win.enter-password";
      break;
    case TANDEM_ACCOUNT_REJECTED:
      trouble->text
          = g_strdup (problem != NULL ? problem : _ ("The server refused the registration"));
      trouble->css_class = "down";
      trouble->button = _ ("_Account…");
      trouble->action = "app.preferences";
      trouble->target = "account";
      break;
    case TANDEM_ACCOUNT_NOT_REGISTERED:
      trouble->text = tandem_readiness_title (account);
      trouble->css_class = "down";
      trouble->button = _ ("_Retry Now");
      trouble->action = "app.register-again";
      break;
    case TANDEM_ACCOUNT_FAILING_OVER:
      trouble->text = trying_text (account);
      trouble->css_class = "failing-over";
      trouble->busy = TRUE;
      break;
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
    case TANDEM_ACCOUNT_CONNECTING:
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      break;
    }
}

static void
find_trouble (TandemBanner *self, Trouble *trouble)
{
  TandemAccount *needy = tandem_account_watch_get_needy (self->watch);
  TandemAccount *lead = tandem_account_watch_get_lead (self->watch);
  g_autofree char *history = NULL;

  if (lead != NULL)
    find_account_trouble (needy != NULL ? needy : lead, trouble);
  if (trouble->text != NULL)
    return;

  if (!tandem_phone_get_audio_available (self->phone))
    {
      const char *problem = tandem_phone_get_audio_problem (self->phone);

      trouble->text = g_strdup (problem != NULL ? problem : _ ("No microphone or speaker"));
      trouble->css_class = "failing-over";
      trouble->button = _ ("_Audio…");
      trouble->action = "app.preferences";
      trouble->target = "audio";
      return;
    }

  g_object_get (self->phone, "history-problem", &history, NULL);
  if (history != NULL)
    {
      trouble->text = g_steal_pointer (&history);
      trouble->css_class = "failing-over";
    }
}

static void
update (TandemBanner *self)
{
  g_auto (Trouble) trouble = { 0 };

  find_trouble (self, &trouble);
  if (trouble.text != NULL)
    {
      const char *classes[] = { "line-banner", trouble.css_class, NULL };

      gtk_label_set_label (self->label, trouble.text);
      gtk_widget_set_css_classes (self->box, classes);
      gtk_widget_set_visible (GTK_WIDGET (self->spinner), trouble.busy);
      gtk_widget_set_visible (GTK_WIDGET (self->button), trouble.button != NULL);
      if (trouble.button != NULL)
        {
          gtk_button_set_label (self->button, trouble.button);
          tandem_name_buttons (GTK_WIDGET (self->button));
          gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (self->button)), TRUE);
          gtk_actionable_set_action_target_value (
              GTK_ACTIONABLE (self->button),
              trouble.target != NULL ? g_variant_new_string (trouble.target) : NULL);
          gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), trouble.action);
        }
    }
  gtk_spinner_set_spinning (self->spinner, trouble.busy);
  gtk_revealer_set_reveal_child (self->revealer, trouble.text != NULL);

  if (trouble.text != NULL && g_strcmp0 (trouble.text, self->shown) != 0)
    tandem_announce (GTK_WIDGET (self), trouble.text);
  g_free (self->shown);
  self->shown = g_steal_pointer (&trouble.text);
}

static void
on_changed (TandemAccountWatch *watch, const char *name, TandemBanner *self)
{
  if (!g_str_equal (name, "seconds-to-retry"))
    update (self);
}

static void
tandem_banner_dispose (GObject *object)
{
  TandemBanner *self = TANDEM_BANNER (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->phone);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (tandem_banner_parent_class)->dispose (object);
}

static void
tandem_banner_class_init (TandemBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_banner_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tandemphone/Tandem/banner.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemBanner, box);
  gtk_widget_class_bind_template_child (widget_class, TandemBanner, spinner);
  gtk_widget_class_bind_template_child (widget_class, TandemBanner, label);
  gtk_widget_class_bind_template_child (widget_class, TandemBanner, button);
}

static void
tandem_banner_init (TandemBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_banner_set_phone:
 * @self: a banner without a phone
 * @phone: the phone whose troubles it shows
 */
void
tandem_banner_set_phone (TandemBanner *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_BANNER (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  self->watch = tandem_account_watch_new (phone);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (phone, "notify::audio-available", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (phone, "notify::audio-problem", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (phone, "notify::history-problem", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

/**
 * tandem_banner_is_revealed:
 * @self: a banner
 *
 * Returns: whether there is something wrong to be seen
 */
gboolean
tandem_banner_is_revealed (TandemBanner *self)
{
  g_return_val_if_fail (TANDEM_IS_BANNER (self), FALSE);
  return gtk_revealer_get_reveal_child (self->revealer);
}
