/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyer.h"

#include "tone.h"

#include <string.h>

/* See keyer.h. The high group is 2 dB louder than the low one, for lines that lose high tones. */

#define ON 10 /* frames */
#define OFF 7
#define LOW_LEVEL (-13) /* dBFS */
#define HIGH_LEVEL (-11)
#define EDGE (TANDEM_FRAME / 2) /* samples of fading */
#define MAX_WAITING 256

struct _TandemKeyer
{
  GString *waiting;
  guint frame; /* of the key under way; 0: none */
  TandemSine low, high;
};

TandemKeyer *
tandem_keyer_new (void)
{
  TandemKeyer *self = g_new0 (TandemKeyer, 1);

  self->waiting = g_string_new (NULL);
  return self;
}

void
tandem_keyer_free (TandemKeyer *self)
{
  g_string_free (self->waiting, TRUE);
  g_free (self);
}

void
tandem_keyer_add (TandemKeyer *self, const char *digits)
{
  double low, high;

  for (; *digits != '\0' && self->waiting->len < MAX_WAITING; digits++)
    {
      if (tandem_tone_key_frequencies (*digits, &low, &high))
        g_string_append_c (self->waiting, *digits);
    }
}

static gboolean
begin_next (TandemKeyer *self)
{
  double low, high;

  if (self->waiting->len == 0)
    return FALSE;
  tandem_tone_key_frequencies (self->waiting->str[0], &low, &high);
  g_string_erase (self->waiting, 0, 1);
  tandem_sine_init (&self->low, low, LOW_LEVEL);
  tandem_sine_init (&self->high, high, HIGH_LEVEL);
  return TRUE;
}

static void
fade (gint16 *frame, gboolean in)
{
  for (gint i = 0; i < EDGE; i++)
    {
      gint16 *sample = in ? &frame[i] : &frame[TANDEM_FRAME - 1 - i];

      *sample = (gint16) (*sample * i / EDGE);
    }
}

gboolean
tandem_keyer_fill (TandemKeyer *self, gint16 *frame)
{
  gint16 high[TANDEM_FRAME];

  if (self->frame == 0 && !begin_next (self))
    return FALSE;
  if (self->frame < ON)
    {
      tandem_sine_fill (&self->low, frame);
      tandem_sine_fill (&self->high, high);
      for (guint i = 0; i < TANDEM_FRAME; i++)
        frame[i] = (gint16) (frame[i] + high[i]);
      if (self->frame == 0 || self->frame == ON - 1)
        fade (frame, self->frame == 0);
    }
  else
    memset (frame, 0, TANDEM_FRAME * sizeof *frame);
  self->frame = (self->frame + 1) % (ON + OFF);
  return TRUE;
}
