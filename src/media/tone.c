/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tone.h"

#include <math.h>
#include <string.h>

/* See tone.h. */

#define FLOOR (-100.0)
#define AUDIBLE 0.01 /* of full scale */
#define QUIET_FRAMES 10

struct _TandemMeter
{
  GMutex mutex;
  gint16 samples[TANDEM_SAMPLE_RATE];
  guint position;
  gint64 onset;
  guint quiet; /* frames of silence up to now */
  guint gaps;
};

static double
sine (double frequency, guint64 position)
{
  return sin (2 * G_PI * frequency * (double) position / TANDEM_SAMPLE_RATE);
}

/* Fades in and out over 5 ms, so that nothing clicks. */
static double
envelope (guint64 position, guint64 length)
{
  guint64 edge = TANDEM_SAMPLE_RATE / 200;

  if (position >= length)
    return 0;
  if (position < edge)
    return (double) position / (double) edge;
  if (position + edge > length)
    return (double) (length - position) / (double) edge;
  return 1;
}

/* Beeps of one length and one pause between them, none after the last. */
static double
beeps (guint64 position, guint64 length, guint n, double frequency)
{
  if (position >= (2 * n - 1) * length)
    return 0;
  return envelope (position % (2 * length), length) * sine (frequency, position);
}

gboolean
tandem_tone_add (TandemTone *self, gint32 *mix)
{
  guint64 tenth = TANDEM_SAMPLE_RATE / 10;

  for (guint i = 0; i < TANDEM_FRAME; i++, self->position++)
    {
      double value = 0;

      if (self->kind == TANDEM_TONE_RINGBACK)
        {
          guint64 at = self->position % (5 * TANDEM_SAMPLE_RATE);

          value = 0.1 * envelope (at, TANDEM_SAMPLE_RATE) * sine (425, at);
        }
      else if (self->kind == TANDEM_TONE_RING)
        {
          guint64 at = self->position % (3 * TANDEM_SAMPLE_RATE);
          guint64 warble = TANDEM_SAMPLE_RATE / 20;

          value = 0.25 * envelope (at, TANDEM_SAMPLE_RATE)
                  * sine ((at / warble) % 2 ? 950 : 760, at % (2 * warble));
        }
      else if (self->kind == TANDEM_TONE_WAITING)
        {
          guint64 at = self->position % (TANDEM_SAMPLE_RATE / 5 * 48);
          guint64 beep = TANDEM_SAMPLE_RATE / 5;

          if (at < 3 * beep)
            value = 0.03 * envelope (at % (2 * beep), beep) * sine (425, at);
        }
      else if (self->kind == TANDEM_TONE_ANSWERED)
        value = 0.1
                * (self->position < tenth ? beeps (self->position, tenth, 1, 660)
                                          : beeps (self->position - tenth, tenth, 1, 880));
      else if (self->kind == TANDEM_TONE_HELD)
        value = 0.05 * beeps (self->position, tenth, 3, 520);
      mix[i] += (gint32) (value * 32767);
    }
  switch (self->kind)
    {
    case TANDEM_TONE_ANSWERED:
      return self->position < 2 * tenth;
    case TANDEM_TONE_HELD:
      return self->position < 5 * tenth;
    case TANDEM_TONE_NONE:
      return FALSE;
    case TANDEM_TONE_RING:
    case TANDEM_TONE_RINGBACK:
    case TANDEM_TONE_WAITING:
    default:
      return TRUE;
    }
}

gboolean
tandem_tone_key_frequencies (char digit, double *low, double *high)
{
  static const char keys[] = "123A456B789C*0#D";
  static const double lows[] = { 697, 770, 852, 941 };
  static const double highs[] = { 1209, 1336, 1477, 1633 };
  const char *key = digit != '\0' ? strchr (keys, g_ascii_toupper (digit)) : NULL;

  if (key == NULL)
    return FALSE;
  *low = lows[(key - keys) / 4];
  *high = highs[(key - keys) % 4];
  return TRUE;
}

