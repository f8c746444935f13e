/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "hold-keys.h"

#include "shortcuts.h"

/* TandemHoldKeys: the keys of a window that hold for as long as they are down: one lets the person
 * be heard, the other keeps them from being heard. With the setting "push-to-talk" a call begins
 * muted, and is muted again when the key is let go. Losing the focus lets go too, so that nobody is
 * heard, or kept from it, without a finger on the key. */

#define GLOBAL_KEY G_MAXUINT

struct _TandemHoldKeys
{
  GObject parent_instance;

  TandemPhone *phone;
  GSettings *settings;
  TandemActions *actions;

  guint held; /* the keyval, GLOBAL_KEY; 0: none */
  gboolean talks;
  gboolean muted_before;
  char *call;
};

G_DEFINE_FINAL_TYPE (TandemHoldKeys, tandem_hold_keys, G_TYPE_OBJECT)

static void
mute (TandemHoldKeys *self, const char *call, gboolean on)
{
  g_autoptr (GError) error = NULL;

  if (!tandem_actions_perform (self->actions, "mute",
                               g_variant_new ("(ss)", call, on ? "on" : "off"), &error))
    g_debug ("A held key: %s", error->message);
}

static void
hold (TandemHoldKeys *self, guint key, gboolean talks)
{
  TandemCall *call = tandem_phone_get_active_call (self->phone);

  if (call == NULL)
    return;
  self->held = key;
  self->talks = talks;
  self->muted_before = tandem_call_get_muted (call);
  g_free (self->call);
  self->call = g_strdup (tandem_call_get_id (call));
  if (self->muted_before == talks)
    mute (self, self->call, !talks);
}

static void
on_state_changed (TandemCall *call, GParamSpec *pspec, TandemHoldKeys *self)
{
  if (tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
      && g_settings_get_boolean (self->settings, "push-to-talk") && !tandem_call_get_muted (call)
      && !(self->held != 0 && self->talks))
    mute (self, tandem_call_get_id (call), TRUE);
}

static void
on_calls_changed (
    GListModel *calls, guint position, guint removed, guint added, TandemHoldKeys *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      g_signal_handlers_disconnect_by_func (call, on_state_changed, self);
      g_signal_connect_object (call, "notify::state", G_CALLBACK (on_state_changed), self, 0);
    }
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType modifiers,
                TandemHoldKeys *self)
{
  return tandem_hold_keys_press (self, keyval, modifiers);
}

static void
on_key_released (GtkEventControllerKey *controller,
                 guint keyval,
                 guint keycode,
                 GdkModifierType modifiers,
                 TandemHoldKeys *self)
{
  if (self->held == gdk_keyval_to_lower (keyval))
    tandem_hold_keys_release (self);
}

static void
on_active_changed (GtkWindow *window, GParamSpec *pspec, TandemHoldKeys *self)
{
  if (!gtk_window_is_active (window) && self->held != GLOBAL_KEY)
    tandem_hold_keys_release (self);
}

static void
tandem_hold_keys_dispose (GObject *object)
{
  TandemHoldKeys *self = TANDEM_HOLD_KEYS (object);

  if (self->actions != NULL)
    tandem_hold_keys_release (self);
  g_clear_object (&self->phone);
  g_clear_object (&self->settings);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->call, g_free);
  G_OBJECT_CLASS (tandem_hold_keys_parent_class)->dispose (object);
}

static void
tandem_hold_keys_class_init (TandemHoldKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_hold_keys_dispose;
}

static void
tandem_hold_keys_init (TandemHoldKeys *self)
{
}

/**
 * tandem_hold_keys_new:
 * @window: whose keys they are
 *
 * Returns: (transfer full): to be released before @window is gone
 */
TandemHoldKeys *
tandem_hold_keys_new (GtkWindow *window,
                      TandemPhone *phone,
                      TandemConfiguration *configuration,
                      TandemActions *actions)
{
  TandemHoldKeys *self = g_object_new (TANDEM_TYPE_HOLD_KEYS, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GListModel *calls = tandem_phone_get_calls (phone);

  self->phone = g_object_ref (phone);
  self->settings = g_object_ref (tandem_configuration_get_settings (configuration, "window"));
  self->actions = g_object_ref (actions);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self, 0);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (on_key_released), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_active_changed), self, 0);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self, 0);
  on_calls_changed (calls, 0, 0, g_list_model_get_n_items (calls), self);
  return self;
}

/**
 * tandem_hold_keys_is_held:
 *
 * Returns: whether one of the keys is down
 */
gboolean
tandem_hold_keys_is_held (TandemHoldKeys *self)
{
  g_return_val_if_fail (TANDEM_IS_HOLD_KEYS (self), FALSE);
  return self->held != 0;
}

/**
 * tandem_hold_keys_press:
 *
 * A key goes down, or repeats.
 *
 * Returns: whether it is one of these
 */
gboolean
tandem_hold_keys_press (TandemHoldKeys *self, guint keyval, GdkModifierType modifiers)
{
  gboolean talks;

  g_return_val_if_fail (TANDEM_IS_HOLD_KEYS (self), FALSE);

  if (self->held != 0)
    return self->held == gdk_keyval_to_lower (keyval);
  talks = tandem_shortcuts_is_key (tandem_shortcuts_find (TANDEM_SHORTCUT_TALK), self->settings,
                                   keyval, modifiers);
  if (!talks
      && !tandem_shortcuts_is_key (tandem_shortcuts_find (TANDEM_SHORTCUT_COUGH), self->settings,
                                   keyval, modifiers))
    return FALSE;
  hold (self, gdk_keyval_to_lower (keyval), talks);
  return TRUE;
}

/**
 * tandem_hold_keys_set_global:
 * @talks: which of the two keys
 * @down: whether it is held
 *
 * The same from a key of the desktop, which works without the focus, and is not let go with it.
 */
void
tandem_hold_keys_set_global (TandemHoldKeys *self, gboolean talks, gboolean down)
{
  g_return_if_fail (TANDEM_IS_HOLD_KEYS (self));

  if (down && self->held == 0)
    hold (self, GLOBAL_KEY, talks);
  else if (!down && self->held == GLOBAL_KEY && self->talks == talks)
    tandem_hold_keys_release (self);
}

/**
 * tandem_hold_keys_release:
 *
 * Whatever key is down is up again.
 */
void
tandem_hold_keys_release (TandemHoldKeys *self)
{
  TandemCall *call;
  gboolean on;

  g_return_if_fail (TANDEM_IS_HOLD_KEYS (self));

  if (self->held == 0)
    return;
  self->held = 0;
  call = tandem_phone_find_call (self->phone, self->call);
  on = self->muted_before
       || (self->talks && g_settings_get_boolean (self->settings, "push-to-talk"));
  if (call != NULL && tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
      && tandem_call_get_muted (call) != on)
    mute (self, self->call, on);
}
