/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "keyer.h"
#include "tone.h"

G_BEGIN_DECLS

/* TandemBridge: joins microphone, ear and legs: one thread, a tick of 10 ms; of 20 while there is neither a
 * microphone nor an ear that would mind. It sleeps without any wake-up while nobody needs it. Methods may be called on any thread; after tandem_bridge_remove_port()
 * has returned, the port's function is not running any more. */

typedef struct _TandemBridge TandemBridge;
typedef struct _TandemBridgePort TandemBridgePort;

/* One frame for somebody; called on the bridge's thread, must not block. */
typedef void (*TandemBridgeSend) (const gint16 *frame, gpointer data);

TandemBridge *tandem_bridge_new (void);
void tandem_bridge_free (TandemBridge *self);

/* from_far is borrowed until the port is removed. packet: samples that the port gathers before it acts. */
TandemBridgePort *tandem_bridge_add_port (
    TandemBridge *self, TandemFifo *from_far, guint packet, TandemBridgeSend to_far, gpointer data);
void tandem_bridge_remove_port (TandemBridge *self, TandemBridgePort *port);
/* Who hears whom. What changes fades within a frame, so that nothing clicks. */
typedef struct
{
  gboolean muted;   /* the microphone is not heard there */
  gboolean held;    /* neither microphone nor ear nor conference; silence goes out */
  gboolean unheard; /* nobody hears that far end */
  gboolean
      in_conference; /* it hears all others that are in it, and they it; never itself (mix-minus) */
} TandemPortState;
void tandem_bridge_port_set_state (TandemBridge *self,
                                   TandemBridgePort *port,
                                   const TandemPortState *state);
/* Key tones to that far end, in place of the microphone, one after the other. What is no key is left out. */
void tandem_bridge_port_send_keys (TandemBridge *self, TandemBridgePort *port, const char *digits);

/* What captures pushes into. */
TandemFifo *tandem_bridge_get_microphone (TandemBridge *self);
/* frequency > 0: a test tone stands in for the microphone (-14 dBFS); 0 ends it. */
void tandem_bridge_set_test_tone (TandemBridge *self, double frequency);
/* Where the ear is; NULL: nowhere. Returns only when the old function is not running. */
void tandem_bridge_set_ear (TandemBridge *self, TandemBridgeSend send, gpointer data);
void tandem_bridge_set_ringer (TandemBridge *self, TandemBridgeSend send, gpointer data);

void tandem_bridge_set_ringback (TandemBridge *self, gboolean on);
void tandem_bridge_set_ringing (TandemBridge *self, gboolean on);
/* The sign that another call waits; in the ear only. */
void tandem_bridge_set_waiting (TandemBridge *self, gboolean on);
/* Runs for the microphone's meter alone. */
void tandem_bridge_set_listening (TandemBridge *self, gboolean on);
void tandem_bridge_play_key (TandemBridge *self, char digit);
/* One of the tones that end by themselves, in the ear only. */
void tandem_bridge_play_notice (TandemBridge *self, TandemToneKind kind);

/* What is heard, and what the microphone gives. */
TandemMeter *tandem_bridge_get_ear_meter (TandemBridge *self);
TandemMeter *tandem_bridge_get_microphone_meter (TandemBridge *self);
TandemMeter *tandem_bridge_get_ringer_meter (TandemBridge *self);

G_END_DECLS
