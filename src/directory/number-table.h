/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How numbers are dialled in a country. For number.c only. */
typedef struct
{
  const char *region;        /* ISO 3166-1; "001": of no country */
  guint code;                /* of E.164 */
  gboolean first;            /* the one that stands for a code that several countries share */
  const char *international; /* (nullable): a regular expression: what is dialled before a code */
  const char *national;      /* (nullable): a regular expression: what is dialled before a number
                                within the country, with carriers and left-out area codes */
  const char *transform;     /* (nullable): what stands for a match of national whose last group
                                took part; \1 is that group */
  guint32 lengths;           /* bit n: a national number may have n digits */
} TandemNumberPlan;

/* Ends with a region of NULL. */
extern const TandemNumberPlan tandem_number_plans[];

G_END_DECLS
