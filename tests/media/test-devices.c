/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-engine-private.h"
#include "pair.h"
#include "sound-server.h"

#include <gst/gst.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Calls on a real sound server that the test starts, stops and takes devices from. */

#define TONE_MIC 425.0 /* the ringback of another engine is what the microphone hears */
#define LAZY (500 * G_TIME_SPAN_MILLISECOND)

static SoundServer server;
static gboolean has_server;

/* How long the main loop was away at most. */
typedef struct
{
  guint source;
  gint64 last, longest;
} Watchman;

static gboolean
on_watch (gpointer data)
{
  Watchman *watchman = data;
  gint64 now = g_get_monotonic_time ();

  watchman->longest = MAX (watchman->longest, now - watchman->last);
  watchman->last = now;
  return G_SOURCE_CONTINUE;
}

static void
watchman_start (Watchman *watchman)
{
  *watchman = (Watchman){ .last = g_get_monotonic_time () };
  watchman->source = g_timeout_add (10, on_watch, watchman);
}

static void
watchman_stop (Watchman *watchman)
{
  on_watch (watchman);
  g_source_remove (watchman->source);
}

static gboolean
is_available (TandemMediaEngine *engine)
{
  gboolean available;

  g_object_get (engine, "available", &available, NULL);
  return available;
}

static gboolean
has_problem (TandemMediaEngine *engine, const char *expected)
{
  g_autofree char *problem = NULL;

  g_object_get (engine, "problem", &problem, NULL);
  return problem != NULL && strstr (problem, expected) != NULL && !is_available (engine);
}

static TandemMediaEngine *
make_engine (const char *input, const char *output)
{
  TandemMediaEngine *engine = tandem_media_engine_new (TANDEM_AUDIO_AUTO);

  g_object_set (engine, "input-device", input, "output-device", output, "echo-cancellation", FALSE,
                "noise-suppression", FALSE, NULL);
  tandem_media_engine_set_defer_device_release (engine, 50);
  return engine;
}

/* Hears what a sink plays, by the sink's microphone. */
static TandemMediaEngine *
make_listener (const char *sink)
{
  g_autofree char *input = g_strconcat (sink, "-mic", NULL);
  TandemMediaEngine *listener = make_engine (input, sink);

  tandem_media_engine_hold_devices (listener, TRUE);
  return listener;
}

static void
listener_free (TandemMediaEngine *listener)
{
  tandem_media_engine_release_devices (listener, TRUE);
  g_object_unref (listener);
}

static double
listen (TandemMediaEngine *listener, double frequency)
{
  return tandem_meter_measure (
      tandem_bridge_get_microphone_meter (tandem_media_engine_get_bridge (listener)), frequency);
}

/* What keeps a bridge running without a call. */
static void
keep_running (TandemMediaEngine *engine)
{
  tandem_bridge_set_ringing (tandem_media_engine_get_bridge (engine), TRUE);
}

static void
pair_init_with (Pair *pair, TandemMediaEngine *engine)
{
  side_init (&pair->a, engine, NULL, "PCMU");
  side_init (&pair->b, NULL, NULL, "PCMU");
  tandem_media_engine_set_test_tone (pair->b.engine, TONE_B);
  agree (&pair->a, &pair->b);
  tandem_leg_start (pair->a.leg);
  tandem_leg_start (pair->b.leg);
}

#define need_server()                                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!has_server)                                                                               \
      {                                                                                            \
        g_test_skip ("pulseaudio and pactl are not installed");                                    \
        return;                                                                                    \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static void
test_no_server (void)
{
  g_autoptr (TandemMediaEngine) engine = make_engine ("", "");
  Watchman watchman;
  Pair pair;

  g_assert_true (is_available (engine));
  watchman_start (&watchman);
  tandem_media_engine_prepare (engine);
  wait_until (has_problem (engine, "no sound server"));
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B));
  wait_until (pair.b.started > 0);
  g_assert_cmpfloat (tandem_media_engine_get_level (pair.b.engine, FALSE), <, -80);
  g_assert_true (has_problem (engine, "no sound server"));
  pair_clear (&pair);
  watchman_stop (&watchman);
  g_assert_cmpint (watchman.longest, <, LAZY);
}

