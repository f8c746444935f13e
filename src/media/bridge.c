/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bridge.h"

#include <string.h>
#include <time.h>

/* See bridge.h. */

#define TICK 10000000 /* ns */
#define TARGET (2 * TANDEM_FRAME)
#define KEY_FRAMES 12
#define LATE 100000000 /* ns: after a suspend, the ticks that were missed are not made up for */

struct _TandemBridgePort
{
  TandemFifo *from_far;
  guint packet;
  TandemBridgeSend to_far;
  gpointer data;
  TandemPortState state;
  TandemKeyer *keyer; /* (nullable): until key tones are sent */

  /* Open in the frame before and in this one. */
  gboolean told[2], heard[2], talking[2], spoken_to[2];
  gint16 voice[TANDEM_FRAME]; /* as the others hear it */
};

typedef struct
{
  TandemBridgeSend send;
  gpointer data;
} Output;

struct _TandemBridge
{
  GMutex mutex;
  GCond cond;
  GThread *thread;
  gboolean stopping;

  GPtrArray *ports;
  TandemFifo *microphone;
  TandemSine test;
  gboolean testing, listening;
  Output ear, ringer;
  TandemTone ringback, waiting, notice, ring;
  TandemSine key[2];
  guint key_frames;
  TandemMeter *ear_meter, *microphone_meter, *ringer_meter;
};

static gboolean
is_needed (TandemBridge *self)
{
  return self->ports->len > 0 || self->ringback.kind != TANDEM_TONE_NONE
         || self->waiting.kind != TANDEM_TONE_NONE || self->notice.kind != TANDEM_TONE_NONE
         || self->ring.kind != TANDEM_TONE_NONE || self->listening || self->key_frames > 0;
}

static void
clip (const gint32 *mix, gint16 *frame)
{
  for (guint i = 0; i < TANDEM_FRAME; i++)
    frame[i] = (gint16) CLAMP (mix[i], G_MININT16, G_MAXINT16);
}

static void
add (gint32 *mix, const gint16 *frame)
{
  for (guint i = 0; i < TANDEM_FRAME; i++)
    mix[i] += frame[i];
}

/* Takes note of who is open in this frame. */
static void
turn (gboolean gate[2], gboolean open)
{
  gate[0] = gate[1];
  gate[1] = open;
}

/* A frame behind a gate: whole, gone, or faded from the one to the other. */
static void
pass (const gboolean gate[2], gint16 *frame)
{
  if (gate[0] && gate[1])
    return;
  if (!gate[0] && !gate[1])
    {
      memset (frame, 0, TANDEM_FRAME * sizeof *frame);
      return;
    }
  for (gint i = 0; i < TANDEM_FRAME; i++)
    frame[i] = (gint16) (frame[i] * (gate[1] ? i : TANDEM_FRAME - i) / TANDEM_FRAME);
}

/* What the far ends say: to the ear, and to each other. */
static void
gather_voices (TandemBridge *self, gint32 *ear, gint32 *conference)
{
  for (guint i = 0; i < self->ports->len; i++)
    {
      TandemBridgePort *port = g_ptr_array_index (self->ports, i);
      const TandemPortState *state = &port->state;

      tandem_fifo_pop (port->from_far, port->voice);
      turn (port->told, !state->held && !state->muted);
      turn (port->heard, !state->held && !state->unheard);
      turn (port->talking, !state->held && !state->unheard && state->in_conference);
      turn (port->spoken_to, !state->held && state->in_conference);
      pass (port->heard, port->voice);
      add (ear, port->voice);
      pass (port->talking, port->voice);
      add (conference, port->voice);
    }
}

/* What one far end gets: the agent, and in the conference all others. */
static void
send_to_far (TandemBridgePort *port, const gint16 *microphone, const gint32 *conference)
{
  gint16 frame[TANDEM_FRAME];
  gint32 mix[TANDEM_FRAME] = { 0 };

  if (port->keyer != NULL && tandem_keyer_fill (port->keyer, frame))
    add (mix, frame);
  else
    {
      memcpy (frame, microphone, sizeof frame);
      pass (port->told, frame);
      add (mix, frame);
    }
  if (port->spoken_to[0] || port->spoken_to[1])
    {
      gint32 others[TANDEM_FRAME];

      for (guint i = 0; i < TANDEM_FRAME; i++)
        others[i] = conference[i] - port->voice[i];
      clip (others, frame);
      pass (port->spoken_to, frame);
      add (mix, frame);
    }
  clip (mix, frame);
  port->to_far (frame, port->data);
}

