/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

/* A challenge from anybody is taken in and, if that was possible, answered. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  const char *values[] = { text, NULL };
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autoptr (GPtrArray) headers = NULL;

  tandem_digest_challenge (digest, "0", "c", values, FALSE, values);
  headers = tandem_digest_authorize (digest, "0", "c", "user", "password", "INVITE",
                                     "sip:x@example.test");
  return 0;
}