static void
test_server_appears (void)
{
  g_autoptr (TandemMediaEngine) engine = make_engine ("", "");

  need_server ();
  tandem_media_engine_prepare (engine);
  wait_until (has_problem (engine, "no sound server"));
  sound_server_start (&server, "one");
  wait_until (is_available (engine));
  sound_server_kill (&server);
}

static void
on_changed (TandemMediaEngine *engine, guint *count)
{
  (*count)++;
}

static const TandemAudioDevice *
find (GPtrArray *devices, const char *id)
{
  for (guint i = 0; i < devices->len; i++)
    {
      const TandemAudioDevice *device = g_ptr_array_index (devices, i);

      if (strcmp (device->id, id) == 0)
        return device;
    }
  return NULL;
}

static guint
count_devices (TandemMediaEngine *engine)
{
  g_autoptr (GPtrArray) devices = tandem_media_engine_list_devices (engine);

  return devices->len;
}

static void
test_list (void)
{
  g_autoptr (TandemMediaEngine) engine = make_engine ("", "");
  g_autoptr (GPtrArray) devices = NULL;
  guint changes = 0;

  need_server ();
  sound_server_start (&server, "one two");
  g_signal_connect (engine, "devices-changed", G_CALLBACK (on_changed), &changes);
  tandem_media_engine_prepare (engine);
  wait_until (count_devices (engine) == 4);
  devices = tandem_media_engine_list_devices (engine);
  g_assert_true (find (devices, "one-mic")->input);
  g_assert_false (find (devices, "two")->input);
  g_assert_null (find (devices, "one.monitor"));
  g_assert_cmpuint (changes, >, 0);
  changes = 0;
  sound_server_load_sink (&server, "three");
  wait_until (count_devices (engine) == 6);
  g_assert_cmpuint (changes, >, 0);
  sound_server_unload_sink (&server, "three");
  wait_until (count_devices (engine) == 4);
  g_assert_true (is_available (engine));
  sound_server_kill (&server);
}

static void
check_call (TandemMediaEngine *engine, const char *microphone_sink, const char *ear_sink)
{
  TandemMediaEngine *listener = make_listener (ear_sink);
  TandemMediaEngine *speaker = make_engine ("", microphone_sink);
  Pair pair;

  tandem_media_engine_start_ringback (speaker);
  keep_running (listener);
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.b, TONE_MIC));
  wait_until (listen (listener, TONE_B) > HEARD);
  g_assert_true (is_available (engine));
  pair_clear (&pair);
  tandem_media_engine_stop_ringback (speaker);
  g_object_unref (speaker);
  listener_free (listener);
}

static void
test_call (void)
{
  g_autoptr (TandemMediaEngine) named = NULL, defaults = NULL;

  need_server ();
  sound_server_start (&server, "one two");
  named = make_engine ("one-mic", "two");
  check_call (named, "one", "two");
  g_free (sound_server_ask (&server, "set-default-sink two"));
  g_free (sound_server_ask (&server, "set-default-source one-mic"));
  defaults = make_engine ("", "");
  check_call (defaults, "one", "two");
  sound_server_kill (&server);
}

/* A device of the settings that is not there any more gives way to the default one. */
static void
test_named_device_is_missing (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;

  need_server ();
  sound_server_start (&server, "one two");
  g_free (sound_server_ask (&server, "set-default-sink two"));
  g_free (sound_server_ask (&server, "set-default-source one-mic"));
  engine = make_engine ("headset \"gone\\", "headset ! gone");
  check_call (engine, "one", "two");
  sound_server_kill (&server);
}