static void
add_tones (TandemBridge *self, gint32 *mix)
{
  gint16 frame[TANDEM_FRAME];

  if (self->ringback.kind != TANDEM_TONE_NONE)
    tandem_tone_add (&self->ringback, mix);
  if (self->waiting.kind != TANDEM_TONE_NONE)
    tandem_tone_add (&self->waiting, mix);
  if (self->notice.kind != TANDEM_TONE_NONE && !tandem_tone_add (&self->notice, mix))
    self->notice.kind = TANDEM_TONE_NONE;
  if (self->key_frames > 0)
    {
      self->key_frames--;
      for (guint i = 0; i < G_N_ELEMENTS (self->key); i++)
        {
          tandem_sine_fill (&self->key[i], frame);
          add (mix, frame);
        }
    }
}

static void
ring (TandemBridge *self)
{
  gint32 mix[TANDEM_FRAME] = { 0 };
  gint16 frame[TANDEM_FRAME];

  tandem_tone_add (&self->ring, mix);
  clip (mix, frame);
  tandem_meter_add (self->ringer_meter, frame);
  if (self->ringer.send != NULL)
    self->ringer.send (frame, self->ringer.data);
}

static void
tick (TandemBridge *self)
{
  gint16 microphone[TANDEM_FRAME], frame[TANDEM_FRAME];
  gint32 mix[TANDEM_FRAME] = { 0 }, conference[TANDEM_FRAME] = { 0 };

  if (self->testing)
    tandem_sine_fill (&self->test, microphone);
  else
    tandem_fifo_pop (self->microphone, microphone);
  tandem_meter_add (self->microphone_meter, microphone);

  gather_voices (self, mix, conference);
  for (guint i = 0; i < self->ports->len; i++)
    send_to_far (g_ptr_array_index (self->ports, i), microphone, conference);
  add_tones (self, mix);
  clip (mix, frame);
  tandem_meter_add (self->ear_meter, frame);
  if (self->ear.send != NULL)
    self->ear.send (frame, self->ear.data);

  if (self->ring.kind != TANDEM_TONE_NONE)
    ring (self);
}

static gint64
since (const struct timespec *then)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (now.tv_sec - then->tv_sec) * G_GINT64_CONSTANT (1000000000) + now.tv_nsec - then->tv_nsec;
}

/* Frames from one waking to the next: devices want theirs one by one, packets do not. */
static guint
count_frames (TandemBridge *self)
{
  if (!self->testing || self->ear.send != NULL || self->ring.kind != TANDEM_TONE_NONE)
    return 1;
  for (guint i = 0; i < self->ports->len; i++)
    {
      const TandemBridgePort *port = g_ptr_array_index (self->ports, i);

      if (port->packet < 2 * TANDEM_FRAME)
        return 1;
    }
  return 2;
}

