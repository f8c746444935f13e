/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Loose pads: ends of a pipeline that belong to no element, where our own threads put buffers in and take them
 * out, without the thread and the queue that appsrc has and without the work of appsink. Who pushes
 * has to be gone before tandem_loose_pad_free(). */

/* (transfer full) (nullable): active and linked to peer; NULL when that cannot be. */
GstPad *tandem_loose_pad_new_source (GstPad *peer);
/* chain as of gst_pad_set_chain_function(); its parent is NULL, data is tandem_loose_pad_get_data(). */
GstPad *tandem_loose_pad_new_sink (GstPad *peer, GstPadChainFunction chain, gpointer data);
gpointer tandem_loose_pad_get_data (GstPad *pad);
/* Once, before the first buffer, when the peer's element runs: what is to come. Times are running times. */
void tandem_loose_pad_begin (GstPad *pad, GstCaps *caps);
/* Once, when the peer's element runs: a pipeline would tell its sinks' latency to the elements before
 * them. rtpsession sends no reports without it, as of GStreamer 1.28. */
void tandem_loose_pad_begin_sink (GstPad *pad);
void tandem_loose_pad_free (GstPad *pad);

G_END_DECLS
