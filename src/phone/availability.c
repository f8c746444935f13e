/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "availability.h"

#include "words.h"

#include <glib/gi18n.h>

/* See availability.h. Sending on all calls goes before do not disturb: the calls reach somebody. Do not
 * disturb and after-call work count as busy for "forward-busy". */

struct _TandemAvailability
{
  GObject parent_instance;

  TandemConfiguration *configuration; /* nullable */
  gboolean do_not_disturb;
  gboolean stored; /* do-not-disturb as the settings had it last */
  char *forward_to;
  char *text;
  guint wrap_up;      /* s left */
  gint64 wrap_up_end; /* monotonic us; 0: none, or frozen */
  guint timer;
};

G_DEFINE_FINAL_TYPE (TandemAvailability, tandem_availability, G_TYPE_OBJECT)

enum
{
  PROP_DO_NOT_DISTURB = 1,
  PROP_WRAP_UP,
  PROP_FORWARD_TO,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_text (TandemAvailability *self)
{
  g_autofree char *words = NULL;

  if (self->forward_to != NULL)
    {
      g_autofree char *clean = tandem_words_clean (self->forward_to, 96);
      g_autofree char *shown = tandem_words_isolate (clean);

      words = g_strdup_printf (_ ("Calls are forwarded to %s"), shown);
    }
  else if (self->do_not_disturb)
    words = g_strdup (_ ("Do not disturb"));
  else if (self->wrap_up > 0)
    words = g_strdup (_ ("After-call work"));
  if (g_strcmp0 (words, self->text) == 0)
    return;
  g_free (self->text);
  self->text = g_steal_pointer (&words);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
take_do_not_disturb (TandemAvailability *self, gboolean on)
{
  if (self->do_not_disturb == on)
    return;
  self->do_not_disturb = on;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DO_NOT_DISTURB]);
  update_text (self);
}

void
tandem_availability_set_forward_to (TandemAvailability *self, const char *target)
{
  if (target != NULL && target[0] == '\0')
    target = NULL;
  if (g_strcmp0 (target, self->forward_to) == 0)
    return;
  g_free (self->forward_to);
  self->forward_to = g_strdup (target);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORWARD_TO]);
  update_text (self);
}

static void
read_settings (TandemAvailability *self)
{
  g_autofree char *always
      = tandem_configuration_get_string (self->configuration, "calls", "forward-always");
  const gboolean stored
      = tandem_configuration_get_boolean (self->configuration, "calls", "do-not-disturb");

  g_strstrip (always);
  tandem_availability_set_forward_to (self, always);
  if (stored != self->stored)
    take_do_not_disturb (self, stored);
  self->stored = stored;
}

static void
set_wrap_up (TandemAvailability *self, guint seconds)
{
  if (self->wrap_up == seconds)
    return;
  self->wrap_up = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WRAP_UP]);
  update_text (self);
}

static gboolean
on_second (gpointer data)
{
  TandemAvailability *self = data;
  const gint64 left = self->wrap_up_end - g_get_monotonic_time ();

  if (left > G_USEC_PER_SEC / 20)
    {
      set_wrap_up (self, (guint) ((left + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC));
      return G_SOURCE_CONTINUE;
    }
  self->timer = 0;
  self->wrap_up_end = 0;
  set_wrap_up (self, 0);
  return G_SOURCE_REMOVE;
}

static void
tandem_availability_dispose (GObject *object)
{
  TandemAvailability *self = TANDEM_AVAILABILITY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->configuration != NULL)
    g_signal_handlers_disconnect_by_data (self->configuration, self);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_availability_parent_class)->dispose (object);
}

static void
tandem_availability_finalize (GObject *object)
{
  TandemAvailability *self = TANDEM_AVAILABILITY (object);

  g_free (self->forward_to);
  g_free (self->text);
  G_OBJECT_CLASS (tandem_availability_parent_class)->finalize (object);
}

static void
tandem_availability_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemAvailability *self = TANDEM_AVAILABILITY (object);

  switch (id)
    {
    case PROP_DO_NOT_DISTURB:
      g_value_set_boolean (value, self->do_not_disturb);
      break;
    case PROP_WRAP_UP:
      g_value_set_uint (value, self->wrap_up);
      break;
    case PROP_FORWARD_TO:
      g_value_set_string (value, self->forward_to);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_availability_class_init (TandemAvailabilityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_availability_dispose;
  object_class->finalize = tandem_availability_finalize;
  object_class->get_property = tandem_availability_get_property;

  properties[PROP_DO_NOT_DISTURB]
      = g_param_spec_boolean ("do-not-disturb", NULL, NULL, FALSE, flags);
  properties[PROP_WRAP_UP] = g_param_spec_uint ("wrap-up", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FORWARD_TO] = g_param_spec_string ("forward-to", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_availability_init (TandemAvailability *self)
{
}

TandemAvailability *
tandem_availability_new (TandemConfiguration *configuration)
{
  TandemAvailability *self = g_object_new (TANDEM_TYPE_AVAILABILITY, NULL);

  if (configuration == NULL)
    return self;
  self->configuration = g_object_ref (configuration);
  g_signal_connect_swapped (configuration, "changed", G_CALLBACK (read_settings), self);
  read_settings (self);
  return self;
}

void
tandem_availability_set_do_not_disturb (TandemAvailability *self, gboolean on)
{
  on = !!on;
  take_do_not_disturb (self, on);
  if (self->configuration != NULL)
    g_settings_set_boolean (tandem_configuration_get_settings (self->configuration, "calls"),
                            "do-not-disturb", on);
}

gboolean
tandem_availability_get_do_not_disturb (TandemAvailability *self)
{
  return self->do_not_disturb;
}

guint
tandem_availability_get_wrap_up (TandemAvailability *self)
{
  return self->wrap_up;
}

const char *
tandem_availability_get_forward_to (TandemAvailability *self)
{
  return self->forward_to;
}

const char *
tandem_availability_get_text (TandemAvailability *self)
{
  return self->text;
}

void
tandem_availability_begin_wrap_up (TandemAvailability *self)
{
  const guint seconds
      = self->configuration != NULL
            ? tandem_configuration_get_uint (self->configuration, "calls", "wrap-up-time")
            : 0;

  if (seconds == 0)
    return;
  self->wrap_up_end = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (1000, on_second, self);
  set_wrap_up (self, seconds);
}

void
tandem_availability_end_wrap_up (TandemAvailability *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->wrap_up_end = 0;
  set_wrap_up (self, 0);
}

void
tandem_availability_freeze_wrap_up (TandemAvailability *self, guint seconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  set_wrap_up (self, seconds);
}

TandemVerdict
tandem_availability_judge (TandemAvailability *self, gboolean busy, char **target, guint *code)
{
  const gboolean away = self->do_not_disturb || self->wrap_up > 0;
  g_autofree char *instead = NULL;

  *code = 0;
  *target = NULL;
  if (away || busy)
    *code = self->configuration != NULL ? tandem_configuration_get_uint (
                self->configuration, "calls", away ? "do-not-disturb-code" : "busy-code")
                                        : 480;
  if (self->forward_to != NULL)
    {
      *target = g_strdup (self->forward_to);
      return TANDEM_VERDICT_FORWARD;
    }
  if (!away && !busy)
    return TANDEM_VERDICT_RING;
  if (self->configuration != NULL)
    instead = g_strstrip (
        tandem_configuration_get_string (self->configuration, "calls", "forward-busy"));
  if (instead == NULL || instead[0] == '\0')
    return TANDEM_VERDICT_DECLINE;
  *target = g_steal_pointer (&instead);
  return TANDEM_VERDICT_FORWARD;
}