static gpointer
run (gpointer data)
{
  TandemBridge *self = data;
  struct timespec next = { 0 };
  guint frames;

  g_mutex_lock (&self->mutex);
  while (!self->stopping)
    {
      if (!is_needed (self))
        {
          tandem_fifo_clear (self->microphone);
          g_cond_wait (&self->cond, &self->mutex);
          clock_gettime (CLOCK_MONOTONIC, &next);
          continue;
        }
      frames = count_frames (self);
      g_mutex_unlock (&self->mutex);
      next.tv_nsec += frames * TICK;
      if (next.tv_nsec >= 1000000000)
        {
          next.tv_nsec -= 1000000000;
          next.tv_sec++;
        }
      clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
      if (since (&next) > LATE)
        clock_gettime (CLOCK_MONOTONIC, &next);
      g_mutex_lock (&self->mutex);
      for (guint i = 0; i < frames && is_needed (self) && !self->stopping; i++)
        tick (self);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* Called with the mutex held: the thread is made at the first need, and woken at every later one. */
static void
wake (TandemBridge *self)
{
  if (self->thread == NULL && !self->stopping)
    {
      self->thread = g_thread_new ("tandem-bridge", run, self);
      return;
    }
  g_cond_signal (&self->cond);
}

static void
port_free (gpointer data)
{
  TandemBridgePort *port = data;

  g_clear_pointer (&port->keyer, tandem_keyer_free);
  g_free (port);
}

TandemBridge *
tandem_bridge_new (void)
{
  TandemBridge *self = g_new0 (TandemBridge, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->ports = g_ptr_array_new_with_free_func (port_free);
  self->microphone = tandem_fifo_new (TARGET);
  self->ear_meter = tandem_meter_new ();
  self->microphone_meter = tandem_meter_new ();
  self->ringer_meter = tandem_meter_new ();
  return self;
}

void
tandem_bridge_free (TandemBridge *self)
{
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_ptr_array_unref (self->ports);
  tandem_fifo_free (self->microphone);
  tandem_meter_free (self->ear_meter);
  tandem_meter_free (self->microphone_meter);
  tandem_meter_free (self->ringer_meter);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

TandemBridgePort *
tandem_bridge_add_port (
    TandemBridge *self, TandemFifo *from_far, guint packet, TandemBridgeSend to_far, gpointer data)
{
  TandemBridgePort *port = g_new0 (TandemBridgePort, 1);

  port->from_far = from_far;
  port->packet = packet;
  port->to_far = to_far;
  port->data = data;
  port->told[1] = port->heard[1] = TRUE;
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->ports, port);
  wake (self);
  g_mutex_unlock (&self->mutex);
  return port;
}

void
tandem_bridge_remove_port (TandemBridge *self, TandemBridgePort *port)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_remove (self->ports, port);
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_port_set_state (TandemBridge *self,
                              TandemBridgePort *port,
                              const TandemPortState *state)
{
  g_mutex_lock (&self->mutex);
  port->state = *state;
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_port_send_keys (TandemBridge *self, TandemBridgePort *port, const char *digits)
{
  g_mutex_lock (&self->mutex);
  if (port->keyer == NULL)
    port->keyer = tandem_keyer_new ();
  tandem_keyer_add (port->keyer, digits);
  g_mutex_unlock (&self->mutex);
}

TandemFifo *
tandem_bridge_get_microphone (TandemBridge *self)
{
  return self->microphone;
}

void
tandem_bridge_set_test_tone (TandemBridge *self, double frequency)
{
  g_mutex_lock (&self->mutex);
  self->testing = frequency > 0;
  tandem_sine_init (&self->test, frequency, -14);
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_set_ear (TandemBridge *self, TandemBridgeSend send, gpointer data)
{
  g_mutex_lock (&self->mutex);
  self->ear = (Output){ send, data };
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_set_ringer (TandemBridge *self, TandemBridgeSend send, gpointer data)
{
  g_mutex_lock (&self->mutex);
  self->ringer = (Output){ send, data };
  g_mutex_unlock (&self->mutex);
}

static void
set_tone (TandemBridge *self, TandemTone *tone, TandemToneKind kind)
{
  g_mutex_lock (&self->mutex);
  if (tone->kind != kind)
    {
      tone->kind = kind;
      tone->position = 0;
      wake (self);
    }
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_set_ringback (TandemBridge *self, gboolean on)
{
  set_tone (self, &self->ringback, on ? TANDEM_TONE_RINGBACK : TANDEM_TONE_NONE);
}

void
tandem_bridge_set_ringing (TandemBridge *self, gboolean on)
{
  set_tone (self, &self->ring, on ? TANDEM_TONE_RING : TANDEM_TONE_NONE);
}

void
tandem_bridge_set_waiting (TandemBridge *self, gboolean on)
{
  set_tone (self, &self->waiting, on ? TANDEM_TONE_WAITING : TANDEM_TONE_NONE);
}

void
tandem_bridge_set_listening (TandemBridge *self, gboolean on)
{
  g_mutex_lock (&self->mutex);
  self->listening = on;
  wake (self);
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_play_key (TandemBridge *self, char digit)
{
  double low, high;

  if (!tandem_tone_key_frequencies (digit, &low, &high))
    return;
  g_mutex_lock (&self->mutex);
  tandem_sine_init (&self->key[0], low, -26);
  tandem_sine_init (&self->key[1], high, -26);
  self->key_frames = KEY_FRAMES;
  wake (self);
  g_mutex_unlock (&self->mutex);
}

void
tandem_bridge_play_notice (TandemBridge *self, TandemToneKind kind)
{
  g_mutex_lock (&self->mutex);
  self->notice.kind = kind;
  self->notice.position = 0;
  wake (self);
  g_mutex_unlock (&self->mutex);
}

TandemMeter *
tandem_bridge_get_ear_meter (TandemBridge *self)
{
  return self->ear_meter;
}

TandemMeter *
tandem_bridge_get_microphone_meter (TandemBridge *self)
{
  return self->microphone_meter;
}

TandemMeter *
tandem_bridge_get_ringer_meter (TandemBridge *self)
{
  return self->ringer_meter;
}
