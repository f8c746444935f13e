/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemPractice: the practice exchange as a child process: three proxies and a few extensions on
 * loopback. It ends when this object goes, or this process. Main thread; nothing blocks.
 * TandemHost owns one; others use tandem_host_start_practice_async().
 * Signals: "ended" (char *reason, translated): the child is gone though nobody stopped it. */

#define TANDEM_TYPE_PRACTICE (tandem_practice_get_type ())
G_DECLARE_FINAL_TYPE (TandemPractice, tandem_practice, TANDEM, PRACTICE, GObject)

/* program: (nullable) path; NULL: $TANDEM_EXCHANGE, else the installed one. */
TandemPractice *tandem_practice_new (const char *program);
/* Starts the child and waits, 5 s at most, until it says what it serves. Errors: G_IO_ERROR,
 * translated. */
void
tandem_practice_start_async (TandemPractice *self, GAsyncReadyCallback callback, gpointer data);
gboolean tandem_practice_start_finish (TandemPractice *self, GAsyncResult *result, GError **error);

/* Valid once started. */
const char *tandem_practice_get_user (TandemPractice *self);
const char *tandem_practice_get_password (TandemPractice *self);
const char *tandem_practice_get_domain (TandemPractice *self);
const char *const *tandem_practice_get_proxies (TandemPractice *self);    /* "127.0.0.1:5070" */
const char *const *tandem_practice_get_extensions (TandemPractice *self); /* "200\tEcho" */

/* proxy: "127.0.0.1:5070". Silent until restored, by itself after 30 s. Fails when not running or
 * unknown. */
gboolean tandem_practice_silence (TandemPractice *self, const char *proxy, GError **error);
gboolean tandem_practice_restore (TandemPractice *self, const char *proxy, GError **error);
/* The exchange calls the phone. */
gboolean tandem_practice_call_me (TandemPractice *self, GError **error);
/* Ends the child: closes its input, and kills it when it is still there after 1 s. */
void tandem_practice_stop (TandemPractice *self);

G_END_DECLS