void
tandem_sine_init (TandemSine *self, double frequency, double level)
{
  self->frequency = frequency;
  self->amplitude = 32767 * pow (10, level / 20);
  self->phase = 0;
}

/* Each sample is the one before turned by a step; sin() begins every frame anew, so that nothing adds up. */
void
tandem_sine_fill (TandemSine *self, gint16 *frame)
{
  double step = 2 * G_PI * self->frequency / TANDEM_SAMPLE_RATE;
  double turn = 2 * cos (step);
  double now = self->amplitude * sin (self->phase);
  double before = self->amplitude * sin (self->phase - step);

  for (guint i = 0; i < TANDEM_FRAME; i++)
    {
      double next = turn * now - before;

      frame[i] = (gint16) now;
      before = now;
      now = next;
    }
  self->phase = fmod (self->phase + step * TANDEM_FRAME, 2 * G_PI);
}

TandemMeter *
tandem_meter_new (void)
{
  TandemMeter *self = g_new0 (TandemMeter, 1);

  g_mutex_init (&self->mutex);
  self->quiet = QUIET_FRAMES;
  return self;
}

void
tandem_meter_free (TandemMeter *self)
{
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static double
power_of (const gint16 *samples, guint n)
{
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += (guint64) (guint32) (samples[i] * samples[i]);
  return (double) sum / n / (32768.0 * 32768.0);
}

static void
watch_sound (TandemMeter *self, const gint16 *frame)
{
  if (power_of (frame, TANDEM_FRAME) < AUDIBLE * AUDIBLE)
    {
      self->quiet++;
      return;
    }
  if (self->quiet >= QUIET_FRAMES)
    {
      guint i = 0;

      while (i < TANDEM_FRAME - 1 && ABS (frame[i]) < 32768 * AUDIBLE)
        i++;
      self->onset = g_get_monotonic_time () + i * G_TIME_SPAN_SECOND / TANDEM_SAMPLE_RATE;
      self->gaps = 0;
    }
  else
    self->gaps += self->quiet;
  self->quiet = 0;
}

void
tandem_meter_add (TandemMeter *self, const gint16 *frame)
{
  g_mutex_lock (&self->mutex);
  watch_sound (self, frame);
  memcpy (self->samples + self->position, frame, TANDEM_FRAME * sizeof *frame);
  self->position = (self->position + TANDEM_FRAME) % TANDEM_SAMPLE_RATE;
  g_mutex_unlock (&self->mutex);
}

double
tandem_meter_measure (TandemMeter *self, double frequency)
{
  double coefficient = 2 * cos (2 * G_PI * frequency / TANDEM_SAMPLE_RATE);
  double before = 0, last = 0, power;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < TANDEM_SAMPLE_RATE; i++)
    {
      double now = self->samples[(self->position + i) % TANDEM_SAMPLE_RATE] / 32768.0
                   + coefficient * last - before;

      before = last;
      last = now;
    }
  g_mutex_unlock (&self->mutex);
  power = last * last + before * before - coefficient * last * before;
  if (power <= 0)
    return FLOOR;
  return MAX (FLOOR, 20 * log10 (2 * sqrt (power) / TANDEM_SAMPLE_RATE + 1e-9));
}

double
tandem_meter_get_level (TandemMeter *self)
{
  double power = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 1; i <= 10; i++)
    power += power_of (self->samples
                           + (self->position + TANDEM_SAMPLE_RATE - i * TANDEM_FRAME)
                                 % TANDEM_SAMPLE_RATE,
                       TANDEM_FRAME);
  g_mutex_unlock (&self->mutex);
  return MAX (FLOOR, 10 * log10 (power / 10 + 1e-10));
}

gint64
tandem_meter_get_onset (TandemMeter *self)
{
  gint64 onset;

  g_mutex_lock (&self->mutex);
  onset = self->onset;
  g_mutex_unlock (&self->mutex);
  return onset;
}

guint
tandem_meter_get_gaps (TandemMeter *self)
{
  guint gaps;

  g_mutex_lock (&self->mutex);
  gaps = self->gaps;
  g_mutex_unlock (&self->mutex);
  return gaps;
}
