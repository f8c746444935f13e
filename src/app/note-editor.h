/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_NOTE_EDITOR (tandem_note_editor_get_type ())
G_DECLARE_FINAL_TYPE (TandemNoteEditor, tandem_note_editor, TANDEM, NOTE_EDITOR, AdwBin)

void tandem_note_editor_set_call (TandemNoteEditor *self, TandemCall *call);
void tandem_note_editor_save (TandemNoteEditor *self);
void tandem_note_editor_focus (TandemNoteEditor *self);

G_END_DECLS
