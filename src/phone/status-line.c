/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "status-line.h"

#include "proxy-private.h"
#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* See status-line.h. */

/* (transfer full) (nullable): the address to name in the title, isolated */
static char *
dup_candidate_label (const TandemStatusLine *self)
{
  g_autoptr (TandemProxy) proxy = tandem_proxies_find (self->proxies, self->candidate);
  g_autofree char *label = NULL;

  if (proxy == NULL && self->candidate == NULL)
    {
      proxy = tandem_proxies_find_role (self->proxies, TANDEM_PROXY_TRYING);
      if (proxy == NULL)
        proxy = tandem_proxies_find_role (self->proxies, TANDEM_PROXY_IN_USE);
    }
  if (proxy != NULL)
    label = tandem_proxy_dup_label (proxy);
  else if (self->candidate != NULL)
    label = tandem_proxy_label_of_id (self->candidate);
  else
    return NULL;
  return tandem_words_isolate (label);
}

char *
tandem_status_line_title (const TandemStatusLine *self)
{
  g_autofree char *label = dup_candidate_label (self);

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
      return g_strdup (_ ("No account"));
    case TANDEM_ACCOUNT_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case TANDEM_ACCOUNT_REGISTERED:
      if (label == NULL)
        return g_strdup (_ ("Registered"));
      /* Translators: %s is the address of a SIP proxy. */
      return g_strdup_printf (_ ("Registered via %s"), label);
    case TANDEM_ACCOUNT_FAILING_OVER:
      return g_strdup (_ ("Failing over…"));
    case TANDEM_ACCOUNT_NOT_REGISTERED:
    case TANDEM_ACCOUNT_REJECTED:
      return g_strdup (_ ("Not registered"));
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return g_strdup (_ ("Password needed"));
    case TANDEM_ACCOUNT_STANDALONE:
      return g_strdup (_ ("Ready without registration"));
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return g_strdup (_ ("Signed off"));
    }
}

/* Takes both; either may be NULL. */
static char *
join (char *first, char *second)
{
  g_autofree char *a = first, *b = second;

  if (a == NULL || b == NULL)
    return a != NULL ? g_steal_pointer (&a) : g_steal_pointer (&b);
  return g_strconcat (a, " · ", b, NULL);
}

static char *
words_for_set_aside (const TandemStatusLine *self)
{
  const guint total = g_list_model_get_n_items (self->proxies);

  if (self->set_aside == 0)
    return NULL;
  if (self->set_aside >= total)
    return g_strdup_printf (
        ngettext ("The only proxy is set aside", "All %u proxies set aside", total), total);
  return g_strdup_printf (
      /* Translators: "set aside" means: not used for ten minutes, because it did not answer. */
      ngettext ("%u of %u proxy set aside", "%u of %u proxies set aside", total), self->set_aside,
      total);
}

/* The time until the first proxy that is set aside comes back. */
static char *
words_for_countdown (const TandemStatusLine *self)
{
  g_autofree char *clock = NULL;
  guint least = G_MAXUINT;

  for (guint i = 0; i < g_list_model_get_n_items (self->proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (self->proxies, i);

      if (tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE)
        least = MIN (least, tandem_proxy_get_seconds_left (proxy));
    }
  if (least == G_MAXUINT)
    return NULL;

  clock = tandem_words_clock (least);
  if (self->set_aside > 1)
    /* Translators: %s is a time such as 9:42, until the next proxy may be used again. */
    return g_strdup_printf (_ ("next one back in %s"), clock);
  /* Translators: %s is a time such as 9:42. */
  return g_strdup_printf (_ ("%s left"), clock);
}

static char *
words_for_trying (const TandemStatusLine *self)
{
  g_autofree char *label = dup_candidate_label (self);

  if (label == NULL)
    return NULL;
  /* Translators: %s is the address of a SIP proxy. */
  return g_strdup_printf (_ ("Trying %s"), label);
}

static char *
words_for_next_try (const TandemStatusLine *self, gboolean alone)
{
  g_autofree char *clock = NULL;

  if (self->next_try == 0)
    return alone ? g_strdup (_ ("Not tried again by itself")) : NULL;
  clock = tandem_words_clock (self->seconds_to_retry);
  if (alone)
    return g_strdup_printf (_ ("Next try in %s"), clock);
  /* Translators: the second half of a line; %s is a time such as 0:12. */
  return g_strdup_printf (_ ("next try in %s"), clock);
}

char *
tandem_status_line_subtitle (const TandemStatusLine *self, const char *problem)
{
  const guint total = g_list_model_get_n_items (self->proxies);

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
      return g_strdup (_ ("Enter an account to make calls"));
    case TANDEM_ACCOUNT_CONNECTING:
      return words_for_trying (self);
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
      if (total == 0)
        return NULL;
      if (self->set_aside == 0)
        return g_strdup_printf (ngettext ("%u proxy available", "All %u proxies available", total),
                                total);
      return join (words_for_set_aside (self), words_for_countdown (self));
    case TANDEM_ACCOUNT_FAILING_OVER:
      {
        char *aside = NULL;

        if (self->set_aside > 0)
          /* Translators: proxies: "2 of 3 set aside" */
          aside = g_strdup_printf (_ ("%u of %u set aside"), self->set_aside, total);
        return join (words_for_trying (self), aside);
      }
    case TANDEM_ACCOUNT_NOT_REGISTERED:
      return join (words_for_set_aside (self), words_for_next_try (self, self->set_aside == 0));
    case TANDEM_ACCOUNT_REJECTED:
      return g_strdup (problem);
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      {
        g_autofree char *isolated = tandem_words_isolate (self->address);

        /* Translators: %s is a SIP address. */
        return g_strdup_printf (_ ("Enter the password of %s"), isolated);
      }
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return NULL;
    }
}

/* The servers were reached, and the trouble is one of trust, not of the network. */
static gboolean
is_security (const char *cause)
{
  return cause != NULL && (strstr (cause, "certificate") != NULL || strstr (cause, "TLS") != NULL);
}

/* (nullable): why a server is not trusted, be it that others do not answer at all: that one is to be mended by
 * somebody. */
static const char *
find_security (const TandemStatusLine *self)
{
  if (is_security (self->cause))
    return self->cause;
  for (guint i = 0; i < g_list_model_get_n_items (self->proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (self->proxies, i);

      if (tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE
          && is_security (tandem_proxy_get_cause (proxy)))
        return tandem_proxy_get_cause (proxy);
    }
  return NULL;
}

char *
tandem_status_line_problem (const TandemStatusLine *self)
{
  const guint total = g_list_model_get_n_items (self->proxies);
  const char *security;

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_REGISTERED:
      security = self->code == 0 ? find_security (self) : NULL;
      if (security != NULL)
        return tandem_reason_words_for_registration (0, security);
      if (total > 1 && self->set_aside == total && self->code == 0)
        return g_strdup (
            _ ("None of the servers answers. Probably your own network connection is down."));
      return tandem_reason_words_for_registration (self->code, self->cause);
    case TANDEM_ACCOUNT_REJECTED:
      return tandem_reason_words_for_registration (self->code, self->cause);
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return g_strdup (_ ("The server asks for a password, and none is known."));
    case TANDEM_ACCOUNT_FAILING_OVER:
      return self->cause != NULL || self->code != 0
                 ? tandem_reason_words_for_registration (self->code, self->cause)
                 : NULL;
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
    case TANDEM_ACCOUNT_CONNECTING:
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return NULL;
    }
}
