/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "leg.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>

/* Real devices of a real sound server: a PulseAudio of the test's own, with null sinks. What the
 * microphone hears is the monitor of a sink that plays a tone. */

#define PULSEAUDIO "/usr/bin/pulseaudio"
#define PATIENCE (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *folder;
  GSubprocess *server;
} Sound;

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + PATIENCE;                                              \
    guint source_ = g_timeout_add (20, (GSourceFunc) go_on, NULL);                                 \
    while (!(condition) && g_get_monotonic_time () < end_)                                         \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (source_);                                                                     \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static gboolean
go_on (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
pactl (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list rest;

  g_ptr_array_add (words, (gpointer) "pactl");
  va_start (rest, first);
  for (const char *word = first; word != NULL; word = va_arg (rest, const char *))
    g_ptr_array_add (words, (gpointer) word);
  va_end (rest);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv ((const char *const *) words->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
}

static void
sound_start (Sound *sound)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *socket = NULL;
  g_autofree char *module = NULL, *address = NULL;

  sound->folder = g_dir_make_tmp ("tandem-pulse-XXXXXX", &error);
  g_assert_no_error (error);
  socket = g_build_filename (sound->folder, "native", NULL);
  module = g_strdup_printf ("module-native-protocol-unix socket=%s auth-anonymous=1", socket);
  address = g_strdup_printf ("unix:%s", socket);
  g_setenv ("HOME", sound->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", sound->folder, TRUE);
  g_setenv ("PULSE_SERVER", address, TRUE);
  sound->server = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, PULSEAUDIO,
      "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-L",
      "module-null-sink sink_name=mic", "-L", "module-null-sink sink_name=ear", "-L", module, NULL);
  g_assert_no_error (error);
  wait_until (g_file_test (socket, G_FILE_TEST_EXISTS));
  pactl ("set-default-source", "mic.monitor", NULL);
  pactl ("set-default-sink", "ear", NULL);
}

static void
sound_stop (Sound *sound)
{
  if (sound->server != NULL)
    {
      g_subprocess_send_signal (sound->server, SIGKILL);
      g_subprocess_wait (sound->server, NULL, NULL);
    }
  g_clear_object (&sound->server);
  g_clear_pointer (&sound->folder, g_free);
}

static gboolean
is_available (TandemMediaEngine *engine)
{
  gboolean available;

  g_object_get (engine, "available", &available, NULL);
  return available;
}

static void
connect (TandemLeg *a, TandemLeg *b)
{
  g_autofree char *offer = tandem_leg_create_offer (a);
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = tandem_leg_answer_offer (b, offer, &error);

  g_assert_no_error (error);
  g_assert_true (tandem_leg_set_answer (a, answer, &error));
  tandem_leg_start (a);
  tandem_leg_start (b);
}

static void
count (guint *n)
{
  (*n)++;
}

/* Devices listed; a call through real devices; the server dies in the call, which goes on. */
static void
test_devices (void)
{
  Sound sound = { 0 };
  g_autoptr (TandemMediaEngine) phone = NULL, far = NULL;
  g_autoptr (TandemLeg) near_leg = NULL, far_leg = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  TandemLegStatistics before, after;
  guint changes = 0;

  if (!g_file_test (PULSEAUDIO, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip ("no pulseaudio");
      return;
    }
  sound_start (&sound);
  phone = tandem_media_engine_new (TANDEM_AUDIO_PULSE);
  far = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  tandem_media_engine_set_test_tone (far, 800);
  g_signal_connect_swapped (phone, "devices-changed", G_CALLBACK (count), &changes);
  tandem_media_engine_prepare (phone);
  wait_until (changes > 0);
  devices = tandem_media_engine_list_devices (phone);
  g_assert_cmpuint (devices->len, >=, 2);

  near_leg = tandem_leg_new (phone, "127.0.0.1", NULL);
  far_leg = tandem_leg_new (far, "127.0.0.1", NULL);
  connect (near_leg, far_leg);
  wait_until (tandem_media_engine_measure_tone (phone, 800) > -30);
  {
    g_autofree char *problem = NULL;

    g_object_get (phone, "problem", &problem, NULL);
    g_assert_cmpstr (problem, ==, NULL);
  }

  g_subprocess_send_signal (sound.server, SIGKILL);
  wait_until (!is_available (phone));
  tandem_leg_get_statistics (near_leg, &before);
  wait_until ((tandem_leg_get_statistics (near_leg, &after),
               after.packets_sent > before.packets_sent + 20
                   && after.packets_received > before.packets_received + 20));
  tandem_leg_stop (near_leg);
  tandem_leg_stop (far_leg);
  sound_stop (&sound);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pulse/devices", test_devices);
  return g_test_run ();
}