static gboolean
server_lists (const char *words, const char *text)
{
  g_autofree char *output = sound_server_ask (&server, words);

  return strstr (output, text) != NULL;
}

/* Changed in a call: the devices are opened anew, and the sound goes on. */
static void
test_processing (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  need_server ();
  engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  if (tandem_media_engine_why_no_processing (engine) != NULL)
    {
      g_test_skip ("webrtcdsp is missing");
      return;
    }
  g_clear_object (&engine);
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B));
  for (guint i = 0; i < 4; i++)
    {
      gboolean echo, noise;

      g_assert_true (tandem_media_engine_set_processing (engine, i % 2 == 1, i >= 2, &error));
      g_assert_no_error (error);
      g_object_get (engine, "echo-cancellation", &echo, "noise-suppression", &noise, NULL);
      g_assert_true (echo == (i % 2 == 1) && noise == (i >= 2));
      pass_time (700);
      wait_until (hears (&pair.a, TONE_B) && is_available (engine));
      wait_until (server_lists ("list source-outputs", "Tandem"));
      wait_until (server_lists ("list short sink-inputs", "s16le"));
    }
  pair_clear (&pair);
  sound_server_kill (&server);
}

/* A wish that cannot be met is refused in words; what is on by default costs nothing where it is not. */
static void
test_no_processing (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (GstPluginFeature) feature = NULL;
  g_autoptr (GError) error = NULL;
  gboolean echo, noise;

  feature = gst_registry_lookup_feature (gst_registry_get (), "webrtcdsp");
  if (feature != NULL)
    gst_registry_remove_feature (gst_registry_get (), feature);
  g_assert_cmpstr (tandem_media_engine_why_no_processing (engine), ==,
                   "the element webrtcdsp is missing");
  g_assert_true (tandem_media_engine_set_processing (engine, TRUE, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (tandem_media_engine_set_processing (engine, FALSE, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_object_get (engine, "echo-cancellation", &echo, "noise-suppression", &noise, NULL);
  g_assert_true (echo && !noise);
  if (feature != NULL)
    gst_registry_add_feature (gst_registry_get (), gst_object_ref (feature));
}

static void
on_level (TandemMediaEngine *engine, double level, GArray *levels)
{
  g_array_append_val (levels, level);
}

/* The level that the preferences show: of a real device, ten times a second, and only while it is looked at. */
static void
test_level (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (double));
  TandemMediaEngine *player;
  gint64 start;
  double last;
  Pair pair;

  need_server ();
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  g_signal_connect (engine, "input-level", G_CALLBACK (on_level), levels);
  pass_time (300);
  g_assert_cmpuint (levels->len, ==, 0);
  g_assert_false (server_lists ("list source-outputs", "Tandem"));

  tandem_media_engine_watch_input_level (engine, TRUE);
  tandem_media_engine_watch_input_level (engine, TRUE);
  tandem_media_engine_watch_input_level (engine, FALSE);
  wait_until (levels->len > 5 && server_lists ("list source-outputs", "Tandem"));
  last = g_array_index (levels, double, levels->len - 1);
  g_assert_cmpfloat (last, <, 0.1);
  player = make_engine ("two-mic", "one");
  pair_init_with (&pair, player);
  wait_until ((last = g_array_index (levels, double, levels->len - 1)) > 0.5);
  g_assert_cmpfloat (last, <=, 1);
  g_array_set_size (levels, 0);
  start = g_get_monotonic_time ();
  pass_time (1000);
  g_assert_cmpuint (levels->len, <=, (g_get_monotonic_time () - start) / 100000 + 1);
  g_assert_cmpuint (levels->len, >, 2);
  pair_clear (&pair);

  tandem_media_engine_watch_input_level (engine, FALSE);
  g_array_set_size (levels, 0);
  wait_until (!server_lists ("list source-outputs", "Tandem"));
  pass_time (300);
  g_assert_cmpuint (levels->len, ==, 0);
  g_object_unref (player);
  sound_server_kill (&server);
}

static void
test_devices_are_released (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  Pair pair;

  need_server ();
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  tandem_media_engine_prepare (engine);
  wait_until (count_devices (engine) == 4);
  g_assert_false (server_lists ("list short sink-inputs", "float32")
                  || server_lists ("list short sink-inputs", "s16le"));
  pair_init_with (&pair, engine);
  wait_until (server_lists ("list short sink-inputs", "s16le"));
  wait_until (server_lists ("list sink-inputs", "media.role = \"phone\""));
  wait_until (server_lists ("list source-outputs", "Tandem"));
  pair_clear (&pair);
  wait_until (!server_lists ("list short sink-inputs", "s16le"));
  wait_until (!server_lists ("list source-outputs", "Tandem"));
  sound_server_kill (&server);
}

static void
test_ringback_and_keys_without_a_call (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  TandemMediaEngine *listener;

  need_server ();
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  listener = make_listener ("two");
  keep_running (listener);
  tandem_media_engine_start_ringback (engine);
  wait_until (listen (listener, 425) > -40);
  g_assert_false (server_lists ("list short source-outputs", "one-mic"));
  tandem_media_engine_stop_ringback (engine);
  pass_time (1200);
  tandem_media_engine_play_key (engine, '5');
  wait_until (listen (listener, 770) > -60);
  listener_free (listener);
  sound_server_kill (&server);
}

static void
write_wav (const char *path, double frequency, guint seconds)
{
  guint n = seconds * 16000;
  guint32 size = GUINT32_TO_LE (2 * n), all = GUINT32_TO_LE (2 * n + 36);
  guint8 header[] = "RIFF....WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0data....";
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  memcpy (header + 4, &all, 4);
  memcpy (header + 40, &size, 4);
  g_byte_array_append (bytes, header, sizeof header - 1);
  for (guint i = 0; i < n; i++)
    {
      gint16 sample = GINT16_TO_LE ((gint16) (8000 * sin (2 * G_PI * frequency * i / 16000)));

      g_byte_array_append (bytes, (const guint8 *) &sample, 2);
    }
  g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

static void
test_ring (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "tandem-ring-XXXXXX", NULL);
  TandemMediaEngine *listener;

  need_server ();
  close (g_mkstemp (path));
  write_wav (path, 1900, 1);
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  g_object_set (engine, "ring-device", "one", NULL);
  listener = make_listener ("one");
  keep_running (listener);
  tandem_media_engine_start_ringing (engine, "");
  wait_until (listen (listener, 760) > -50);
  tandem_media_engine_stop_ringing (engine);
  wait_until (listen (listener, 760) < -70);

  tandem_media_engine_start_ringing (engine, path);
  wait_until (listen (listener, 1900) > HEARD);
  /* Again and again. */
  pass_time (1500);
  wait_until (listen (listener, 1900) > HEARD);
  g_assert_cmpfloat (listen (listener, 760), <, -50);
  tandem_media_engine_stop_ringing (engine);
  wait_until (listen (listener, 1900) < -60);

  tandem_media_engine_start_ringing (engine, "/nonexistent/ring.wav");
  wait_until (listen (listener, 760) > -50);
  tandem_media_engine_stop_ringing (engine);
  g_unlink (path);
  listener_free (listener);
  sound_server_kill (&server);
}

static void
test_move (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  TandemMediaEngine *first, *second;
  Pair pair;

  need_server ();
  sound_server_start (&server, "one two three");
  engine = make_engine ("three-mic", "one");
  first = make_listener ("one");
  second = make_listener ("two");
  keep_running (first);
  keep_running (second);
  pair_init_with (&pair, engine);
  wait_until (listen (first, TONE_B) > HEARD);
  g_object_set (engine, "output-device", "two", NULL);
  wait_until (listen (second, TONE_B) > HEARD);
  wait_until (listen (first, TONE_B) < NOT_HEARD);
  pair_clear (&pair);
  listener_free (first);
  listener_free (second);
  sound_server_kill (&server);
}

static void
test_unplugged_in_a_call (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  TandemMediaEngine *listener;
  Watchman watchman;
  Pair pair;

  need_server ();
  sound_server_start (&server, "one two");
  engine = make_engine ("two-mic", "two");
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B) && is_available (engine));
  watchman_start (&watchman);
  sound_server_unload_sink (&server, "two");
  pass_time (500);
  wait_until (hears (&pair.a, TONE_B));
  /* Where the server or we have moved it. */
  listener = make_listener ("one");
  keep_running (listener);
  wait_until (listen (listener, TONE_B) > HEARD);
  listener_free (listener);

  sound_server_unload_sink (&server, "one");
  wait_until (!is_available (engine));
  wait_until (hears (&pair.a, TONE_B));
  sound_server_load_sink (&server, "new");
  wait_until (is_available (engine));
  listener = make_listener ("new");
  keep_running (listener);
  wait_until (listen (listener, TONE_B) > HEARD);
  listener_free (listener);
  watchman_stop (&watchman);
  g_assert_cmpint (watchman.longest, <, 2 * LAZY);
  pair_clear (&pair);
  sound_server_kill (&server);
}

static void
test_server_dies_in_a_call (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  TandemMediaEngine *listener;
  Pair pair;

  need_server ();
  sound_server_start (&server, "one two");
  engine = make_engine ("one-mic", "two");
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B) && is_available (engine));
  pass_time (300);
  sound_server_kill (&server);
  wait_until (has_problem (engine, "no sound server"));
  pass_time (1200);
  wait_until (hears (&pair.a, TONE_B));
  sound_server_start (&server, "one two");
  wait_until (is_available (engine));
  listener = make_listener ("two");
  keep_running (listener);
  wait_until (listen (listener, TONE_B) > HEARD);
  listener_free (listener);
  pair_clear (&pair);
  sound_server_kill (&server);
}

