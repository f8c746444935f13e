/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A real sound server of the test's own: a folder of its own, no hardware, null sinks. */

typedef struct
{
  char *folder; /* HOME and XDG_RUNTIME_DIR of the test */
  GSubprocess *process;
} SoundServer;

/* FALSE: the programs are not installed. Points this process's environment to the place where the
 * server will be; call it before anything else. */
gboolean sound_server_prepare (SoundServer *self);
/* sinks: names, separated by spaces; a sink S has a microphone S-mic that hears what it plays. */
void sound_server_start (SoundServer *self, const char *sinks);
/* By signal, as if it had crashed. */
void sound_server_kill (SoundServer *self);
/* pactl with these words; its output. (transfer full) */
char *sound_server_ask (SoundServer *self, const char *words);
void sound_server_load_sink (SoundServer *self, const char *sink);
void sound_server_unload_sink (SoundServer *self, const char *sink);
void sound_server_clear (SoundServer *self);

G_END_DECLS
