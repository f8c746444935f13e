/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemMediaEngine: capture, playback, the bridge that joins them with the legs, and the ring.
 * Main thread only. It opens the devices while there is a leg or a tone, and closes them
 * defer_device_release after. Nothing here blocks: pipelines go up and down on a worker. */

typedef enum
{
  TANDEM_AUDIO_AUTO, /* pulse when it answers; otherwise no device */
  TANDEM_AUDIO_PULSE,
  TANDEM_AUDIO_TEST, /* a tone (or a WAV file) in, a meter (or a WAV file) out */
} TandemAudioBackend;

#define TANDEM_TYPE_MEDIA_ENGINE (tandem_media_engine_get_type ())
G_DECLARE_FINAL_TYPE (TandemMediaEngine, tandem_media_engine, TANDEM, MEDIA_ENGINE, GObject)

typedef struct _TandemLeg TandemLeg;

/* Properties: "available" (gboolean, notify): both devices work; "problem" (string, nullable,
 * untranslated): why not; "input-device", "output-device", "ring-device" (string, "" = default);
 * "echo-cancellation", "noise-suppression" (gboolean, default TRUE; at once, where the elements are there).
 * Signals "devices-changed"; "input-level" (double: 0 silence .. 1 full scale, linear in dB over 60 dB),
 * ten times a second while tandem_media_engine_watch_input_level() says so. */
TandemMediaEngine *tandem_media_engine_new (TandemAudioBackend backend);
/* Asks for the sound server and watches devices, all behind, which takes 4 to 8 MB; without it that happens at
 * the first call. Nothing with the test back end, which has no devices. */
void tandem_media_engine_prepare (TandemMediaEngine *self);

/* Echo cancellation and noise suppression of the microphone. FALSE, and nothing changed: one of them is turned
 * on that cannot be had here; G_IO_ERROR_NOT_SUPPORTED says why. (The properties take a wish for what it
 * is worth, for settings that are read before anybody can be told.) */
gboolean tandem_media_engine_set_processing (TandemMediaEngine *self,
                                             gboolean echo,
                                             gboolean noise,
                                             GError **error);
/* (nullable): why neither can be had here; untranslated. */
const char *tandem_media_engine_why_no_processing (TandemMediaEngine *self);

gboolean tandem_media_engine_is_test (TandemMediaEngine *self);
/* Test back end: what goes in. frequency in Hz (default 440, -14 dBFS), or a WAV file. */
void tandem_media_engine_set_test_tone (TandemMediaEngine *self, double frequency);
void tandem_media_engine_set_test_files (TandemMediaEngine *self,
                                         const char *in_wav,
                                         const char *out_wav);
/* What comes out: power of one frequency in the last second, dBFS (Goertzel); any back end. */
double tandem_media_engine_measure_tone (TandemMediaEngine *self, double frequency);
/* dBFS over the last 100 ms: microphone (input) or ear; and the ringer. */
double tandem_media_engine_get_level (TandemMediaEngine *self, gboolean input);
double tandem_media_engine_get_ring_level (TandemMediaEngine *self);
/* Monotonic us at which sound last began after 100 ms of silence, in the microphone (input) or the ear; 0:
 * never. And how many frames of 10 ms were silent since then, between sound: 0 is a clean line. */
gint64 tandem_media_engine_get_onset (TandemMediaEngine *self, gboolean input);
guint tandem_media_engine_get_gaps (TandemMediaEngine *self, gboolean input);

typedef struct
{
  char *id;
  char *name;
  gboolean input;
} TandemAudioDevice;
void tandem_audio_device_free (TandemAudioDevice *device);
GPtrArray *tandem_media_engine_list_devices (TandemMediaEngine *self); /* (transfer full) */

/* Codec names in order of priority: "opus", "G722", "PCMU", "PCMA". Unknown or missing ones are
 * skipped. */
void tandem_media_engine_set_codecs (TandemMediaEngine *self, const char *const *names);
/* All that could be offered: (transfer full) strv; and why one is not: (nullable). */
char **tandem_media_engine_list_codecs (TandemMediaEngine *self);
const char *tandem_media_engine_why_not (TandemMediaEngine *self, const char *codec);
/* TRUE: our order decides in answers (answer_sdp_priority "config"); FALSE: the offer's. */
void tandem_media_engine_set_answer_priority (TandemMediaEngine *self, gboolean config);
void tandem_media_engine_set_port_range (TandemMediaEngine *self, guint min, guint max);
void tandem_media_engine_set_rtp_inactivity_timeout (TandemMediaEngine *self, guint seconds);
void tandem_media_engine_set_defer_device_release (TandemMediaEngine *self, guint ms);

/* Ring tone on the ring device, ringback in the ear. path "" = the built-in one. */
void tandem_media_engine_start_ringing (TandemMediaEngine *self, const char *path);
void tandem_media_engine_stop_ringing (TandemMediaEngine *self);
void tandem_media_engine_start_ringback (TandemMediaEngine *self);
void tandem_media_engine_stop_ringback (TandemMediaEngine *self);
/* In the ear during a call while another one waits: soft, twice in ten seconds; the far end does not hear it. */
void tandem_media_engine_start_waiting (TandemMediaEngine *self);
void tandem_media_engine_stop_waiting (TandemMediaEngine *self);
/* In the ear, once: the far ends do not hear it. */
typedef enum
{
  TANDEM_NOTICE_AUTO_ANSWER, /* a call was answered by itself */
  TANDEM_NOTICE_HELD,        /* somebody is still on hold */
} TandemNotice;
void tandem_media_engine_play_notice (TandemMediaEngine *self, TandemNotice notice);
/* The microphone is open, and "input-level" comes, while somebody watches; calls are counted, one FALSE for
 * each TRUE. */
void tandem_media_engine_watch_input_level (TandemMediaEngine *self, gboolean on);
/* Local feedback tone of a DTMF key, short, in the ear. */
void tandem_media_engine_play_key (TandemMediaEngine *self, char digit);

/* Missing elements, as "element (what for)" strv, empty when all is there: for --self-test. */
char **tandem_media_engine_self_test (void);

G_END_DECLS