static void
test_no_microphone (void)
{
  g_autoptr (TandemMediaEngine) engine = NULL;
  Pair pair;

  need_server ();
  sound_server_start (&server, "");
  engine = make_engine ("", "");
  tandem_media_engine_prepare (engine);
  wait_until (has_problem (engine, "no speaker"));
  g_free (sound_server_ask (&server, "load-module module-null-sink sink_name=only"));
  wait_until (has_problem (engine, "no microphone"));
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B));
  /* The monitor must not have become the microphone, or the other side would hear itself. */
  g_assert_true (hears_not (&pair.b, TONE_B));
  g_assert_true (has_problem (engine, "no microphone"));
  pair_clear (&pair);
  sound_server_kill (&server);
}

/* Something listens but never says a word. */
static void
test_server_hangs (void)
{
  g_autofree char *path
      = g_build_filename (server.folder != NULL ? server.folder : g_get_tmp_dir (), "native", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) deaf = NULL;
  g_autoptr (GError) error = NULL;
  TandemMediaEngine *engine;
  Watchman watchman;
  gint64 begin;
  Pair pair;

  need_server ();
  g_unlink (path);
  deaf = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                       &error);
  g_assert_no_error (error);
  g_socket_bind (deaf, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (deaf, &error);
  g_assert_no_error (error);

  engine = make_engine ("", "");
  watchman_start (&watchman);
  tandem_media_engine_prepare (engine);
  pair_init_with (&pair, engine);
  wait_until (hears (&pair.a, TONE_B));
  wait_until (has_problem (engine, "no sound server"));
  pair_clear (&pair);
  watchman_stop (&watchman);
  g_assert_cmpint (watchman.longest, <, LAZY);
  begin = g_get_monotonic_time ();
  g_object_unref (engine);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 4 * G_TIME_SPAN_SECOND);
  g_socket_close (deaf, NULL);
  g_unlink (path);
  pass_time (1000);
}

