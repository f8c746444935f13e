/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"
#include "colleague.h"

G_BEGIN_DECLS

char *tandem_call_words_who (TandemCall *call);
char *tandem_call_words_who_within (TandemCall *call);
char *tandem_call_words_state (TandemCall *call);
char *tandem_call_words_auto_answer (TandemCall *call);
char *tandem_call_words_referral (TandemCall *call);
const char *tandem_call_words_look (TandemCall *call);
const char *tandem_call_words_look_icon (const char *look);
gboolean tandem_call_is_held_here (TandemCall *call);
gboolean tandem_call_is_clock (GParamSpec *pspec);

const char *tandem_colleague_icon_name (TandemColleagueState state);
const char *tandem_colleague_css_class (TandemColleagueState state);

G_END_DECLS
