/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "actions.h"
#include "configuration.h"
#include "phone.h"

G_BEGIN_DECLS

/* TandemHost: what `tandem` and `tandem-headless` have in common: a GApplication with a phone. It
 * parses the command line, finds the running instance, reads the configuration, starts and stops
 * the phone, and owns the actions, the D-Bus status and the practice exchange. Main thread.
 *
 * A main() is:
 *
 *   application = adw_application_new (TANDEM_APPLICATION_ID, TANDEM_HOST_APPLICATION_FLAGS);
 *   host = tandem_host_new (application, TRUE);
 *   g_signal_connect (host, "ready", ...);                     make the models known to the UI
 *   actions = tandem_host_get_actions (host);
 *   g_signal_connect (actions, "present", ...); "present-call", "fill-entry", "failed" ...
 *   return tandem_host_run (host, argc, argv);
 *
 * The host also holds the application while it runs without a window (headless, --background). When
 * the last window closes and nothing holds it any more, the phone is stopped before run returns.
 *
 * Do not connect to the application's command-line, open, activate or handle-local-options: the host
 * does, and asks for windows through the signals of the actions.
 *
 * Signals: "ready": the phone exists from now on (once; before the first "present"; a start that
 * failed follows as "failed" of the actions). "stopping": the phone is being stopped; hide windows,
 * the program ends within 2 s.
 * Properties: "practising" (gboolean), "practice-problem" (translated, nullable: why it ended though
 * nobody wanted it), both notified. */

#define TANDEM_HOST_APPLICATION_FLAGS                                                              \
  (G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN)

#define TANDEM_TYPE_HOST (tandem_host_get_type ())
G_DECLARE_FINAL_TYPE (TandemHost, tandem_host, TANDEM, HOST, GObject)

/* window: whether there is one to present; without, the program runs until it is told to quit. */
TandemHost *tandem_host_new (GApplication *application, gboolean window);
/* Runs the program. Returns its exit status. */
int tandem_host_run (TandemHost *self, int argc, char **argv);

TandemActions *tandem_host_get_actions (TandemHost *self);
/* NULL before "ready". */
TandemConfiguration *tandem_host_get_configuration (TandemHost *self);
TandemPhone *tandem_host_get_phone (TandemHost *self);
/* Whether it was started with --background: show no window until asked. */
gboolean tandem_host_is_background (TandemHost *self);

/* The welcome page's "Try the practice exchange": starts it and lets the phone use it for this run.
 * Errors: G_IO_ERROR, translated. */
void
tandem_host_start_practice_async (TandemHost *self, GAsyncReadyCallback callback, gpointer data);
gboolean tandem_host_start_practice_finish (TandemHost *self, GAsyncResult *result, GError **error);
/* Ends practising: back to the stored settings. */
void tandem_host_stop_practice (TandemHost *self);
gboolean tandem_host_is_practising (TandemHost *self);
/* The extensions that can be called, for a hint to the newcomer: of "number\tname"; empty when not
 * practising. (transfer none) */
const char *const *tandem_host_get_practice_extensions (TandemHost *self);

/* Stops the phone (bounded by 2 s), then quits. Safe to call twice. */
void tandem_host_quit (TandemHost *self);

/* --self-test: prints what is there and what is missing. Returns an exit status. */
int tandem_host_self_test (void);

G_END_DECLS