static double
measure_wav (const char *path, double frequency)
{
  TandemMeter *meter = tandem_meter_new ();
  g_autofree char *bytes = NULL;
  gsize length = 0;
  double highest = -100;

  g_file_get_contents (path, &bytes, &length, NULL);
  for (gsize at = 44; at + 2 * TANDEM_FRAME <= length; at += 2 * TANDEM_FRAME)
    {
      gint16 frame[TANDEM_FRAME];

      memcpy (frame, bytes + at, sizeof frame);
      tandem_meter_add (meter, frame);
      if (at / (2 * TANDEM_FRAME) % 50 == 0)
        highest = MAX (highest, tandem_meter_measure (meter, frequency));
    }
  tandem_meter_free (meter);
  return highest;
}

static void
test_wav_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tandem-wav-XXXXXX", NULL);
  g_autofree char *in = g_build_filename (folder, "in \"a\" ! b.wav", NULL);
  g_autofree char *out = g_build_filename (folder, "out.wav", NULL);
  g_autofree char *head = NULL;
  TandemMediaEngine *engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  guint32 size = 0;
  gsize length = 0;
  Pair pair;

  write_wav (in, 1500, 10);
  tandem_media_engine_set_test_files (engine, in, out);
  tandem_media_engine_set_defer_device_release (engine, 10);
  pair_init_with (&pair, engine);
  g_object_unref (engine);
  wait_until (hears (&pair.b, 1500) && hears (&pair.a, TONE_B));
  pass_time (1500);
  pair_clear (&pair);
  g_assert_cmpfloat (measure_wav (out, TONE_B), >, HEARD);
  g_assert_true (g_file_get_contents (out, &head, &length, NULL));
  memcpy (&size, head + 4, 4);
  g_assert_cmpuint (GUINT32_FROM_LE (size), ==, length - 8);
  g_unlink (in);
  g_unlink (out);
  g_rmdir (folder);
}

