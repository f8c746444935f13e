/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outlet.h"

#include <gst/base/gstbasesink.h>

/* See outlet.h. Losses are told when the event comes: the jitter buffer sends it when the lost packet would
 * have been due, and what was before it has been given by then. */

#define TANDEM_TYPE_OUTLET (tandem_outlet_get_type ())
G_DECLARE_FINAL_TYPE (TandemOutlet, tandem_outlet, TANDEM, OUTLET, GstBaseSink)

struct _TandemOutlet
{
  GstBaseSink parent_instance;

  GstCaps *caps;
  TandemOutletFunctions functions;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (TandemOutlet, tandem_outlet, GST_TYPE_BASE_SINK)

static GstCaps *
tandem_outlet_get_caps (GstBaseSink *sink, GstCaps *filter)
{
  TandemOutlet *self = TANDEM_OUTLET (sink);

  return filter != NULL ? gst_caps_intersect_full (filter, self->caps, GST_CAPS_INTERSECT_FIRST)
                        : gst_caps_ref (self->caps);
}

static GstFlowReturn
tandem_outlet_render (GstBaseSink *sink, GstBuffer *buffer)
{
  TandemOutlet *self = TANDEM_OUTLET (sink);

  self->functions.taken (buffer, self->data);
  return GST_FLOW_OK;
}

static gboolean
tandem_outlet_event (GstBaseSink *sink, GstEvent *event)
{
  TandemOutlet *self = TANDEM_OUTLET (sink);
  GstClockTime duration = GST_CLOCK_TIME_NONE;

  if (GST_EVENT_TYPE (event) == GST_EVENT_GAP)
    {
      gst_event_parse_gap (event, NULL, &duration);
      self->functions.lost (duration, self->data);
    }
  else if (gst_event_has_name (event, "GstRTPPacketLost"))
    {
      gst_structure_get_clock_time (gst_event_get_structure (event), "duration", &duration);
      self->functions.lost (duration, self->data);
    }
  return GST_BASE_SINK_CLASS (tandem_outlet_parent_class)->event (sink, event);
}

static void
tandem_outlet_finalize (GObject *object)
{
  TandemOutlet *self = TANDEM_OUTLET (object);

  if (self->functions.destroy != NULL)
    self->functions.destroy (self->data);
  gst_clear_caps (&self->caps);
  G_OBJECT_CLASS (tandem_outlet_parent_class)->finalize (object);
}

static void
tandem_outlet_class_init (TandemOutletClass *class)
{
  static GstStaticPadTemplate template
      = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = tandem_outlet_finalize;
  sink_class->get_caps = tandem_outlet_get_caps;
  sink_class->render = tandem_outlet_render;
  sink_class->event = tandem_outlet_event;
  gst_element_class_add_static_pad_template (element_class, &template);
  gst_element_class_set_static_metadata (element_class, "Outlet", "Sink/Audio",
                                         "Gives sound to the phone", "Tandem");
}

static void
tandem_outlet_init (TandemOutlet *self)
{
  g_object_set (self, "sync", TRUE, "async", FALSE, "processing-deadline", (guint64) 0,
                "enable-last-sample", FALSE, NULL);
}

GstElement *
tandem_outlet_new (GstCaps *caps, const TandemOutletFunctions *functions, gpointer data)
{
  TandemOutlet *self = g_object_new (TANDEM_TYPE_OUTLET, NULL);

  self->caps = gst_caps_ref (caps);
  self->functions = *functions;
  self->data = data;
  return GST_ELEMENT (self);
}
