/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_TEXT_SAVER (tandem_text_saver_get_type ())
G_DECLARE_FINAL_TYPE (TandemTextSaver, tandem_text_saver, TANDEM, TEXT_SAVER, GObject)

TandemTextSaver *tandem_text_saver_new (GtkWindow *window, AdwToastOverlay *toasts);
void tandem_text_saver_copy (TandemTextSaver *self, const char *text);
void tandem_text_saver_ask (TandemTextSaver *self, const char *name, const char *text);
void tandem_text_saver_write (TandemTextSaver *self, GFile *file, const char *text);

G_END_DECLS
