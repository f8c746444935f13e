/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "banner.h"
#include "call-page.h"
#include "idle-page.h"
#include "mailbox-button.h"
#include "side-pane.h"
#include "welcome-page.h"
#include "window.h"

G_BEGIN_DECLS

/* What the files of TandemWindow share: window.c decides what is shown, window-actions.c has the
 * actions "win.", window-keys.c what is typed where nothing else takes it. */

struct _TandemWindow
{
  AdwApplicationWindow parent_instance;

  TandemPhone *phone;
  TandemConfiguration *configuration;
  TandemActions *actions;
  GListModel *ringing;
  TandemWelcomePage *welcome;
  GtkWindow *timeline;
  GtkWindow *rehearsal;
  char *entered_password;
  char **extensions;
  guint leave_call;
  gboolean hides;

  AdwToastOverlay *toasts;
  GtkStack *root_stack;
  AdwLeaflet *leaflet;
  AdwWindowTitle *side_title;
  AdwWindowTitle *content_title;
  TandemMailboxButton *mailbox_button;
  TandemBanner *side_banner;
  TandemBanner *content_banner;
  TandemSidePane *side_pane;
  GtkListBox *ringing_list;
  GtkStack *content_stack;
  TandemIdlePage *idle_page;
  TandemCallPage *call_page;
};

gboolean tandem_window_has_calls (TandemWindow *self);
gboolean tandem_window_is_current_call (TandemWindow *self, TandemCall *call);
void tandem_window_show_next_call (TandemWindow *self);

void tandem_window_add_actions (TandemWindow *self);
void tandem_window_update_actions (TandemWindow *self);
void tandem_window_update_keypad (TandemWindow *self);
void tandem_window_enable_action (TandemWindow *self, const char *name, gboolean enabled);
void tandem_window_set_action_state (TandemWindow *self, const char *name, gboolean on);
gboolean tandem_window_perform (TandemWindow *self, const char *name, GVariant *parameter);

void tandem_window_add_keys (TandemWindow *self);

G_END_DECLS
