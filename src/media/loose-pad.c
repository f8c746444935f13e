/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loose-pad.h"

/* See loose-pad.h. */

static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
link_to (GstPad *pad, GstPad *peer)
{
  gboolean is_source = gst_pad_get_direction (pad) == GST_PAD_SRC;

  gst_object_ref_sink (pad);
  gst_pad_set_event_function (pad, on_event);
  if (gst_pad_set_active (pad, TRUE)
      && (is_source ? gst_pad_link (pad, peer) : gst_pad_link (peer, pad)) == GST_PAD_LINK_OK)
    return pad;
  tandem_loose_pad_free (pad);
  return NULL;
}

GstPad *
tandem_loose_pad_new_source (GstPad *peer)
{
  GstPad *pad = gst_pad_new (NULL, GST_PAD_SRC);

  gst_pad_set_query_function (pad, on_query);
  return link_to (pad, peer);
}

GstPad *
tandem_loose_pad_new_sink (GstPad *peer, GstPadChainFunction chain, gpointer data)
{
  GstPad *pad = gst_pad_new (NULL, GST_PAD_SINK);

  gst_pad_set_chain_function (pad, chain);
  gst_pad_set_element_private (pad, data);
  return link_to (pad, peer);
}

gpointer
tandem_loose_pad_get_data (GstPad *pad)
{
  return gst_pad_get_element_private (pad);
}

void
tandem_loose_pad_begin (GstPad *pad, GstCaps *caps)
{
  g_autofree char *id = g_strdup_printf ("%08x", g_random_int ());
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pad, gst_event_new_stream_start (id));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

void
tandem_loose_pad_begin_sink (GstPad *pad)
{
  gst_pad_push_event (pad, gst_event_new_latency (0));
}

void
tandem_loose_pad_free (GstPad *pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  gst_pad_set_active (pad, FALSE);
  if (peer != NULL && gst_pad_get_direction (pad) == GST_PAD_SRC)
    gst_pad_unlink (pad, peer);
  else if (peer != NULL)
    gst_pad_unlink (peer, pad);
  gst_object_unref (pad);
}
