/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemOutlet: the end of a pipeline: gives each buffer to a function at its time, on the streaming thread,
 * with no queue between; and says what was lost. What appsink does, with a third of its work. */

typedef struct
{
  void (*taken) (GstBuffer *buffer, gpointer data);    /* borrowed */
  void (*lost) (GstClockTime duration, gpointer data); /* may be GST_CLOCK_TIME_NONE */
  GDestroyNotify destroy;                              /* of data */
} TandemOutletFunctions;

/* (transfer floating): caps: all that it takes. */
GstElement *
tandem_outlet_new (GstCaps *caps, const TandemOutletFunctions *functions, gpointer data);

G_END_DECLS
