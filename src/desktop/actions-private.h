/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "actions.h"

G_BEGIN_DECLS

/* For the files that hold the actions of TandemActions, by theme. To add an action, add a row to the
 * table of its theme and its line in actions.h. */

typedef struct
{
  const char *name;
  const char *type; /* NULL: no parameter */
  gboolean needs_phone;
  /* Does it or says why not. parameter: of that type. */
  gboolean (*perform) (TandemActions *self, GVariant *parameter, GError **error);
} TandemAction;

/* Each ends with a row without a name. */
extern const TandemAction tandem_call_actions[];         /* one call */
extern const TandemAction tandem_transfer_actions[];     /* several calls, and people elsewhere */
extern const TandemAction tandem_availability_actions[]; /* whether calls may come */
extern const TandemAction tandem_account_actions[];      /* registration, proxies, voice mail */
extern const TandemAction tandem_window_actions[]; /* what only a program with a window can do */

typedef gboolean (*TandemCallFits) (TandemCall *call);

/* (nullable) only for actions that do not need it */
TandemPhone *tandem_actions_get_phone (TandemActions *self);
/* Sets the error and returns FALSE. message: translated. */
gboolean tandem_actions_fail (GError **error, GIOErrorEnum code, const char *message);
/* The call with that id; with the id "" the only one that fits. none: what to say when no call does.
 * (transfer full) (nullable) */
TandemCall *tandem_actions_find_call (
    TandemActions *self, const char *id, TandemCallFits fits, const char *none, GError **error);
/* The same, but with the id "" and several that fit, the one that is being talked in. */
TandemCall *tandem_actions_find_talking (
    TandemActions *self, const char *id, TandemCallFits fits, const char *none, GError **error);
/* "on", "off", "toggle". now: what it is before. FALSE: another word; says so. */
gboolean tandem_actions_read_switch (const char *word, gboolean now, gboolean *on, GError **error);
/* Whether somebody listens to a signal of the actions; otherwise says that there is no window. */
gboolean tandem_actions_has_window (TandemActions *self, const char *signal, GError **error);

G_END_DECLS
