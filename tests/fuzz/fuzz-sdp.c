/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

/* Offers and answers from anybody. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  const TandemCodec *codecs[] = { tandem_codec_find ("opus"), tandem_codec_find ("PCMU"), NULL };
  TandemSessionLocal local = {
    .address = "127.0.0.1", .port = 4000, .codecs = codecs, .own_order = TRUE, .id = 1, .version = 1
  };
  TandemSession session;

  g_free (tandem_session_answer (&local, text, &session, NULL));
  tandem_session_read_answer (&local, text, &session, NULL);
  return 0;
}
