/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fifo.h"

G_BEGIN_DECLS

/* Tones: what a phone makes (ring tone, ringback, keys) and what a test listens for. */

typedef enum
{
  TANDEM_TONE_NONE,
  TANDEM_TONE_RING,
  TANDEM_TONE_RINGBACK, /* ETSI: 425 Hz, 1 s on, 4 s off */
  TANDEM_TONE_WAITING,  /* ETSI: 425 Hz, twice 0.2 s, again after 9 s; soft */
  TANDEM_TONE_ANSWERED, /* once: 0.1 s of 660 Hz, 0.1 s of 880 Hz: the agent is on */
  TANDEM_TONE_HELD,     /* once: three times 0.1 s of 520 Hz: somebody is still on hold */
} TandemToneKind;

typedef struct
{
  TandemToneKind kind;
  guint64 position; /* samples since it began */
} TandemTone;

/* Adds one frame of the tone to mix. FALSE: it is over, and nothing more will come. */
gboolean tandem_tone_add (TandemTone *self, gint32 *mix);

/* The two frequencies of a DTMF key (ITU-T Q.23); FALSE when it is none. */
gboolean tandem_tone_key_frequencies (char digit, double *low, double *high);

/* A sine of any frequency that goes on where it stopped. level in dBFS. */
typedef struct
{
  double frequency, phase, amplitude;
} TandemSine;
void tandem_sine_init (TandemSine *self, double frequency, double level);
void tandem_sine_fill (TandemSine *self, gint16 *frame);

/* The last second of sound, to measure one frequency in (Goertzel), and what a test wants to know of a
 * tone: when it began and whether it was broken. Thread-safe. */
typedef struct _TandemMeter TandemMeter;
TandemMeter *tandem_meter_new (void);
void tandem_meter_free (TandemMeter *self);
void tandem_meter_add (TandemMeter *self, const gint16 *frame);
/* dBFS of that frequency; -100 when nothing is there. */
double tandem_meter_measure (TandemMeter *self, double frequency);
/* dBFS over the last 100 ms, all frequencies. */
double tandem_meter_get_level (TandemMeter *self);
/* When sound last began after 100 ms of silence: monotonic time in us; 0: never. */
gint64 tandem_meter_get_onset (TandemMeter *self);
/* Frames of silence (below -40 dBFS) between the onset and the last frame with sound. */
guint tandem_meter_get_gaps (TandemMeter *self);

G_END_DECLS
