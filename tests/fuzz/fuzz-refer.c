/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auto-answer.h"
#include "digit.h"
#include "refer-to.h"
#include "replaces.h"
#include "sipfrag.h"

#include <string.h>

/* What comes with transfers, and other small texts from anybody. What one of ours has read, one of ours
 * can write, and reads again. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
try_refer_to (const char *text)
{
  g_autofree char *uri = NULL;
  g_autofree char *replaces = NULL;
  g_autofree char *again = NULL;
  g_autofree char *uri2 = NULL;
  g_autofree char *replaces2 = NULL;
  guint code = tandem_refer_to_parse (text, &uri, &replaces);

  g_assert (code == 0 || code == 400 || code == 416 || code == 603);
  g_assert ((code == 0) == (uri != NULL));
  if (code != 0)
    return;
  g_assert (strpbrk (uri, "<>\" \r\n?") == NULL);
  again = tandem_refer_to_format (uri, replaces);
  g_assert (again != NULL && tandem_refer_to_parse (again, &uri2, &replaces2) == 0);
  g_assert_cmpstr (uri, ==, uri2);
  g_assert_cmpstr (replaces, ==, replaces2);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  const char *values[] = { text, NULL };
  g_autofree char *phrase = NULL;
  TandemReplaces replaces;
  guint code;
  gint after;
  char digit;

  if (tandem_sipfrag_parse ((const char *) data, size, &code, &phrase))
    {
      g_autofree char *again = tandem_sipfrag_format (code, phrase);

      g_assert (code >= 100 && code <= 699 && g_utf8_validate (phrase, -1, NULL));
      g_free (g_steal_pointer (&phrase));
      g_assert (tandem_sipfrag_parse (again, strlen (again), &code, &phrase));
    }
  try_refer_to (text);
  if (tandem_replaces_parse (text, &replaces))
    {
      g_autofree char *again
          = tandem_replaces_format (replaces.call_id, replaces.to_tag, replaces.from_tag);

      g_assert (again != NULL);
      tandem_replaces_clear (&replaces);
    }
  after = tandem_auto_answer_parse (values, NULL, values, values);
  g_assert (after >= -1 && after <= TANDEM_AUTO_ANSWER_LONGEST);
  if (tandem_digit_parse (size % 2 != 0 ? "application/dtmf-relay" : "application/dtmf",
                          (const char *) data, size, &digit)
      == TANDEM_DIGIT_OK)
    g_assert (strchr ("0123456789*#ABCD", digit) != NULL);
  return 0;
}
