/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "g722.h"
#include "tone.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <string.h>

/* By itself, and bit by bit against another implementation where that is installed. */

#define N 16000 /* samples: a second */

/* Speech-like: tones of both bands that come and go, noise, silence and full scale. */
static void
make_sound (gint16 *samples)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < N; i++)
    {
      double t = i / 16000.0, value = 0;

      if (i < N / 4)
        value = 0.4 * sin (2 * G_PI * 300 * t) + 0.2 * sin (2 * G_PI * 5200 * t);
      else if (i < N / 2)
        value = sin (2 * G_PI * 3 * t)
                * (0.5 * sin (2 * G_PI * 1700 * t) + 0.3 * g_rand_double_range (rand, -1, 1));
      else if (i >= 5 * N / 8)
        value = i % 37 < 18 ? 1 : -1;
      samples[i] = (gint16) (CLAMP (value, -1, 1) * 32767);
    }
}

static double
measure (const gint16 *samples, guint n, double frequency)
{
  double re = 0, im = 0;

  for (guint i = 0; i < n; i++)
    {
      re += samples[i] * cos (2 * G_PI * frequency * i / 16000);
      im += samples[i] * sin (2 * G_PI * frequency * i / 16000);
    }
  return 20 * log10 (2 * sqrt (re * re + im * im) / n / 32768 + 1e-9);
}

static void
test_tones (void)
{
  static const double tones[] = { 100, 440, 1000, 3000, 5000, 6800 };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    {
      gint16 in[N], out[N];
      guint8 bytes[N / 2];
      TandemG722 encoder, decoder;
      double noise = 0;

      for (guint j = 0; j < N; j++)
        in[j] = (gint16) (8000 * sin (2 * G_PI * tones[i] * j / 16000));
      tandem_g722_init (&encoder);
      tandem_g722_init (&decoder);
      tandem_g722_encode (&encoder, in, N, bytes);
      tandem_g722_decode (&decoder, bytes, N / 2, out);
      g_assert_cmpfloat (
          fabs (measure (out + 800, N - 800, tones[i]) - measure (in + 800, N - 800, tones[i])), <,
          0.5);
      /* The two filters delay by 22 samples. */
      for (guint j = 800; j < N; j++)
        noise += pow (out[j] - in[j - 22], 2);
      g_test_message ("%g Hz: %.1f dB", tones[i],
                      10 * log10 (8000.0 * 8000 / 2 * (N - 800) / noise));
      g_assert_cmpfloat (10 * log10 (8000.0 * 8000 / 2 * (N - 800) / noise), >, 12);
    }
}

static void
test_silence (void)
{
  gint16 in[N] = { 0 }, out[N];
  guint8 bytes[N / 2];
  TandemG722 encoder, decoder;

  tandem_g722_init (&encoder);
  tandem_g722_init (&decoder);
  tandem_g722_encode (&encoder, in, N, bytes);
  tandem_g722_decode (&decoder, bytes, N / 2, out);
  for (guint i = 0; i < N; i++)
    g_assert_cmpint (ABS (out[i]), <, 8);
}

/* Any bytes, in any order: nothing overflows, and it recovers. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  TandemG722 encoder, decoder;
  gint16 in[N], out[N];
  guint8 bytes[N / 2];

  tandem_g722_init (&decoder);
  for (guint round = 0; round < 20; round++)
    {
      for (guint i = 0; i < N / 2; i++)
        bytes[i] = (guint8) (round % 4 == 3 ? round : g_rand_int (rand));
      tandem_g722_decode (&decoder, bytes, N / 2, out);
    }
  tandem_g722_init (&encoder);
  for (guint i = 0; i < N; i++)
    in[i] = (gint16) (8000 * sin (2 * G_PI * 1000 * i / 16000));
  tandem_g722_encode (&encoder, in, N, bytes);
  tandem_g722_decode (&decoder, bytes, N / 2, out);
  g_assert_cmpfloat (fabs (measure (out + N / 2, N / 2, 1000) - measure (in, N / 2, 1000)), <, 1);
}

static GBytes *
run_pipeline (const char *description, const void *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstElement) in = NULL, out = NULL;
  GByteArray *bytes = g_byte_array_new ();
  GstBuffer *buffer = gst_buffer_new_memdup (data, size);

  g_assert_no_error (error);
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GST_BUFFER_PTS (buffer) = 0;
  gst_app_src_push_buffer (GST_APP_SRC (in), buffer);
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  for (;;)
    {
      g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (out));
      GstMapInfo map;

      if (sample == NULL)
        break;
      gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
      g_byte_array_append (bytes, map.data, (guint) map.size);
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
need (const char *element)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (element);

  if (factory == NULL)
    g_test_skip ("the other implementation is not installed");
  return factory != NULL;
}

static void
test_same_decoder (void)
{
  g_autoptr (GBytes) other = NULL;
  gint16 in[N], out[N];
  guint8 bytes[N / 2];
  TandemG722 encoder, decoder;
  const gint16 *samples;
  gsize size;

  if (!need ("avdec_g722"))
    return;
  make_sound (in);
  tandem_g722_init (&encoder);
  tandem_g722_encode (&encoder, in, N, bytes);
  tandem_g722_init (&decoder);
  tandem_g722_decode (&decoder, bytes, N / 2, out);
  other = run_pipeline ("appsrc name=in format=time caps=audio/G722,rate=16000,channels=1 ! "
                        "avdec_g722 ! appsink name=out sync=false",
                        bytes, sizeof bytes);
  samples = g_bytes_get_data (other, &size);
  g_assert_cmpuint (size, ==, sizeof out);
  for (guint i = 0; i < N; i++)
    g_assert_cmpint (samples[i], ==, out[i]);
}

static void
test_same_encoder (void)
{
  g_autoptr (GBytes) other = NULL;
  gint16 in[N];
  guint8 bytes[N / 2];
  TandemG722 encoder;
  const guint8 *others;
  gsize size;

  if (!need ("avenc_g722"))
    return;
  make_sound (in);
  tandem_g722_init (&encoder);
  tandem_g722_encode (&encoder, in, N, bytes);
  other = run_pipeline ("appsrc name=in format=time caps=audio/x-raw,format=S16LE,rate=16000,"
                        "channels=1,layout=interleaved ! avenc_g722 ! appsink name=out sync=false",
                        in, sizeof in);
  others = g_bytes_get_data (other, &size);
  g_assert_cmpuint (size, >=, sizeof bytes - 400);
  for (gsize i = 0; i < MIN (size, sizeof bytes); i++)
    g_assert_cmphex (others[i], ==, bytes[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/g722/tones", test_tones);
  g_test_add_func ("/g722/silence", test_silence);
  g_test_add_func ("/g722/noise", test_noise);
  g_test_add_func ("/g722/same-decoder", test_same_decoder);
  g_test_add_func ("/g722/same-encoder", test_same_encoder);
  return g_test_run ();
}
