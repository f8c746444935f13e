/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-records.h"

#include <arpa/nameser.h>
#include <string.h>

/* See service-records.h. */

/**
 * tandem_service_records_get_ttl:
 * @answer: a whole DNS message, as it came: may be hostile
 * @length: of @answer
 *
 * Returns: the time to live of the first answer record, in s; -1 when it cannot be read
 */
gint64
tandem_service_records_get_ttl (const unsigned char *answer, int length)
{
  const unsigned char *p = answer + NS_HFIXEDSZ;
  char *name;
  long used;

  if (length < NS_HFIXEDSZ || ares_expand_name (p, answer, length, &name, &used) != ARES_SUCCESS)
    return -1;
  ares_free_string (name);
  p += used + NS_QFIXEDSZ;
  if (p >= answer + length || ares_expand_name (p, answer, length, &name, &used) != ARES_SUCCESS)
    return -1;
  ares_free_string (name);
  p += used;
  if (p + NS_RRFIXEDSZ > answer + length)
    return -1;
  return (gint64) p[4] << 24 | (gint64) p[5] << 16 | (gint64) p[6] << 8 | (gint64) p[7];
}

/**
 * tandem_service_records_order:
 * @services: (array length=n) (inout): ordered in place
 * @n: at most %G_MAXINT16, so that no sum of weights overflows
 *
 * RFC 2782: by priority; within one, drawn by weight.
 */
void
tandem_service_records_order (struct ares_srv_reply **services, guint n)
{
  for (guint done = 0; done < n; done++)
    {
      guint lowest = G_MAXUINT, total = 0, draw, chosen = done;
      struct ares_srv_reply *swap;

      for (guint i = done; i < n; i++)
        lowest = MIN (lowest, services[i]->priority);
      for (guint i = done; i < n; i++)
        {
          if (services[i]->priority == lowest)
            total += services[i]->weight;
        }
      draw = total > 0 ? (guint) g_random_int_range (0, (gint32) total + 1) : 0;
      for (guint i = done; i < n; i++)
        {
          if (services[i]->priority != lowest)
            continue;
          chosen = i;
          if (services[i]->weight >= draw && (services[i]->weight > 0 || total == 0 || draw == 0))
            break;
          draw -= MIN (draw, services[i]->weight);
        }
      swap = services[chosen];
      memmove (&services[done + 1], &services[done], (chosen - done) * sizeof *services);
      services[done] = swap;
    }
}
