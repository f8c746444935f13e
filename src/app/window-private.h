/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "availability-bar.h"
#include "banner.h"
#include "call-details.h"
#include "call-page.h"
#include "colleague.h"
#include "colleagues-page.h"
#include "idle-page.h"
#include "mailbox-button.h"
#include "side-pane.h"
#include "welcome-page.h"
#include "window.h"
#include "wrap-up-page.h"

G_BEGIN_DECLS

/* What the files of TandemWindow share: window.c decides what is shown, window-actions.c and
 * window-talks.c have the actions "win.", window-keys.c what is typed where nothing else takes it. */

struct _TandemWindow
{
  AdwApplicationWindow parent_instance;

  TandemPhone *phone;
  TandemConfiguration *configuration;
  TandemActions *actions;
  GListModel *ringing;
  GListModel *others;         /* the calls that are not in view and do not ring */
  GtkSliceListModel *waiting; /* the first of them, while none rings */
  TandemWelcomePage *welcome;
  GtkWindow *timeline;
  GtkWindow *rehearsal;
  char *entered_password;
  char **extensions;
  guint leave_call;
  gboolean hides;
  gboolean wrapping_up;
  gboolean colleagues_shown;
  TandemCall *active; /* weak: the one that was talked in last */
  GtkWidget *merge_menu;

  AdwToastOverlay *toasts;
  GtkStack *root_stack;
  AdwLeaflet *leaflet;
  AdwWindowTitle *side_title;
  AdwWindowTitle *content_title;
  TandemMailboxButton *mailbox_button;
  TandemBanner *side_banner;
  TandemBanner *content_banner;
  TandemSidePane *side_pane;
  TandemAvailabilityBar *side_availability;
  TandemAvailabilityBar *content_availability;
  GtkWidget *note_button;
  GtkMenuButton *details_button;
  TandemCallDetails *details;
  GtkListBox *ringing_list;
  GtkButton *more_calls_button;
  GtkStack *content_stack;
  TandemIdlePage *idle_page;
  TandemCallPage *call_page;
  TandemWrapUpPage *wrap_up_page;
  TandemColleaguesPage *colleagues_page;
};

gboolean tandem_window_has_calls (TandemWindow *self);
gboolean tandem_window_is_current_call (TandemWindow *self, TandemCall *call);
void tandem_window_show_next_call (TandemWindow *self);

void tandem_window_add_actions (TandemWindow *self);
void tandem_window_update_actions (TandemWindow *self);
void tandem_window_update_view (TandemWindow *self);
void tandem_window_enable_action (TandemWindow *self, const char *name, gboolean enabled);
void tandem_window_set_action_state (TandemWindow *self, const char *name, gboolean on);
gboolean tandem_window_perform (TandemWindow *self, const char *name, GVariant *parameter);

void tandem_window_add_talk_actions (TandemWindow *self);
void tandem_window_add_people_actions (TandemWindow *self);
void tandem_window_update_talk_actions (TandemWindow *self);
void tandem_window_close_merge_menu (TandemWindow *self);
void tandem_window_end_conference (TandemWindow *self);
void tandem_window_talk_to (TandemWindow *self, TandemCall *call);
/* To the side of the call, when only one is seen. */
void tandem_window_show_content (TandemWindow *self);
void tandem_window_show_colleagues (TandemWindow *self, gboolean show);

void tandem_window_add_keys (TandemWindow *self);

G_END_DECLS