static void
test_missing_wav_file (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  Pair pair;

  tandem_media_engine_set_test_files (engine, "/nonexistent/in.wav", "/nonexistent/out.wav");
  pair_init_with (&pair, engine);
  wait_until (has_problem (engine, "cannot be opened"));
  wait_until (hears (&pair.a, TONE_B));
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  int result;

  has_server = sound_server_prepare (&server);
  if (!has_server)
    g_setenv ("PULSE_SERVER", "unix:/nonexistent/native", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/no-server", test_no_server);
  g_test_add_func ("/devices/server-appears", test_server_appears);
  g_test_add_func ("/devices/list", test_list);
  g_test_add_func ("/devices/call", test_call);
  g_test_add_func ("/devices/named-device-is-missing", test_named_device_is_missing);
  g_test_add_func ("/devices/processing", test_processing);
  g_test_add_func ("/devices/no-processing", test_no_processing);
  g_test_add_func ("/devices/level", test_level);
  g_test_add_func ("/devices/are-released", test_devices_are_released);
  g_test_add_func ("/devices/ringback-and-keys", test_ringback_and_keys_without_a_call);
  g_test_add_func ("/devices/ring", test_ring);
  g_test_add_func ("/devices/move", test_move);
  g_test_add_func ("/devices/unplugged-in-a-call", test_unplugged_in_a_call);
  g_test_add_func ("/devices/server-dies-in-a-call", test_server_dies_in_a_call);
  g_test_add_func ("/devices/no-microphone", test_no_microphone);
  g_test_add_func ("/devices/wav-files", test_wav_files);
  g_test_add_func ("/devices/missing-wav-file", test_missing_wav_file);
  g_test_add_func ("/devices/server-hangs", test_server_hangs);
  result = g_test_run ();
  if (has_server)
    sound_server_clear (&server);
  return result;
}
