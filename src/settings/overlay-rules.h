/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which setting of the family is which setting of Tandem, and what it may hold. For TandemOverlay. */

typedef enum
{
  TANDEM_OVERLAY_UINT,   /* in the schema's range; not mapped: in min..max */
  TANDEM_OVERLAY_BOOL,   /* 0 or 1 */
  TANDEM_OVERLAY_CHOICE, /* a nick of the schema's enum */
  TANDEM_OVERLAY_TEXT,
  TANDEM_OVERLAY_ADDRESS, /* "" or a host */
  TANDEM_OVERLAY_IP_VERSIONS,
  TANDEM_OVERLAY_RINGING, /* 0 to 7, 0 is off */
  TANDEM_OVERLAY_CODECS,
  TANDEM_OVERLAY_DTMF,       /* auto, rfc2833, info, inbandrtp */
  TANDEM_OVERLAY_NAME_CHECK, /* none, host */
  TANDEM_OVERLAY_PROXY,      /* belongs to an account; see apply_proxy() */
  TANDEM_OVERLAY_NO_EFFECT,  /* the family's, nothing to do with it here */
} TandemOverlayKind;

typedef struct
{
  const char *key; /* "proxyN" and "NAME" stand for any */
  TandemOverlayKind kind;
  const char *child; /* NULL: raw only */
  const char *name;
  guint min, max; /* TANDEM_OVERLAY_UINT that is not mapped */
} TandemOverlayRule;

/* The rule of a run-time key; NULL: an unknown setting. */
const TandemOverlayRule *tandem_overlay_find_rule (const char *key);
/* The N of "proxyN", or -1. */
int tandem_overlay_proxy_number (const char *word);

G_END_DECLS
